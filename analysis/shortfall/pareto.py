"""What a policy costs against what it leaves missing, and which policies no other one beats on both."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from shortfall import intervals, risk
from shortfall.intervals import ESTIMATE, Estimate
from shortfall.results import CONSUMER
from shortfall.summary import GROUP, RUN, TAIL, Block, blocks

# Differences of costs and of losses below this share of the larger one are rounding.
EQUAL = 1e-9


def front(outcomes: pl.LazyFrame, costs: pl.LazyFrame, stockpiles: pl.LazyFrame) -> pl.DataFrame:
    """One row for each (point, policy, consumer): what the policy costs, and the mean of the worst 5 % of its runs.

    `cost` in USD over the horizon, all parties and items together, below 0 if income is larger; 0 without costs.
    `cvar95` in the material's unit. `efficient` unless another policy of the point is at most as dear and leaves at
    most as much missing, one of the two less; `beaten_by` names the cheapest such policy.
    """
    spent = costs_by_run(costs)
    yardsticks = unlimited(stockpiles)
    rows = []
    for block in blocks(outcomes, ["shortfall"]):
        key = block.keys[0]
        if (key["point"], key["policy"]) in yardsticks:
            cost = Estimate(None, None, None, len(block.runs), "an unlimited stock has no price")
        else:
            (cost,) = intervals.mean_estimates(of_block(spent, block)[None], block.weights, block.draws)
        rising = risk.ordered(block.values["shortfall"], block.weights)
        tails = risk.cvar_estimates(block.values["shortfall"], rising, TAIL, block.weights, block.draws)
        rows += [
            {**item, "cost": cost.as_row(), "cvar95": tail.as_row()}
            for item, tail in zip(block.keys, tails, strict=True)
        ]
    keys = {"point": pl.Int32, **dict.fromkeys(GROUP[1:], pl.String)}
    table = pl.DataFrame(rows, schema=keys | {"cost": ESTIMATE, "cvar95": ESTIMATE})
    return _judged(table)


def costs_by_run(costs: pl.LazyFrame) -> pl.DataFrame:
    """Cost of each policy in each run: the sum over parties and items, of which income is below 0."""
    total = costs.group_by("point", "policy", *RUN).agg(pl.col("usd").sum())
    return total.with_columns(pl.col("policy").cast(pl.String)).sort("point", "policy", *RUN).collect()


def unlimited(stockpiles: pl.LazyFrame) -> set[tuple[int, str]]:
    """Points and policies that hold a stockpile without a target."""
    rows = stockpiles.filter(pl.col("target").is_null()).select("point", pl.col("policy").cast(pl.String))
    return set(rows.unique().collect().iter_rows())


def of_block(spent: pl.DataFrame, block: Block) -> np.ndarray:
    """The costs of a block's runs in its order, 0 where the table has none."""
    key = block.keys[0]
    runs = pl.DataFrame({"draw": block.draws, "run": block.runs})
    found = spent.filter(pl.col("point") == key["point"], pl.col("policy") == key["policy"])
    return runs.join(found, on=RUN, how="left", maintain_order="left")["usd"].fill_null(0.0).to_numpy()


def _judged(table: pl.DataFrame) -> pl.DataFrame:
    names: list[str | None] = [None] * len(table)
    efficient = [False] * len(table)
    known = table.with_row_index("row").filter(pl.col("cost").struct.field("value").is_not_null())
    for _, rows in known.group_by("point", *CONSUMER, maintain_order=True):
        cost, loss = (rows[name].struct.field("value").to_list() for name in ("cost", "cvar95"))
        for row, by in zip(rows["row"], beaten_by(cost, loss), strict=True):
            efficient[row] = by is None
            names[row] = None if by is None else rows["policy"][by]
    judged = {"efficient": pl.Series(efficient, dtype=pl.Boolean), "beaten_by": pl.Series(names, dtype=pl.String)}
    return table.with_columns(**judged).sort("point", *CONSUMER, maintain_order=True)


def beaten_by(cost: Sequence[float], loss: Sequence[float]) -> list[int | None]:
    """For each policy the cheapest one that is no worse on both counts and better on one; `None` on the front."""
    result: list[int | None] = []
    for own_cost, own_loss in zip(cost, loss, strict=True):
        better = [
            index
            for index, (other_cost, other_loss) in enumerate(zip(cost, loss, strict=True))
            if not _more(other_cost, own_cost)
            and not _more(other_loss, own_loss)
            and (_more(own_cost, other_cost) or _more(own_loss, other_loss))
        ]
        result.append(min(better, key=lambda index: (cost[index], loss[index]), default=None))
    return result


def _more(a: float, b: float) -> bool:
    return a - b > EQUAL * max(abs(a), abs(b))
