"""Reads a results folder: whole, as the manifest lists it, or not at all."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path

import polars as pl

CONSUMER = ["material", "place", "sector"]


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
        """The rows of a table, with its names as plain text; refused if this folder has no such table."""
        paths = [self.folder / path for path in _listed(self.manifest) if path.startswith(f"tables/{name}/")]
        if not paths:
            raise Refused(f"{self.folder}: the manifest lists no part of table {name!r}")
        rows = pl.scan_parquet(paths, hive_partitioning=False)
        coded = [column for column, kind in rows.collect_schema().items() if kind in (pl.Categorical, pl.Enum)]
        return rows.with_columns(pl.col(coded).cast(pl.String))

    def has(self, name: str) -> bool:
        """Whether the run wrote this table."""
        return any(path.startswith(f"tables/{name}/") for path in _listed(self.manifest))


def load(folder: str | Path) -> Results:
    """Reads the manifest and checks every file that it lists by length and SHA-256; all faults in one refusal."""
    folder = Path(folder)
    path = folder / "manifest.json"
    if not path.is_file():
        raise Refused(
            f"{path}: not there; the run is unfinished (run the same command again) or this is no results folder"
        )
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
        listed = _listed(manifest)
    except (ValueError, KeyError, TypeError, AttributeError) as fault:
        raise Refused(f"{path}: damaged: {fault!r}") from fault
    faults = [fault for name, entry in listed.items() if (fault := _fault(folder, name, entry))]
    unlisted = sorted(
        str(part.relative_to(folder))
        for part in folder.glob("tables/*/*.parquet")
        if part.relative_to(folder).as_posix() not in listed
    )
    faults += [f"{name}: not listed in the manifest" for name in unlisted]
    if not listed:
        faults.append("manifest.json: lists no files")
    if faults:
        raise Refused(f"{folder}: {len(faults)} file(s) not as the manifest says:\n  " + "\n  ".join(faults))
    return Results(folder, manifest)


def _listed(manifest: dict) -> dict[str, dict]:
    return {entry["path"]: entry for entry in manifest["files"]}


def _fault(folder: Path, name: str, entry: dict) -> str | None:
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        return f"{name}: lies outside the folder"
    if not path.is_file():
        return f"{name}: missing"
    size = path.stat().st_size
    if size != entry.get("bytes", size):
        return f"{name}: {size:,} bytes instead of {entry['bytes']:,}"
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != entry["sha256"].removeprefix("sha256:"):
        return f"{name}: its content has changed (SHA-256 differs)"
    return None


def policies(rows: pl.LazyFrame) -> list[str]:
    """Policies in the order of the table, with `none`, the reference, first if there is one."""
    names = rows.select(pl.col("policy").unique(maintain_order=True)).collect()["policy"].to_list()
    return sorted(names, key=lambda name: name != "none")
