"""Everything that figures and report show: from the tables that summary.py left, or made anew."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import polars as pl
from matplotlib.figure import Figure

from shortfall import compare, figures, pareto, stockpile, summary, users
from shortfall.results import CONSUMER, Results, policies

N_CONSUMERS = 6


@dataclass(frozen=True)
class Answers:
    """Frames of all consumers at the first point of the grid, the policies with the reference first, the main users."""

    policies: list[str]
    consumers: list[dict]
    n_runs: int
    table: pl.DataFrame
    levels: pl.DataFrame
    curves: pl.DataFrame
    changes: pl.DataFrame
    sizes: pl.DataFrame
    required: pl.DataFrame
    bands: pl.DataFrame
    held: dict[str, list[str]]
    names: dict[str, str]
    step: str
    start: date | None
    weighted: bool
    unlimited: frozenset[str]

    def name(self, item: Mapping[str, str | None]) -> str:
        """Material, place and sector, or the stockpile, in the words of the scenario's tables."""
        keys = [item[key] for key in (*CONSUMER, "stockpile") if item.get(key) is not None]
        return ", ".join(self.names.get(key, key) for key in keys)


def tables(results: Results) -> dict[str, pl.DataFrame]:
    """What summary.py keeps: distributions, differences between policies, return levels and the curves of years."""
    outcomes = results.table("outcomes")
    levels, curves = summary.exceedance(results.table("years"))
    return {
        "summary": summary.distribution(outcomes),
        "comparison": compare.paired(outcomes, policies(outcomes)[0]),
        "exceedance": levels,
        "year_curves": curves,
    }


def gather(results: Results, made: Mapping[str, pl.DataFrame] | None = None, n_consumers: int = N_CONSUMERS) -> Answers:
    """Reads the folder; other points of a sweep are left to the tables."""
    kept = {name: results.kept(name) for name in ("summary", "comparison", "exceedance", "year_curves")}
    made = made or (tables(results) if any(frame is None for frame in kept.values()) else kept)
    table, changes, levels, curves = (
        frame.filter(pl.col("point") == pl.col("point").min())
        for frame in (made[name] for name in ("summary", "comparison", "exceedance", "year_curves"))
    )
    names = policies(results.table("outcomes"))
    scenario = results.scenario()
    held = users.holders(scenario)
    required = results.table("required").filter(pl.col("point") == pl.col("point").min())
    bands = results.table("bands").filter(pl.col("point") == pl.col("point").min()).collect()
    time = scenario.get("time", {})
    sizes = stockpile.sizes(required)
    stocks = dict(sizes.select("stockpile", "material").iter_rows())
    return Answers(
        names, users.main_consumers(table, changes, stocks, held, names[0], n_consumers), int(table["n"].max()),
        table, levels, curves, changes, sizes, required.collect(),
        bands.with_columns(pl.col(pl.Categorical).cast(pl.String)), held, _names(results),
        str(time.get("step", "month")), _date(time.get("start")), _weighted(results),
        frozenset(policy for point, policy in pareto.unlimited(results.table("stockpiles"))),
    )  # fmt: skip


def pictures(answers: Answers) -> dict[str, Figure]:
    """Every figure that the tables have rows for, by file name."""
    a = answers
    consumers = [{**consumer, "name": a.name(consumer)} for consumer in a.consumers]
    result = {
        "distribution": figures.distribution(a.table, consumers, a.policies),
        "exceedance": figures.exceedance(a.curves, consumers, a.policies, a.n_runs),
    }
    if len(a.policies) > 1:
        result["comparison"] = figures.comparison(a.changes, consumers, a.policies, a.policies[0])
    if not a.sizes.is_empty():
        keys = a.required.select("stockpile", "policy").unique(maintain_order=True).cast(pl.String).iter_rows()
        point = a.table["point"].min()
        held = a.sizes["material"].unique(maintain_order=True)
        materials = [{"material": material, "name": a.names.get(material, material)} for material in held]
        needed = {key: stockpile.curve(a.required.lazy(), point, key[1], key[0]) for key in keys}
        result["stock_curve"] = figures.stock_curve(needed, a.sizes, materials, a.policies)
    for of, items in band_items(a).items():
        rows = a.bands.filter(pl.col("of") == of)
        if items:
            result[f"bands_{of}"] = figures.bands(rows, of, items, a.policies, a.step, a.start)
    return result


def band_items(answers: Answers) -> dict[str, list[dict]]:
    """What each kind of band has rows for, among the main consumers, their markets and the stockpiles."""
    result = {}
    for of, keys in (("shortfall_share", CONSUMER), ("price", CONSUMER[:2]), ("stock_level", ["stockpile"])):
        rows = answers.bands.filter(pl.col("of") == of).select(keys).unique(maintain_order=True).to_dicts()
        wanted = rows if of == "stock_level" else [{key: c[key] for key in keys} for c in answers.consumers]
        found = [item for index, item in enumerate(wanted) if item in rows and item not in wanted[:index]]
        result[of] = [{**item, "name": answers.name(item)} for item in found]
    return result


def _weighted(results: Results) -> bool:
    lowest, highest = pl.col("weight").min().alias("lowest"), pl.col("weight").max().alias("highest")
    ends = results.table("outcomes").select(lowest, highest).collect()
    return ends["lowest"][0] != ends["highest"][0]


def _names(results: Results) -> dict[str, str]:
    names = {}
    for table, key in (("materials", "material"), ("places", "place")):
        path = results.folder / "scenario" / f"{table}.csv"
        if path.is_file():
            with path.open(newline="", encoding="utf-8-sig") as file:
                names |= {row[key]: row["name"] for row in csv.DictReader(file) if row.get(key) and row.get("name")}
    return names


def _date(text: object) -> date | None:
    try:
        return date.fromisoformat(str(text))
    except ValueError:
        return None
