"""Runs episodes: world to scenario, scenario to series, series to the numbers that are scored."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from shortfall.hindcast import episode, noise, outcomes, world
from shortfall.hindcast.episode import Episode, Target
from shortfall.hindcast.members import Members
from shortfall.hindcast.outcomes import Outcome
from shortfall.hindcast.parameters import Parameters

SEED = 1
MODES = ["conditional", "predictive"]


@dataclass(frozen=True)
class Setting:
    """Where things are, and how many members are run."""

    scenarios: Path
    work: Path
    program: Path
    members: int
    seed: int = SEED

    @property
    def parameters(self) -> Parameters:
        return Parameters(self.scenarios / "parameters/parameters.csv")

    def episodes(self) -> list[Episode]:
        """All episodes that have a world."""
        folder = self.scenarios / "hindcasts"
        return [episode.read(folder / "episodes" / path.name) for path in sorted((folder / "worlds").glob("*.toml"))]

    def world(self, of: Episode) -> dict:
        """The world of an episode."""
        return world.load(self.scenarios / "hindcasts/worlds" / f"{of.id}.toml")


@dataclass(frozen=True)
class Ran:
    """One episode in one mode: what came out, and the prediction for each target that the mode scores."""

    episode: Episode
    mode: str
    world: dict
    outcome: Outcome
    predicted: dict[str, np.ndarray]


class Failed(Exception):
    """The simulator refused or failed."""


def run(setting: Setting, of: Episode, mode: str, off: dict[str, float] | None = None, label: str = "") -> Ran:
    """Builds and runs an episode in a mode. `off`: parameters that an ablation holds at a value."""
    facts = setting.world(of)
    folder = setting.work / of.id / (label or mode)
    build = world.Build(facts, of, setting.parameters, Members(setting.members, setting.seed), mode, off or {})
    outcome = series(setting, build, folder)
    predicted, besides = {}, noise.Noise(outcome.times, build.parameters, build.members)
    for target in scored(facts, of, mode):
        how = facts["read"][target.id]
        # Nulls and signs ask what the event does.
        alone = how["type"] in ("null", "sign")
        predicted[target.id] = outcomes.value(outcome, how, None if alone else besides) * direct(build, how)
    return Ran(of, mode, facts, outcome, predicted)


def series(setting: Setting, build: world.Build, folder: Path) -> Outcome:
    """Writes a scenario, runs it, and gives its series."""
    world.write(build, folder)
    out = folder / "series.csv"
    done = subprocess.run([setting.program, folder, out], capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(f"{folder}:\n{done.stderr.strip()}")
    outcome = Outcome.read(out, build.world["start"], build.world.get("step", "week"))
    out.unlink()
    return outcome


def direct(build: world.Build, how: dict) -> np.ndarray | float:
    """Of what passes a ban, the share that customs see: what leaks goes through third places."""
    if not how.get("direct"):
        return 1.0
    refused = build.values("rival severity", "rival_refused")
    leaked = build.values("rival leakage", "leakage_share")
    return (1.0 - refused) / np.maximum(1.0 - refused + leaked * refused, 1e-9)


def scored(facts: dict, of: Episode, mode: str) -> list[Target]:
    """Targets that a mode scores: all that the world can read, less those that restate what the mode was given."""
    reads = facts["read"]
    missing = [target.id for target in of.targets if target.id not in reads]
    if missing:
        raise KeyError(f"{of.id}: the world does not say how to read {', '.join(missing)}")
    return [t for t in of.targets if "unmodelled" not in reads[t.id] and reads[t.id].get("mode", mode) == mode]
