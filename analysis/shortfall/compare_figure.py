"""Pictures of policies against each other: cost against what is missing, and regret over draws."""

from collections.abc import Sequence

import polars as pl
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from shortfall.figures import colour_of, numbers, once, panels, policy_axis, rows_of


def front(table: pl.DataFrame, consumers: Sequence[dict], policies: Sequence[str]) -> Figure:
    """Cost against the mean of the worst 5 % of runs, the policies that none beats joined: `pareto.front`."""

    def panel(axes: Axes, consumer: dict) -> None:
        rows = rows_of(table, consumer).filter(pl.col("cost").struct.field("value").is_not_null())
        best = sorted((r["cost"]["value"], r["cvar95"]["value"]) for r in rows.filter("efficient").to_dicts())
        axes.step(
            [cost for cost, _ in best], [loss for _, loss in best], where="post", color="#888888", lw=1, zorder=1,
            label="no policy is both cheaper and safer",
        )  # fmt: skip
        for row in sorted(rows.to_dicts(), key=lambda row: policies.index(row["policy"])):
            x, y, shade = row["cost"], row["cvar95"], colour_of(policies, row["policy"])
            for low, high, fixed, along in ((x["low"], x["high"], y["value"], 0), (y["low"], y["high"], x["value"], 1)):
                if low is not None and high is not None:
                    ends, same = [low, high], [fixed, fixed]
                    axes.plot(*((ends, same) if along == 0 else (same, ends)), color=shade, lw=1, alpha=0.6)
            face = shade if row["efficient"] else "white"
            axes.plot(x["value"], y["value"], "o", color=shade, mfc=face, ms=6, label=row["policy"])
        axes.set_ylim(bottom=0.0)
        numbers(axes.xaxis, "mean cost", "USD")
        numbers(axes.yaxis, "missing in the worst 5 %", consumer["unit"])

    return panels("What each policy costs and what it leaves missing (hollow: beaten on both)", consumers, panel, 1.6)


def regret(table: pl.DataFrame, consumers: Sequence[dict], policies: Sequence[str]) -> Figure:
    """Mean regret over draws with its interval, and the largest seen: `robust.robustness`."""

    def panel(axes: Axes, consumer: dict) -> None:
        rows = {row["policy"]: row for row in rows_of(table, consumer).to_dicts()}
        for y, policy in enumerate(policies):
            mean, shade = rows[policy]["regret"], colour_of(policies, policy)
            if mean["low"] is not None:
                ends = [100.0 * mean["low"], 100.0 * mean["high"]]
                axes.plot(ends, [y, y], color=shade, lw=2, label=once("95 % interval", y))
            axes.plot(100.0 * mean["value"], y, "o", color=shade, ms=5, label=once("mean over draws", y))
            axes.plot(100.0 * rows[policy]["worst_regret"], y, "|", color=shade, ms=9, label=once("worst draw", y))
        policy_axis(axes, policies)
        axes.set_xlim(left=0.0)
        axes.set_xlabel("missing beyond the best policy of the draw, points of the requirement")

    title = "Regret: what a policy leaves missing beyond the best one, draw by draw"
    return panels(title, consumers, panel, 0.28 * len(policies))
