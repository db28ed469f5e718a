"""Networks of any size, balanced by construction: chains of five materials, made and used in every place."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

TIERS = 5
HEADROOM = 1.1
"""Capacity over output."""


@dataclass(frozen=True)
class Size:
    """So many materials (whole chains of five) in so many places; each place buys from `origins` of them."""

    materials: int = 5
    places: int = 10
    origins: int = 10
    years: int = 10
    policies: int = 1

    @property
    def lanes(self) -> int:
        return self.materials * self.places * self.origins

    @property
    def steps(self) -> int:
        return 12 * self.years

    @property
    def lane_steps(self) -> int:
        """Of a run under every policy."""
        return self.lanes * self.steps * self.policies


def write(size: Size, folder: Path, seed: int = 1) -> None:
    """The scenario, with one hazard a place and a stockpile of every last material in the first place."""
    rng = np.random.default_rng(seed)
    places = [f"p{i}" for i in range(size.places)]
    tables: dict[str, list[str]] = {
        "materials.csv": ["material,name,unit,basis,tier,reference_price_usd"],
        "places.csv": ["place,name", *(f"{place}," for place in places)],
        "recipes.csv": ["output,input,amount"],
        "plants.csv": ["plant,material,place,capacity_per_year,output_per_year"],
        "lanes.csv": ["material,from,to,flow_per_year,transit_days"],
        "consumers.csv": ["material,place,sector,demand_per_year"],
    }
    last = []
    for chain in range(size.materials // TIERS):
        need = rng.uniform(600, 1800, size.places)
        final = f"c{chain}m{TIERS - 1}"
        last.append(final)
        demands = zip(places, need.tolist(), strict=True)
        tables["consumers.csv"] += [f"{final},{place},civil,{demand!r}" for place, demand in demands]
        for tier in reversed(range(TIERS)):
            material = f"c{chain}m{tier}"
            tables["materials.csv"].append(f"{material},,t,,tier {tier},")
            if tier > 0:
                tables["recipes.csv"].append(f"{material},c{chain}m{tier - 1},1")
            output = np.zeros(size.places)
            for to, wanted in enumerate(need):
                # Home is always one of them, so every place makes some.
                others = rng.permutation(np.delete(np.arange(size.places), to))[: size.origins - 1]
                origins = np.sort(np.append(others, to))
                flows = wanted * rng.dirichlet(np.ones(len(origins)))
                output[origins] += flows
                tables["lanes.csv"] += [
                    f"{material},{places[e]},{places[to]},{flow!r},{0 if e == to else 20}"
                    for e, flow in zip(origins, flows.tolist(), strict=True)
                ]
            tables["plants.csv"] += [
                f"{material}_{place},{material},{place},{HEADROOM * made!r},{made!r}"
                for place, made in zip(places, output.tolist(), strict=True)
            ]
            need = output
    folder.mkdir(parents=True, exist_ok=True)
    for name, lines in tables.items():
        (folder / name).write_text("\n".join(lines) + "\n")
    (folder / "scenario.toml").write_text(scenario(size, places, last))


def scenario(size: Size, places: list[str], last: list[str]) -> str:
    hazards = "".join(
        f"""
[hazard.ban_{place}]
kind = "export_restriction"
imposer = "{place}"
onset = {{ renewal = {{ gap_months = {{ exponential = {{ mean = 48 }} }}, from = "end" }} }}
duration_months = {{ lognormal = {{ mean = 9, cv = 1 }} }}
severity = {{ beta = {{ alpha = 3, beta = 1 }} }}
"""
        for place in places
    )
    policies = "".join(
        f"""
[stockpile.s{i}]
holders = ["{places[0]}"]
material = "{last[0]}"
target_days = {10 * i}

[policy.stock{i}]
use = ["stockpile.s{i}"]
"""
        for i in range(1, size.policies)
    )
    return f"""format = 1
title = "{size.materials} materials in {size.places} places, {size.lanes} lanes"

[time]
start = "2027-01-01"
years = {size.years}
step = "month"

[run]
seed = 1
runs = 64

[market]
prior = "none"

[policy.none]
use = []
{hazards}{policies}"""
