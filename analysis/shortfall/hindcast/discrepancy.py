"""What the model is known to miss: the spread of its past errors, learnt on the episodes of all other kinds.

The ensemble's spread is doubt about parameters; it holds no doubt about the model. For each type of target the errors
of the medians in the episodes of other kinds give a variance, less what the ensemble's own spread explains; it is added
to the prediction. So an interval of an episode is set by episodes of other kinds only: leaving one kind out, as a
forecast of a new kind would have to.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.stats import norm

from shortfall.hindcast import scoring
from shortfall.hindcast.score import LEAST, Score, scaled
from shortfall.hindcast.scoring import EpisodeScore

GROUPS = {"price": "price", "split": "price", "decay": "price", "flow": "flow", "months": "months"}


def group(of: Score) -> tuple[str, bool]:
    """What errors are pooled over: prices, flows or times, on a log or a linear scale."""
    return GROUPS[of.type], of.target.log


def spread(kind: str, of: tuple[str, bool], scored: list[EpisodeScore]) -> float:
    """Standard deviation to add to predictions of a group in episodes of a kind."""
    rows = [s for each in scored if each.ran.episode.kind != kind for s in scoring.bands(each.scores) if group(s) == of]
    if len(rows) < 3:
        return 0.0
    errors, own = [], []
    for row in rows:
        values = scaled(row.sample, row.target.log)
        errors.append(float(scaled(np.array([row.target.obs]), row.target.log)[0] - np.median(values)))
        own.append(float(np.var(values)))
    # Squares within 3 medians, so that one miss by orders of magnitude does not set all intervals.
    bound = 3.0 * np.median(np.abs(errors))
    squares = np.minimum(np.abs(errors), bound) ** 2
    return float(np.sqrt(max(np.mean(squares) - np.mean(own), 0.0)))


def widened(sample: np.ndarray, log: bool, sd: float) -> np.ndarray:
    """A prediction with the spread added, each member by an even share of it, in an order that hangs on nothing."""
    n = len(sample)
    order = np.random.default_rng(n).permutation(n)
    noise = sd * norm.ppf((order + 0.5) / n)
    return np.exp(np.log(np.maximum(sample, LEAST)) + noise) if log else np.maximum(sample + noise, 0.0)


def learnt(scored: list[EpisodeScore], known: list[tuple[str, str, float]]) -> list[EpisodeScore]:
    """The same episodes, predictions widened and scored again. Nulls and signs stay."""
    made = []
    for each in scored:
        predicted = dict(each.ran.predicted)
        for row in scoring.bands(each.scores):
            sd = spread(each.ran.episode.kind, group(row), scored)
            predicted[row.target.id] = widened(row.sample, row.target.log, sd)
        made.append(scoring.scored(replace(each.ran, predicted=predicted), known))
    return made
