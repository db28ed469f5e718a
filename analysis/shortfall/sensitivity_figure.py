"""The picture of which uncertain numbers matter."""

from collections.abc import Sequence

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from shortfall.figures import COLOURS, panels, rows_of
from shortfall.sensitivity import DUMMY
from shortfall.words import short_key

# Characters of a title over a panel that long labels make narrow.
NARROW = 34
MOST = 10
LABELS = {
    "S1": "by itself (S1)",
    "ST": "with all it takes part in (ST)",
    "PAWN": "PAWN",
    "mu_star": "mean effect over its range (mu*)",
}


def sensitivity(table: pl.DataFrame, consumers: Sequence[dict]) -> Figure:
    """Indices of the strongest keys with their intervals: `sensitivity.table`."""
    most = min(MOST, table.filter(pl.col("key") != DUMMY)["key"].n_unique())
    shown = [index for index in LABELS if index in set(table["index"])]

    def panel(axes: Axes, consumer: dict) -> None:
        rows = rows_of(table, consumer).with_columns(value=pl.col("estimate").struct.field("value"))
        lead = rows.filter(pl.col("index") == shown[-1], pl.col("key") != DUMMY)
        keys = lead.sort("value", descending=True, maintain_order=True).head(most)["key"].to_list()
        for number, index in enumerate(shown):
            of_index = {row["key"]: row["estimate"] for row in rows.filter(pl.col("index") == index).to_dicts()}
            for y, key in enumerate(keys):
                estimate, at = of_index[key], y + 0.22 * (number - (len(shown) - 1) / 2.0)
                label = LABELS[index] if y == 0 else "_"
                axes.plot([estimate["low"], estimate["high"]], [at, at], color=COLOURS[1 + number], lw=2, alpha=0.6)
                axes.plot(estimate["value"], at, "o", color=COLOURS[1 + number], ms=5, label=label)
            if DUMMY in of_index:
                axes.axvline(of_index[DUMMY]["value"], color="#666666", ls=":", label="PAWN of a dummy")
        axes.axvline(0.0, color="#666666", lw=1.0)
        axes.set_yticks(range(len(keys)), labels=[short_key(key) for key in keys])
        axes.set_ylim(most - 0.5, -0.5)
        axes.set_xlabel("index")

    return panels("Which uncertain numbers the mean shortfall depends on", consumers, panel, 0.24 * most, NARROW)
