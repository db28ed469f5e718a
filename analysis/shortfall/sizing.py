"""The smallest stock that reaches a service level, found by running the program again with one size after another.

Every size meets the same events, so whether a run's stock holds changes with the size alone. The interval comes from
inverting the test: it holds every size whose share of runs held, with its own interval, admits the level.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from shortfall import risk
from shortfall.intervals import ESTIMATE, Estimate
from shortfall.results import RUN, Refused, Results
from shortfall.summary import blocks

# Ends of the search are known to within this factor.
FINE = 1.02
# A search that has not found a size by then has none: sixty-four times the estimate.
FURTHEST = 64.0
STEP = 2.0


@dataclass(frozen=True)
class Trial:
    """One size and the runs, in order, in which the stock of that size never ran empty."""

    size: float
    held: np.ndarray
    weights: np.ndarray
    draws: np.ndarray

    @property
    def share(self) -> Estimate:
        """Share of the runs that it held."""
        (share,) = risk.probabilities(self.held[None], self.weights, self.draws)
        return share


@dataclass(frozen=True)
class Sizing:
    """The smallest size that was found to reach the level, its interval, and every size that was tried, ascending."""

    size: Estimate
    level: float
    trials: Sequence[Trial]

    @property
    def reversals(self) -> int:
        """Runs that a stock held and a larger one did not; theory rules that out for one chain at given prices only."""
        pairs = zip(self.trials, self.trials[1:], strict=False)
        return int(sum((smaller.held & ~larger.held).sum() for smaller, larger in pairs))

    def table(self) -> pl.DataFrame:
        """A row for each size tried: the share of runs held."""
        rows = [{"size": t.size, "held": t.share.as_row(), "runs": len(t.held)} for t in self.trials]
        return pl.DataFrame(rows, schema={"size": pl.Float64, "held": ESTIMATE, "runs": pl.Int64})


def smallest(run: Callable[[float], Trial], level: float, start: float) -> Sizing:
    """Bisects for the smallest size that holds a share `level` of the runs, and for both ends of its interval."""
    if not start > 0.0:
        raise Refused(f"a search cannot start from a stock of {start:g}")
    tried: dict[float, Trial] = {}

    def reaches(size: float, bound: str) -> bool:
        if size not in tried:
            tried[size] = run(size)
        value = getattr(tried[size].share, bound)
        return value is not None and value >= level

    found = {bound: _bisect(lambda size, bound=bound: reaches(size, bound), start, tried) for bound in
             ("value", "high", "low")}  # fmt: skip
    trials = [tried[size] for size in sorted(tried)]
    # The larger the share that is sure, the larger the stock: ends trade places.
    size, low, high = found["value"], found["high"], found["low"]
    return Sizing(Estimate(size, low, high, len(trials[0].held), "bisection over paired runs"), level, trials)


def _bisect(reaches: Callable[[float], bool], start: float, tried: dict[float, Trial]) -> float | None:
    """The smallest size, within `FINE`, that reaches; 0 if next to nothing does, `None` if nothing does."""
    failing, holding = 0.0, None
    for size in sorted(tried):
        if reaches(size):
            holding = size
            break
        failing = size
    size = holding or max(failing * STEP, start)
    while holding is None:
        if size > FURTHEST * start:
            return None
        if reaches(size):
            holding = size
        else:
            failing, size = size, size * STEP
    while failing == 0.0:
        size = holding / STEP
        if size < start / FURTHEST:
            return 0.0 if reaches(size) else holding
        if reaches(size):
            holding = size
        else:
            failing = size
    while holding > failing * FINE:
        size = float(np.sqrt(holding * failing))
        if reaches(size):
            holding = size
        else:
            failing = size
    return holding


def trial(results: Results, stockpile: str, policy: str, size: float) -> Trial:
    """What a run of the program with one size says."""
    rows = results.table("stockpiles").filter(pl.col("stockpile") == stockpile, pl.col("policy") == policy)
    found = list(blocks(rows.sort(*RUN), ["steps_empty"], ["point", "policy", "stockpile"]))
    if not found:
        raise Refused(f"{results.folder}: policy {policy!r} has no row of stockpile {stockpile!r}")
    block = found[0]
    return Trial(size, block.values["steps_empty"][0] == 0, block.weights, block.draws)
