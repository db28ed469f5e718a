"""Quantile, VaR, CVaR and exceedance levels of weighted outcomes, each defined here and nowhere else.

The quantile is the inverse of the empirical distribution function, the smallest value v with F(v) >= p: a stock of
that size covers a share p of the runs, which an interpolated value need not.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from shortfall import intervals
from shortfall.intervals import Estimate

# Sums of weights round; 1e-12 of the total is far above that, far below one run among a thousand million.
ROUNDING = 1e-12
# A chance of exactly one run's share is resolved; 1 - (1 - chance) rounds.
CLOSE = 1e-9


@dataclass(frozen=True)
class Ordered:
    """Rows of values (groups by runs), each sorted once, with the weights in that order and the share they reach.

    With equal weights the last two have one row that stands for all.
    """

    ascending: np.ndarray
    weights: np.ndarray
    reached: np.ndarray

    def at(self, p: float | np.ndarray) -> np.ndarray:
        """Quantile of each row at `p`, one for all rows or one for each."""
        wanted = np.broadcast_to(np.asarray(p, dtype=float) - ROUNDING, len(self.ascending))
        if len(self.reached) == 1:
            places = np.searchsorted(self.reached[0], wanted)
        else:
            places = (self.reached < wanted[:, None]).sum(axis=1)
        return self.ascending[np.arange(len(places)), np.minimum(places, self.ascending.shape[1] - 1)]

    def tail_means(self, level: float) -> np.ndarray:
        """CVaR of each row."""
        falling, weights = self.ascending[:, ::-1], self.weights[:, ::-1]
        if level >= 1.0:
            return np.max(np.where(weights > 0, falling, -np.inf), axis=1)
        tail = (1.0 - level) * weights.sum(axis=1, keepdims=True)
        taken = np.clip(tail - (np.cumsum(weights, axis=1) - weights), 0.0, weights)
        reach = int(np.flatnonzero(taken.max(axis=0))[-1]) + 1
        taken = taken[:, :reach]
        return (taken * falling[:, :reach]).sum(axis=1) / taken.sum(axis=1)


def ordered(values: np.ndarray, weights: np.ndarray) -> Ordered:
    """Sorts each row of `values` (groups by runs)."""
    values, weights = np.asarray(values, dtype=float), np.asarray(weights, dtype=float)
    if intervals.equal(weights):
        ascending, rising = np.sort(values, axis=1), weights[None]
    else:
        order = np.argsort(values, axis=1, kind="stable")
        ascending, rising = np.take_along_axis(values, order, axis=1), weights[order]
    reached = np.cumsum(rising, axis=1)
    return Ordered(ascending, rising, reached / reached[:, -1:])


def quantile(values: np.ndarray, p: float, weights: np.ndarray | None = None) -> float:
    """Smallest value whose distribution function reaches `p`; the largest value for p = 1, the smallest for p = 0."""
    return float(_one(values, weights).at(p)[0])


def value_at_risk(values: np.ndarray, level: float, weights: np.ndarray | None = None) -> float:
    """Quantile at `level`: the loss that is not exceeded with probability `level`."""
    return quantile(values, level, weights)


def cvar(values: np.ndarray, level: float, weights: np.ndarray | None = None) -> float:
    """Mean of the worst `1 - level` of the weight; an observation that the tail cuts through counts in part."""
    return float(_one(values, weights).tail_means(level)[0])


def _one(values: np.ndarray, weights: np.ndarray | None) -> Ordered:
    return ordered(np.asarray(values)[None], np.ones(len(values)) if weights is None else weights)


def cvar_estimates(
    values: np.ndarray, rising: Ordered, level: float, weights: np.ndarray, draws: np.ndarray
) -> list[Estimate]:
    """CVaR of each row with the interval of the program's own table, from the influence function

    h(x) = q + max(0, x - q) / (1 - level) - CVaR, with q the quantile at `level`. None where fewer than two runs make
    up the tail.
    """
    means, tail, n = rising.tail_means(level), 1.0 - level, values.shape[1]
    at = rising.at(level)[:, None]
    influence = at + np.maximum(values - at, 0.0) / tail - means[:, None]
    found = intervals.linearised(means, influence, weights, draws, rising.ascending[:, 0], rising.ascending[:, -1])
    sizes = _sizes(lambda: values <= at, len(values), weights, np.zeros(n))
    few = (tail * sizes < 2.0) & (n > 1)
    how = "fewer than two runs in the tail: no interval"
    return [Estimate(f.value, None, None, n, how) if f_few else f for f, f_few in zip(found, few, strict=True)]


def quantile_estimates(
    values: np.ndarray, rising: Ordered, p: float, weights: np.ndarray, draws: np.ndarray
) -> list[Estimate]:
    """Quantile of each row between two order statistics: exact in coverage for equal weights and one draw.

    With weights or several draws the ranks come from the effective number of runs at that level (Woodruff's interval).
    A bound that would lie beyond the sample is left open.
    """
    at, n = rising.at(p), values.shape[1]
    if n == 1:
        return [intervals.single(float(value)) for value in at]
    sizes = _sizes(lambda: values <= at[:, None], len(values), weights, draws)
    return _between(rising, at, p, sizes, n, "order statistics")


def _sizes(shares: Callable[[], np.ndarray], n_rows: int, weights: np.ndarray, draws: np.ndarray) -> np.ndarray:
    # With one draw and equal weights the shares do not matter, and making them costs more than all else.
    if intervals.equal(weights) and (draws == draws[0]).all():
        return np.full(n_rows, float(len(weights)))
    return intervals.effective_sizes(shares(), weights, draws)


def _between(rising: Ordered, at: np.ndarray, p: float, sizes: np.ndarray, n: int, how: str) -> list[Estimate]:
    ranks = [intervals.order_ranks(p, size) for size in sizes]
    low, high = (rising.at(np.array([1.0 if rank[side] is None else rank[side] for rank in ranks])) for side in (0, 1))
    return [
        Estimate(
            float(at[row]),
            None if rank[0] is None else float(low[row]),
            None if rank[1] is None else float(high[row]),
            n,
            how,
        )
        for row, rank in enumerate(ranks)
    ]


def probabilities(short: np.ndarray, weights: np.ndarray, draws: np.ndarray) -> list[Estimate]:
    """Share of the weight of runs that are short, of each row: Clopper-Pearson on the effective number of runs."""
    values = short @ weights / weights.sum()
    if short.shape[1] == 1:
        return [intervals.single(float(value)) for value in values]
    sizes = intervals.effective_sizes(short, weights, draws)
    lows, highs = intervals.clopper_pearson(values * sizes, sizes)
    return [
        Estimate(float(value), float(low), float(high), short.shape[1], "Clopper-Pearson")
        for value, low, high in zip(values, lows, highs, strict=True)
    ]


def return_levels(
    values: np.ndarray, rising: Ordered, weights: np.ndarray, draws: np.ndarray, return_periods: Sequence[float]
) -> list[list[Estimate]]:
    """Level exceeded once in each return period, in years, of each group, from the years of each run.

    `values`: groups by years by runs; `rising` orders the years of all runs of a group. The level of T years is the
    quantile at 1 - 1/T of all years. A level that is not resolved has no value: nothing is extrapolated.
    """
    n_groups, _, n_runs = values.shape
    none = Estimate(None, None, None, n_runs, f"not resolved by {n_runs:,} runs")
    columns = []
    for period in return_periods:
        p = 1.0 - 1.0 / period
        level = rising.at(p)
        reached = resolved(values, rising, weights, p)
        if not reached.any():
            columns.append([none] * n_groups)
            continue
        below = _sizes(lambda at=level: (values <= at[:, None, None]).mean(axis=1), n_groups, weights, draws)
        found = _between(rising, level, p, below, n_runs, "order statistics of runs")
        columns.append([estimate if yes else none for estimate, yes in zip(found, reached, strict=True)])
    return [list(row) for row in zip(*columns, strict=True)]


def resolved(values: np.ndarray, rising: Ordered, weights: np.ndarray, p: float) -> np.ndarray:
    """Whether the runs of each group reach the quantile at `p` of all their years.

    The years of a run depend on each other, so the independent histories alone, the runs, must reach it: 1/(1 - p) is
    at most their effective number at that level. Runs of little weight reach further into the tail they are in.
    """
    level = rising.at(p)
    one_draw = np.zeros(len(weights))
    sizes = _sizes(lambda: (values <= level[:, None, None]).mean(axis=1), len(values), weights, one_draw)
    return sizes * (1.0 - p) >= 1.0 - CLOSE
