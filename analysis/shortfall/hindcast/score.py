"""Scores of a prediction against what happened: CRPS and skill, coverage, nulls, signs, ranks."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from shortfall.hindcast.episode import Target

# Smallest value that is shown to a logarithm, and the spread that the observation's range is cut into.
LEAST = 1e-3
POINTS = 9
# A skill below this counts as this: one target must not outweigh an episode.
WORST = -1.0


def scaled(values: np.ndarray, log: bool) -> np.ndarray:
    """Values on the scale that they are scored on."""
    return np.log(np.maximum(values, LEAST)) if log else np.asarray(values, dtype=float)


def crps(sample: np.ndarray, observed: float | np.ndarray) -> float:
    """CRPS of a sample: E|X - y| - E|X - X'|/2, by order statistics; the mean over several y."""
    x = np.sort(sample)
    n = len(x)
    spread = 2.0 * np.sum((np.arange(1, n + 1) - 0.5) * x) / n**2 - x.mean()
    return float(np.abs(x - np.atleast_1d(observed)[:, None]).mean() - spread)


def doubtful(sample: np.ndarray, target: Target) -> float:
    """Mean CRPS with the observation spread evenly over its range."""
    low, high = scaled(np.array([target.low, target.high]), target.log)
    return crps(scaled(sample, target.log), np.linspace(low, high, POINTS))


@dataclass(frozen=True)
class Score:
    """One target of one episode in one mode."""

    episode: str
    target: Target
    type: str
    sample: np.ndarray
    crps: float
    # By name of the reference forecast.
    skill: dict[str, float]
    # Share of the prediction below the observation.
    rank: float
    # Probability of the right side, or of the null's range; none for bands.
    probability: float | None

    @property
    def median(self) -> float:
        return float(np.median(self.sample))

    def interval(self, level: float) -> tuple[float, float]:
        """Central interval of the prediction."""
        low, high = np.quantile(self.sample, [(1 - level) / 2, (1 + level) / 2])
        return float(low), float(high)

    def covered(self, level: float) -> bool:
        """Whether the best value lies in the central interval."""
        low, high = self.interval(level)
        return low - 1e-9 <= self.target.obs <= high + 1e-9

    @property
    def passed(self) -> bool | None:
        """Whether a sign or a null passes; none for bands."""
        if self.probability is None:
            return None
        return self.probability >= (0.7 if self.target.test == "null" else 0.8)


def probability(sample: np.ndarray, target: Target) -> float | None:
    """Probability given to the right side (sign) or to the range (null)."""
    if target.test == "sign":
        right = sample > 1.0 if target.obs > 1.0 else sample < 1.0
        return float(right.mean())
    if target.test == "null":
        return float(((sample >= target.low - 1e-9) & (sample <= target.high + 1e-9)).mean())
    return None


def score(episode: str, target: Target, kind: str, sample: np.ndarray, references: dict[str, np.ndarray]) -> Score:
    """Scores one prediction."""
    own, right = doubtful(sample, target), probability(sample, target)
    skill = {}
    for name, reference in references.items():
        theirs = doubtful(reference, target)
        skill[name] = max(WORST, 1.0 - own / theirs) if theirs > 1e-9 else (0.0 if own < 1e-9 else WORST)
    if right is not None:
        # A probability has no reference: 1 for a certain and right one, 0 for a coin, -1 for a certain and wrong one.
        skill = dict.fromkeys(references, 2.0 * right - 1.0)
    values = scaled(sample, target.log)
    observed = float(scaled(np.array([target.obs]), target.log)[0])
    rank = float((values < observed).mean() + 0.5 * (values == observed).mean())
    return Score(episode, target, kind, sample, own, skill, rank, right)
