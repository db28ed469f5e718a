"""The best mix of stocks under a budget: grown step by step where the next dollar saves the most, then replayed.

The objective is the CVaR of what shortages cost over all users that count, run by run; each trial is a run of the
program with the same events. Greedy is exact where stocks do not touch each other and each helps less and less; the
replay, with events of its own, says what the mix is worth, and what each single stock is for the same money.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from shortfall import risk
from shortfall.intervals import ESTIMATE, Estimate, linearised
from shortfall.results import Refused

TAIL = 0.95


@dataclass(frozen=True)
class Losses:
    """What shortages cost in each run, in USD, with weights and draws; runs in order."""

    usd: np.ndarray
    weights: np.ndarray
    draws: np.ndarray

    @property
    def cvar(self) -> float:
        """Mean of the worst 5 % of the weight."""
        return risk.cvar(self.usd, TAIL, self.weights)


@dataclass(frozen=True)
class Candidate:
    """A stock that may be built: its name, and USD to fill one unit and hold it over the horizon."""

    stockpile: str
    usd_per_unit: float
    unit: str = ""


Run = Callable[[Mapping[str, float]], Losses]


@dataclass(frozen=True)
class Step:
    """One share of the budget: where it went, and what it saved of the CVaR, per USD spent."""

    stockpile: str
    mix: Mapping[str, float]
    spent: float
    cvar: float
    saved_per_usd: Estimate


def greedy(run: Run, candidates: Sequence[Candidate], budget: float, n_steps: int) -> list[Step]:
    """Spends the budget in equal shares, each on the stock that lowers CVaR most; stops when none does.

    A stock whose share saved nothing is asked again only after another one has grown: it may complete it.
    """
    if not (candidates and budget > 0.0 and n_steps > 0):
        raise Refused("a mix needs at least one stockpile, a budget above 0 and one step")
    share = budget / n_steps
    mix = dict.fromkeys((candidate.stockpile for candidate in candidates), 0.0)
    here = run(mix)
    steps: list[Step] = []
    while len(steps) < n_steps:
        tried = []
        for candidate in candidates:
            wider = mix | {candidate.stockpile: mix[candidate.stockpile] + share / candidate.usd_per_unit}
            tried.append((run(wider), wider, candidate.stockpile))
        found, wider, name = min(tried, key=lambda trial: trial[0].cvar)
        if not found.cvar < here.cvar:
            break
        saved = difference(here, found)
        per_usd = Estimate(*(None if v is None else v / share for v in (saved.value, saved.low, saved.high)),
                           saved.n, saved.how)  # fmt: skip
        steps.append(Step(name, wider, share * (len(steps) + 1), found.cvar, per_usd))
        mix, here = wider, found
    return steps


def difference(before: Losses, after: Losses) -> Estimate:
    """CVaR before less CVaR after over the same runs: what both share cancels in the interval."""
    if not (np.array_equal(before.weights, after.weights) and np.array_equal(before.draws, after.draws)):
        raise Refused("the runs of two mixes are not the same")
    influence = _influence(before) - _influence(after)
    change = np.array([before.cvar - after.cvar])
    reach = np.array([np.inf])
    (estimate,) = linearised(change, influence[None], before.weights, before.draws, -reach, reach)
    return estimate


def _influence(losses: Losses) -> np.ndarray:
    at = risk.quantile(losses.usd, TAIL, losses.weights)
    return at + np.maximum(losses.usd - at, 0.0) / (1.0 - TAIL) - losses.cvar


def replay(run: Run, candidates: Sequence[Candidate], steps: Sequence[Step]) -> pl.DataFrame:
    """CVaR in USD of the mix, and of each stock alone for the same money, in runs of their own; what each saves."""
    nothing = dict.fromkeys((candidate.stockpile for candidate in candidates), 0.0)
    spent = steps[-1].spent if steps else 0.0
    plans = {"mix": steps[-1].mix} if steps else {}
    plans |= {c.stockpile: nothing | {c.stockpile: spent / c.usd_per_unit} for c in candidates if spent > 0.0}
    base = run(nothing)
    rows = [{"plan": "nothing", "spent": 0.0, "cvar": base.cvar, "saved": None, "mean": _mean(base)}]
    for name, plan in plans.items():
        found = run(plan)
        saved = difference(base, found).as_row()
        rows.append({"plan": name, "spent": spent, "cvar": found.cvar, "saved": saved, "mean": _mean(found)})
    kinds = {"plan": pl.String, "spent": pl.Float64, "cvar": pl.Float64, "saved": ESTIMATE, "mean": pl.Float64}
    return pl.DataFrame(rows, schema=kinds)


def _mean(losses: Losses) -> float:
    return float(losses.usd @ losses.weights / losses.weights.sum())


def table(steps: Sequence[Step]) -> pl.DataFrame:
    """A row for each share of the budget, a column of amounts for each stock."""
    rows = [
        {"step": number, "grown": step.stockpile, "spent": step.spent, "cvar": step.cvar,
         "saved_per_usd": step.saved_per_usd.as_row(), **step.mix}
        for number, step in enumerate(steps, 1)
    ]  # fmt: skip
    names = dict.fromkeys(steps[0].mix, pl.Float64) if steps else {}
    kinds = {"step": pl.Int64, "grown": pl.String, "spent": pl.Float64, "cvar": pl.Float64, "saved_per_usd": ESTIMATE}
    return pl.DataFrame(rows, schema=kinds | names)
