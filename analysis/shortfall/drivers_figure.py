"""The picture of what drives the shortfall."""

from collections.abc import Sequence

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from shortfall.figures import COLOURS, once, panels, rows_of

# Characters of a title over a panel that long labels make narrow.
NARROW = 34
MOST = 8


def drivers(table: pl.DataFrame, consumers: Sequence[dict]) -> Figure:
    """Share of each driver with its interval, the largest first, and what its absence would spare: `drivers.table`."""
    most = min(MOST, table["driver"].drop_nulls().n_unique())

    def panel(axes: Axes, consumer: dict) -> None:
        rows = rows_of(table, consumer).filter(pl.col("driver").is_not_null()).head(most).to_dicts()
        for y, row in enumerate(rows):
            share, whole = row["share"], row["whole"]["value"]
            if share["value"] is None:
                continue
            axes.barh(y, 100.0 * share["value"], height=0.6, color=COLOURS[1], alpha=0.6,
                      label=once("share, mean over orders", y))  # fmt: skip
            if share["low"] is not None:
                ends = [100.0 * share["low"], 100.0 * share["high"]]
                axes.plot(ends, [y, y], color=COLOURS[0], lw=1.2, label=once("95 % interval", y))
            spared = 100.0 * row["left_out"]["value"] / whole
            axes.plot(spared, y, "D", color=COLOURS[2], mfc="white", ms=5, label=once("spared without it alone", y))
        axes.axvline(0.0, color="#666666", lw=1.0)
        axes.set_yticks(range(len(rows)), labels=[row["driver"] for row in rows])
        axes.set_ylim(most - 0.5, -0.5)
        axes.set_xlabel("of the mean shortfall, %")

    return panels("What drives the shortfall", consumers, panel, 0.24 * most, NARROW)
