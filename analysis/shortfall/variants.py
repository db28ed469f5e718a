"""The scenario of a results folder run again in many variants, each a point that sets some keys anew.

All variants meet the same events, as far as the keys leave the hazards alone.
"""

import csv
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

import polars as pl

from shortfall.program import Program
from shortfall.results import Refused, Results

T = TypeVar("T")
LIST = "variants.csv"
# So many runs are on the disk at once; what is wanted of them is read, then they are removed.
AT_ONCE = 20_000


def run(
    found: Results,
    binary: str,
    keys: Sequence[str],
    rows: Sequence[Sequence[str]],
    policy: str,
    n_runs: int,
    read: Callable[[Results, int], T],
    settings: Sequence[str] = (),
) -> list[T]:
    """What `read` makes of each variant: it gets the results and the number of the variant's point in them.

    `rows` hold a value for each of the dotted `keys`, as TOML; an empty one leaves the key as the scenario has it.
    `settings` go for all of them.
    """
    batch = max(1, AT_ONCE // n_runs)
    result: list[T] = []
    with TemporaryDirectory() as folder:
        scenario = Path(folder) / "scenario"
        kept = found.folder / "scenario"
        if not (kept / "scenario.toml").is_file():
            raise Refused(f"{kept}: the folder keeps no scenario to run again")
        shutil.copytree(kept, scenario)
        program = Program(binary, found, scenario, n_runs)
        settings = [*as_run(found), *settings, f'design={{ list = "{LIST}" }}']
        for first in range(0, len(rows), batch):
            part = rows[first : first + batch]
            with (scenario / LIST).open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows([keys, *part])
            out = Path(folder) / "results"
            again = program.run(out, settings, policy)
            result += [read(again, point) for point in range(len(part))]
            shutil.rmtree(out)
    return result


def as_run(found: Results) -> list[str]:
    """Settings that make the kept scenario what was run: its command line, its seed, the first point of its sweeps."""
    given = [str(setting) for setting in found.manifest.get("set", [])]
    seed = f'run.seed="{found.manifest["seed"]}"'
    points = found.table("points")
    first = points.filter(pl.col("point") == pl.col("point").min()).select("key", "text").collect()
    return [*given, seed, *(f"{key}={text}" for key, text in first.iter_rows())]


def manifest_policy(found: Results, policy: str | None) -> str:
    """The policy asked for, or the first; refused if the results have none of that name."""
    known = [str(name) for name in found.manifest["policies"]]
    if policy is not None and policy not in known:
        raise Refused(f"{found.folder}: no policy {policy!r}; there are {', '.join(known)}")
    return policy or known[0]
