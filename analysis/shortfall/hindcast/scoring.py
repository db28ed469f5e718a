"""All episodes scored: the table that the page and the figures are made of."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.stats import kendalltau

from shortfall.hindcast import references, run
from shortfall.hindcast.episode import WEIGHTS
from shortfall.hindcast.run import Ran, Setting
from shortfall.hindcast.score import Score, score

TYPES = ("price", "split", "decay", "flow", "months")
NAMES = {"R0": "no effect", "R1": "static elasticity", "R2": "climatology"}


@dataclass(frozen=True)
class EpisodeScore:
    """One episode in one mode."""

    ran: Ran
    scores: list[Score]

    def skill(self, reference: str) -> float | None:
        """Weighted mean skill of the targets; none if the mode scores nothing here."""
        rows = [(WEIGHTS[weight(s)], s.skill[reference]) for s in self.scores if reference in s.skill]
        return float(np.average([r[1] for r in rows], weights=[r[0] for r in rows])) if rows else None


def weight(of: Score) -> str:
    """The row of the weights that a score belongs to."""
    if of.target.test in ("sign", "null", "rank"):
        return of.target.test
    return "price" if of.type == "decay" else of.type


def pool(setting: Setting) -> list[tuple[str, str, float]]:
    """Episode, type and value of every target that is modelled."""
    found = []
    for of in setting.episodes():
        reads = setting.world(of)["read"]
        found += [(of.id, reads[t.id]["type"], t.obs) for t in of.targets if "type" in reads.get(t.id, {})]
    return found


def scored(ran: Ran, known: list[tuple[str, str, float]]) -> EpisodeScore:
    """Scores what a run predicted."""
    scores = []
    for target in ran.episode.targets:
        if target.id not in ran.predicted:
            continue
        how = ran.world["read"][target.id]
        kind, sample = how["type"], ran.predicted[target.id]
        target = replace(target, **how.get("passes", {}))
        if not np.isfinite(sample).all():
            raise ValueError(f"{ran.episode.id}.{target.id}: not a number in {np.sum(~np.isfinite(sample))} members")
        forecasts = {"R0": references.no_effect(target, kind), "R1": references.static(ran.world, kind, how)}
        pooled = references.climatology(kind, ran.episode, known)
        if pooled is not None:
            forecasts["R2"] = pooled
        scores.append(score(ran.episode.id, target, kind, sample, forecasts))
    return EpisodeScore(ran, scores)


def everything(setting: Setting, mode: str, off: dict[str, float] | None = None, label: str = "") -> list[EpisodeScore]:
    """Runs and scores every episode in a mode."""
    known = pool(setting)
    return [scored(run.run(setting, of, mode, off, label), known) for of in setting.episodes()]


@dataclass(frozen=True)
class Summary:
    """Scores over all episodes."""

    # By reference: median over episodes.
    skill: dict[str, float]
    coverage: dict[float, float]
    nulls: tuple[int, int]
    signs: tuple[int, int]
    targets: int
    # Median of |ln(median / observed)| as a factor, and of |median - observed| of flows.
    price_factor: float
    flow_error: float
    # Kendall's tau between predicted medians and what happened, by type.
    tau: dict[str, float]


def bands(scores: list[Score]) -> list[Score]:
    """Those that are scored as distributions."""
    return [s for s in scores if s.probability is None]


def summary(of: list[EpisodeScore]) -> Summary:
    """Medians and counts over all episodes."""
    scores = [s for each in of for s in each.scores]
    skill = {}
    for name in NAMES:
        values = [v for each in of if (v := each.skill(name)) is not None]
        skill[name] = float(np.median(values)) if values else float("nan")
    tests = {kind: [s for s in scores if s.target.test == kind] for kind in ("null", "sign")}
    prices = [s for s in bands(scores) if s.type in ("price", "split", "decay")]
    flows = [s for s in bands(scores) if s.type == "flow"]
    tau = {}
    for kind in ("price", "flow", "months"):
        rows = [s for s in bands(scores) if s.type == kind]
        if len(rows) >= 4:
            tau[kind] = float(kendalltau([s.median for s in rows], [s.target.obs for s in rows]).statistic)
    return Summary(
        skill,
        {level: float(np.mean([s.covered(level) for s in bands(scores)])) for level in (0.5, 0.9)},
        (sum(bool(s.passed) for s in tests["null"]), len(tests["null"])),
        (sum(bool(s.passed) for s in tests["sign"]), len(tests["sign"])),
        len(scores),
        float(np.exp(np.median([abs(np.log(max(s.median, 1e-3) / s.target.obs)) for s in prices]))),
        float(np.median([abs(s.median - s.target.obs) for s in flows])) if flows else float("nan"),
        tau,
    )
