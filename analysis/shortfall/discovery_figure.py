"""The picture of where a policy fails."""

import numpy as np
import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from shortfall.figures import COLOURS, panels
from shortfall.words import short_key

# Pairs of keys that are drawn.
MOST = 4


def boxes(found: pl.DataFrame, keys: list[str], numbers: np.ndarray, failed: np.ndarray, title: str) -> Figure:
    """Cases that fail and those that do not, over the keys that PRIM's box limits, two by two."""
    limits = {row["key"]: row for row in found.filter(pl.col("method") == "PRIM").to_dicts() if row["key"]}
    named = list(limits)[: MOST + 1] or keys[:1]
    if len(named) == 1:
        named.append(next((key for key in keys if key != named[0]), named[0]))
    first = short_key(named[0])
    items = [{"name": f"{first} and {short_key(other)}", "x": named[0], "y": other} for other in named[1:]]

    def panel(axes: Axes, item: dict) -> None:
        x, y = (numbers[:, keys.index(item[side])] for side in ("x", "y"))
        axes.plot(x[~failed], y[~failed], "o", ms=4, mfc="white", color=COLOURS[1], label="holds")
        axes.plot(x[failed], y[failed], "X", ms=5, color=COLOURS[2], label="fails")
        ends = [_ends(limits.get(item[side]), of) for side, of in (("x", x), ("y", y))]
        (left, right), (bottom, top) = ends
        if limits:
            size = right - left, top - bottom
            axes.add_patch(Rectangle((left, bottom), *size, fill=False, ec=COLOURS[0], lw=2, label="PRIM's box"))
        axes.set_xlabel(short_key(item["x"]))
        axes.set_ylabel(short_key(item["y"]))

    return panels(title, items, panel, 1.8, 60)


def _ends(row: dict | None, of: np.ndarray) -> tuple[float, float]:
    margin = 0.02 * (float(of.max()) - float(of.min()))
    low = None if row is None else row["low"]
    high = None if row is None else row["high"]
    return (float(of.min()) - margin if low is None else low), (float(of.max()) + margin if high is None else high)
