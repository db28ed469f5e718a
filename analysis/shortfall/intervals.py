"""Estimates with their intervals: closed forms where they are exact, else a bootstrap over draws, then runs in them."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import stats

LEVEL = 0.95
RESAMPLES = 1_000
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


def percentile(value: float | None, replicates: np.ndarray, n: int) -> Estimate:
    """Bootstrap percentile interval; replicates that are NaN had nothing to average and are left out."""
    kept = replicates[np.isfinite(replicates)]
    if value is None or len(kept) == 0:
        return Estimate(value, None, None, n, "no run to average")
    if kept.min() == kept.max() and n > 1:
        return Estimate(value, None, None, n, "all runs agree: no interval")
    low, high = np.quantile(kept, [(1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0])
    return Estimate(value, float(min(low, value)), float(max(high, value)), n, "bootstrap")


def clopper_pearson(successes: float, size: float) -> tuple[float, float]:
    """Exact interval of a probability; `size` may be an effective number of runs, hence not whole."""
    tail = (1.0 - LEVEL) / 2.0
    failures = size - successes
    low = 0.0 if successes <= WHOLE else float(stats.beta.ppf(tail, successes, failures + 1.0))
    high = 1.0 if failures <= WHOLE else float(stats.beta.ppf(1.0 - tail, successes + 1.0, failures))
    return low, high


def order_ranks(p: float, size: float) -> tuple[float | None, float | None]:
    """Ranks, as shares of the sample, of the order statistics that enclose the quantile at `p`; `None` beyond it."""
    n = int(size)
    tail = (1.0 - LEVEL) / 2.0
    low = int(stats.binom.ppf(tail, n, p))
    high = int(stats.binom.ppf(1.0 - tail, n, p)) + 1
    return (low / n if low >= 1 else None), (high / n if high <= n else None)


def effective_size(shares: np.ndarray, weights: np.ndarray, draws: np.ndarray) -> float:
    """Number of equal, independent runs that would know the mean of `shares`, in [0, 1], as well as these runs do.

    One draw: Kish's (Σw)² / Σw². Several draws: the size that the variance between draws implies (Korn and Graubard
    1998, with their factor of degrees of freedom), at most Kish's; where all shares agree, the number of draws.
    Shares strictly between 0 and 1 (of a run's years) vary less than an indicator, so the size errs low.
    """
    kish = float(weights.sum()) ** 2 / float(weights @ weights)
    if abs(kish - round(kish)) < WHOLE:
        kish = float(round(kish))
    shares = np.asarray(shares, dtype=float)
    names, of_draw = np.unique(draws, return_inverse=True)
    mean = float(weights @ shares / weights.sum())
    if len(names) == 1:
        return kish
    if mean * (1.0 - mean) < ROUNDED_OUT:
        return float(len(names))
    clusters = np.bincount(of_draw, weights * (shares - mean))
    degrees = len(names) - 1
    variance = len(names) / degrees * float(clusters @ clusters) / float(weights.sum()) ** 2
    if variance == 0.0:
        return kish
    factor = stats.t.ppf(0.5 + LEVEL / 2.0, max(kish - 1.0, 1.0)) / stats.t.ppf(0.5 + LEVEL / 2.0, degrees)
    return float(min(kish, max(1.0, mean * (1.0 - mean) / variance * factor**2)))


def resample(draws: np.ndarray, rng: np.random.Generator, n: int = RESAMPLES) -> np.ndarray:
    """How often each run is taken in each of `n` resamples: draws with replacement, then runs in them."""
    names, sizes = np.unique(draws, return_counts=True)
    picked = rng.multinomial(len(names), np.full(len(names), 1.0 / len(names)), size=n)
    counts = np.empty((n, len(draws)))
    for index, (name, size) in enumerate(zip(names, sizes, strict=True)):
        taken = picked[:, index] * size
        cells = np.repeat(np.arange(n) * size, taken) + rng.integers(0, size, int(taken.sum()))
        counts[:, draws == name] = np.bincount(cells, minlength=n * size).reshape(n, size)
    return counts


def mean_estimates(
    values: np.ndarray, weights: np.ndarray, counts: np.ndarray, given: np.ndarray | None = None
) -> list[Estimate]:
    """Weighted mean of each row of `values` (rows by runs), over the runs where `given` holds, by bootstrap."""
    given = np.ones_like(values) if given is None else given.astype(float)
    mass, weighted = given @ weights, (values * given) @ weights
    sampled = counts * weights
    with np.errstate(invalid="ignore", divide="ignore"):
        means = weighted / mass
        replicates = (sampled @ (values * given).T) / (sampled @ given.T)
    n = values.shape[1]
    if n == 1:
        return [single(float(mean)) if np.isfinite(mean) else percentile(None, mean[None], n) for mean in means]
    return [
        percentile(float(mean) if np.isfinite(mean) else None, replicates[:, row], n) for row, mean in enumerate(means)
    ]
