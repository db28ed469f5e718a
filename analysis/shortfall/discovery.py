"""Where a policy fails: boxes of the uncertain numbers, found by PRIM and by a tree (CART).

What a box promises is measured on the half of the cases that it was not found in, so that luck in the search does not
count: found and measured on the same cases, a box of pure noise looks good.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import polars as pl
from scipy import stats

from shortfall import intervals
from shortfall.intervals import ESTIMATE, Estimate
from shortfall.results import CONSUMER, Refused

# Share of a box that one step of PRIM peels off, and the least share of all cases that a box may hold.
PEEL, LEAST = 0.05, 0.05
# Limits that chance explains as well as this are dropped again.
CHANCE = 0.05
# Splits of a tree, one below the other, and the cases that a leaf must have.
DEPTH, LEAF = 3, 10
# Cases below which there is nothing to find.
FEWEST = 60


@dataclass(frozen=True)
class Box:
    """Limits by position of the key: (low, high), either of them infinite."""

    limits: dict[int, tuple[float, float]] = field(default_factory=dict)

    def holds(self, values: np.ndarray) -> np.ndarray:
        """Which cases (rows) lie in it."""
        inside = np.ones(len(values), dtype=bool)
        for key, (low, high) in self.limits.items():
            inside &= (values[:, key] >= low) & (values[:, key] <= high)
        return inside

    def cut(self, key: int, low: float, high: float) -> "Box":
        """With a limit made tighter."""
        old = self.limits.get(key, (-np.inf, np.inf))
        return Box({**self.limits, key: (max(low, old[0]), min(high, old[1]))})

    def without(self, key: int) -> "Box":
        """With the limits of a key dropped."""
        return Box({other: limits for other, limits in self.limits.items() if other != key})


def prim(values: np.ndarray, failed: np.ndarray) -> Box:
    """The box with the best balance of density and coverage on the way that peeling takes; limits due to chance go.

    Each step peels, from either end of any key, the part whose loss raises the share of failures in the box most.
    Balance: the harmonic mean of density, the share of its cases that fail, and coverage, the share of failures in it.
    """
    box, best, score = Box(), Box(), _balance(np.ones(len(failed), dtype=bool), failed)
    while True:
        inside = box.holds(values)
        options = [
            option for key in range(values.shape[1]) for option in _peeled(box, key, values[inside, key])
            if LEAST * len(values) <= option.holds(values).sum() < inside.sum()
        ]  # fmt: skip
        if not options:
            break
        box = max(options, key=lambda option: failed[option.holds(values)].mean())
        reached = _balance(box.holds(values), failed)
        if reached > score:
            best, score = box, reached
    for key in list(best.limits):
        wider = best.without(key)
        if _due_to_chance(wider.holds(values), best.holds(values), failed):
            best = wider
    return best


def _peeled(box: Box, key: int, inside: np.ndarray) -> list[Box]:
    low, high = np.quantile(inside, [PEEL, 1.0 - PEEL])
    above, below = inside[inside > low], inside[inside < high]
    cuts = [(above.min(), np.inf)] if len(above) else []
    cuts += [(-np.inf, below.max())] if len(below) else []
    return [box.cut(key, float(a), float(b)) for a, b in cuts]


def _balance(inside: np.ndarray, failed: np.ndarray) -> float:
    hits = float((inside & failed).sum())
    return 2.0 * hits / (float(inside.sum()) + float(failed.sum())) if hits else 0.0


def _due_to_chance(wider: np.ndarray, narrow: np.ndarray, failed: np.ndarray) -> bool:
    """Whether so many failures in the narrow box are no surprise at the rate of the wider one."""
    rate = failed[wider].mean()
    return float(stats.binom.sf(failed[narrow].sum() - 1, narrow.sum(), rate)) > CHANCE


def tree(values: np.ndarray, failed: np.ndarray, depth: int = DEPTH) -> list[Box]:
    """The leaves of a tree that splits where the Gini index falls most."""
    return _grow(Box(), values, failed, depth)


def _grow(box: Box, values: np.ndarray, failed: np.ndarray, depth: int) -> list[Box]:
    inside = box.holds(values)
    here = failed[inside]
    best: tuple[float, int, float, float] | None = None
    if depth > 0 and 0 < here.sum() < len(here):
        for key in range(values.shape[1]):
            order = np.argsort(values[inside, key], kind="stable")
            column, hits = values[inside, key][order], np.cumsum(here[order])
            n = np.arange(1, len(column))
            left, right = hits[:-1], hits[-1] - hits[:-1]
            impurity = left * (1 - left / n) + right * (1 - right / (len(column) - n))
            allowed = (column[1:] > column[:-1]) & (n >= LEAF) & (len(column) - n >= LEAF)
            if allowed.any():
                at = int(np.argmin(np.where(allowed, impurity, np.inf)))
                if best is None or impurity[at] < best[0]:
                    best = (float(impurity[at]), key, float(column[at]), float(column[at + 1]))
    if best is None:
        return [box]
    _, key, below, above = best
    sides = [box.cut(key, -np.inf, below), box.cut(key, above, np.inf)]
    return [leaf for side in sides for leaf in _grow(side, values, failed, depth - 1)]


def table(
    consumer: dict, policy: str, keys: Sequence[str], values: np.ndarray, numbers: np.ndarray, failed: np.ndarray,
    rng: np.random.Generator,
) -> pl.DataFrame:  # fmt: skip
    """One row for each limit of each box: PRIM's one, and the leaves of the tree that fail more often than all cases.

    `density`: share of the box's cases that fail; `coverage`: share of the failures that lie in it; `mass`: share of
    all cases in it; all three on the cases that the search did not see. `base`: share of all cases that fail. A box
    without limits says that no numbers set failures apart.
    """
    if len(failed) < FEWEST:
        raise Refused(f"{len(failed)} cases: boxes need {FEWEST} at least")
    order = rng.permutation(len(failed))
    seen, unseen = order[: len(order) // 2], order[len(order) // 2 :]
    found: list[tuple[str, Box]] = []
    if 0 < failed[seen].sum() < len(seen):
        found.append(("PRIM", prim(values[seen], failed[seen])))
        rate = failed[seen].mean()
        leaves = tree(values[seen], failed[seen])
        found += [("CART", leaf) for leaf in leaves if failed[seen][leaf.holds(values[seen])].mean() > rate]
    rows = []
    for number, (method, box) in enumerate(found):
        inside = box.holds(values[unseen])
        measures = {
            "density": _share(failed[unseen][inside]),
            "coverage": _share(inside[failed[unseen]]),
            "mass": _share(inside),
            "base": _share(failed),
        }
        head = {**consumer, "policy": policy, "method": method, "box": number}
        head |= {name: estimate.as_row() for name, estimate in measures.items()}
        within = numbers[box.holds(values)]
        for key, (low, high) in box.limits.items() or {None: (-np.inf, np.inf)}.items():
            ends = [None, None] if key is None else [
                float(within[:, key].min()) if np.isfinite(low) else None,
                float(within[:, key].max()) if np.isfinite(high) else None,
            ]  # fmt: skip
            rows.append({**head, "key": None if key is None else keys[key], "low": ends[0], "high": ends[1]})
    schema = dict.fromkeys([*CONSUMER, "unit", "policy", "method"], pl.String) | {"box": pl.Int32, "key": pl.String}
    schema |= {"low": pl.Float64, "high": pl.Float64}
    return pl.DataFrame(rows, schema=schema | dict.fromkeys(["density", "coverage", "mass", "base"], ESTIMATE))


def _share(of: np.ndarray) -> Estimate:
    if len(of) == 0:
        return Estimate(None, None, None, 0, "no case to judge by")
    successes, n = float(of.sum()), float(len(of))
    low, high = intervals.clopper_pearson(np.array([successes]), np.array([n]))
    return Estimate(successes / n, float(low[0]), float(high[0]), len(of), "Clopper-Pearson, cases not searched")


def words(found: pl.DataFrame, box: int) -> str:
    """The limits of a box: `market.cover_days at most 22.1 and demand at least 3`."""
    parts = []
    for row in found.filter(pl.col("box") == box).to_dicts():
        if row["key"] is not None:
            low = [] if row["low"] is None else [f"at least {row['low']:.3g}"]
            high = [] if row["high"] is None else [f"at most {row['high']:.3g}"]
            parts.append(f"{row['key']} {' and '.join(low + high)}")
    return "; ".join(parts) or "anywhere"
