"""A world turned into a scenario: tables and hazards with a value for each member of the ensemble.

A world (scenarios/hindcasts/worlds/*.toml) states the network before the event and the events, in either mode. Numbers
are a value, a range [low, mode, high], or the name of a parameter of parameters.csv.
"""

import csv
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from shortfall.hindcast.episode import Episode
from shortfall.hindcast.events import hazards, quoted
from shortfall.hindcast.members import Members
from shortfall.hindcast.parameters import MARKET, Parameters, written

# What an ablation switches off, and the value that this means.
ABLATIONS: dict[str, dict[str, float]] = {
    "no fear": {"price_fear": 0.0, "hoarding": 0.0, "front_loading": 0.0},
    "no leakage": {"leakage_share": 0.0},
    "no handling time": {"handling_days": 0.0},
    "no later response": {"elasticity_later": 0.0, "capacity_later": 0.0},
    "no cost pass-through": {"price_cost": 0.0},
    "no inventories": {"cover_days": 1.0, "unsold_days": 1.0},
}


def load(path: Path) -> dict[str, Any]:
    """Reads a world's file."""
    return tomllib.loads(path.read_text(encoding="utf-8"))


@dataclass
class Build:
    """A scenario under construction."""

    world: dict[str, Any]
    episode: Episode
    parameters: Parameters
    members: Members
    mode: str
    off: dict[str, float] = field(default_factory=dict)
    keys: dict[str, np.ndarray] = field(default_factory=dict)

    def class_of(self, material: str) -> str:
        """The class of a material in the parameter table."""
        return self.world["material"][material]["class"]

    def values(self, name: str, spec: Any, of: str = "any") -> np.ndarray:
        """A number of the world, one value for each member. A parameter has one draw for all that use it."""
        if isinstance(spec, str):
            if spec in self.off:
                return np.full(self.members.n, self.off[spec])
            law, known = self.parameters.get(spec, of), (spec, of) in self.parameters.ranges
            return self.members.draw(f"{spec} {of if known else 'any'}", law)
        return self.members.draw(name, written(spec))

    def sets(self, key: str, values: np.ndarray) -> float:
        """Lets a key of scenario.toml differ between members; gives what stands in the file itself."""
        if np.ptp(values) > 0.0:
            self.keys[key] = values
        return float(values[0])


