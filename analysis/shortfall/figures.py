"""The pictures: one function for each, from frames to a figure; the same bytes for the same numbers."""

from collections.abc import Callable, Sequence
from datetime import date
from io import BytesIO
from pathlib import Path
from textwrap import wrap

import matplotlib
import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator, NullFormatter

from shortfall.results import CONSUMER

# Okabe and Ito's colours, told apart with any colour vision; the yellow is left out, it is lost on white.
COLOURS = ("#000000", "#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
SHADES = ("#e4e4e4", "#c8c8c8", "#acacac")
DASHES = ("-", "--", "-.", ":")
STYLE = {
    "svg.hashsalt": "shortfall",
    "svg.fonttype": "path",
    "text.parse_math": False,
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#dddddd",
    "grid.linewidth": 0.6,
    "figure.dpi": 100,
}
BAND_TITLES = {
    "shortfall_share": "When it runs short: how much is missing in each step",
    "price": "What it costs: price against the baseline",
    "stock_level": "What is left in stock",
}
BAND_UNITS = {
    "shortfall_share": "missing, % of the requirement",
    "price": "price, multiple of the baseline",
    "stock_level": "stock, % of the target",
}


def svg(figure: Figure) -> str:
    """The figure as an `<svg>` element, without the XML prolog, to stand inside HTML."""
    data = BytesIO()
    with matplotlib.rc_context(STYLE):
        figure.savefig(data, format="svg", metadata={"Date": None, "Creator": None, "Format": None, "Type": None})
    text = data.getvalue().decode("utf-8")
    return text[text.index("<svg") :]


def save(figure: Figure, folder: Path, name: str) -> None:
    """`name.svg` and `name.png`."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.svg").write_text('<?xml version="1.0" encoding="utf-8"?>\n' + svg(figure), encoding="utf-8")
    with matplotlib.rc_context(STYLE):
        figure.savefig(folder / f"{name}.png", dpi=150, metadata={"Software": None})


def distribution(table: pl.DataFrame, consumers: Sequence[dict], policies: Sequence[str]) -> Figure:
    """Median to 95th and 99th percentile of the shortfall, mean and CVaR, of each policy: `summary.distribution`."""

    def panel(axes: Axes, consumer: dict) -> None:
        rows = {row["policy"]: row for row in rows_of(table, consumer).iter_rows(named=True)}
        for y, policy in enumerate(policies):
            row, colour = rows[policy], colour_of(policies, policy)
            at = {name: row[name]["value"] for name in ("q50", "q95", "q99", "mean", "cvar95")}
            axes.plot([at["q95"], at["q99"]], [y, y], color=colour, lw=1.2, label=once("95 to 99 % of runs", y))
            axes.plot([at["q50"], at["q95"]], [y, y], color=colour, lw=6, alpha=0.45, solid_capstyle="butt",
                      label=once("50 to 95 % of runs", y))  # fmt: skip
            axes.plot(at["mean"], y, "o", color=colour, ms=5, label=once("mean", y))
            axes.plot(at["cvar95"], y, "D", color=colour, mfc="white", ms=5, label=once("mean of worst 5 % (CVaR)", y))
        policy_axis(axes, policies)
        axes.set_xlim(left=0.0 if axes.get_xlim()[1] > 0 else None)
        numbers(axes.xaxis, "missing over the horizon", consumer["unit"])

    return panels(
        "How much is missing under each policy, over the whole horizon", consumers, panel, 0.28 * len(policies)
    )


def exceedance(curves: pl.DataFrame, consumers: Sequence[dict], policies: Sequence[str], n_runs: int) -> Figure:
    """Chance that a year's shortfall exceeds a level, as far as the runs resolve it: the curves of `summary`."""

    def panel(axes: Axes, consumer: dict) -> None:
        of_consumer = rows_of(curves, consumer)
        for policy in policies:
            rows = of_consumer.filter(pl.col("policy") == policy, pl.col("shortfall") > 0.0)
            axes.plot(rows["shortfall"], rows["probability"], label=policy, lw=1.5, **line_style(policies, policy))
        axes.set_yscale("log")
        axes.set_ylim(min(1.0 / n_runs, 0.1), 1.0)
        axes.set_xlim(left=0.0)
        axes.yaxis.set_major_formatter(
            FuncFormatter(lambda p, _: f"{p * 100:g} %  (1 in {1 / p:,.0f})" if p < 1 else "100 %")
        )
        axes.yaxis.set_minor_formatter(NullFormatter())
        axes.set_ylabel("chance in a year")
        numbers(axes.xaxis, "missing in a year", consumer["unit"])

    title = f"How often a year's shortfall exceeds a level (drawn down to 1 in {n_runs:,} years)"
    return panels(title, consumers, panel, 1.4)


def bands(
    table: pl.DataFrame, of: str, items: Sequence[dict], policies: Sequence[str], step: str, start: date | None
) -> Figure:
    """Quantiles over runs at each step: the reference policy shaded, and the outer quantile of every policy as a line.

    The outer quantile is the highest, for a stock the lowest. `items` are keys of the table's rows.
    """
    outer = table["quantile"].min() if of == "stock_level" else table["quantile"].max()

    def panel(axes: Axes, item: dict) -> None:
        rows = rows_of(table, item).filter(pl.col("draw") == pl.col("draw").min())
        present = [policy for policy in policies if policy in set(rows["policy"])]
        levels = sorted(rows["quantile"].unique())
        shaded = (
            rows.filter(pl.col("policy") == present[0]).pivot("quantile", index="step", values="value").sort("step")
        )
        for shade, low, high in zip(SHADES, levels, levels[::-1], strict=False):
            if low < high:
                whose = f"{present[0]}: " if present[0] == policies[0] else ""
                label = f"{whose}{(high - low) * 100:g} % of runs"
                axes.fill_between(shaded["step"], shaded[str(low)], shaded[str(high)], color=shade, lw=0, label=label)
        for policy in present:
            line = rows.filter(pl.col("policy") == policy, pl.col("quantile") == outer).sort("step")
            label = f"{policy}: {outer * 100:g}th percentile"
            axes.plot(line["step"], line["value"], label=label, lw=1.4, **line_style(policies, policy))
        axes.set_ylim(bottom=0.0 if of != "price" else None)
        if of != "price":
            axes.yaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v * 100:g} %"))
        axes.set_ylabel(BAND_UNITS[of])
        _time_axis(axes, int(rows["step"].max()) + 1, step, start)

    return panels(BAND_TITLES[of], items, panel, 1.2)


