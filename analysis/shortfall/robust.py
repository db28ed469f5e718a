"""How a policy does over the draws of what is not known: regret, and how often it is good enough."""

import numpy as np
import polars as pl
from scipy import stats

from shortfall import intervals
from shortfall.intervals import ESTIMATE, LEVEL, Estimate
from shortfall.results import CONSUMER
from shortfall.summary import GROUP, blocks, shares

# A draw is good enough if at most this share of the requirement is missing on average.
LIMIT = 0.05


def by_draw(outcomes: pl.LazyFrame) -> pl.DataFrame:
    """Mean share of the requirement that is missing, of each consumer under each policy in each draw; its regret.

    `regret` is the share missing less the least that any policy of the point leaves missing in that draw.
    """
    frames = []
    for block in blocks(outcomes, ["shortfall", "requirement"]):
        missing = shares(block.values["shortfall"], block.values["requirement"])
        draws, places = np.unique(block.draws, return_inverse=True)
        chosen = (places[:, None] == np.arange(len(draws))).astype(float) * block.weights[:, None]
        means = missing @ chosen / chosen.sum(axis=0)
        keys = pl.DataFrame(block.keys)
        frames += [
            keys.with_columns(draw=pl.lit(int(draw), pl.Int32), share=pl.Series(means[:, index]))
            for index, draw in enumerate(draws)
        ]
    least = pl.col("share").min().over("point", *CONSUMER, "draw")
    return pl.concat(frames).with_columns(regret=pl.col("share") - least).sort(*GROUP, "draw")


def robustness(drawn: pl.DataFrame, limit: float = LIMIT) -> pl.DataFrame:
    """One row for each (point, policy, consumer), from the frame of `by_draw`.

    `regret` is the mean over draws and `worst_regret` the largest seen, which more draws can only raise;
    `satisfied` is the share of draws in which at most `limit` of the requirement is missing on average. With one draw
    nothing is known about other draws, and no interval is given.
    """
    rows = []
    for key, found in drawn.group_by(*GROUP, maintain_order=True):
        n = len(found)
        regret = found["regret"].to_numpy()
        satisfied = int((found["share"] <= limit).sum())
        estimates = {"regret": _mean(regret), "satisfied": _chance(satisfied, n)}
        row = {name: estimate.as_row() for name, estimate in estimates.items()}
        rows.append({**dict(zip(GROUP, key, strict=True)), **row, "worst_regret": float(regret.max()), "n_draws": n})
    keys = {"point": pl.Int32, **dict.fromkeys(GROUP[1:], pl.String)}
    measures = {"regret": ESTIMATE, "satisfied": ESTIMATE, "worst_regret": pl.Float64, "n_draws": pl.Int64}
    table = pl.DataFrame(rows, schema=keys | measures)
    return table.with_columns(limit=pl.lit(limit))


def _mean(values: np.ndarray) -> Estimate:
    n = len(values)
    if n == 1:
        return Estimate(float(values[0]), None, None, 1, "one draw: no interval")
    centre, half = float(values.mean()), float(values.std(ddof=1)) / np.sqrt(n)
    half *= float(stats.t.ppf(0.5 + LEVEL / 2.0, n - 1))
    low, high = max(centre - half, float(values.min())), min(centre + half, float(values.max()))
    return Estimate(centre, low, high, n, "Student's t over draws")


def _chance(successes: int, n: int) -> Estimate:
    if n == 1:
        return Estimate(float(successes), None, None, 1, "one draw: no interval")
    low, high = intervals.clopper_pearson(np.array([float(successes)]), np.array([float(n)]))
    return Estimate(successes / n, float(low[0]), float(high[0]), n, "Clopper-Pearson over draws")
