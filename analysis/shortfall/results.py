"""Reads a results folder: whole, as the manifest lists it, or not at all."""

import hashlib
import json
import tomllib
from dataclasses import dataclass
from pathlib import Path

import polars as pl

CONSUMER = ["material", "place", "sector"]
RUN = ["draw", "run"]
# A run counts as short if more than this share of its requirement over the horizon is missing: the program's SHORT_RUN,
# in sim/src/metrics/service.rs.
SHORT_RUN = 1e-3
# Tables that hold rows of runs, which results kept in summary do without.
OF_RUNS = ("outcomes", "years", "stockpiles", "required", "costs", "events", "bands")
# Where a table made from a folder says which folder, and which of these modules, made it.
STAMP = "shortfall_made_from"
MAKERS = ("compare", "intervals", "results", "risk", "summary")
# The manifest's last key is the SHA-256 of all before it: sim/src/results/sealed.rs.
SEAL = ',\n  "seal": "'


class Refused(Exception):
    """The folder is unfinished or damaged; the message names the files."""


@dataclass(frozen=True)
class Results:
    """A results folder whose files have been checked against its manifest."""

    folder: Path
    manifest: dict

    @property
    def report(self) -> Path:
        """Where tables, figures and the report go."""
        return self.folder / "report"

    def table(self, name: str) -> pl.LazyFrame:
        """The rows of a table, with its names as categories; refused if this folder has no such table."""
        if self.manifest.get("keep") == "summary" and name in OF_RUNS:
            raise Refused(f"{self.folder}: kept with --keep summary, so {name} has no rows; run it with --keep runs")
        paths = [self.folder / part["file"] for part in self.manifest["tables"] if part["table"] == name]
        if not paths:
            raise Refused(f"{self.folder}: the manifest lists no part of table {name!r}")
        rows = pl.scan_parquet(paths, hive_partitioning=False)
        text = [column for column, kind in rows.collect_schema().items() if kind in (pl.String, pl.Enum)]
        return rows.with_columns(pl.col(text).cast(pl.Categorical)) if text else rows

    @property
    def names(self) -> list[str]:
        """Names of the tables."""
        return list(dict.fromkeys(part["table"] for part in self.manifest["tables"]))

    def columns(self, name: str) -> pl.DataFrame:
        """What each column of a table means: name, type, unit, meaning; the unit `material` stands in column `unit`."""
        path = self.folder / "datapackage.json"
        try:
            resources = json.loads(path.read_text(encoding="utf-8"))["resources"]
            fields = next(found["schema"]["fields"] for found in resources if found["name"] == name)
            rows = [(f["name"], f["type"], f.get("unit", ""), f["description"]) for f in fields]
        except (OSError, ValueError, KeyError, TypeError) as fault:
            raise Refused(f"{path}: not there or damaged: {fault!r}") from fault
        except StopIteration:
            raise Refused(f"{path}: describes no table {name!r}") from None
        return pl.DataFrame(rows, schema=["column", "type", "unit", "meaning"], orient="row")

    def units(self, name: str) -> dict[str, str]:
        """The unit of each column of a table; empty for names and numbers of things."""
        return dict(self.columns(name).select("column", "unit").iter_rows())

    @property
    def stamp(self) -> str:
        """Changes with the results, down to the last byte of any table, and with the code behind the tables."""
        digest = hashlib.sha256((self.folder / "manifest.json").read_bytes())
        for module in MAKERS:
            digest.update((Path(__file__).parent / f"{module}.py").read_bytes())
        return digest.hexdigest()

    def kept(self, name: str) -> pl.DataFrame | None:
        """The table that a script has left in the report's folder, if it was made from these very results."""
        path = self.report / f"{name}.parquet"
        try:
            fresh = pl.read_parquet_metadata(path).get(STAMP) == self.stamp
            return pl.read_parquet(path) if fresh else None
        except (OSError, pl.exceptions.PolarsError):
            return None

    def scenario(self) -> dict:
        """The scenario as it was run: its question, its time step; empty where the folder keeps none."""
        path = self.folder / "scenario" / "scenario.toml"
        try:
            return tomllib.loads(path.read_text(encoding="utf-8"))
        except FileNotFoundError:
            return {}
        except ValueError as fault:
            raise Refused(f"{path}: damaged: {fault}") from fault


def open(folder: str | Path, check: bool = True) -> Results:
    """Results whose tables are read when they are asked for; `check=False` does not read them all for their digests."""
    return load(folder, check)


def load(folder: str | Path, check: bool = True) -> Results:
    """Reads the manifest and checks its files: they are there, and the tables have their length and SHA-256."""
    folder = Path(folder)
    path = folder / "manifest.json"
    if not path.is_file():
        raise Refused(
            f"{path}: not there; the run is unfinished (the same command goes on) or this is no results folder"
        )
    try:
        manifest = unsealed(path.read_bytes())
        parts = {part["file"]: part for part in manifest["tables"]}
        faults = [fault for part in parts.values() if (fault := _fault(folder, part, check))]
        beside = {part["file"]: part for part in manifest["beside"]}
        faults += [fault for part in beside.values() if (fault := _fault(folder, part, True))]
        known = parts | beside
        faults += [
            f"{name}: missing" for name in manifest["files"] if name not in known and not (folder / name).is_file()
        ]
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise Refused(f"{path}: damaged: {fault!r}") from fault
    found = {part.relative_to(folder).as_posix() for part in folder.glob("tables/*/*.parquet")}
    faults += [f"{name}: not listed in the manifest" for name in sorted(found - set(parts))]
    if not parts:
        faults.append("manifest.json: lists no tables")
    if faults:
        raise Refused(f"{folder}: {len(faults)} file(s) not as the manifest says:\n  " + "\n  ".join(faults))
    return Results(folder, manifest)


def sealed(manifest: dict) -> bytes:
    """A manifest as the program writes it."""
    before = json.dumps(manifest, indent=2).removesuffix("\n}")
    return f'{before}{SEAL}{hashlib.sha256(before.encode()).hexdigest()}"\n}}\n'.encode()


def unsealed(text: bytes) -> dict:
    """What a manifest says; a ValueError if a byte of it has changed since it was written."""
    before, _, seal = text.rpartition(SEAL.encode())
    if seal != f'{hashlib.sha256(before).hexdigest()}"\n}}\n'.encode():
        raise ValueError("it is not as it was written")
    return json.loads(text)


def _fault(folder: Path, part: dict, check: bool) -> str | None:
    name = part["file"]
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        return f"{name}: lies outside the folder"
    if not path.is_file():
        return f"{name}: missing"
    size = path.stat().st_size
    if size != part.get("bytes", size):
        return f"{name}: {size:,} bytes instead of {part['bytes']:,}"
    if not check:
        return None
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != part["sha256"]:
        return f"{name}: its content has changed (SHA-256 differs)"
    return None


def policies(rows: pl.LazyFrame) -> list[str]:
    """Policies in the order of the table, with `none`, the reference, first if there is one."""
    names = rows.select(pl.col("policy").unique(maintain_order=True)).collect()["policy"].cast(pl.String).to_list()
    return sorted(names, key=lambda name: name != "none")
