import json
import re
from collections.abc import Callable
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow.dataset as ds
import pytest

from shortfall import export, results

PART = "tables/outcomes/part-00001.parquet"


def rewrite(folder: Path, change: Callable[[dict], None]) -> None:
    """Another manifest, sealed anew."""
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    del manifest["seal"]
    change(manifest)
    path.write_bytes(results.sealed(manifest))


def test_a_whole_folder_is_read_with_names_as_categories(folder: Path) -> None:
    rows = results.load(folder).table("outcomes").collect()
    assert rows.height == 200 * 3 * 3
    assert rows.schema["place"] == pl.Categorical
    assert rows.schema["point"] == pl.Int32


@pytest.mark.parametrize("table", ["outcomes", "years", "stockpiles", "required", "costs", "events", "bands"])
def test_four_readers_see_the_same_table_with_their_defaults(folder: Path, table: str) -> None:
    path = folder / "tables" / table
    columns = pl.read_parquet(path).columns
    n_rows = pl.read_parquet(path).height
    assert pd.read_parquet(path).columns.tolist() == columns
    assert ds.dataset(path).schema.names == columns
    assert ds.dataset(path).count_rows() == n_rows == len(pd.read_parquet(path))
    found = duckdb.sql(f"select * from '{path}/*.parquet'")
    assert (found.columns, len(found.fetchall())) == (columns, n_rows)


def test_a_folder_without_manifest_is_unfinished(folder: Path) -> None:
    (folder / "manifest.json").unlink()
    with pytest.raises(results.Refused, match="unfinished"):
        results.load(folder)


@pytest.mark.parametrize("text", ["", "{", "[]", "{}", '{"tables": [{}], "files": []}', '{"tables": 3, "files": []}'])
def test_a_damaged_manifest_is_refused(folder: Path, text: str) -> None:
    (folder / "manifest.json").write_text(text)
    with pytest.raises(results.Refused, match=r"manifest\.json"):
        results.load(folder)


@pytest.mark.parametrize("cut", [1, 8, 500])
def test_r06_a_cut_file_is_refused_by_name(folder: Path, cut: int) -> None:
    data = (folder / PART).read_bytes()
    (folder / PART).write_bytes(data[:-cut])
    with pytest.raises(results.Refused, match=re.escape(PART)):
        results.load(folder)


def test_a_changed_byte_an_empty_and_a_missing_file_are_all_named_at_once(folder: Path) -> None:
    data = bytearray((folder / PART).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / PART).write_bytes(data)
    (folder / "tables/years/part-00001.parquet").write_bytes(b"")
    (folder / "tables/bands/part-00001.parquet").unlink()
    (folder / "scenario/scenario.toml").unlink()
    with pytest.raises(results.Refused) as refusal:
        results.load(folder)
    for name in ("outcomes/part-00001.parquet: its content has changed", "years/part-00001.parquet: 0 bytes",
                 "bands/part-00001.parquet: missing", "scenario/scenario.toml: missing"):  # fmt: skip
        assert name in str(refusal.value)


def test_one_byte_changed_anywhere_in_a_file_is_named(folder: Path) -> None:
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    for path in files:
        data = path.read_bytes()
        for at in {0, 1, len(data) // 3, len(data) // 2, len(data) - 9, len(data) - 1}:
            flipped = bytearray(data)
            flipped[at] ^= 4
            path.write_bytes(flipped)
            with pytest.raises(results.Refused, match=re.escape(path.relative_to(folder).as_posix())):
                results.load(folder)
        path.write_bytes(data)
    results.load(folder)


def test_a_part_that_the_manifest_does_not_list_is_refused(folder: Path) -> None:
    (folder / "tables/outcomes/part-00002.parquet").write_bytes((folder / PART).read_bytes())
    with pytest.raises(results.Refused, match=r"part-00002.parquet: not listed"):
        results.load(folder)


def test_a_file_outside_the_folder_is_refused(folder: Path) -> None:
    rewrite(folder, lambda manifest: manifest["tables"][0].update(file="../../etc/passwd"))
    with pytest.raises(results.Refused, match="outside the folder"):
        results.load(folder)


def test_a_kept_table_counts_only_for_the_results_it_was_made_from(folder: Path) -> None:
    found = results.load(folder)
    frame = pl.DataFrame({"a": [1]})
    assert found.kept("summary") is None
    export.save(frame, found.report, "summary", found.stamp)
    assert found.kept("summary").equals(frame)
    rewrite(folder, lambda manifest: manifest.update(seed="2"))
    assert results.load(folder).kept("summary") is None


def test_results_kept_in_summary_are_refused_by_what_needs_runs(folder: Path) -> None:
    rewrite(folder, lambda manifest: manifest.update(keep="summary"))
    with pytest.raises(results.Refused, match="--keep runs"):
        results.load(folder).table("outcomes")