def stock_curve(
    curves: dict[tuple[str, str], pl.DataFrame], sizes: pl.DataFrame, materials: Sequence[dict], policies: Sequence[str]
) -> Figure:
    """Stock of each material that covers each share of the runs, with its interval at the levels of `sizes`."""

    def panel(axes: Axes, item: dict) -> None:
        of_material = sizes.filter(pl.col("material") == item["material"])
        for (policy, stockpile), held in of_material.group_by("policy", "stockpile", maintain_order=True):
            line = line_style(policies, policy)
            rows = curves[(stockpile, policy)]
            axes.step(rows["service_level"], rows["required"], where="post", label=policy, lw=1.4, **line)
            for level, size in zip(held["service_level"], held["size"], strict=True):
                if size["low"] is not None and size["high"] is not None:
                    axes.plot([level, level], [size["low"], size["high"]], color=line["color"], lw=3, alpha=0.35)
        # From the lowest level asked for; the last runs of all need so much that the rest could not be read.
        bounds = [size[side] for size in of_material["size"] for side in ("value", "high") if size[side] is not None]
        axes.set_xlim(min(of_material["service_level"]), 1.0)
        axes.set_ylim(0.0, 1.1 * max(bounds) or 1.0)
        axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v * 100:g} %"))
        axes.set_xlabel("share of runs that the stock covers (bars: 95 % interval)")
        numbers(axes.yaxis, "stock", of_material["unit"][0])

    return panels("How much stock covers which share of the runs (an estimate)", materials, panel, 1.2)


def comparison(table: pl.DataFrame, consumers: Sequence[dict], policies: Sequence[str], reference: str) -> Figure:
    """Mean change of the shortfall against the reference policy, same runs, with its interval: `compare.paired`."""
    others = [policy for policy in policies if policy != reference]
    reach = _reach([row["share"] for consumer in consumers for row in rows_of(table, consumer).iter_rows(named=True)])

    def panel(axes: Axes, consumer: dict) -> None:
        rows = {row["policy"]: row["share"] for row in rows_of(table, consumer).iter_rows(named=True)}
        axes.axvline(0.0, color="#666666", lw=1.0)
        for y, policy in enumerate(others):
            estimate, colour = rows[policy], colour_of(policies, policy)
            if estimate["low"] is not None and estimate["high"] is not None:
                axes.plot(
                    [estimate["low"], estimate["high"]], [y, y], color=colour, lw=2, label=once("95 % interval", y)
                )
            axes.plot(estimate["value"], y, "o", color=colour, ms=5, label=once("mean change", y))
        policy_axis(axes, others)
        axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
        axes.xaxis.set_major_formatter(FuncFormatter(lambda v, _: f"{v * 100:+.3g}" if v else "0"))
        axes.set_xlim(*reach)
        axes.set_xlabel("change of the mean, points of the requirement")

    return panels(
        f"What each policy changes against {reference}, in the same runs", consumers, panel, 0.28 * len(others)
    )


