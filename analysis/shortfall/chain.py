"""The supply chain as the scenario's tables state it: who makes what, how concentrated it is, what goes where."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

# A place that makes at least this share is named.
NAMED = 0.5


@dataclass(frozen=True)
class Chain:
    """`made`: shares of output by material and place; `column`: how many steps a material is from the ground;
    `flows`: (material, from, next material, to) with the share of the material's trade that goes that way."""

    made: dict[str, dict[str, float]]
    column: dict[str, int]
    flows: dict[tuple[str, str, str, str], float]

    def concentration(self, material: str) -> float:
        """Herfindahl's index: the sum of squared shares, 1 for a single place."""
        return sum(share**2 for share in self.made[material].values())

    def table(self, names: Mapping[str, str]) -> pl.DataFrame:
        """One row for each material, from the ground up: its places with their shares and its concentration."""
        rows = []
        for material in sorted(self.made, key=lambda m: (self.column[m], m)):
            first, *_ = ranked = sorted(self.made[material].items(), key=lambda item: (-item[1], item[0]))
            rows.append({
                "material": material, "name": names.get(material, material), "largest": first[0], "share": first[1],
                "places": ", ".join(f"{names.get(place, place)} {100 * share:.0f} %" for place, share in ranked[:3]),
                "n_places": len(ranked), "concentration": self.concentration(material),
            })  # fmt: skip
        schema = {"material": pl.String, "name": pl.String, "largest": pl.String, "share": pl.Float64}
        return pl.DataFrame(
            rows, schema=schema | {"places": pl.String, "n_places": pl.Int64, "concentration": pl.Float64}
        )


def read(scenario: Path) -> Chain | None:
    """From plants.csv, recipes.csv and lanes.csv; None where the tables do not say who makes what."""
    made: dict[str, dict[str, float]] = {}
    for row in rows_of(scenario / "plants.csv"):
        output = _number(row.get("output_per_year")) or _number(row.get("capacity_per_year"))
        if output and row.get("material") and row.get("place"):
            of_material = made.setdefault(row["material"], {})
            of_material[row["place"]] = of_material.get(row["place"], 0.0) + output
    if not made:
        return None
    shares = {
        material: {place: output / sum(of.values()) for place, output in of.items()} for material, of in made.items()
    }
    recipes = [(row.get("input", ""), row.get("output", "")) for row in rows_of(scenario / "recipes.csv")]
    recipes = list(dict.fromkeys((a, b) for a, b in recipes if a in shares and b in shares and a != b))
    return Chain(shares, _columns(list(shares), recipes), _flows(scenario, shares, recipes))


def _columns(materials: Sequence[str], recipes: Sequence[tuple[str, str]]) -> dict[str, int]:
    """Longest way from the ground; a loop of recipes, such as scrap, does not lengthen it."""
    column = dict.fromkeys(materials, 0)
    for _ in materials:
        for source, target in recipes:
            if column[target] < column[source] + 1 < len(materials):
                column[target] = column[source] + 1
    return column


def _flows(
    scenario: Path, made: Mapping[str, Mapping[str, float]], recipes: Sequence[tuple[str, str]]
) -> dict[tuple[str, str, str, str], float]:
    total: dict[str, float] = {}
    lanes = []
    for row in rows_of(scenario / "lanes.csv"):
        flow = _number(row.get("flow_per_year"))
        if flow and row["material"] in made and row["from"] in made[row["material"]]:
            total[row["material"]] = total.get(row["material"], 0.0) + flow
            lanes.append((row["material"], row["from"], row["to"], flow))
    found: dict[tuple[str, str, str, str], float] = {}
    for material, source, target, flow in lanes:
        users = [output for given, output in recipes if given == material and target in made[output]]
        for output in users:
            key = material, source, output, target
            found[key] = found.get(key, 0.0) + flow / total[material] / len(users)
    return found


def rows_of(path: Path) -> list[dict[str, str]]:
    """The rows of a table of the scenario; none where it has no such table."""
    if not path.is_file():
        return []
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))


def _number(text: str | None) -> float | None:
    try:
        return float(text or "")
    except ValueError:
        return None
