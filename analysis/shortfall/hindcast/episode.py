"""Facts of an episode: what was given, the series, what is scored, with sources."""

import tomllib
from dataclasses import dataclass
from pathlib import Path

# Volumes and durations weigh more than prices: after a control the quoted price may rest on hardly any trade.
WEIGHTS = {"flow": 3.0, "months": 2.0, "price": 2.0, "split": 2.0, "null": 2.0, "sign": 2.0, "rank": 1.0}


@dataclass(frozen=True)
class Target:
    """One scored number: the best value, and the range in which the truth may lie."""

    id: str
    what: str
    obs: float
    low: float
    high: float
    unit: str
    log: bool
    test: str


@dataclass(frozen=True)
class Episode:
    """One historic disruption."""

    id: str
    title: str
    kind: str
    summary: str
    series: dict[str, dict]
    targets: list[Target]
    window_end: str


def read(path: Path) -> Episode:
    """Reads an episode's file."""
    facts = tomllib.loads(path.read_text(encoding="utf-8"))
    targets = [
        Target(
            t["id"],
            t["what"],
            float(t["obs"]),
            float(t["lo"]),
            float(t["hi"]),
            t["unit"],
            t["scale"] == "log",
            t["test"],
        )
        for t in facts["target"]
    ]
    series = {s["id"]: s for s in facts.get("series", [])}
    return Episode(
        facts["id"], facts["title"], facts["kind"], facts["summary"], series, targets, facts["dates"]["window_end"]
    )
