"""The picture of one run: its events over time, and what its users missed year by year."""

from collections.abc import Sequence
from textwrap import shorten

import matplotlib
import polars as pl
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, MultipleLocator

from shortfall.answers import Answers
from shortfall.figures import COLOURS, DASHES, STYLE, rows_of
from shortfall.timeline import Story


def timeline(story: Story, answers: Answers, consumers: Sequence[dict]) -> Figure:
    """Hazards above, one row each, darker where more severe; the share missing in each year below."""
    hazards = list(dict.fromkeys(event["hazard"] for event in story.events))
    most = {name: max(e["severity"] for e in story.events if e["hazard"] == name) for name in hazards}
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(9.8, 2.9 + 0.24 * max(1, len(hazards))), layout="constrained")
        above, below = figure.subplots(2, 1, sharex=True, height_ratios=[0.6 + 0.24 * max(1, len(hazards)), 1.7])
        for event in story.events:
            y, end = hazards.index(event["hazard"]), min(event["end_months"], story.months)
            depth = event["severity"] / most[event["hazard"]] if most[event["hazard"]] > 0 else 1.0
            width = max(end - event["start_months"], 0.004 * story.months)
            shade = 0.35 + 0.65 * min(max(depth, 0.0), 1.0)
            above.barh(y, width, left=event["start_months"], height=0.6, color=COLOURS[2], alpha=shade)
        above.set_yticks(range(len(hazards)), labels=[shorten(name, 34, placeholder="…") for name in hazards])
        above.set_ylim(len(hazards) - 0.4, -0.6)
        above.set_title("What happened (darker: more severe)", fontsize=9, loc="left", fontweight="bold")
        for index, consumer in enumerate(consumers):
            rows = rows_of(story.years, consumer).sort("year")
            share = [0.0, *rows.select(pl.col("shortfall_share") * 100.0).to_series()]
            edges = [12.0 * year for year in range(len(share))]
            style = {"color": COLOURS[index % len(COLOURS)], "linestyle": DASHES[index % len(DASHES)]}
            label = shorten(consumer["name"], 60, placeholder="…")
            below.step(edges, [*share[1:], share[-1]], where="post", lw=1.8, label=label, **style)
        below.set_ylim(bottom=0.0)
        below.set_xlim(0.0, story.months)
        below.set_ylabel("missing in the year, %")
        below.set_title("Who ran short", fontsize=9, loc="left", fontweight="bold")
        every = 12.0 * max(1, -(-int(story.months / 12.0) // 10))
        below.xaxis.set_major_locator(MaxNLocator(steps=[1, 2, 3, 6]) if story.months < 24 else MultipleLocator(every))
        below.xaxis.set_major_formatter(FuncFormatter(lambda months, _: _label(answers, months)))
        figure.legend(loc="outside lower left", ncols=2, frameon=False, fontsize=8)
        figure.suptitle(f"Run {story.run} under policy {story.policy}", fontsize=11, x=0.01, ha="left")
    return figure


def _label(answers: Answers, months: float) -> str:
    if answers.start is None:
        return f"year {months / 12.0:g}"
    return f"{answers.start:%b} {answers.start.year + int(months // 12)}" if months % 12 == 0 else f"{months:g}"
