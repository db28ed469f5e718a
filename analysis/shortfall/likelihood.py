"""What maximum likelihood needs: the concave maximum of a mixture of rates, and where a profile has fallen too far."""

from collections.abc import Callable

import numpy as np
from scipy import optimize, stats

from shortfall.intervals import LEVEL

# A profile that has fallen by this much below its maximum leaves the interval.
DROP = float(stats.chi2.ppf(LEVEL, 1)) / 2.0
HOW = "profile likelihood"
# Ends of intervals are found to four digits.
FINE = 1e-4
STEPS = 60
# Rates below this would overflow where they are divided by; no event is explained by them.
FAINT = 1e-100
# Of the counts that the rates explain; below that a step changes nothing.
STILL = 1e-10


def mixture(features: np.ndarray, costs: np.ndarray, offset: np.ndarray | float = 0.0) -> tuple[np.ndarray, np.ndarray]:
    """Maximises Σ_j log(offset_j + Σ_k θ_k features_jk) - Σ_k θ_k costs_k over θ >= 0, for each candidate.

    `features`: candidates by events by parts; `costs`: candidates by parts. Returns θ and the maximum. Each turn makes
    a step of expectation maximisation, which never leads downhill, then one of Newton's method where it leads uphill.
    """
    n_events, n_parts = features.shape[1:]
    offset = np.broadcast_to(np.asarray(offset, dtype=float), features.shape[:2])
    used = costs > 0.0
    theta = np.where(used, max(n_events, 1) / np.maximum(costs, 1e-300) / max(n_parts, 1), 0.0)
    height = _height(features, costs, offset, theta)
    if n_events == 0 or n_parts == 0:
        theta = np.zeros_like(theta)
        return theta, _height(features, costs, offset, theta)
    for _ in range(STEPS):
        before = theta
        with np.errstate(divide="ignore", invalid="ignore"):
            shares = np.einsum("gjk,gj->gk", features, 1.0 / np.maximum(_rates(features, offset, theta), FAINT))
            theta = np.where(used, theta * shares / np.where(used, costs, 1.0), 0.0)
        height = _height(features, costs, offset, theta)
        theta, height = _newton(features, costs, offset, theta, height, used)
        if np.abs((theta - before) * costs).max() <= STILL * n_events:
            break
    return theta, height


def _rates(features: np.ndarray, offset: np.ndarray, theta: np.ndarray) -> np.ndarray:
    return offset + np.einsum("gjk,gk->gj", features, theta)


def _height(features: np.ndarray, costs: np.ndarray, offset: np.ndarray, theta: np.ndarray) -> np.ndarray:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.log(_rates(features, offset, theta)).sum(axis=1) - (theta * costs).sum(axis=1)


def _newton(
    features: np.ndarray, costs: np.ndarray, offset: np.ndarray, theta: np.ndarray, height: np.ndarray, used: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    inverse = 1.0 / np.maximum(_rates(features, offset, theta), FAINT)
    slope = np.einsum("gjk,gj->gk", features, inverse) - costs
    scaled = features * inverse[:, :, None]
    curvature = np.einsum("gjk,gjl->gkl", scaled, scaled)
    # A part at its bound that would like to go below it stays there.
    free = used & ~((theta * np.maximum(costs, 1e-300) < 1e-6 * features.shape[1]) & (slope < 0.0))
    both = free[:, :, None] & free[:, None, :]
    eye = np.eye(theta.shape[1])
    scale = np.maximum(np.einsum("gkk->gk", curvature), 1e-300)
    matrix = np.where(both, curvature, 0.0) + eye * np.where(free, 1e-12 * scale, 1.0)[:, :, None]
    step = np.linalg.solve(matrix, np.where(free, slope, 0.0)[:, :, None])[:, :, 0]
    at_bound = used & ~free
    length = np.ones(len(theta))
    for _ in range(12):
        tried = np.where(at_bound, 0.0, np.maximum(theta + length[:, None] * step, 0.0))
        reached = _height(features, costs, offset, tried)
        better = reached >= height
        if better.all():
            return tried, reached
        length = np.where(better, length, length / 4.0)
    return np.where(better[:, None], tried, theta), np.where(better, reached, height)


def crossings(
    height: Callable[[float], float], at: float, least: float, most: float, top: float | None = None
) -> tuple[float | None, float | None]:
    """Where a profile with its maximum at `at` has fallen by `DROP` to either side; `None` where it has not by then."""
    top = height(at) if top is None else top

    def above(x: float) -> float:
        value = (top if x == at else height(x)) - top + DROP
        return value if np.isfinite(value) else -1e3

    low = None
    if at > least and above(least) < 0.0:
        low = float(optimize.brentq(above, least, at, xtol=FINE * max(abs(at), 1e-2), rtol=FINE))
    reach = max(abs(at), 1e-3)
    far = min(at + reach, most)
    while above(far) >= 0.0:
        if far >= most or reach > 1e9:
            return low, None
        reach *= 2.0
        far = min(at + reach, most)
    return low, float(optimize.brentq(above, at, far, xtol=FINE * max(abs(at), 1e-2), rtol=FINE))
