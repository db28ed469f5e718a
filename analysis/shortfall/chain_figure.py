"""The picture of the supply chain and its concentrations."""

from collections.abc import Mapping
from textwrap import shorten

import matplotlib
from matplotlib.figure import Figure
from matplotlib.patches import PathPatch, Rectangle
from matplotlib.path import Path

from shortfall.chain import Chain
from shortfall.figures import COLOURS, STYLE

# Shares from which a place is drawn in the colour of a bottleneck, and of half a one.
MOST, MUCH = 0.5, 0.25
# A box lower than this has no room for its name, a flow of less than this is not seen.
LOW, THIN = 0.045, 0.004
WIDE, GAP = 0.36, 0.35


def chain(found: Chain, names: Mapping[str, str]) -> Figure:
    """Each material as a bar of the places that make it, from the ground on the left to the product on the right."""
    columns: dict[int, list[str]] = {}
    for material in sorted(found.made, key=lambda m: (found.column[m], m)):
        columns.setdefault(found.column[material], []).append(material)
    highest = max(len(of) for of in columns.values())
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(max(5.0, 1.75 * len(columns)), 2.2 + 2.1 * highest), layout="constrained")
        axes = figure.subplots()
        spots: dict[tuple[str, str], tuple[float, float, float]] = {}
        for at, (_, materials) in enumerate(sorted(columns.items())):
            for place_in_column, material in enumerate(materials):
                top = -(1.0 + GAP) * (place_in_column + (highest - len(materials)) / 2.0)
                _bar(axes, found, names, material, at, top, spots)
        for (material, source, output, target), share in sorted(found.flows.items()):
            if share >= THIN:
                _flow(axes, spots[(material, source)], spots[(output, target)], share)
        axes.set_xlim(-0.35, len(columns) - 0.35)
        axes.set_ylim(-(1.0 + GAP) * highest + 0.1, 0.42)
        axes.set_axis_off()
        figure.suptitle("Who makes what, and how much hangs on the largest", fontsize=11, x=0.01, ha="left")
        shades = {f"{100 * MOST:g} % or more": 2, f"{100 * MUCH:g} % or more": 6, "less": 5}
        patches = [Rectangle((0, 0), 1, 1, color=COLOURS[colour], alpha=0.75) for colour in shades.values()]
        titles = [f"{share} of the output" for share in shades]
        figure.legend(patches, titles, loc="outside lower left", ncols=3, frameon=False, fontsize=8)
    return figure


def _bar(axes, found: Chain, names: Mapping[str, str], material: str, at: int, top: float, spots: dict) -> None:
    title = shorten(names.get(material, material), 24, placeholder="…")
    axes.text(at - 0.02, top + 0.16, title, fontsize=8, fontweight="bold")
    axes.text(at - 0.02, top + 0.05, f"concentration {found.concentration(material):.2f}", fontsize=7, color="#444444")
    y = top
    for place, share in sorted(found.made[material].items(), key=lambda item: (-item[1], item[0])):
        colour = COLOURS[2] if share >= MOST else COLOURS[6] if share >= MUCH else COLOURS[5]
        axes.add_patch(Rectangle((at, y - share), WIDE, share, facecolor=colour, edgecolor="white", lw=0.8, alpha=0.75))
        if share >= LOW:
            label = f"{place} {100 * share:.0f} %"
            axes.text(at + WIDE / 2, y - share / 2, label, fontsize=7, ha="center", va="center")
        spots[(material, place)] = (at, y - share / 2, share)
        y -= share


def _flow(axes, source: tuple[float, float, float], target: tuple[float, float, float], share: float) -> None:
    x0, y0, x1, y1 = source[0] + WIDE, source[1], target[0], target[1]
    middle = (x0 + x1) / 2
    path = Path([(x0, y0), (middle, y0), (middle, y1), (x1, y1)], [Path.MOVETO, Path.CURVE4, Path.CURVE4, Path.CURVE4])
    axes.add_patch(PathPatch(path, fill=False, edgecolor="#555555", lw=max(0.4, 14.0 * share), alpha=0.35, zorder=0))
