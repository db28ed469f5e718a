"""The parameter table that all scenarios and episodes share: a range for each parameter and class of material."""

import csv
from dataclasses import dataclass
from pathlib import Path

# Parameters of a market: keys of [market] in scenario.toml.
MARKET = [
    "cover_days", "adjustment_days", "smoothing_days", "unsold_days", "unsold_adjustment_days", "spot_share",
    "contract_share", "contract_lag_days", "switching_per_year", "price_cover", "price_unsold", "price_utilisation",
    "price_unserved", "price_fear", "price_days", "hoarding", "front_loading", "price_cost",
    "elasticity_later", "capacity_later", "later_days",
]  # fmt: skip


@dataclass(frozen=True)
class Range:
    """Lowest, likeliest and highest value: a triangular law, or a fixed number if all three are equal."""

    low: float
    mode: float
    high: float

    def __post_init__(self) -> None:
        if not self.low <= self.mode <= self.high:
            raise ValueError(f"{self.low}, {self.mode}, {self.high} are not in order")

    def at(self, share: float) -> float:
        """The value below which `share` of the law lies."""
        width = self.high - self.low
        if width == 0.0:
            return self.mode
        split = (self.mode - self.low) / width
        if share < split:
            return self.low + (share * width * (self.mode - self.low)) ** 0.5
        return self.high - ((1.0 - share) * width * (self.high - self.mode)) ** 0.5


def written(value: float | list[float]) -> Range:
    """A range as files write it: a number, or [low, mode, high]."""
    low, mode, high = value if isinstance(value, list) else (value, value, value)
    return Range(float(low), float(mode), float(high))


class Parameters:
    """parameters.csv. What a class does not say of itself holds as for `any`."""

    def __init__(self, path: Path) -> None:
        with open(path, newline="", encoding="utf-8") as file:
            rows = list(csv.DictReader(file))
        self.rows = rows
        self.ranges = {
            (r["parameter"], r["class"]): Range(float(r["low"]), float(r["mode"]), float(r["high"])) for r in rows
        }
        if len(self.ranges) != len(rows):
            raise ValueError(f"{path}: a parameter and class stand twice")

    def get(self, parameter: str, of: str = "any") -> Range:
        """The range of a parameter for a class of materials."""
        found = self.ranges.get((parameter, of)) or self.ranges.get((parameter, "any"))
        if found is None:
            raise KeyError(f"parameters.csv has no {parameter}")
        return found
