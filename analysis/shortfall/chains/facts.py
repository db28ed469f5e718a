"""The tidy tables in scenarios/data, read; needs nothing but Python."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REST = "ROW"
# Members of the European Union stand together: tables that name one count for all.
UNION = dict.fromkeys(["AUT", "BEL", "BGR", "DEU", "ESP", "EST", "FIN", "FRA", "ITA", "POL", "PRT", "SWE"], "EU27")
DEFENCE_SHARE = 0.05


@dataclass
class Figure:
    """A number with where it comes from."""

    value: float
    source: str = ""
    confidence: str = "assumed"
    note: str = ""

    def __add__(self, other: Figure) -> Figure:
        """Two figures of places that stand together."""
        sources = "|".join(dict.fromkeys(s for s in [*self.source.split("|"), *other.source.split("|")] if s))
        confidence = "assumed" if "assumed" in (self.confidence, other.confidence) else "derived"
        return Figure(self.value + other.value, sources, confidence, self.note or other.note)


class Facts:
    """Tables by name, and figures by place with all others gathered in ROW."""

    def __init__(self, folder: Path) -> None:
        self.tables = {path.stem: rows(path) for path in sorted(folder.glob("*.csv"))}

    def find(self, table: str, **said: str) -> list[dict[str, str]]:
        """Rows whose columns hold these values."""
        found = [row for row in self.tables[table] if all(row[key] == value for key, value in said.items())]
        if not found:
            raise LookupError(f"scenarios/data/{table}.csv has no row with {said}")
        return found

    def by_place(self, places: list[str], table: str, **said: str) -> dict[str, Figure]:
        """Values by place; WLD is left out, and places that are not listed are ROW."""
        made: dict[str, Figure] = {}
        for row in self.find(table, **said):
            if row["place"] == "WLD" or not float(row["value"] or 0):
                continue
            place = home(row["place"], places)
            figure = Figure(float(row["value"]), row["source_id"], row["confidence"], between(row))
            made[place] = made[place] + figure if place in made else figure
        return made


def between(row: dict[str, Any]) -> str:
    """The note of a row, with its range."""
    span = f"{row['low']} to {row['high']}" if row.get("low") else ""
    return "; ".join(text for text in [span, row["note"]] if text)


def home(place: str, places: list[str]) -> str:
    """The scenario's place that a place of the tables belongs to."""
    place = UNION.get(place, place)
    return place if place in places else REST


def rows(path: Path) -> list[dict[str, str]]:
    """A table's rows."""
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))
