"""Writes a scenario's files from its chain.toml and the tidy tables."""

from __future__ import annotations

import csv
import tomllib
from pathlib import Path
from typing import Any

from shortfall.chains.facts import Facts, home
from shortfall.chains.network import Network
from shortfall.chains.text import scenario, sources
from shortfall.hindcast.parameters import Parameters

SOURCED = ["source", "confidence", "note"]
COLUMNS = {
    "places": ["place", "name"],
    "materials": ["material", "name", "unit", "basis", "tier", "reference_price_usd", *SOURCED],
    "plants": ["plant", "material", "place", "owner", "capacity_per_year", "output_per_year", "ramp_months", *SOURCED],
    "recipes": ["output", "input", "amount", "yield", "plant", *SOURCED],
    "consumers": ["material", "place", "sector", "demand_per_year", "priority", "elasticity", "growth_per_year",
                  "backlog_share", "shortage_cost_usd", *SOURCED],
    "lanes": ["material", "from", "to", "flow_per_year", *SOURCED],
    "transit": ["from", "to", "material", "transit_days", "chokepoints", *SOURCED],
    "chokepoints": ["chokepoint", "name", "alternative", "extra_days", *SOURCED],
}  # fmt: skip


def build(folder: Path) -> None:
    """Writes every table, scenario.toml and SOURCES.md of the scenario in `folder`."""
    library = folder.parent
    chain = joined(library, tomllib.loads((folder / "chain.toml").read_text(encoding="utf-8")))
    facts = Facts(library / "data")
    parameters = Parameters(library / "parameters/parameters.csv")
    network = Network(chain, facts, parameters)
    tables = {
        "places": [{"place": place, "name": NAMES.get(place, place)} for place in network.places],
        "materials": materials(chain),
        "plants": network.plants,
        "recipes": network.recipes,
        "consumers": network.consumers,
        "lanes": network.lanes,
        "transit": transit(chain, facts, network),
    }
    tables["chokepoints"] = chokepoints(facts, tables["transit"])
    for name, rows in tables.items():
        write(folder / f"{name}.csv", COLUMNS[name], rows)
    (folder / "scenario.toml").write_text(scenario(chain, facts, parameters), encoding="utf-8")
    (folder / "SOURCES.md").write_text(sources(chain, facts, tables, network.levels), encoding="utf-8")


NAMES = {
    "AUS": "Australia", "BOL": "Bolivia", "BRA": "Brazil", "CHN": "China", "COD": "Congo, Democratic Republic",
    "EU27": "European Union", "IND": "India", "IDN": "Indonesia", "JPN": "Japan", "KAZ": "Kazakhstan",
    "KOR": "Korea, Republic", "MDG": "Madagascar", "MEX": "Mexico", "MMR": "Myanmar", "MOZ": "Mozambique",
    "MYS": "Malaysia", "NGA": "Nigeria", "QAT": "Qatar", "ROW": "Rest of the world", "RUS": "Russia", "RWA": "Rwanda",
    "SAU": "Saudi Arabia", "THA": "Thailand", "TJK": "Tajikistan", "TWN": "Taiwan", "USA": "United States",
    "VNM": "Vietnam",
}  # fmt: skip


def joined(library: Path, chain: dict[str, Any]) -> dict[str, Any]:
    """A chain with those that it joins: places, materials, hazards and stocks of all of them, its own last."""
    for name in chain.get("joins", []):
        other = tomllib.loads((library / name / "chain.toml").read_text(encoding="utf-8"))
        chain["places"] = list(dict.fromkeys([*chain["places"], *other["places"]]))
        replaced = {hazard["name"] for hazard in chain.get("hazard", [])}
        for key in ["material", "hazard", "stock"]:
            added = [item for item in other.get(key, []) if key != "hazard" or item["name"] not in replaced]
            known = {item["name"] for item in chain.get(key, [])}
            chain[key] = [*chain.get(key, []), *(item for item in added if item["name"] not in known)]
    return chain


def materials(chain: dict[str, Any]) -> list[dict[str, Any]]:
    """First tier first, as people read a chain."""
    return [
        {"material": m["name"], "name": m.get("title", m["name"].replace("_", " ")), "unit": m.get("unit", "t"),
         "basis": m.get("basis", ""), "tier": m["tier"], "reference_price_usd": m["price_usd"],
         "source": m.get("price_source", ""), "confidence": "quoted" if m.get("price_source") else "assumed",
         "note": m.get("price_note", "")}
        for m in reversed(chain["material"])
    ]  # fmt: skip


def transit(chain: dict[str, Any], facts: Facts, network: Network) -> list[dict[str, Any]]:
    """Routes that the table gives between places of the scenario."""
    names = {material["name"] for material in chain["material"]}
    made: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in facts.tables["transit"]:
        origin, to = home(row["exporter"], network.places), home(row["importer"], network.places)
        if row["material"] not in names or origin == to or (origin, to, row["material"]) in made:
            continue
        made[origin, to, row["material"]] = {
            "from": origin, "to": to, "material": row["material"], "transit_days": float(row["days_mode"]),
            "chokepoints": " ".join(row["chokepoints"].split(";")), "source": row["source_id"],
            "confidence": row["confidence"], "note": f"{row['days_low']} to {row['days_high']}; {row['transport']}",
        }  # fmt: skip
    return list(made.values())


def chokepoints(facts: Facts, routes: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Chokepoints that the routes cross."""
    crossed = {name for row in routes for name in row["chokepoints"].split()}
    return [
        {"chokepoint": row["chokepoint_id"], "name": row["name"], "alternative": row["alternative"],
         "extra_days": float(row["extra_days_mode"]) if row["extra_days_mode"] and row["alternative"] else "",
         "source": row["source_id"], "confidence": row["confidence"], "note": ""}
        for row in facts.tables["chokepoints"] if row["chokepoint_id"] in crossed
    ]  # fmt: skip


def write(path: Path, columns: list[str], rows: list[dict[str, Any]]) -> None:
    """A table; without rows there is none."""
    if not rows:
        path.unlink(missing_ok=True)
        return
    with open(path, "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(columns)
        for row in rows:
            cells = [row.get(column, "") for column in columns]
            table.writerow([f"{cell:.12g}" if isinstance(cell, float) else cell for cell in cells])
