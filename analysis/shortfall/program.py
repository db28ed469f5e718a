"""The simulator, run again for an answer: one scenario, the same events, stocks of other sizes."""

import csv
import subprocess
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from shortfall import results, users
from shortfall.mixing import Candidate, Losses
from shortfall.results import RUN, Refused, Results
from shortfall.sizing import Trial, trial

# The policy that holds the mix; no scenario's own name.
MIX = "searched_mix"


@dataclass(frozen=True)
class Program:
    """The binary, the results whose scenario it runs, the scenario if another one, and the number of runs."""

    binary: str
    found: Results
    scenario: Path | None
    n_runs: int

    def run(self, out: Path, settings: Sequence[str], policy: str, seed: int | None = None) -> Results:
        """Results with keys set anew; refused in the program's own words if it fails."""
        scenario = self.scenario or self.found.folder / "scenario"
        options = [part for setting in settings for part in ("--set", setting)]
        options += ["--policy", policy, "-n", str(self.n_runs), "-q"]
        options += [] if seed is None else ["--seed", str(seed)]
        command = [self.binary, "run", str(scenario), "-o", str(out), *options]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise Refused(f"{' '.join(command)} ended with {done.returncode}:\n{done.stderr}")
        return results.load(out)

    def with_size(self, out: Path, stockpile: str, policy: str, size: float) -> Results:
        """Results with one stockpile of this size."""
        return self.run(out, [self.setting(stockpile, size)], policy)

    def trial(self, folder: Path, stockpile: str, policy: str) -> Callable[[float], Trial]:
        """For `sizing.smallest`: each size tried in a folder of its own."""
        return lambda size: trial(
            self.with_size(folder / f"{size!r}", stockpile, policy, size), stockpile, policy, size
        )

    def setting(self, stockpile: str, size: float) -> str:
        """The setting that gives a stockpile this size, in the key in which the scenario states its target."""
        stated = self.found.scenario().get("stockpile", {}).get(stockpile, {})
        for key in ("target_days", "target_import_days"):
            if isinstance(stated.get(key), int | float) and stated[key] > 0:
                return f"stockpile.{stockpile}.{key}={size * stated[key] / self._target(stockpile)!r}"
        return f"stockpile.{stockpile}.target={size!r}"

    def _target(self, stockpile: str) -> float:
        rows = self.found.table("stockpiles").filter(pl.col("stockpile") == stockpile)
        target = rows.select(pl.col("target").max()).collect().item()
        if not target:
            raise Refused(f"{self.found.folder}: no policy holds stockpile {stockpile!r}, so its size is not known")
        return float(target)

    def losses(
        self, folder: Path, stocks: Sequence[str], sector: str | None = None, seed: int | None = None
    ) -> Callable[..., Losses]:
        """For `mixing.greedy`: what shortages cost in each run with stocks of these sizes, in all sectors or one.

        Whose shortages: those of all places that any of the stocks is held for.
        """
        held_for = users.holders(self.found.scenario())
        places = sorted({place for name in stocks for place in held_for[name]})
        done = 0

        def run(mix: Mapping[str, float]) -> Losses:
            nonlocal done
            done += 1
            held = [name for name, size in mix.items() if size > 0.0]
            use = ", ".join(f'"stockpile.{name}"' for name in held)
            settings = [f"policy.{MIX}.use=[{use}]", *(self.setting(name, mix[name]) for name in held)]
            return losses(self.run(folder / f"{done}", settings, MIX, seed), places, sector)

        return run

    def candidates(self, names: Sequence[str] = ()) -> list[Candidate]:
        """Stocks to choose from, with the USD that one unit costs to fill and to hold over the horizon.

        Without names: the first stockpile of bounded size for each material and holder.
        """
        scenario = self.found.scenario()
        years = float(scenario["time"]["years"])
        prices, units = self._materials()
        stated = scenario.get("stockpile", {})
        unknown = [name for name in names if name not in stated]
        if unknown:
            raise Refused(f"no stockpile {unknown[0]!r} in the scenario; there are {', '.join(stated)}")
        chosen: dict[tuple, Candidate] = {}
        for name in names or stated:
            entry = stated[name]
            key = (name,) if names else (entry["material"], *entry.get("holders", []))
            if entry.get("target") == "unlimited" or key in chosen:
                continue
            price = prices.get(entry["material"])
            if not price:
                raise Refused(f"material {entry['material']!r} has no reference price, so stockpile {name!r} no cost")
            held = float(entry.get("holding_cost_usd", 0.0)) * years
            chosen[key] = Candidate(name, price + held, units.get(entry["material"], ""))
        return list(chosen.values())

    def _materials(self) -> tuple[dict[str, float], dict[str, str]]:
        name = self.found.scenario().get("network", {}).get("materials", "materials.csv")
        path = self.found.folder / "scenario" / name
        with path.open(newline="", encoding="utf-8-sig") as file:
            rows = list(csv.DictReader(file))
        prices = {row["material"]: float(row["reference_price_usd"]) for row in rows if row.get("reference_price_usd")}
        return prices, {row["material"]: row.get("unit", "") for row in rows}


def losses(found: Results, places: Sequence[str], sector: str | None = None) -> Losses:
    """Cost of shortage of each run in USD, over the consumers there that have one; of a sweep, its first point."""
    of_place = pl.col("place").cast(pl.String).is_in(list(places))
    rows = found.table("outcomes").filter(pl.col("policy") == MIX, of_place, pl.col("point") == 0)
    rows = rows if sector is None else rows.filter(pl.col("sector") == sector)
    usd = pl.col("shortage_cost_usd")
    by_run = rows.group_by(RUN).agg(usd.sum(), usd.count().alias("n_valued"), pl.col("weight").first()).sort(RUN)
    frame = by_run.collect()
    if frame.is_empty() or frame["n_valued"].max() == 0:
        of = "" if sector is None else f" of sector {sector!r}"
        raise Refused(f"no consumer{of} in {', '.join(places)} has a shortage_cost_usd: nothing to lower")
    return Losses(*(frame[name].to_numpy() for name in ("shortage_cost_usd", "weight", "draw")))
