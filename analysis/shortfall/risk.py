"""Quantile, VaR, CVaR and exceedance levels of weighted outcomes, each defined here and nowhere else.

The quantile is the inverse of the empirical distribution function, the smallest value v with F(v) >= p: a stock of
that size covers a share p of the runs, which an interpolated value need not.
"""

from collections.abc import Callable, Sequence

import numpy as np
import polars as pl

from shortfall import intervals
from shortfall.intervals import Estimate

# Sums of weights round; 1e-12 of the total is far above that, far below one run among a thousand million.
ROUNDING = 1e-12


def quantile(values: np.ndarray, p: float | np.ndarray, weights: np.ndarray | None = None) -> np.ndarray:
    """Smallest value whose distribution function reaches `p`; the largest value for p = 1, the smallest for p = 0."""
    return inverse(values, weights)(p)


def inverse(values: np.ndarray, weights: np.ndarray | None = None) -> Callable[[float | np.ndarray], np.ndarray]:
    """The function of `quantile` for these values, which are sorted once."""
    values = np.asarray(values, dtype=float)
    order = np.argsort(values, kind="stable")
    ascending = values[order]
    weights = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=float)
    reached = np.cumsum(weights[order])
    reached = reached / reached[-1]
    last = len(values) - 1
    return lambda p: ascending[np.minimum(np.searchsorted(reached, np.asarray(p) - ROUNDING), last)]


def value_at_risk(values: np.ndarray, level: float, weights: np.ndarray | None = None) -> float:
    """Quantile at `level`: the loss that is not exceeded with probability `level`."""
    return float(quantile(values, level, weights))


def cvar(values: np.ndarray, level: float, weights: np.ndarray | None = None) -> float:
    """Mean of the worst `1 - level` of the weight; an observation that the tail cuts through counts in part."""
    values = np.asarray(values, dtype=float)
    weights = np.ones(len(values)) if weights is None else np.asarray(weights, dtype=float)
    order = np.argsort(-values, kind="stable")
    return float(_tail_mean(values[order], weights[order], level, weights.sum()))


def _tail_mean(descending: np.ndarray, weights: np.ndarray, level: float, total: np.ndarray | float) -> np.ndarray:
    tail = (1.0 - level) * np.asarray(total, dtype=float)[..., None]
    if level >= 1.0:
        return np.max(np.where(weights > 0, descending, -np.inf), axis=-1)
    before = np.cumsum(weights, axis=-1) - weights
    taken = np.clip(tail - before, 0.0, weights)
    return taken @ descending / taken.sum(axis=-1)


def cvar_estimate(values: np.ndarray, level: float, weights: np.ndarray, counts: np.ndarray) -> Estimate:
    """CVaR with a bootstrap interval; `counts` are the resamples of `intervals.resample`.

    Only the worst runs enter: as many as could make up the tail of any resample.
    """
    value = cvar(values, level, weights)
    if len(values) == 1:
        return intervals.single(value)
    order = np.argsort(-values, kind="stable")
    totals = counts @ weights
    reach = np.searchsorted(np.cumsum(weights[order]), 3.0 * (1.0 - level) * weights.sum()) + 50
    worst = order[: min(reach, len(order))]
    sampled = counts[:, worst] * weights[worst]
    full = sampled.sum(axis=1) >= (1.0 - level) * totals
    if not full.all():
        worst, sampled = order, counts[:, order] * weights[order]
    return intervals.percentile(value, _tail_mean(values[worst], sampled, level, totals), len(values))


def quantile_estimate(values: np.ndarray, p: float, weights: np.ndarray, draws: np.ndarray) -> Estimate:
    """Quantile with the interval between two order statistics: exact in coverage for equal weights and one draw.

    With weights or several draws the ranks come from the effective number of runs (Woodruff's interval). A bound that
    would lie beyond the sample is left open.
    """
    at = inverse(values, weights)
    value = float(at(p))
    if len(values) == 1:
        return intervals.single(value)
    size = intervals.effective_size(values <= value, weights, draws)
    low, high = intervals.order_ranks(p, size)
    return Estimate(
        value,
        None if low is None else float(at(low)),
        None if high is None else float(at(high)),
        len(values),
        "order statistics",
    )


def shortage_probability(short: np.ndarray, weights: np.ndarray, draws: np.ndarray) -> Estimate:
    """Share of the weight of runs that are short, with a Clopper-Pearson interval on the effective number of runs."""
    value = float(weights @ short / weights.sum())
    if len(short) == 1:
        return intervals.single(value)
    size = intervals.effective_size(short, weights, draws)
    low, high = intervals.clopper_pearson(value * size, size)
    return Estimate(value, low, high, len(short), "Clopper-Pearson")


def exceedance(
    values: np.ndarray, weights: np.ndarray, draws: np.ndarray, return_periods: Sequence[float]
) -> pl.DataFrame:
    """Level exceeded once in each return period, in years, from the years of each run (`values`: years by runs).

    The level of T years is the quantile at 1 - 1/T of all years. The years of a run depend on each other: a level is
    resolved only if the independent histories alone, the runs, reach it: T at most their effective number. A level not
    resolved has no value: nothing is extrapolated.
    """
    n_years, n_runs = values.shape
    at = inverse(values.ravel(), np.tile(weights, n_years))
    size = intervals.effective_size(np.zeros(n_runs), weights, np.zeros(n_runs))
    rows = []
    for period in return_periods:
        resolved = bool(period <= size * (1.0 + ROUNDING))
        estimate = Estimate(None, None, None, n_runs, f"not resolved by {n_runs:,} runs")
        if resolved:
            p = 1.0 - 1.0 / period
            level = float(at(p))
            below = intervals.effective_size((values <= level).mean(axis=0), weights, draws)
            bounds = [None if rank is None else float(at(rank)) for rank in intervals.order_ranks(p, below)]
            estimate = Estimate(level, *bounds, n_runs, "order statistics of runs")
        rows.append({"return_period_years": float(period), "level": estimate.as_row(), "resolved": resolved})
    schema = {"return_period_years": pl.Float64, "level": intervals.ESTIMATE, "resolved": pl.Boolean}
    return pl.DataFrame(rows, schema=schema)
