"""What the model is known to miss: gross errors, as often and as large as in the episodes of all other kinds.

The ensemble's spread is doubt about parameters and background noise; it holds no doubt about the model. Most targets
come out within it, some are missed by far: a panic, a second cause. So a share w of a prediction's members is off by a
normal error of κ times the root mean square error of the group's medians (a contaminated normal law: Tukey 1960); w
and κ are those that would have made the 90 % intervals of the other kinds hold. An interval of an episode is set by
episodes of other kinds only: leaving one kind out, as a forecast of a new kind would have to.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import norm

from shortfall.hindcast import references, score, scoring
from shortfall.hindcast.episode import Target
from shortfall.hindcast.score import LEAST, Score, scaled
from shortfall.hindcast.scoring import EpisodeScore

GROUPS = {"price": "price", "split": "price", "decay": "price", "flow": "flow", "months": "months"}
# Shares of members with a gross error, and their sizes, that are tried.
SHARES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6)
SIZES = (1.0, 1.5, 2.0)
# The interval, and how many targets of the other kinds it has to hold: 85 to 95 % is aimed at.
LEVEL = 0.9
GOAL = 0.875
# Fewer errors than these say nothing.
FEWEST = 3


@dataclass(frozen=True)
class Gross:
    """Share of the members with a gross error, and its size over the root mean square error."""

    share: float
    size: float


@dataclass(frozen=True)
class Past:
    """A target that is over: what was predicted, how far the median was off, and the CRPS of no effect."""

    kind: str
    group: tuple[str, bool]
    target: Target
    sample: np.ndarray
    error: float
    reference: float


def group(of: Score) -> tuple[str, bool]:
    """What errors are pooled over: prices, flows or times, on a log or a linear scale."""
    return GROUPS[of.type], of.target.log


def past(scored: list[EpisodeScore]) -> list[Past]:
    """All targets that are scored as distributions."""
    made = []
    for each in scored:
        for row in scoring.bands(each.scores):
            values = scaled(row.sample, row.target.log)
            error = float(scaled(np.array([row.target.obs]), row.target.log)[0] - np.median(values))
            reference = score.doubtful(references.no_effect(row.target, row.type), row.target)
            made.append(Past(each.ran.episode.kind, group(row), row.target, row.sample, error, reference))
    return made


def spread(of: tuple[str, bool], errors: list[Past]) -> float:
    """Root mean square error of a group."""
    own = [each.error for each in errors if each.group == of]
    return float(np.sqrt(np.mean(np.square(own)))) if len(own) >= FEWEST else 0.0


def widened(sample: np.ndarray, log: bool, share: float, sd: float) -> np.ndarray:
    """A prediction in which a share of the members, chosen by nothing, is off by an even spread of a normal error."""
    n = len(sample)
    rng = np.random.default_rng(n)
    hit = rng.permutation(n)[: round(share * n)]
    error = np.zeros(n)
    error[hit] = sd * norm.ppf((rng.permutation(len(hit)) + 0.5) / max(len(hit), 1))
    return np.exp(np.log(np.maximum(sample, LEAST)) + error) if log else np.maximum(sample + error, 0.0)


def fitted(kind: str, known: list[Past]) -> Gross:
    """For episodes of a kind, what the other kinds teach: of what covers them, the one with the best mean skill.

    Where nothing covers enough, the one that covers most.
    """
    rest = [each for each in known if each.kind != kind]
    sds = [spread(each.group, [other for other in rest if other.kind != each.kind]) for each in rest]

    def worth(gross: Gross) -> tuple[bool, float]:
        inside, skill = [], []
        for each, sd in zip(rest, sds, strict=True):
            sample = widened(each.sample, each.target.log, gross.share, gross.size * sd)
            low, high = np.quantile(sample, [(1.0 - LEVEL) / 2.0, (1.0 + LEVEL) / 2.0])
            inside.append(low - 1e-9 <= each.target.obs <= high + 1e-9)
            ratio = score.doubtful(sample, each.target) / max(each.reference, 1e-9)
            skill.append(max(score.WORST, 1.0 - ratio))
        covers = float(np.mean(inside))
        return covers >= GOAL, float(np.mean(skill)) if covers >= GOAL else covers

    return max((Gross(share, size) for share in SHARES for size in SIZES), key=worth)


def kept(known: list[Past]) -> dict:
    """What all episodes together teach, for forecasts: share, size, and the root mean square error of each group."""
    gross = fitted("", known)
    groups = sorted({each.group for each in known})
    errors = {f"{name} {'log' if log else 'linear'}": round(spread((name, log), known), 4) for name, log in groups}
    return {"share": gross.share, "size": gross.size, "errors": errors}


def apply(kept: dict, kind: str, log: bool, sample: np.ndarray) -> np.ndarray:
    """A forecast of a type of target, widened by what `kept` says."""
    error = kept["errors"].get(f"{GROUPS[kind]} {'log' if log else 'linear'}", 0.0)
    return widened(sample, log, kept["share"], kept["size"] * error)


def learnt(scored: list[EpisodeScore], pool: list[tuple[str, str, float]]) -> list[EpisodeScore]:
    """The same episodes, predictions widened and scored again. Nulls and signs stay."""
    known, made = past(scored), []
    by_kind = {kind: fitted(kind, known) for kind in sorted({each.kind for each in known})}
    for each in scored:
        kind, predicted = each.ran.episode.kind, dict(each.ran.predicted)
        rest = [other for other in known if other.kind != kind]
        for row in scoring.bands(each.scores):
            gross = by_kind[kind]
            sd = gross.size * spread(group(row), rest)
            predicted[row.target.id] = widened(row.sample, row.target.log, gross.share, sd)
        made.append(scoring.scored(replace(each.ran, predicted=predicted), pool))
    return made
