"""Figures of the validation page."""

from __future__ import annotations

import matplotlib
import numpy as np
from matplotlib.figure import Figure

from shortfall.figures import COLOURS, STYLE
from shortfall.hindcast import calendar
from shortfall.hindcast.score import LEAST, Score
from shortfall.hindcast.scoring import EpisodeScore, bands

TITLES = {
    "price": "prices",
    "split": "outside over home price",
    "decay": "prices afterwards",
    "flow": "flows",
    "months": "durations",
}


def targets(scored: list[EpisodeScore]) -> Figure:
    """Every scored number: 90 and 50 % intervals of the prediction over what was observed, on a log scale."""
    scores = [s for each in scored for s in bands(each.scores)]
    groups = [(title, [s for s in scores if s.type == kind]) for kind, title in TITLES.items()]
    groups = [(title, rows) for title, rows in groups if rows]
    with matplotlib.rc_context(STYLE):
        heights = [len(rows) + 1.5 for _, rows in groups]
        figure = Figure(figsize=(8.4, 0.19 * sum(heights) + 0.6), layout="constrained")
        panels = figure.subplots(len(groups), 1, height_ratios=heights, sharex=True, squeeze=False)[:, 0]
        for axes, (title, rows) in zip(panels, groups, strict=True):
            for y, row in enumerate(reversed(rows)):
                bar(axes, y, row)
            axes.set_yticks(
                range(len(rows)), [f"{r.episode.split('-')[0]}: {r.target.id}" for r in reversed(rows)], fontsize=7
            )
            axes.axvline(1.0, color="#888888", lw=0.8)
            axes.set_title(title, loc="left", fontweight="bold")
            axes.set_ylim(-0.7, len(rows) - 0.3)
        panels[-1].set_xscale("log")
        panels[-1].set_xlim(0.05, 20)
        panels[-1].set_xticks([0.1, 0.2, 0.5, 1, 2, 5, 10], ["0.1", "0.2", "0.5", "1", "2", "5", "10"])
        panels[-1].set_xlabel("predicted / observed (flows near 0: plus 0.05); 50 and 90 % intervals, median")
    return figure


def bar(axes, y: int, row: Score) -> None:
    small = 0.05 if row.type == "flow" else LEAST
    observed = row.target.obs + small
    colour = COLOURS[1] if row.covered(0.9) else COLOURS[2]
    for level, width in ((0.9, 1.2), (0.5, 4.0)):
        low, high = row.interval(level)
        axes.plot(
            [(low + small) / observed, (high + small) / observed], [y, y], color=colour, lw=width, solid_capstyle="butt"
        )
    axes.plot((row.median + small) / observed, y, "o", color="white", mec=colour, ms=4)


def ranks(scored: dict[str, list[EpisodeScore]]) -> Figure:
    """Where the observations lie in their predictions: flat if the spread is right."""
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(8.4, 2.4), layout="constrained")
        panels = figure.subplots(1, len(scored), sharey=True, squeeze=False)[0]
        for axes, (mode, episodes) in zip(panels, scored.items(), strict=True):
            values = [s.rank for each in episodes for s in bands(each.scores)]
            axes.hist(values, bins=np.linspace(0, 1, 11), color=COLOURS[5], edgecolor="white")
            axes.axhline(len(values) / 10, color="#888888", lw=0.8)
            axes.set_title(mode, loc="left", fontweight="bold")
            axes.set_xlabel("share of the prediction below what was observed")
        panels[0].set_ylabel("targets")
    return figure


def paths(scored: list[EpisodeScore]) -> Figure:
    """One price or flow of each episode over time: median, 50 and 90 % bands; dots: as recorded."""
    with matplotlib.rc_context(STYLE):
        columns = 3
        n_rows = -(-len(scored) // columns)
        figure = Figure(figsize=(8.4, 1.75 * n_rows), layout="constrained")
        panels = figure.subplots(n_rows, columns, squeeze=False).ravel()
        for axes in panels[len(scored) :]:
            axes.axis("off")
        for axes, each in zip(panels, scored, strict=False):
            name = each.ran.world["figure"]
            series, times = each.ran.outcome.series(name), each.ran.outcome.times / 12.0
            series = series / series[:, :1]
            for level, shade in ((0.9, 0.2), (0.5, 0.35)):
                low, high = np.quantile(series, [(1 - level) / 2, (1 + level) / 2], axis=0)
                axes.fill_between(times, low, high, color=COLOURS[1], alpha=shade, lw=0)
            axes.plot(times, np.median(series, axis=0), color=COLOURS[1], lw=1.2)
            dots = observed(each)
            if dots:
                axes.plot(*zip(*dots, strict=True), "o", color=COLOURS[2], ms=3)
            axes.set_title(f"{each.ran.episode.id.rsplit('-', 1)[0]}\n{name}", loc="left", fontsize=7)
            axes.set_ylim(bottom=0)
            axes.xaxis.set_major_locator(matplotlib.ticker.MaxNLocator(3))
            axes.xaxis.set_major_formatter(lambda at, _: calendar.text(12.0 * at)[:7])
            axes.tick_params(labelsize=7)
    return figure


def observed(each: EpisodeScore) -> list[tuple[float, float]]:
    """Recorded points of the figure's series over its first point in the window, where the world names the record."""
    said = each.ran.world.get("record")
    if not said:
        return []
    found = []
    for when, value in each.ran.episode.series[said["series"]]["points"]:
        if ".." in when or when.split("-")[-1].isalpha():
            continue
        start, end = calendar.span(when)
        found.append(((start + end) / 24.0, value / said["normal"]))
    first, last = each.ran.outcome.times[0] / 12.0, each.ran.outcome.times[-1] / 12.0
    return [(at, value) for at, value in found if first <= at <= last]
