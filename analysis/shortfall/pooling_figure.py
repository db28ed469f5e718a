"""The picture of pooling: what each member saves under each rule, and who bears it if one leaves."""

from collections.abc import Sequence

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from shortfall.figures import colour_of, numbers, once, panels, policy_axis


def saved(money: pl.DataFrame, members: Sequence[str], policies: Sequence[str]) -> Figure:
    """The total that each member saves against the same tonnage apart, with its interval: `pooling.saved`."""

    def panel(axes: Axes, item: dict) -> None:
        rows = {row["policy"]: row["total"] for row in money.filter(member=item["name"]).iter_rows(named=True)}
        _dots(axes, rows, policies)
        numbers(axes.xaxis, "saved over the horizon", "USD")

    items = [{"name": member} for member in [*members, "all"]]
    return panels("What pooling saves each member against the same tonnage apart", items, panel, 0.28 * len(policies))


def withdrawal(table: pl.DataFrame, policies: Sequence[str]) -> Figure:
    """What a withdrawal costs those that stay, those that leave, and all: `pooling.withdrawal`."""

    def panel(axes: Axes, item: dict) -> None:
        rows = {row["policy"]: row["cost"] for row in table.filter(who=item["who"]).iter_rows(named=True)}
        _dots(axes, rows, policies)
        numbers(axes.xaxis, "lost in runs in which one leaves", "USD")

    names = {"stayed": "members that stay", "left": "members that leave", "all": "all members"}
    items = [{"name": name, "who": who} for who, name in names.items()]
    return panels("What a withdrawal costs", items, panel, 0.28 * len(policies))


def _dots(axes: Axes, rows: dict[str, dict], policies: Sequence[str]) -> None:
    axes.axvline(0.0, color="#888888", lw=1)
    for y, policy in enumerate(policies):
        value, shade = rows[policy], colour_of(policies, policy)
        if value["low"] is not None and value["high"] is not None:
            axes.plot([value["low"], value["high"]], [y, y], color=shade, lw=2, label=once("95 % interval", y))
        axes.plot(value["value"], y, "o", color=shade, ms=5, label=once("mean", y))
    policy_axis(axes, policies)
