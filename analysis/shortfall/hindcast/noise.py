"""What moves prices and trade figures besides the event: the model has no other news, the records do."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.stats import norm

from shortfall.hindcast import calendar
from shortfall.hindcast.members import Members
from shortfall.hindcast.parameters import Parameters, Range


class Shares(Range):
    """Evenly from 0 to 1."""

    def at(self, share: float) -> float:
        return share


def spread(how: dict[str, Any], start: str, parameters: Parameters, members: Members) -> np.ndarray:
    """Standard deviation of ln of what is read, by member."""

    def drawn(name: str) -> np.ndarray:
        return members.draw(f"{name} any", parameters.get(name))

    def middle(span: str) -> float:
        return calendar.month(start) if span == "start" else sum(calendar.span(span)) / 2.0

    match how["type"]:
        case "price" | "decay":
            at = middle(how.get("at", how.get("within", "start")))
            over = middle(how.get("over", how.get("within", "start")))
            return drawn("price_noise") * (abs(at - over) / 12.0) ** 0.5
        case "split":
            return drawn("split_noise")
        case "flow" if how["kind"] in ("ratio", "peak", "trough"):
            return drawn("trade_noise") * (1.0 / months(how.get("at")) + 1.0 / months(how.get("over"))) ** 0.5
        case _:
            return np.zeros(members.n)


def months(span: str | None) -> float:
    """Length of a span; the level before the event is a mean over a year, an extreme is one month."""
    if span == "start":
        return 12.0
    return max(calendar.span(span)[1] - calendar.span(span)[0], 0.25) if span else 1.0


def factors(name: str, how: dict[str, Any], start: str, parameters: Parameters, members: Members) -> np.ndarray:
    """Factors on what is read, one for each member; the draws hang on `name` alone.

    Nulls and signs have none: they ask what the event does.
    """
    shares = members.draw(f"noise {name}", Shares(0.0, 0.5, 1.0))
    return np.exp(spread(how, start, parameters, members) * norm.ppf(shares))
