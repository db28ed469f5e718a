"""Forecasts of new restrictions: made and dated before the outcome is known, scored after."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

import numpy as np

from shortfall.hindcast import calendar, discrepancy, noise, outcomes, references, run, scoring, world
from shortfall.hindcast.episode import Episode, Target
from shortfall.hindcast.members import Members
from shortfall.hindcast.run import Setting
from shortfall.hindcast.score import Score, score

HORIZONS = [3, 6, 12]
# What the hindcasts teach of the model's errors; written by `make hindcast`.
GROSS = "forecasts/gross-errors.json"
LEVELS = [0.05, 0.25, 0.5, 0.75, 0.95]


def targets(said: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """What is forecast, and how it is read."""
    start, material, imposer = calendar.month(said["restriction"]), said["restricts"], said["imposer"]
    made: dict[str, dict[str, Any]] = {}
    home = f"price {material} {imposer}"
    for months in HORIZONS:
        at = calendar.text(start + months)[:7]
        flow = {"type": "flow", "kind": "ratio", "at": at, "over": "start"}
        price = {"type": "price", "kind": "ratio", "at": at, "over": "start"}
        made[f"exports of {imposer}, month {months}"] = {**flow, "series": f"exports {material} {imposer}"}
        made[f"price in {imposer}, month {months}"] = {**price, "series": home, "static": 1}
        for place in said["outside"]:
            series = f"price {material} {place}"
            lane = {**flow, "series": f"shipped {material} {imposer}>{place}"}
            made[f"shipments {imposer} to {place}, month {months}"] = lane
            made[f"price in {place}, month {months}"] = {**price, "series": series}
            split = {"type": "split", "kind": "ratio", "series": series, "under": home, "at": at}
            made[f"price in {place} over {imposer}, month {months}"] = split
    for place in said["outside"]:
        within = f"{said['restriction']}..{calendar.text(calendar.month(said['start']) + said['months'] - 1)[:7]}"
        made[f"months until the price in {place} is within a fifth of the old one"] = {
            "type": "months", "kind": "months_until", "series": f"price {material} {place}", "within": within,
            "over": "start", "below": 1.2, "after_peak": True, "since": said["restriction"],
        }  # fmt: skip
    return made


def make(setting: Setting, path: Path, today: str) -> dict[str, Any]:
    """Runs a forecast's world, and gives what the register keeps."""
    said = world.load(path)
    of = Episode(path.stem, said["title"], "forecast", said["condition"], {}, [], "")
    members = Members(setting.members, setting.seed)
    build = world.Build(said, of, setting.parameters, members, "predictive")
    folder = setting.work / path.stem
    outcome = run.series(setting, build, folder)
    gross = json.loads((setting.scenarios / GROSS).read_text(encoding="utf-8"))
    made, besides = {}, noise.Noise(outcome.times, build.parameters, members)
    for name, how in targets(said).items():
        alone = outcomes.value(outcome, how, besides)
        sample = discrepancy.apply(gross, how["type"], how["type"] != "flow", alone)
        made[name] = {
            "type": how["type"],
            "quantiles": {f"{level:g}": round(float(np.quantile(sample, level)), 4) for level in LEVELS},
            "members": [round(float(value), 4) for value in sample],
        }
    return {
        "forecast": path.stem,
        "made": today,
        "condition": said["condition"],
        "members": setting.members,
        "seed": setting.seed,
        "world_sha256": digest(path),
        "parameters_sha256": digest(setting.scenarios / "parameters/parameters.csv"),
        "gross_errors": gross,
        "targets": made,
    }


def digest(path: Path) -> str:
    """SHA-256 of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def scores(setting: Setting, register: Path, observed: Path) -> list[Score]:
    """Scores of the targets whose outcome is known."""
    kept = json.loads(register.read_text(encoding="utf-8"))
    said = world.load(register.parent / f"{kept['forecast']}.toml")
    reads, pool = targets(said), scoring.pool(setting)
    of = Episode(kept["forecast"], said["title"], "forecast", "", {}, [], "")
    found = []
    with open(observed, newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        name = row["target"]
        if name not in kept["targets"]:
            raise KeyError(f"{observed}: the forecast has no target {name!r}")
        how, kind = reads[name], kept["targets"][name]["type"]
        low, high = float(row["low"] or row["observed"]), float(row["high"] or row["observed"])
        unit, log = ("months" if kind == "months" else "x"), kind != "flow"
        target = Target(name, name, float(row["observed"]), low, high, unit, log, "band")
        forecasts = {"R0": references.no_effect(target, kind), "R1": references.static(said, kind, how)}
        pooled = references.climatology(kind, of, pool)
        if pooled is not None:
            forecasts["R2"] = pooled
        found.append(score(of.id, target, kind, np.array(kept["targets"][name]["members"]), forecasts))
    return found
