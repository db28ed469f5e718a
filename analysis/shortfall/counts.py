"""Rates that are constant, and rates that differ from one period to the next: Poisson and gamma-Poisson.

Both are likelihoods of the events' times, as the Hawkes process's is, so that the three compare by AIC. A gamma-Poisson
rate is drawn anew for each period of a year from a gamma law; the counts of the periods then follow a negative
binomial law. `spread` is the variance of that gamma law over the square of its mean; at 0 it is the Poisson process.
"""

from dataclasses import dataclass

import numpy as np
from scipy import optimize, special, stats

from shortfall import likelihood
from shortfall.events import Events
from shortfall.intervals import LEVEL, Estimate

PERIOD = 1.0
# Above this spread a hundred quiet years between two busy ones are nothing unusual.
WIDEST = 1e3


@dataclass(frozen=True)
class Counts:
    """Events of one series in each period, and the lengths of the periods, the last one cut by the window's end."""

    n: np.ndarray
    years: np.ndarray


def counts(events: Events, series: int, period: float = PERIOD) -> Counts:
    """Events of a series by periods from the window's start."""
    edges = np.append(np.arange(0.0, events.years - 1e-9, period), events.years)
    at = np.searchsorted(edges, events.inside(series), side="left") - 1
    return Counts(np.bincount(at, minlength=len(edges) - 1).astype(float), np.diff(edges))


def poisson_rate(events: Events, series: int) -> Estimate:
    """Events per year: their number over the window, with Garwood's exact interval."""
    n, tail = len(events.inside(series)), (1.0 - LEVEL) / 2.0
    low = float(stats.gamma.ppf(tail, n)) if n else 0.0
    high = float(stats.gamma.ppf(1.0 - tail, n + 1))
    return Estimate(n / events.years, low / events.years, high / events.years, n, "exact (Garwood)")


def poisson_log_likelihood(events: Events) -> float:
    """Maximum over the rates of all series."""
    n = np.array([len(events.inside(series)) for series in range(len(events.names))], dtype=float)
    return float((special.xlogy(n, n / events.years) - n).sum())


def gamma_log_likelihood(found: Counts, mean: float, spread: float) -> float:
    """Logarithm of the density of the times, given mean and spread of the gamma law of the periods' rates."""
    n, years = found.n, found.years
    if spread <= 1e-9:
        return float((special.xlogy(n, mean) - mean * years).sum())
    shape = 1.0 / spread
    # Γ(k+n)/Γ(k) as a sum of logarithms keeps its digits where k is large.
    rising = sum(float(np.log1p(np.arange(int(count)) * spread).sum()) for count in n)
    return float(rising + (special.xlogy(n, mean) - (shape + n) * np.log1p(spread * mean * years)).sum())


def gamma_fit(found: Counts) -> tuple[float, float]:
    """Mean rate per year and spread at the maximum of the likelihood; a spread of 0 where counts vary no more."""
    start = found.n.sum() / found.years.sum()
    if start == 0.0:
        return 0.0, 0.0
    grid = np.geomspace(1e-3, WIDEST, 61)
    heights = [_at_spread(found, spread)[1] for spread in grid]
    at = int(np.argmax(heights))
    near = (np.log(grid[max(at - 1, 0)]), np.log(grid[min(at + 1, len(grid) - 1)]))
    best = optimize.minimize_scalar(lambda x: -_at_spread(found, float(np.exp(x)))[1], bounds=near, method="bounded")
    spread = float(np.exp(best.x))
    mean, height = _at_spread(found, spread)
    return (mean, spread) if height > gamma_log_likelihood(found, start, 0.0) + 1e-9 else (start, 0.0)


def gamma_rate(found: Counts, mean: float, spread: float) -> tuple[Estimate, Estimate]:
    """Mean rate and spread, each with its interval; a spread whose interval holds 0 is not shown to be any."""
    n = int(found.n.sum())

    def of_mean(value: float) -> float:
        return max(gamma_log_likelihood(found, value, s) for s in np.append(0.0, np.geomspace(1e-3, WIDEST, 61)))

    low, high = likelihood.crossings(of_mean, mean, 0.0, np.inf, gamma_log_likelihood(found, mean, spread))
    rate = Estimate(mean, 0.0 if low is None else low, high, n, likelihood.HOW)
    low, high = likelihood.crossings(lambda s: _at_spread(found, s)[1], spread, 0.0, WIDEST)
    return rate, Estimate(spread, 0.0 if low is None else low, high, n, likelihood.HOW)


def _at_spread(found: Counts, spread: float) -> tuple[float, float]:
    """The best mean for a spread, and its height: the mean solves Σ n = Σ (1 + spread n) mean years / (1 + ...)."""
    total = found.n.sum()
    if total == 0.0:
        return 0.0, 0.0
    start = total / found.years.sum()
    if spread <= 1e-9:
        return float(start), gamma_log_likelihood(found, float(start), 0.0)

    def excess(log_mean: float) -> float:
        load = np.exp(log_mean) * found.years
        return float((found.n - (1.0 + spread * found.n) * load / (1.0 + spread * load)).sum())

    # Periods of equal length have the plain rate as their root; a short last one moves it a little.
    mean = float(np.exp(optimize.brentq(excess, np.log(start) - 20.0, np.log(start) + 20.0)))
    return mean, gamma_log_likelihood(found, mean, spread)
