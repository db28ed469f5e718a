"""The picture of what the chain hangs on."""

from collections.abc import Sequence
from textwrap import shorten

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from shortfall.criticality import KINDS
from shortfall.figures import COLOURS, panels, rows_of

# Characters of a title over a panel that long labels make narrow.
NARROW = 34
MOST = 10
# Shares below this are drawn as nothing.
LEAST = 1e-4


def criticality(table: pl.DataFrame, consumers: Sequence[dict]) -> Figure:
    """The items that cost each consumer most, coloured by their kind: `criticality.scan`."""

    def panel(axes: Axes, consumer: dict) -> None:
        rows = rows_of(table, consumer).with_columns(value=pl.col("share").struct.field("value"))
        rows = rows.filter(pl.col("value") > LEAST)
        worst = rows.sort("value", descending=True, maintain_order=True).head(MOST).to_dicts()
        seen: set[str] = set()
        for y, row in enumerate(worst):
            label = row["kind"] if row["kind"] not in seen else "_"
            seen.add(row["kind"])
            axes.barh(y, 100.0 * row["value"], height=0.65, color=COLOURS[1 + KINDS.index(row["kind"])], label=label)
        axes.set_yticks(range(len(worst)), labels=[shorten(row["item"], 40, placeholder=" …") for row in worst])
        axes.set_ylim(MOST - 0.5, -0.5)
        axes.set_xlabel("more missing over the horizon, %")

    title = f"What the chain hangs on: each thing off for {table['months'][0]:g} months, nothing else amiss"
    return panels(title, consumers, panel, 0.22 * MOST, NARROW)