def panels(title: str, items: Sequence[dict], draw: Callable, extra: float, width: int = 46) -> Figure:
    """A panel for each item, `draw`n under its name, which is broken into lines of `width`; one legend for all."""
    columns = min(2, len(items))
    n_rows = -(-len(items) // columns)
    height = 1.25 + extra
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(4.6 * columns + 0.6, height * n_rows + 1.1), layout="constrained")
        grid = figure.subplots(n_rows, columns, squeeze=False)
        for axes, item in zip(grid.flat, items, strict=False):
            draw(axes, item)
            axes.set_title(_title(item, width), fontsize=9, loc="left", fontweight="bold")
        for axes in grid.flat[len(items) :]:
            axes.set_axis_off()
        figure.suptitle("\n".join(wrap(title, 58 * columns)), fontsize=11, x=0.01, ha="left")
        seen = {}
        for axes in grid.flat[: len(items)]:
            for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
                seen.setdefault(label, handle)
        if seen:
            figure.legend(
                seen.values(), seen.keys(), loc="outside lower left", ncols=2 * columns, frameon=False, fontsize=8
            )
    return figure


def _title(item: dict, width: int) -> str:
    """The name of a panel, broken into lines that fit it."""
    given = [str(item[key]) for key in (*CONSUMER, "stockpile") if item.get(key) is not None]
    return "\n".join(wrap(item.get("name") or ", ".join(given), width, max_lines=3, placeholder="…"))


def _time_axis(axes: Axes, n_steps: int, step: str, start: date | None) -> None:
    a_year = {"month": 12.0, "week": 365.25 / 7.0, "day": 365.25}.get(step)
    if start is None or a_year is None or n_steps < 2.0 * a_year:
        axes.xaxis.set_major_locator(MaxNLocator(integer=True))
        axes.set_xlabel(f"{step}s from the start" + (f", {start:%B %Y}" if start else ""))
        return
    # A tick at the start of each year of the run, at most eight of them.
    every = -(-int(n_steps / a_year) // 8)
    years = range(0, int(n_steps / a_year) + 1, every)
    axes.set_xticks([year * a_year for year in years], labels=[f"{start:%b} {start.year + year}" for year in years])
    axes.set_xlim(0, n_steps)
    axes.set_xlabel(f"time, if the run starts on {start.day} {start:%B %Y}")


def _reach(estimates: Sequence[dict]) -> tuple[float, float]:
    """One scale for the panels that are to be compared: all values and bounds, zero, and a margin."""
    known = [e[side] for e in estimates for side in ("value", "low", "high") if e[side] is not None] + [0.0]
    margin = 0.05 * (max(known) - min(known)) or 0.01
    return min(known) - margin, max(known) + margin


def rows_of(table: pl.DataFrame, item: dict) -> pl.DataFrame:
    keys = [key for key in (*CONSUMER, "stockpile") if item.get(key) is not None]
    return table.filter(pl.all_horizontal([pl.col(key) == item[key] for key in keys]))


def colour_of(policies: Sequence[str], policy: str) -> str:
    return COLOURS[list(policies).index(policy) % len(COLOURS)]


def line_style(policies: Sequence[str], policy: str) -> dict:
    index = list(policies).index(policy)
    return {"color": COLOURS[index % len(COLOURS)], "linestyle": DASHES[index % len(DASHES)]}


def once(label: str, index: int) -> str:
    return label if index == 0 else "_"


def policy_axis(axes: Axes, policies: Sequence[str]) -> None:
    axes.set_yticks(np.arange(len(policies)), labels=list(policies))
    axes.set_ylim(len(policies) - 0.5, -0.5)


def numbers(axis: matplotlib.axis.Axis, label: str, unit: str) -> None:
    """Ticks with thousands apart; in millions where the numbers would run into each other."""
    plural = f"{unit}s" if unit.islower() and unit.isalpha() and len(unit) > 2 else unit
    millions = max(map(abs, axis.get_view_interval())) >= 2e6
    scale = 1e6 if millions else 1.0
    axis.set_major_locator(MaxNLocator(nbins=5))
    axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value / scale:,.10g}"))
    axis.set_label_text(f"{label}, {'million ' if millions else ''}{plural}")
