"""What the report's controls choose from: every user under every policy, and each stock at sizes of a slider."""

import json
from collections.abc import Mapping

import numpy as np
import polars as pl
from markupsafe import Markup

from shortfall import risk
from shortfall.answers import Answers
from shortfall.chain import rows_of
from shortfall.results import CONSUMER, Results
from shortfall.stockpile import STOCKPILE
from shortfall.summary import blocks
from shortfall.users import holders

# Chances of the curve that is drawn, of those that `summary` keeps: every fourth, five a decade.
EVERY = 4
# Positions of the slider, from nothing to a stock that nearly all runs would have covered.
POSITIONS = 50
REACH = 0.99
# Digits of what is only drawn, and of what is also said, as exact as anywhere else in the report.
DRAWN, SAID = 4, 12
MEASURES = {"probability": "chance", "share": "mean", "tail_share": "tail", "longest_short": "longest"}


def embedded(answers: Answers, results: Results) -> Markup:
    """All of it as JSON that can stand inside a page: no text of it can end the element it stands in."""
    data = {
        "policies": answers.policies,
        "step": answers.step,
        "names": answers.names,
        "users": users(answers),
        "stocks": stocks(answers, results),
        "runs": answers.n_runs,
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(text)


def users(answers: Answers) -> list[dict]:
    """For each user its names and, by policy, its main numbers with intervals and the curve of its years."""
    curves: dict[tuple, list[list[float]]] = {}
    rows = answers.curves.select(*CONSUMER, "policy", "probability", "shortfall").iter_rows()
    for *key, chance, level in rows:
        curves.setdefault(tuple(key), []).append([_short(chance, DRAWN), _short(level, DRAWN)])
    found: dict[tuple, dict] = {}
    for row in answers.table.iter_rows(named=True):
        key = tuple(row[name] for name in CONSUMER)
        user = found.setdefault(key, {**{name: row[name] for name in CONSUMER}, "unit": row["unit"], "under": {}})
        numbers = {short: _interval(row[name]) for name, short in MEASURES.items()}
        user["under"][row["policy"]] = {**numbers, "curve": curves.get((*key, row["policy"]), [])[::EVERY]}
    main = [tuple(consumer[name] for name in CONSUMER) for consumer in answers.consumers]
    order = sorted(found, key=lambda key: (main.index(key) if key in main else len(main), key))
    return [found[key] for key in order]


def stocks(answers: Answers, results: Results) -> list[dict]:
    """For each stockpile and policy, what stocks of rising size cover, and what a unit costs where that is known."""
    prices, fill = unit_costs(results), reference_prices(results)
    held = holders(results.scenario())
    found = []
    for block in blocks(answers.required.lazy(), ["required", "required_days"], STOCKPILE):
        for row, key in enumerate(block.keys):
            needed, days = block.values["required"][row], block.values["required_days"][row]
            if not needed.max() > 0.0:
                continue
            largest = risk.quantile(needed, REACH, block.weights)
            step = _round(largest / POSITIONS) if largest > 0.0 else _round(float(needed.max()) / POSITIONS)
            sizes = step * np.arange(POSITIONS + 1)
            covered = needed[None] <= sizes[:, None]
            shares = risk.probabilities(covered, block.weights, block.draws)
            per_unit = float((days / np.where(needed > 0, needed, np.inf)).max())
            price = prices.get((key["material"], tuple(sorted(held.get(key["stockpile"], [])))))
            found.append({
                "name": key["stockpile"], "policy": key["policy"], "material": key["material"], "unit": key["unit"],
                "step": step, "days": _short(per_unit), "usd": _short(price),
                "fill": fill.get(key["material"]),
                "covered": [[_short(part) for part in (s.value, s.low, s.high)] for s in shares],
            })  # fmt: skip
    return found


def reference_prices(results: Results) -> dict[str, float]:
    """USD per unit of each material in the baseline, where the scenario gives it."""
    found = {}
    for row in rows_of(results.folder / "scenario" / "materials.csv"):
        try:
            found[row["material"]] = float(row.get("reference_price_usd") or "")
        except (KeyError, ValueError):
            continue
    return found


def unit_costs(results: Results) -> dict[tuple[str, tuple[str, ...]], float]:
    """Mean cost over the horizon of a unit of stock, by material and holders, from policies that are one stockpile.

    Of the largest such stock, if there are several. Costs that do not go with the size are spread over it.
    """
    scenario = results.scenario()
    held = holders(scenario)
    single = {
        name: entry["use"][0].partition(".")[2]
        for name, entry in scenario.get("policy", {}).items()
        if set(entry) == {"use"} and len(entry["use"]) == 1 and entry["use"][0].startswith("stockpile.")
    }
    first = pl.col("point") == pl.col("point").min()
    runs = results.table("stockpiles").filter(first, pl.col("target").is_not_null(), pl.col("target") > 0.0)
    targets = runs.group_by("policy", "stockpile", "material").agg(
        target=_mean("target"), weight=pl.col("weight").sum()
    )
    spent = results.table("costs").filter(first).group_by("policy").agg(usd=(pl.col("usd") * pl.col("weight")).sum())
    text = [pl.col(name).cast(pl.String) for name in ("policy", "stockpile", "material")]
    rows = targets.collect().with_columns(text).join(spent.collect().with_columns(text[0]), on="policy")
    result: dict[tuple[str, tuple[str, ...]], float] = {}
    for row in rows.sort("target").iter_rows(named=True):
        if single.get(row["policy"]) == row["stockpile"]:
            key = row["material"], tuple(sorted(held.get(row["stockpile"], [])))
            result[key] = row["usd"] / row["weight"] / row["target"]
    return result


def _mean(name: str) -> pl.Expr:
    return (pl.col(name) * pl.col("weight")).sum() / pl.col("weight").sum()


def _interval(row: Mapping) -> list[float | None]:
    return [_short(row[name]) for name in ("value", "low", "high")]


def _short(value: float | None, digits: int = SAID) -> float | None:
    return None if value is None else float(f"{value:.{digits}g}")


def _round(value: float) -> float:
    """The next number of the form 1, 2 or 5 times a power of ten."""
    power = 10.0 ** np.floor(np.log10(value))
    return float(next(factor * power for factor in (1.0, 2.0, 5.0, 10.0) if factor * power >= value * (1.0 - 1e-9)))
