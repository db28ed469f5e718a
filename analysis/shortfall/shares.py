"""How much of a whole each player brings about: Shapley values, exact or from sampled orders, and leaving one out.

A coalition is a set of players as the bits of a number. What it is worth is known from runs: the value, and what each
run adds to its error, so that differences of coalitions keep what the same runs share.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import factorial

import numpy as np
from scipy import stats

from shortfall import intervals
from shortfall.intervals import LEVEL, Estimate

Orders = list[tuple[int, ...]]


@dataclass(frozen=True)
class Worth:
    """What some coalition, or a difference of coalitions, is worth: `influence` is what each run adds, in mean 0."""

    value: float
    influence: np.ndarray

    def __add__(self, other: "Worth") -> "Worth":
        return Worth(self.value + other.value, self.influence + other.influence)

    def __sub__(self, other: "Worth") -> "Worth":
        return Worth(self.value - other.value, self.influence - other.influence)

    def times(self, factor: float) -> "Worth":
        """Scaled."""
        return Worth(self.value * factor, self.influence * factor)

    def over(self, whole: "Worth") -> "Worth":
        """The ratio to `whole`, which is not 0, to first order."""
        ratio = self.value / whole.value
        return Worth(ratio, (self.influence - ratio * whole.influence) / whole.value)

    def estimate(self, draws: np.ndarray, spread: float = 0.0, how: str = "paired runs") -> Estimate:
        """With its 95 % interval over runs, or over draws; `spread` is the half-width of another, independent error."""
        of_runs = self.value + self.influence
        ends = np.array([of_runs.min()]), np.array([of_runs.max()])
        ones = np.ones(len(self.influence))
        (found,) = intervals.linearised(np.array([self.value]), self.influence[None], ones, draws, *ends)
        if found.low is None or found.high is None:
            if spread == 0.0 or found.n == 1:
                return found
            below = above = spread
        else:
            reaches = self.value - found.low, found.high - self.value
            below, above = (float(np.hypot(reach, spread)) for reach in reaches)
        if not np.isfinite(below):
            return Estimate(self.value, None, None, found.n, "one pair of orders: no interval")
        return Estimate(self.value, self.value - below, self.value + above, found.n, how)


def everyone(n_players: int) -> int:
    """The coalition of all."""
    return (1 << n_players) - 1


def sampled_orders(n_players: int, n_orders: int, rng: np.random.Generator) -> Orders:
    """Orders in pairs, each with its reverse, which halves much of the error; an odd number is rounded up."""
    orders: Orders = []
    for _ in range(-(-n_orders // 2)):
        order = tuple(int(player) for player in rng.permutation(n_players))
        orders += [order, order[::-1]]
    return orders


def coalitions(n_players: int, orders: Orders | None) -> list[int]:
    """Every coalition that Shapley values of these orders, or of all, and leaving one out need; ascending."""
    whole = everyone(n_players)
    if orders is None:
        return list(range(whole + 1))
    wanted = {0, whole}
    for player in range(n_players):
        wanted |= {1 << player, whole & ~(1 << player)}
    for order in orders:
        coalition = 0
        for player in order:
            coalition |= 1 << player
            wanted.add(coalition)
    return sorted(wanted)


def shapley(worth: Mapping[int, Worth], n_players: int, orders: Orders | None) -> list[tuple[Worth, float]]:
    """For each player its mean contribution over all orders, or over those sampled; they sum to the whole.

    The second number is the half-width of the interval that the sample of orders adds; 0 if all orders count.
    """
    if orders is None:
        return [(_exact(worth, n_players, player), 0.0) for player in range(n_players)]
    return [_sampled(worth, player, orders) for player in range(n_players)]


def _exact(worth: Mapping[int, Worth], n: int, player: int) -> Worth:
    bit = 1 << player
    total = worth[0].times(0.0)
    for coalition in range(everyone(n) + 1):
        if not coalition & bit:
            size = coalition.bit_count()
            share = factorial(size) * factorial(n - size - 1) / factorial(n)
            total += (worth[coalition | bit] - worth[coalition]).times(share)
    return total


def _sampled(worth: Mapping[int, Worth], player: int, orders: Orders) -> tuple[Worth, float]:
    total = worth[0].times(0.0)
    gains = []
    for order in orders:
        before = sum(1 << other for other in order[: order.index(player)])
        gain = worth[before | 1 << player] - worth[before]
        total += gain.times(1.0 / len(orders))
        gains.append(gain.value)
    return total, order_error(gains)


def order_error(gains: Sequence[float]) -> float:
    """Half-width of the 95 % interval of a mean over orders that come in pairs; infinite for a single pair."""
    pairs = np.asarray(gains, dtype=float).reshape(-1, 2).mean(axis=1)
    n = len(pairs)
    if n < 2:
        return float("inf")
    return float(stats.t.ppf(0.5 + LEVEL / 2.0, n - 1) * pairs.std(ddof=1) / np.sqrt(n))
