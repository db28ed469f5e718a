"""The spectral radius of a fitted branching matrix, with its interval.

A radius of r means that one event brings about 1/(1 - r) in all, itself included, and a process with r of 1 or more
has no end. The interval is the profile of the likelihood: for each radius everything else is maximised anew, the
matrix being a direction that is scaled to that radius.
"""

from dataclasses import dataclass

import numpy as np
from scipy import optimize

from shortfall import hawkes, likelihood
from shortfall.excitation import SHORTEST, Search
from shortfall.hawkes import Hawkes
from shortfall.intervals import Estimate

# Stands for 0, which a scaled matrix cannot reach: there two series may excite one another in one direction only.
LEAST = 1e-4
# Likelihoods of delays have several peaks: the search starts at the best one, and well to either side.
LOG_DELAYS = (0.0, -2.0, 2.0)
LOG_RATES, LOG_SHARES = (-14.0, 12.0), (-14.0, 8.0)


def can_last(search: Search) -> bool:
    """Whether some series may excite itself, at first or second hand; otherwise the radius is 0 by construction."""
    return hawkes.radius(search.allowed.astype(float)) > 1e-9


def radius_interval(search: Search, model: Hawkes) -> Estimate:
    """The spectral radius of `model`, the maximum of `search`; its upper end may lie above 1."""
    n = search.events.n
    profile = _Profile(search, model)
    top = hawkes.log_likelihood(model, search.events)
    low, high = likelihood.crossings(profile.height, model.radius, 0.0, np.inf, top)
    return Estimate(model.radius, 0.0 if low is None else low, high, n, likelihood.HOW)


@dataclass(frozen=True)
class _Profile:
    search: Search
    model: Hawkes

    def height(self, size: float) -> float:
        """The maximum of the likelihood among processes whose branching matrix has this radius."""
        n, allowed, model, size = len(self.model.base), self.search.allowed, self.model, max(size, LEAST)
        logs = np.log(model.decay[allowed])
        logs = logs[:0] if isinstance(self.search.decay, float) else logs if self.search.decay == "pair" else logs[:1]
        bounds = [LOG_RATES] * n + [LOG_SHARES] * int(allowed.sum())
        bounds += [(np.log(SHORTEST), np.log(self.search.events.years))] * len(logs)
        best = -np.inf
        # The likelihood has a ridge where one series excites itself and one where two excite each other.
        for start in (model.extra + 1e-3, np.where(np.eye(n, dtype=bool), 0.5, model.extra + 0.05)):
            for away in LOG_DELAYS if len(logs) else LOG_DELAYS[:1]:
                parts = [np.log(np.maximum(model.base, 1e-6)), np.log(start[allowed]), logs + away]
                point = np.clip(np.concatenate(parts), *np.transpose(bounds))
                found = optimize.minimize(self._negative, point, (size,), jac=True, method="L-BFGS-B", bounds=bounds)
                best = max(best, -float(found.fun))
        return best

    def _negative(self, point: np.ndarray, size: float) -> tuple[float, np.ndarray]:
        n, allowed, events = len(self.model.base), self.search.allowed, self.search.events
        n_pairs = int(allowed.sum())
        shares = np.zeros((n, n))
        shares[allowed] = np.exp(point[n : n + n_pairs])
        own, by_share = _radius_slope(shares)
        decay = self.model.decay.copy()
        logs = point[n + n_pairs :]
        if len(logs):
            decay[allowed] = np.exp(logs) if self.search.decay == "pair" else np.exp(logs[0])
        model = Hawkes(np.exp(point[:n]), shares * size / own, decay)
        by_base, by_extra, by_decay = hawkes.slopes(model, events)
        along = (by_extra * shares).sum() / own
        by_point = [by_base * model.base, ((by_extra - along * by_share) * size / own * shares)[allowed]]
        if len(logs):
            by_point.append(by_decay[allowed] if self.search.decay == "pair" else by_decay[allowed].sum(keepdims=True))
        return -hawkes.log_likelihood(model, events), -np.concatenate(by_point)


def _radius_slope(matrix: np.ndarray) -> tuple[float, np.ndarray]:
    """Spectral radius of a matrix without negative entries, and its derivative by each entry."""
    values, right = np.linalg.eig(matrix)
    at = int(np.argmax(np.abs(values)))
    others, left = np.linalg.eig(matrix.T)
    u = np.abs(left[:, int(np.argmin(np.abs(others - values[at])))].real)
    v = np.abs(right[:, at].real)
    return float(abs(values[at])), np.outer(u, v) / max(float(u @ v), 1e-300)
