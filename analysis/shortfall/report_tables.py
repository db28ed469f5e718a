"""The tables of the report, as rows for its template."""

import polars as pl
from markupsafe import Markup

from shortfall import burden, explore, summary
from shortfall.answers import Answers
from shortfall.results import SHORT_RUN, Results
from shortfall.said import of_policy, rows_of
from shortfall.users import verdict
from shortfall.words import estimate, number, plural, shorten, signed

SHOWN = (0.9, 0.95, 0.99)


def effects(answers: Answers) -> list[dict]:
    """For each main user, what each other policy changes, and in words what that is."""
    rows = []
    for consumer in answers.consumers:
        changes = [of_policy(answers.changes, consumer, policy)["share"] for policy in answers.policies[1:]]
        cells = [{"change": signed(100.0 * change["value"]), "verdict": verdict(change)} for change in changes]
        rows.append({"name": answers.name(consumer), "cells": cells})
    return rows


def section(answers: Answers, consumer: dict) -> dict:
    """How short, how often, for how long: one row for each policy."""
    levels = answers.levels.filter(pl.col("of") == "sum of a year", pl.col("return_period_years").is_in([10.0, 100.0]))
    rows = sorted(rows_of(answers.table, consumer), key=lambda row: answers.policies.index(row["policy"]))
    for row in rows:
        found = [level for level in rows_of(levels, consumer) if level["policy"] == row["policy"]]
        row["levels"] = [level["level"] for level in sorted(found, key=lambda level: level["return_period_years"])]
    return {"name": answers.name(consumer), "unit": plural(consumer["unit"]), "rows": rows}


def dual_use(answers: Answers, results: Results) -> list[dict]:
    """What each policy that serves defence first saves it and costs the other users of each material."""
    first = answers.policies[0]
    policies = [name for name in burden.ranked(results.scenario(), first) if name in answers.policies]
    rows = []
    for row in burden.dual_use(results.table("outcomes"), policies, first).iter_rows(named=True):
        sides = [(row[name], row[f"{name}_share"]) for name in (burden.DEFENCE, burden.OTHERS)]
        cells = [_side(*side) if side[0] is not None else "does not use it" for side in sides]
        material = answers.names.get(row["material"], row["material"])
        rows.append({"policy": row["policy"], "material": material, "unit": plural(row["unit"]), "cells": cells})
    return rows


def _side(change: dict, share: dict) -> Markup:
    points = f"{signed(100.0 * share['value'])} points"
    return Markup("{}<br><small>{}</small>").format(estimate(change), points)


def bill(row: dict) -> dict:
    """What a party pays under a policy, in million USD."""
    items = [f"{item['item']} {number(item['usd'] / 1e6)}" for item in row["items"] or []]
    usd = row["usd"] | {side: _millions(row["usd"][side]) for side in ("value", "low", "high")}
    return {"policy": row["policy"], "party": row["party"], "usd": usd, "items": ", ".join(items)}


def _millions(usd: float | None) -> float | None:
    return None if usd is None else usd / 1e6


def sizes(answers: Answers, results: Results) -> list[dict]:
    """For each stockpile its sizes at the levels of `SHOWN`: days of use, cost, what the next unit saves."""
    prices = explore.unit_costs(results)
    rows = []
    for (name, policy), found in answers.sizes.group_by("stockpile", "policy", maintain_order=True):
        at = {row["service_level"]: row for row in found.iter_rows(named=True)}
        held = name if name == policy else f"{name}, policy {policy}"
        unit, places = found["unit"][0], tuple(sorted(answers.held.get(name, [])))
        price = prices.get((found["material"][0], places))
        cells = []
        for level in SHOWN:
            usd = None if price is None else price * at[level]["size"]["value"] / 1e6
            cost = None if usd is None else f"{'earns' if usd < 0.0 else 'costs'} {number(abs(usd))} million USD"
            cells.append({**at[level], "cost": cost, "next": number(at[level]["marginal"]["value"])})
        rows.append({"name": held, "unit": plural(unit), "one": unit, "at": cells})
    return rows


def precision(answers: Answers) -> list[str]:
    """How well the runs know the main numbers, and how many would know them to within a tenth."""
    n = answers.n_runs
    if n == 1:
        return ["One run: values carry no interval and say nothing about chances."]
    lines = [
        f"{n:,} runs under each policy, the same events under all. Intervals are at 95 %: Clopper-Pearson for "
        "probabilities, order statistics for quantiles and stocks, the normal approximation of each run's influence "
        "for means and CVaR. They cover chance, not errors of the model or its inputs.",
        f"A run counts as short if more than {SHORT_RUN * 100:g} % of the requirement over the whole horizon is "
        "missing, as in the program's own table. A policy does nothing for a user if it surely changes the share "
        f"missing by less than {SHORT_RUN * 100:g} points.",
    ]
    if answers.weighted:
        lines.append(
            "Rare crises were sampled more often; each run carries the weight that corrects this, and every number "
            "here honours it. What the runs know of a level depends on the weights of those beyond it."
        )
    else:
        lines.append(f"Levels rarer than 1 in {n:,} years are not resolved by these runs and are not shown.")
    return lines


def halves(answers: Answers) -> list[dict]:
    """Half-widths of the main numbers of each main user under the reference policy."""
    rows = []
    for consumer in answers.consumers:
        row = of_policy(answers.table, consumer, answers.policies[0])
        halves = [half_width(row[name]) for name in ("share", "tail_share", "probability")]
        needed = summary.runs_needed(row, 0.1)
        rows.append({"name": answers.name(consumer), "halves": halves, "needed": number(needed)})
    return rows


def half_width(row: dict) -> str:
    """Half of the interval of a share, in percentage points; a dash where it has none."""
    if row["low"] is None or row["high"] is None:
        return "-"
    return f"± {number(50.0 * (row['high'] - row['low']))}"


def line(item: dict) -> str:
    """An assumption or an adjustment of the manifest in words."""
    if "about" in item:
        return shorten(f"{item['about']}: {item['value']} ({item['why']})")
    before, after = item["before"], item["after"]
    change = "" if before is None else f"from {number(before)} "
    if before and number(before) == number(after):
        change = "by less than a hundredth, "
    return f"{item['what']}: {change}to {number(after)} {item['unit']} a year ({item['why']})"
