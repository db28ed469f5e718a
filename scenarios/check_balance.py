#!/usr/bin/env python3
"""Checks a scenario's tables apart from the simulator: supply against use of each material, and lanes against both.

    python3 scenarios/check_balance.py scenarios/cobalt-fpv

Prints one line a material; ends with 1 and the faults if something does not add up.
"""

import csv
import sys
import tomllib
from collections import defaultdict
from fnmatch import fnmatchcase
from pathlib import Path

# Tables carry twelve digits.
TOLERANCE = 1e-9


def rows(folder, name):
    path = folder / f"{name}.csv"
    if not path.exists():
        return []
    with open(path, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def check(folder):
    """Faults of the scenario in `folder`, and its balance by material."""
    faults = []
    tables = {name: rows(folder, name) for name in ["places", "materials", "plants", "recipes", "lanes", "consumers", "stocks", "chokepoints"]}
    places = {r["place"] for r in tables["places"]}
    materials = {r["material"] for r in tables["materials"]}
    plants = {r["plant"]: r for r in tables["plants"]}
    chokepoints = {r["chokepoint"] for r in tables["chokepoints"]}

    for name, key in [("plants", ["plant"]), ("lanes", ["material", "from", "to"]), ("consumers", ["material", "place", "sector"]),
                      ("recipes", ["output", "input", "plant"]), ("stocks", ["material", "place", "kind"])]:
        seen = set()
        for row in tables[name]:
            row_key = tuple(row.get(k) for k in key)
            if row_key in seen:
                faults.append(f"{name}: {row_key} twice")
            seen.add(row_key)
            if "material" in row and row["material"] not in materials:
                faults.append(f"{name}: no material {row['material']}")
            for column in ["place", "from", "to", "owner"]:
                if row.get(column) and row[column] not in places:
                    faults.append(f"{name}: no place {row[column]}")
    for row in tables["recipes"]:
        if row.get("plant") and plants[row["plant"]]["material"] != row["output"]:
            faults.append(f"recipes: {row['plant']} does not make {row['output']}")
    for row in tables["lanes"]:
        faults += [f"lanes: no chokepoint {c}" for c in row.get("chokepoints", "").split() if c not in chokepoints]

    own = {r.get("plant") for r in tables["recipes"] if r.get("plant")}
    supply, use = defaultdict(float), defaultdict(float)
    for name, plant in plants.items():
        if not plant.get("output_per_year"):
            continue
        output = float(plant["output_per_year"])
        supply[plant["material"], plant["place"]] += output
        if output > float(plant["capacity_per_year"]):
            faults.append(f"plants: {name} makes more than it can")
        if output < float(plant.get("minimum_run") or 0) * float(plant["capacity_per_year"]):
            faults.append(f"plants: {name} runs below its minimum")
        for recipe in tables["recipes"]:
            if recipe["plant"] == name or (not recipe["plant"] and recipe["output"] == plant["material"] and name not in own):
                use[recipe["input"], plant["place"]] += output * float(recipe["amount"]) / float(recipe["yield"])
    for row in tables["consumers"]:
        use[row["material"], row["place"]] += float(row["demand_per_year"])

    # Lanes with an empty flow are fitted by the program, and with a gravity prior all are: then those of a material need not add up.
    fitted = {row["material"] for row in tables["lanes"] if not row.get("flow_per_year")}
    if tomllib.loads((folder / "scenario.toml").read_text(encoding="utf-8")).get("network", {}).get("prior") == "gravity":
        fitted = materials
    shipped, received = defaultdict(float), defaultdict(float)
    for row in tables["lanes"]:
        shipped[row["material"], row["from"]] += float(row.get("flow_per_year") or 0)
        received[row["material"], row["to"]] += float(row.get("flow_per_year") or 0)
    for what, lanes, margin in [("ships", shipped, supply), ("receives", received, use)]:
        for key in sorted(set(lanes) | set(margin)):
            if key[0] not in fitted and abs(lanes[key] - margin[key]) > TOLERANCE * max(margin[key], lanes[key]):
                faults.append(f"{key[1]} {what} {lanes[key]:.9g} of {key[0]}, not {margin[key]:.9g}")

    balance = {}
    asked = {plant["material"] for plant in plants.values() if not plant.get("output_per_year")}
    for material in sorted(materials):
        made = sum(v for (m, _), v in supply.items() if m == material)
        used = sum(v for (m, _), v in use.items() if m == material)
        balance[material] = (made, used)
        # Plants without an output make what is asked of them.
        if material not in asked and abs(made - used) > TOLERANCE * max(made, used):
            faults.append(f"{material}: supply {made:.9g}, use {used:.9g}")
    faults += selectors(folder, tables, places, materials)
    return faults, balance


def selectors(folder, tables, places, materials):
    """Names in scenario.toml that fit nothing."""
    scenario = tomllib.loads((folder / "scenario.toml").read_text(encoding="utf-8"))
    blocs = scenario.get("blocs", {})
    known = {"places": places | set(blocs), "importers": places | set(blocs), "except": places | set(blocs), "holders": places | set(blocs),
             "materials": materials, "tiers": {r["tier"] for r in tables["materials"]}, "sectors": {r["sector"] for r in tables["consumers"]},
             "plants": {r["plant"] for r in tables["plants"]}}
    faults = [f"blocs.{bloc}: no place {place}" for bloc, members in blocs.items() for place in members if place not in places]
    entries = [(f"hazard.{n}", h) for n, h in scenario.get("hazard", {}).items()]
    entries += [(f"stockpile.{n}", s) for n, s in scenario.get("stockpile", {}).items()]
    for name, entry in entries:
        for key, names in known.items():
            for pattern in entry.get(key, []):
                if not any(fnmatchcase(each, pattern) for each in names):
                    faults.append(f"{name}.{key}: nothing fits {pattern}")
        imposer = entry.get("imposer", [])
        imposers = imposer if isinstance(imposer, list) else [imposer]
        if not set(imposers) <= places | set(blocs) or entry.get("material", next(iter(materials))) not in materials:
            faults.append(f"{name}: unknown imposer or material")
    # A law is a table too, of one table: { triangular = { min = … } }.
    tables_of = {m: v for m, v in scenario.get("market", {}).items() if isinstance(v, dict) and not all(isinstance(x, dict) for x in v.values())}
    faults += [f"market.{m}: no such material" for m in tables_of if m not in materials]
    for name, policy in scenario.get("policy", {}).items():
        for used in policy.get("use", []):
            kind, _, target = used.partition(".")
            if target not in scenario.get(kind, {}):
                faults.append(f"policy.{name}: no {used}")
    return faults


if __name__ == "__main__":
    found, table = check(Path(sys.argv[1]))
    for material, (made, used) in table.items():
        print(f"{material:28} supply {made:18.6f}  use {used:18.6f}")
    print("\n".join(found) if found else "ok")
    sys.exit(1 if found else 0)
