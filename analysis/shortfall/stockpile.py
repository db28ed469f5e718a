"""Stock against service level, from the stock that each run would have needed.

An estimate: it is exact only at exogenous prices with no draw limit and no shared inputs. `replay` checks it.
"""

from collections.abc import Sequence

import numpy as np
import polars as pl

from shortfall import risk
from shortfall.intervals import ESTIMATE, Estimate
from shortfall.results import Refused, Results
from shortfall.summary import blocks

LEVELS = (0.5, 0.75, 0.8, 0.9, 0.95, 0.98, 0.99)
STOCKPILE = ["point", "policy", "stockpile", "material", "unit"]


def sizes(required: pl.LazyFrame, levels: Sequence[float] = LEVELS) -> pl.DataFrame:
    """For each stockpile and service level, the stock that covers that share of the runs.

    `size` is the inverse of the distribution function of the required stock, between two order statistics; `days` is
    the same in days of the holders' use; `marginal` is the chance that one more unit would have been drawn, the
    shortfall it saves on average per unit. `basis` says that it is an estimate.
    """
    rows = []
    for block in blocks(required, ["required", "required_days"], STOCKPILE):
        needed, days = block.values["required"], block.values["required_days"]
        rising, rising_days = risk.ordered(needed, block.weights), risk.ordered(days, block.weights)
        for level in levels:
            sized = risk.quantile_estimates(needed, rising, level, block.weights, block.draws)
            in_days = risk.quantile_estimates(days, rising_days, level, block.weights, block.draws)
            beyond = needed > np.array([size.value for size in sized])[:, None]
            more = risk.probabilities(beyond, block.weights, block.draws)
            for key, *of_all in zip(block.keys, sized, in_days, more, strict=True):
                estimates = {name: e.as_row() for name, e in zip(("size", "days", "marginal"), of_all, strict=True)}
                rows.append({**key, "service_level": level, **estimates, "basis": "estimate from one pass"})
    keys = {"point": pl.Int32, **dict.fromkeys(STOCKPILE[1:], pl.String), "service_level": pl.Float64}
    return pl.DataFrame(
        rows, schema=keys | dict.fromkeys(["size", "days", "marginal"], ESTIMATE) | {"basis": pl.String}
    ).sort(*STOCKPILE, "service_level")


def curve(required: pl.LazyFrame, point: int, policy: str, stockpile: str) -> pl.DataFrame:
    """Every stock that would just have sufficed in some run, with the share of runs that it covers."""
    chosen = required.filter(pl.col("point") == point, pl.col("policy") == policy, pl.col("stockpile") == stockpile)
    weight = pl.col("weight")
    return (
        chosen.select("required", "required_days", "weight")
        .sort("required")
        .with_columns(service_level=weight.cum_sum() / weight.sum())
        .select("required", "required_days", "service_level")
        .collect()
    )


def replay(estimated: Results, replayed: Results, stockpile: str, level: float) -> pl.DataFrame:
    """Whether a stock sized for `level` held it: the share of runs in which the replayed stock never ran empty.

    `agrees` unless that share, with its interval, stays below `level`. `foreseen` is the share that the pass promised
    for the size replayed.
    """
    rows = []
    needed = blocks(_of(estimated, "required", stockpile), ["required"], STOCKPILE)
    needs = {(block.keys[0]["point"], block.keys[0]["policy"]): block for block in needed}
    for block in blocks(_of(replayed, "stockpiles", stockpile), ["steps_empty", "target"], STOCKPILE):
        key = block.keys[0]
        need = needs.get((key["point"], key["policy"]))
        if need is None:
            raise Refused(f"policy {key['policy']!r} has no row of stockpile {stockpile!r} in {estimated.folder}")
        size = float(block.values["target"][0, 0])
        (held,) = risk.probabilities(block.values["steps_empty"][:1] == 0, block.weights, block.draws)
        (foreseen,) = risk.probabilities(need.values["required"][:1] <= size, need.weights, need.draws)
        agrees = held.high is None or held.high >= level
        shares = {"foreseen": foreseen.as_row(), "held": held.as_row()}
        rows.append({**key, "size": size, "service_level": level, **shares, "agrees": agrees})
    keys = {
        "point": pl.Int32,
        **dict.fromkeys(STOCKPILE[1:], pl.String),
        "size": pl.Float64,
        "service_level": pl.Float64,
    }
    return pl.DataFrame(rows, schema=keys | {"foreseen": ESTIMATE, "held": ESTIMATE, "agrees": pl.Boolean})


def _of(results: Results, table: str, stockpile: str) -> pl.LazyFrame:
    return results.table(table).filter(pl.col("stockpile") == stockpile)


def size_at(table: pl.DataFrame, stockpile: str, policy: str, level: float, of: str = "size") -> Estimate:
    """The `size` or `days` of one stockpile under one policy at one service level, out of the frame of `sizes`."""
    chosen = (pl.col("stockpile") == stockpile) & (pl.col("policy") == policy) & (pl.col("service_level") == level)
    found = table.filter(chosen)
    if found.is_empty():
        known = table["stockpile"].unique(maintain_order=True).to_list()
        raise Refused(f"no size of stockpile {stockpile!r} under policy {policy!r} at {level}; stockpiles are {known}")
    return Estimate(**found[of][0])
