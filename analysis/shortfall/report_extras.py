"""Sections of the report from what other scripts left in its folder: made from these very results, or not shown."""

from collections.abc import Callable

import polars as pl
from markupsafe import Markup
from matplotlib.figure import Figure

from shortfall import compare_figure, criticality_figure, drivers_figure, sensitivity, sensitivity_figure
from shortfall.answers import Answers
from shortfall.results import Results
from shortfall.words import estimate, number, percent, unbroken

# Rows of a list that are told in words beside its picture.
TOLD = 4


def extras(answers: Answers, results: Results, drawing: Callable[[Figure, str], Markup]) -> list[dict]:
    """Sections with an `id`, a `title`, a `note`, lines in words and pictures, in the order of the questions."""
    consumers = [{**consumer, "name": answers.name(consumer)} for consumer in answers.consumers]
    made = [_tradeoff, _pooling, _drivers, _sensitivity, _criticality]
    found = [section(answers, results, consumers) for section in made]
    return [
        {
            **section,
            "lines": [unbroken(line) for line in section["lines"]],
            "svgs": [drawing(figure, f"{section['title']}: picture") for figure in section["figures"]],
        }
        for section in found
        if section is not None
    ]


def _first(results: Results, name: str) -> pl.DataFrame | None:
    table = results.kept(name)
    if table is None or table.is_empty() or "point" not in table.columns:
        return table if table is None or not table.is_empty() else None
    return table.filter(pl.col("point") == pl.col("point").min())


def _tradeoff(answers: Answers, results: Results, consumers: list[dict]) -> dict | None:
    table = _first(results, "tradeoff")
    if table is None:
        return None
    drawn = [compare_figure.front(table, consumers, answers.policies)]
    regret = _first(results, "robustness")
    if regret is not None and regret["n_draws"].max() > 1:
        drawn.append(compare_figure.regret(regret, consumers, answers.policies))
    note = "Down and left is better. A hollow policy is beaten on both counts; an unlimited stock has no cost."
    return {"id": "tradeoff", "title": "What safety costs", "note": note, "lines": [], "figures": drawn}


def _pooling(answers: Answers, results: Results, consumers: list[dict]) -> dict | None:
    table = _first(results, "pooling_rules")
    if table is None:
        return None
    lines = []
    for row in table.sort(pl.col("total").struct.field("value"), descending=True).to_dicts():
        who = "every member gains" if row["all_gain"] else f"{row['least_member']} loses"
        least = f"{row['least_member']} gains least: {estimate(row['least'])} USD"
        lines.append(f"{row['policy']}: saves {estimate(row['total'])} USD; {who}; {least}")
    note = "The same tonnage held jointly instead of apart, under each rule, in the same runs."
    return {"id": "jointly", "title": "Who is better off jointly", "note": note, "lines": lines, "figures": []}


def _drivers(answers: Answers, results: Results, consumers: list[dict]) -> dict | None:
    table = _first(results, "drivers")
    if table is None:
        return None
    first = consumers[0]
    rows = table.filter(*(pl.col(key) == first[key] for key in ("material", "place", "sector")))
    lines = [f"{row['driver']}: {percent(row['share'])} of what {first['name']} misses" for row in
             rows.filter(pl.col("driver").is_not_null()).head(TOLD).to_dicts()]  # fmt: skip
    note = (
        "Share of the mean shortfall that each hazard brings about, averaged over the orders in which hazards could be "
        f"switched on ({table['method'][0]}), so that shares sum to the whole. The diamond is what its absence alone "
        "would spare."
    )
    drawn = [drivers_figure.drivers(table, consumers)]
    return {"id": "drivers", "title": "What drives it", "note": note, "lines": lines, "figures": drawn}


def _sensitivity(answers: Answers, results: Results, consumers: list[dict]) -> dict | None:
    table = _first(results, "sensitivity")
    if table is None:
        return None
    note = "How much the mean shortfall depends on numbers that are not known. Dots are indices, bars their intervals."
    return {
        "id": "sensitivity", "title": "Which uncertain numbers matter", "note": note,
        "lines": [sensitivity.words(table, consumers[0])],
        "figures": [sensitivity_figure.sensitivity(table, consumers)],
    }  # fmt: skip


def _criticality(answers: Answers, results: Results, consumers: list[dict]) -> dict | None:
    table = _first(results, "criticality")
    if table is None:
        return None
    worst = table.unique(["kind", "item"], keep="first", maintain_order=True).head(TOLD).to_dicts()
    lines = [
        f"{row['kind']} {row['item']}: {number(100.0 * row['mean_share'])} % more missing, mean over the main users"
        for row in worst
    ]
    note = "Each plant, lane, owner, exporting place and chokepoint off in turn for a time, with nothing else amiss."
    drawn = [criticality_figure.criticality(table, consumers)]
    return {"id": "criticality", "title": "What the chain hangs on", "note": note, "lines": lines, "figures": drawn}
