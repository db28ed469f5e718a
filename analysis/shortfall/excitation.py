"""Hawkes rates by maximum likelihood, with intervals from the profile of the likelihood.

Given the delays, the logarithm of the likelihood is concave in base rates and extra events and falls apart into one
part for each target; it is maximised by steps of Newton's method within the bounds. The delays are searched over a
grid of logarithms, so no start value decides the answer.
"""

from dataclasses import dataclass

import numpy as np

from shortfall import hawkes, likelihood
from shortfall.events import DAYS_PER_YEAR, Events
from shortfall.hawkes import Hawkes
from shortfall.intervals import Estimate

# Delays are looked for from a day, the resolution of dates, to the length of the window.
SHORTEST = 1.0 / DAYS_PER_YEAR
GRID = 61
SWEEPS = 12


@dataclass(frozen=True)
class Search:
    """What is fitted: the events, which pairs may excite (from, to), and how delays go.

    `decay`: `shared` by all pairs, one for each `pair`, or a number of years that is given and not fitted.
    """

    events: Events
    allowed: np.ndarray
    decay: str | float = "shared"

    @property
    def grid(self) -> np.ndarray:
        """Candidates of a delay, in years."""
        if isinstance(self.decay, float):
            return np.array([self.decay])
        return np.geomspace(SHORTEST, self.events.years, GRID)

    @property
    def n_parameters(self) -> int:
        """Numbers fitted."""
        n_pairs = int(self.allowed.sum())
        n_decays = 0 if isinstance(self.decay, float) or not n_pairs else n_pairs if self.decay == "pair" else 1
        return len(self.events.names) + n_pairs + n_decays


def fit(search: Search) -> Hawkes:
    """The maximum of the likelihood."""
    n = len(search.events.names)
    heights = sum(_part(search, target, _all(search, target)).height for target in range(n))
    at = int(np.argmax(heights))
    shared = search.grid[at]
    if search.decay == "shared":
        near = np.geomspace(search.grid[max(at - 1, 0)], search.grid[min(at + 1, len(search.grid) - 1)], 21)
        for_each = [_part(search, target, np.repeat(near[:, None], n, axis=1)) for target in range(n)]
        shared = near[int(np.argmax(sum(part.height for part in for_each)))]
    decay = np.full((n, n), shared)
    if search.decay == "pair":
        for target in range(n):
            decay[:, target] = _by_pair(search, target, decay[:, target], None)[0]
    parts = [_part(search, target, decay[None, :, target]) for target in range(n)]
    base = np.array([part.best[0, 0] for part in parts])
    return Hawkes(base, np.column_stack([part.best[0, 1:] for part in parts]), decay)


def base_interval(search: Search, model: Hawkes, target: int) -> Estimate:
    """The base rate of a series, per year."""
    return _interval(search, model, target, 0, model.base[target])


def extra_interval(search: Search, model: Hawkes, source: int, target: int) -> Estimate:
    """The expected extra events of `target` that one event of `source` adds."""
    if not search.allowed[source, target]:
        return Estimate(0.0, None, None, search.events.n, "held at 0")
    return _interval(search, model, target, 1 + source, model.extra[source, target])


def decay_interval(search: Search, model: Hawkes, source: int, target: int) -> Estimate:
    """The mean delay in years; open on the side where the events do not bound it."""
    value, n = model.decay[source, target], search.events.n
    if isinstance(search.decay, float) or not model.extra[source, target] > 0.0:
        return Estimate(value, None, None, n, "given" if isinstance(search.decay, float) else "nothing to date")
    targets = [target] if search.decay == "pair" else range(len(search.events.names))

    def height(log_decay: float) -> float:
        decay = model.decay.copy()
        decay[source, target] = np.exp(log_decay)
        if search.decay == "shared":
            decay[:] = np.exp(log_decay)
        return sum(float(_part(search, t, decay[None, :, t]).height[0]) for t in targets)

    ends = np.log([SHORTEST, search.events.years])
    low, high = likelihood.crossings(height, np.log(value), ends[0], ends[1])
    return Estimate(
        value, None if low is None else float(np.exp(low)), None if high is None else float(np.exp(high)),
        n, likelihood.HOW,
    )  # fmt: skip


@dataclass(frozen=True)
class Part:
    """The share of one target in the likelihood, at each candidate: its maximum, and where it lies (base, extra)."""

    height: np.ndarray
    best: np.ndarray


def _all(search: Search, target: int) -> np.ndarray:
    return np.repeat(search.grid[:, None], len(search.events.names), axis=1)


def _part(search: Search, target: int, decay: np.ndarray, held: tuple[int, float] | None = None) -> Part:
    rates, counts = hawkes.kernels(search.events, target, decay)
    may = search.allowed[:, target]
    rates, counts = rates * may, counts * may
    features = np.concatenate([np.ones((*rates.shape[:2], 1)), rates], axis=2)
    costs = np.concatenate([np.full((len(counts), 1), search.events.years), counts], axis=1)
    if held is None:
        best, height = likelihood.mixture(features, costs)
        return Part(height, best)
    column, value = held
    kept = np.arange(features.shape[2]) != column
    rest, height = likelihood.mixture(features[:, :, kept], costs[:, kept], value * features[:, :, column])
    best = np.full(costs.shape, value)
    best[:, kept] = rest
    return Part(height - value * costs[:, column], best)


def _by_pair(
    search: Search, target: int, decay: np.ndarray, held: tuple[int, float] | None
) -> tuple[np.ndarray, float]:
    """Delays of each source towards one target, one after the other until none moves."""
    decay, height = decay.copy(), -np.inf
    for _ in range(SWEEPS):
        before = height
        for source in np.flatnonzero(search.allowed[:, target]):
            candidates = np.repeat(decay[None], len(search.grid), axis=0)
            candidates[:, source] = search.grid
            candidates = np.vstack([decay[None], candidates])
            heights = _part(search, target, candidates, held).height
            decay, height = candidates[int(np.argmax(heights))], float(heights.max())
        if not height > before + 1e-9:
            break
    return decay, height


def _interval(search: Search, model: Hawkes, target: int, column: int, value: float) -> Estimate:
    """Profile of one number of one target, over everything else."""
    n = len(search.events.names)
    if search.decay == "pair":

        def height(x: float) -> float:
            return _by_pair(search, target, model.decay[:, target], (column, x))[1]
    else:
        candidates = np.vstack([_all(search, target), model.decay[None, :, target]])
        others = sum(_part(search, t, candidates).height for t in range(n) if t != target)

        def height(x: float) -> float:
            return float((others + _part(search, target, candidates, (column, x)).height).max())

    low, high = likelihood.crossings(height, value, 0.0, np.inf)
    return Estimate(float(value), 0.0 if low is None else low, high, search.events.n, likelihood.HOW)
