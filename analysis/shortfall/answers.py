"""Everything that figures and report show, computed once from a results folder."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from matplotlib.figure import Figure

from shortfall import compare, figures, stockpile, summary
from shortfall.results import CONSUMER, Results, policies

N_CONSUMERS = 6


@dataclass(frozen=True)
class Answers:
    """Frames of the main consumers at the first point of the grid, and the policies with the reference first."""

    policies: list[str]
    consumers: list[dict]
    n_runs: int
    table: pl.DataFrame
    levels: pl.DataFrame
    changes: pl.DataFrame
    sizes: pl.DataFrame
    years: pl.DataFrame
    required: pl.DataFrame
    bands: pl.DataFrame
    step: str


def gather(results: Results, rng: np.random.Generator, n_consumers: int = N_CONSUMERS) -> Answers:
    """Reads the folder; other points of a sweep are left to the tables of `summary`."""
    outcomes = results.table("outcomes")
    outcomes = outcomes.filter(pl.col("point") == pl.col("point").min())
    names = policies(outcomes)
    consumers = summary.main_consumers(outcomes, n_consumers, names[0])
    chosen = summary.of_consumers(outcomes, consumers)
    years = results.table("years").filter(pl.col("point") == pl.col("point").min())
    columns = [*summary.GROUP, *summary.RUN, "weight", "year", "shortfall", "worst_step_shortfall"]
    years = summary.of_consumers(years.select(columns), consumers).collect(engine="streaming")
    required = results.table("required").filter(pl.col("point") == pl.col("point").min()).collect()
    table = summary.distribution(chosen, rng)
    return Answers(
        names, consumers, int(table["n"].max()), table, summary.exceedance(years.lazy()),
        compare.paired(chosen, names[0], rng), stockpile.sizes(required.lazy()), years, required,
        results.table("bands").filter(pl.col("point") == pl.col("point").min()).collect(),
        str(results.scenario().get("time", {}).get("step", "month")),
    )  # fmt: skip


def pictures(answers: Answers) -> dict[str, Figure]:
    """Every figure that the tables have rows for, by file name."""
    a, lazy = answers, answers.years.lazy()
    point = a.table["point"].min()
    curves = {
        (policy, *(c[name] for name in CONSUMER)): summary.curve(lazy, point, policy, c)
        for policy in a.policies
        for c in a.consumers
    }
    result = {
        "distribution": figures.distribution(a.table, a.consumers, a.policies),
        "exceedance": figures.exceedance(curves, a.consumers, a.policies, a.n_runs),
    }
    if len(a.policies) > 1:
        result["comparison"] = figures.comparison(a.changes, a.consumers, a.policies, a.policies[0])
    if not a.sizes.is_empty():
        keys = a.required.select("stockpile", "policy").unique(maintain_order=True).iter_rows()
        needed = {key: stockpile.curve(a.required.lazy(), point, key[1], key[0]) for key in keys}
        result["stock_curve"] = figures.stock_curve(needed, a.sizes, a.policies)
    for of, items in band_items(a).items():
        rows = a.bands.filter(pl.col("of") == of)
        if items:
            result[f"bands_{of}"] = figures.bands(rows, of, items, a.policies, a.step)
    return result


def band_items(answers: Answers) -> dict[str, list[dict]]:
    """What each kind of band has rows for, among the main consumers, their markets and the stockpiles."""
    result = {}
    for of, keys in (("shortfall_share", CONSUMER), ("price", CONSUMER[:2]), ("stock_level", ["stockpile"])):
        rows = answers.bands.filter(pl.col("of") == of).select(keys).unique(maintain_order=True).to_dicts()
        wanted = rows if of == "stock_level" else [{key: c[key] for key in keys} for c in answers.consumers]
        result[of] = [item for index, item in enumerate(wanted) if item in rows and item not in wanted[:index]]
    return result
