#!/usr/bin/env python3
"""Writes the tables of this scenario from data/; needs nothing but Python.

    python3 scenarios/us-stockpile-2013/build.py

Two readings of where the supply of the United States comes from stand side by side, as two closed places: a share of what each
supplier makes (USA_WORLD), and its recorded imports (USA_IMPORTS).
"""

import csv
from pathlib import Path

HERE = Path(__file__).parent
READINGS = {"USA_WORLD": "world_share", "USA_IMPORTS": "import_share"}
PLACES = {
    "USA_WORLD": "United States, supplied in the shares of world output",
    "USA_IMPORTS": "United States, supplied in the shares of its imports",
    "CHN": "China",
    "NEAR": "Canada and Mexico",
    "ALLIED": "allies overseas",
    "OTHER": "all other suppliers",
}


def rows(name: str) -> list[dict[str, str]]:
    with open(HERE / f"data/{name}.csv", newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def write(name: str, columns: list[str], lines: list) -> None:
    with open(HERE / f"{name}.csv", "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(columns)
        table.writerows([f"{value:.12g}" if isinstance(value, float) else value for value in line] for line in lines)


def main() -> None:
    plants, consumers, lanes, made = [], [], [], {}
    price = {row["material"]: row for row in rows("report")}
    materials = []
    for row in rows("use"):
        material, use, home = row["material"], float(row["use"]), float(row["home"])
        said = price[material]
        usd = float(said["musd"]) * 1e6 / (float(said["shortfall"]) * float(said["tonnes_per_unit"]))
        materials.append([material, row["name"], "t", "refined", usd])
        for place in READINGS:
            consumers.append([material, place, "civil", use])
            if home > 0.0:
                plants.append([f"{place}_{material}".lower(), material, place, home, home])
                lanes.append([material, place, place, home])
    needed = {row["material"]: float(row["use"]) - float(row["home"]) for row in rows("use")}
    for row in rows("suppliers"):
        for place, share in READINGS.items():
            flow = needed[row["material"]] * float(row[share])
            if flow > 0.0:
                lanes.append([row["material"], row["group"], place, flow])
                made[row["group"], row["material"]] = made.get((row["group"], row["material"]), 0.0) + flow
    plants += [[f"{g}_{m}".lower(), m, g, output, output] for (g, m), output in made.items()]
    write("places", ["place", "name"], list(PLACES.items()))
    write("materials", ["material", "name", "unit", "tier", "reference_price_usd"], materials)
    write("plants", ["plant", "material", "place", "capacity_per_year", "output_per_year"], plants)
    write("consumers", ["material", "place", "sector", "demand_per_year"], consumers)
    write("lanes", ["material", "from", "to", "flow_per_year"], lanes)


if __name__ == "__main__":
    main()
