"""Forecasts that a model has to beat: no effect, static elasticity, climatology."""

from __future__ import annotations

from typing import Any

import numpy as np

from shortfall.hindcast.episode import Episode, Target
from shortfall.hindcast.members import Members
from shortfall.hindcast.parameters import Range, written

N = 400
# Spread of "no effect": of ln price, and of what is scored on a linear scale.
SPREAD = 0.3
ELASTICITY = Range(0.1, 0.3, 0.5)
COVER_MONTHS = 1.5


def no_effect(target: Target, kind: str) -> np.ndarray:
    """R0: everything as before; a duration is one month, the least that monthly figures show."""
    middle = 0.0 if target.unit.startswith("share") else 1.0
    noise = SPREAD * np.random.default_rng(0).standard_normal(N)
    return middle * np.exp(noise) if target.log else np.maximum(middle + noise * (1.0 if kind != "null" else 0.1), 0.0)


def static(world: dict[str, Any], kind: str, how: dict[str, Any]) -> np.ndarray:
    """R1: price (1 - s)^(-1/e), s the share of supply lost net of a stock of six weeks; back when supply is back."""
    said = world["static"]
    members = Members(N, 0)
    net = max(0.0, 1.0 - COVER_MONTHS / said["months"]) if said["months"] > 0 else 0.0
    lost = np.clip(members.draw("lost", written(said["lost"])) * net, 0.0, 0.95)
    multiple = (1.0 - lost) ** (-1.0 / members.draw("elasticity", ELASTICITY))
    match how.get("static", kind):
        case "price" | "split":
            return multiple
        case "decay":
            return 1.0 / multiple
        case "flow":
            return np.full(N, 1.0 - said["cut"])
        case "months":
            return np.full(N, float(max(said["months"], 0.25)))
        case float() | int() as number:
            return np.full(N, float(number))
        case _:
            return np.ones(N)


def climatology(kind: str, of: Episode, pool: list[tuple[str, str, float]]) -> np.ndarray | None:
    """R2: what targets of the same type came to in the other episodes; none if there are fewer than three."""
    found = [value for episode, other, value in pool if other == kind and episode != of.id]
    return np.array(found) if len(found) >= 3 else None
