"""Estimates with their intervals, all in closed form: exact where one is, else from what each run contributes."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import polars as pl
from scipy import stats

LEVEL = 0.95
# Kish's formula rounds for equal weights; a size this close to a whole number is that number.
WHOLE = 1e-6
# A share this close to 0 or 1 is one that rounding made: one run among a thousand million weighs more.
ROUNDED_OUT = 1e-12

ESTIMATE = pl.Struct({"value": pl.Float64, "low": pl.Float64, "high": pl.Float64, "n": pl.Int64, "how": pl.String})


@dataclass(frozen=True)
class Estimate:
    """A value, its 95 % interval (`None`: open on that side, or none at all), the runs behind it and the method."""

    value: float | None
    low: float | None
    high: float | None
    n: int
    how: str

    def as_row(self) -> dict[str, float | int | str | None]:
        """As a value of a frame's column of type `ESTIMATE`."""
        return {"value": self.value, "low": self.low, "high": self.high, "n": self.n, "how": self.how}


def single(value: float) -> Estimate:
    """What one run says: a value, and nothing about how far to trust it."""
    return Estimate(value, None, None, 1, "one run: no interval")


def clopper_pearson(successes: np.ndarray, sizes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Exact intervals of probabilities; sizes may be effective numbers of runs, hence not whole."""
    tail = (1.0 - LEVEL) / 2.0
    failures = sizes - successes
    with np.errstate(invalid="ignore", divide="ignore"):
        low = stats.beta.ppf(tail, successes, failures + 1.0)
        high = stats.beta.ppf(1.0 - tail, successes + 1.0, failures)
    return np.where(successes <= WHOLE, 0.0, low), np.where(failures <= WHOLE, 1.0, high)


@lru_cache(maxsize=10_000)
def order_ranks(p: float, size: float) -> tuple[float | None, float | None]:
    """Ranks, as shares of the sample, of the order statistics that enclose the quantile at `p`; `None` beyond it."""
    n = int(size)
    tail = (1.0 - LEVEL) / 2.0
    low = int(stats.binom.ppf(tail, n, p))
    high = int(stats.binom.ppf(1.0 - tail, n, p)) + 1
    return (low / n if low >= 1 else None), (high / n if high <= n else None)


def kish(weights: np.ndarray) -> float:
    """Number of runs of equal weight that know a mean as well: (Σw)² / Σw²."""
    size = float(weights.sum()) ** 2 / float(weights @ weights)
    return float(round(size)) if abs(size - round(size)) < WHOLE else size


def effective_sizes(shares: np.ndarray, weights: np.ndarray, draws: np.ndarray) -> np.ndarray:
    """Number of equal, independent runs that would know the mean of each row of shares as well as these runs do.

    One draw: p (1 - p) over the linearised variance of the weighted share. That is the number of runs for equal
    weights, and more for a rare event whose runs weigh little, which is what sampling it more often is for. Several
    draws: the size that the variance between draws implies (Korn and Graubard 1998, with their factor of degrees of
    freedom), at most that of one draw. Where all shares agree: Kish's number, or the number of draws. A share strictly
    between 0 and 1 (of a run's years) counts as a coin's, which varies more, so the size errs low.
    """
    n_draws = len(np.unique(draws))
    shares = np.asarray(shares, dtype=float)
    means = shares @ weights / weights.sum()
    spread = means * (1.0 - means)
    most = _of_one_draw(shares, means, weights)
    if n_draws == 1:
        return np.where(spread < ROUNDED_OUT, kish(weights), most)
    clusters = _by_draw(weights * (shares - means[:, None]), draws)
    degrees = n_draws - 1
    variance = n_draws / degrees * (clusters**2).sum(axis=1) / float(weights.sum()) ** 2
    factor = stats.t.ppf(0.5 + LEVEL / 2.0, np.maximum(most - 1.0, 1.0)) / stats.t.ppf(0.5 + LEVEL / 2.0, degrees)
    with np.errstate(invalid="ignore", divide="ignore"):
        sizes = np.clip(np.where(variance == 0.0, most, spread / variance * factor**2), 1.0, most)
    return np.where(spread < ROUNDED_OUT, float(n_draws), sizes)


def _of_one_draw(shares: np.ndarray, means: np.ndarray, weights: np.ndarray) -> np.ndarray:
    if equal(weights):
        return np.full(len(shares), float(len(weights)))
    squares = weights**2
    yes = shares @ squares
    variance = yes * (1.0 - means) ** 2 + (squares.sum() - yes) * means**2
    with np.errstate(invalid="ignore", divide="ignore"):
        return np.maximum(means * (1.0 - means) * float(weights.sum()) ** 2 / variance, 1.0)


def equal(weights: np.ndarray) -> bool:
    """Whether all runs weigh the same: then none of this costs anything."""
    return bool((weights == weights[0]).all())


def mean_estimates(
    values: np.ndarray, weights: np.ndarray, draws: np.ndarray, given: np.ndarray | None = None
) -> list[Estimate]:
    """Weighted mean of each row of `values` (rows by runs), over the runs where `given` holds."""
    if given is None:
        means = values @ weights / weights.sum()
        return linearised(means, values - means[:, None], weights, draws, values.min(axis=1), values.max(axis=1))
    mass = given @ weights
    with np.errstate(invalid="ignore", divide="ignore"):
        means = (values * given) @ weights / mass
        influence = np.where(given, values - means[:, None], 0.0) * (weights.sum() / mass)[:, None]
    lowest = np.where(given, values, np.inf).min(axis=1)
    highest = np.where(given, values, -np.inf).max(axis=1)
    return linearised(means, influence, weights, draws, lowest, highest)


def linearised(
    values: np.ndarray,
    influence: np.ndarray,
    weights: np.ndarray,
    draws: np.ndarray,
    lowest: np.ndarray,
    highest: np.ndarray,
) -> list[Estimate]:
    """Values with the interval that follows from what each run contributes (rows by runs), cut to the runs' range.

    Standard error: √(Σ (w h)²) / Σ w over the runs of one draw, else over the sums of the draws, which are independent
    and whose runs are not; both with the factor k / (k - 1) of k parts, and Student's t with k - 1 degrees.
    """
    n = influence.shape[1]
    if n == 1:
        return [single(float(value)) if np.isfinite(value) else _nothing(n) for value in values]
    n_draws = len(np.unique(draws))
    parts = weights * influence if n_draws == 1 else _by_draw(weights * influence, draws)
    degrees = max((n if n_draws == 1 else n_draws) - 1, 1)
    half = np.sqrt((parts**2).sum(axis=1) * (degrees + 1) / degrees) / weights.sum()
    half *= stats.t.ppf(0.5 + LEVEL / 2.0, degrees)
    result = []
    for value, low, high, reach in zip(values, lowest, highest, half, strict=True):
        if not np.isfinite(value):
            result.append(_nothing(n))
        elif not low < high:
            result.append(Estimate(float(value), None, None, n, "all runs agree: no interval"))
        else:
            bounds = max(value - reach, min(low, value)), min(value + reach, max(high, value))
            result.append(Estimate(float(value), float(bounds[0]), float(bounds[1]), n, "normal approximation"))
    return result


def _nothing(n: int) -> Estimate:
    return Estimate(None, None, None, n, "no run to average")


def _by_draw(values: np.ndarray, draws: np.ndarray) -> np.ndarray:
    order = np.argsort(draws, kind="stable")
    _, starts = np.unique(draws[order], return_index=True)
    return np.add.reduceat(values[:, order], starts, axis=1)