def write(build: Build, folder: Path) -> None:
    """Writes the scenario into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    world, n = build.world, build.members.n
    tables = Tables(build)
    for member in range(n):
        for table, (columns, rows) in tables.of(member).items():
            save(folder / f"{table}-{member:03}.csv", columns, rows)
    save(
        folder / "materials.csv",
        ["material", "unit", "tier", "reference_price_usd"],
        [[m, v.get("unit", "t"), v["class"], v.get("price", "")] for m, v in world["material"].items()],
    )
    if "chokepoint" in world:
        save(folder / "chokepoints.csv", ["chokepoint"], [[name] for name in world["chokepoint"]])
    columns = {f"network.{table}": [f"{table}-{member:03}.csv" for member in range(n)] for table in tables.names}
    text = head(build) + market(build) + hazards(build)
    columns |= {key: [f"{value:.9g}" for value in values] for key, values in build.keys.items()}
    save(folder / "members.csv", list(columns), list(zip(*columns.values(), strict=True)))
    (folder / "scenario.toml").write_text(text, encoding="utf-8")


def save(path: Path, columns: list[str], rows: list) -> None:
    """A CSV table as the simulator reads it."""
    with open(path, "w", newline="", encoding="utf-8") as file:
        table = csv.writer(file, lineterminator="\n")
        table.writerow(columns)
        table.writerows([f"{cell:.12g}" if isinstance(cell, float) else cell for cell in row] for row in rows)


class Tables:
    """The network's tables, by member."""

    def __init__(self, build: Build) -> None:
        world = build.world
        self.supply, self.use, self.world = [], [], world
        for row in world["supply"]:
            of, name = build.class_of(row["material"]), row.get("plant", f"{row['material']}_{row['place']}".lower())
            spare = build.values(f"spare {name}", row.get("spare", "spare_capacity"), of)
            ramp = build.values(f"ramp {name}", row.get("ramp_months", "ramp_months"), of)
            self.supply.append((name, row, build.values(f"supply {name}", row["amount"]), spare, ramp))
        for row in world["use"]:
            of, sector = build.class_of(row["material"]), row.get("sector", "civil")
            name = f"use {row['material']} {row['place']} {sector}"
            amount = None if row.get("rest") else build.values(name, row["amount"])
            elasticity = build.values(f"elasticity {name}", row.get("elasticity", "elasticity"), row.get("class", of))
            self.use.append((row, sector, amount, elasticity))
        self.recipes = [
            (r, build.values(f"recipe {r['output']} {r['input']}", r["amount"])) for r in world.get("recipe", [])
        ]
        days = world.get("transit", [])
        self.transit = [
            (r, build.values(f"transit {r['from']} {r['to']}", r["days"], r.get("class", "any"))) for r in days
        ]
        self.names = ["plants", "consumers"] + [t for t in ["recipes", "transit"] if getattr(self, t)]

    def of(self, k: int) -> dict[str, tuple[list[str], list]]:
        """Columns and rows of each table of member `k`."""
        plants = [
            [name, row["material"], row["place"], float(made[k] * (1.0 + spare[k])), float(made[k]), float(ramp[k])]
            for name, row, made, spare, ramp in self.supply
        ]
        consumers = []
        for row, sector, amount, elasticity in self.use:
            demand = amount[k] if amount is not None else self.rest(row["material"], k)
            if demand <= 0.0:
                raise ValueError(f"member {k}: nothing is left for {row['place']} of {row['material']} ({demand:.4g})")
            consumers.append(
                [row["material"], row["place"], sector, float(demand), float(elasticity[k]), row.get("priority", 1)]
            )
        tables = {
            "plants": (["plant", "material", "place", "capacity_per_year", "output_per_year", "ramp_months"], plants),
            "consumers": (["material", "place", "sector", "demand_per_year", "elasticity", "priority"], consumers),
            "recipes": (
                ["output", "input", "amount", "plant"],
                [[r["output"], r["input"], float(v[k]), r["plant"]] for r, v in self.recipes],
            ),
            "transit": (["from", "to", "material", "transit_days", "chokepoints"], self.transits(k)),
        }
        return {name: tables[name] for name in self.names}

    def transits(self, k: int) -> list:
        return [
            [r["from"], r["to"], r.get("material", "*"), float(v[k]), r.get("chokepoints", "")] for r, v in self.transit
        ]

    def rest(self, material: str, k: int) -> float:
        """Supply of a material that nobody else uses."""
        made = sum(v[k] for _, row, v, _, _ in self.supply if row["material"] == material)
        used = sum(a[k] for row, _, a, _ in self.use if row["material"] == material and a is not None)
        for recipe, amount in self.recipes:
            if recipe["input"] == material:
                used += amount[k] * sum(v[k] for name, _, v, _, _ in self.supply if name == recipe["plant"])
        return made - used


def head(build: Build) -> str:
    """Everything but markets and hazards."""
    world = build.world
    transit = build.sets(
        "network.default_transit_days", build.values("transit", "transit_days", world.get("transit_class", "any"))
    )
    years = world["months"] / 12.0
    network = 'plants = "plants-000.csv"\nconsumers = "consumers-000.csv"\n'
    for table, rows in [("recipes", "recipe"), ("transit", "transit")]:
        network += f'{table} = "{table}-000.csv"\n' if rows in world else ""
    allocation = world.get("allocation", "pro_rata")
    return (
        f'format = 1\ntitle = "{build.episode.title} ({build.mode})"\n\n'
        f'[time]\nstart = "{world["start"]}"\nyears = {years:.9g}\nstep = "{world.get("step", "week")}"\n\n'
        f'[run]\nruns = 1\nseed = 1\n\n[design]\nlist = "members.csv"\n\n'
        f'[network]\n{network}prices = "endogenous"\nallocation = "{allocation}"\nprior = "gravity"\n'
        f"default_transit_days = {transit:.9g}\nprice_floor = 0.02\nprice_ceiling = 100.0\n\n"
        f"{world.get('measures', '')}[policy.{world.get('policy', 'none')}]\n"
        f"use = {quoted(world.get('use_measures', []))}\n\n"
    )


def market(build: Build) -> str:
    """A table for each material's market."""
    text = ""
    for material, said in build.world["material"].items():
        text += f"[market.{material}]\n"
        for key in MARKET:
            spec = key if key in build.off else said.get(key, key)
            values = build.values(f"{material} {key}", spec, said["class"])
            text += f"{key} = {build.sets(f'market.{material}.{key}', values):.9g}\n"
        text += "\n"
    return text
