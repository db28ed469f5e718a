"""The workload: its network as arrays, its bans as given, its results as known."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

STEPS, TIERS, USERS, MINES = 120, 5, 8, 12
ORIGINS = MINES + (TIERS - 1) * USERS
LANES = ORIGINS * USERS
SPOT, ADJUSTMENT = 0.6, 3.0
FIRST = np.array([0] + [MINES + USERS * tier for tier in range(TIERS)])
"""Origins of tier s are FIRST[s] to FIRST[s + 1]."""
HOME = np.array([e if e < MINES else (e - MINES) % USERS for e in range(ORIGINS)])

TESTS = Path(__file__).parents[2] / "sim" / "tests"


@dataclass(frozen=True)
class Network:
    """Per month: demand and stock by place, target by tier and place, capacity by origin, weight by lane."""

    demand: np.ndarray
    stock: np.ndarray
    target: np.ndarray
    capacity: np.ndarray
    weight: np.ndarray


def rows(path: Path) -> list[list[str]]:
    return [line.split(",") for line in path.read_text().splitlines()[1:]]


def origin(material: str, place: str) -> int:
    return FIRST[int(material[1:])] + int(place[1:])


def network() -> Network:
    found = Network(
        np.zeros(USERS), np.zeros(USERS), np.zeros((TIERS, USERS)), np.zeros(ORIGINS), np.zeros((ORIGINS, USERS))
    )
    for place, demand in rows(TESTS / "bench" / "places.csv"):
        if demand:
            found.demand[int(place[1:])] = float(demand)
    for material, place, _, capacity, *_ in rows(TESTS / "bench" / "plants.csv"):
        found.capacity[origin(material, place)] = float(capacity)
    for material, place, _, target, stock in rows(TESTS / "bench" / "destinations.csv"):
        found.target[int(material[1:]), int(place[1:])] = float(target)
        if int(material[1:]) == TIERS - 1:
            found.stock[int(place[1:])] = float(stock)
    for material, start, end, weight, *_ in rows(TESTS / "bench" / "lanes.csv"):
        found.weight[origin(material, start), int(end[1:])] = float(weight)
    return found


def expected() -> np.ndarray:
    """By run: unmet by place, largest month, lowest stock by place."""
    return np.array([[float(cell) for cell in row[1:]] for row in rows(TESTS / "workload" / "expected.csv")])


def given(n_runs: int) -> np.ndarray:
    """Openness by step, origin, place and run, as the workload's events have it."""
    openness = np.ones((STEPS, ORIGINS, USERS, n_runs))
    for hazard, run, start, end, blocked, targets in rows(TESTS / "workload" / "events.csv"):
        e = origin(*hazard.split("_"))
        for place in (int(target[1:]) for target in targets.split()):
            if place != HOME[e]:
                openness[int(start) : int(end), e, place, int(run)] = 1 - float(blocked)
    return openness


def check(name: str, found: np.ndarray) -> None:
    """Raises unless every number is within 1e-9 of max(1, value)."""
    known = expected()
    off = np.abs(found - known) / np.maximum(1, np.abs(known))
    if not off.max() <= 1e-9:
        raise SystemExit(f"{name}: off by {off.max():.1e} in run {off.max(axis=1).argmax()}")
