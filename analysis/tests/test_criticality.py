"""What a chain hangs on, where that can be told by looking at it."""

import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from shortfall import criticality

ROOT = Path(__file__).parents[2]
BINARY = os.environ.get("SHORTFALL_BIN", str(ROOT / "target/release/shortfall"))
SCENARIO = ROOT / "scenarios/examples/chokepoint_closure"

needs_program = pytest.mark.skipif(not Path(BINARY).is_file(), reason="the program is not built; make test builds it")


def test_all_that_can_be_switched_off_is_found_and_nothing_that_can_not(tmp_path: Path) -> None:
    (tmp_path / "plants.csv").write_text(
        "plant,material,place,owner,output_per_year\nmine,ore,COD,CHN,5\nidle,ore,COD,COD,0\nworks,metal,CHN,,5\n"
    )
    (tmp_path / "lanes.csv").write_text(
        "material,from,to,flow_per_year,chokepoints\nore,COD,CHN,5,suez hormuz\nore,COD,COD,1,\nmetal,CHN,DEU,0,cape\n"
    )
    (tmp_path / "chokepoints.csv").write_text("chokepoint\nsuez\ncape\npanama\n")
    found = criticality.items(tmp_path)
    assert [(item["kind"], item["item"]) for item in found] == [
        ("plant", "mine"),
        ("plant", "works"),
        ("lane", "ore: COD to CHN"),
        ("owner", "CHN"),
        ("imposer", "COD"),
        ("chokepoint", "suez"),
        ("chokepoint", "cape"),
    ]
    assert criticality.items(tmp_path, ["owner"]) == [{"kind": "owner", "item": "CHN", "imposer": '"CHN"'}]


@needs_program
def test_what_is_off_is_ranked_by_what_goes_missing(tmp_path: Path) -> None:
    out = tmp_path / "results"
    done = subprocess.run([BINARY, "run", SCENARIO, "-o", out, "-n", "8", "-q"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    command = [sys.executable, ROOT / "analysis/criticality.py", out, "--binary", BINARY, "--months", "6"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 2
    table = pl.read_parquet(out / "report/criticality.parquet")
    kinds = set(table["kind"])
    assert {"plant", "imposer", "chokepoint"} <= kinds
    assert table["rank"].to_list() == sorted(table["rank"])
    share = table["share"].struct.field("value")
    assert share.max() > 0.01
    # A place that exports nothing any more is no better than one lane of it closed.
    best = {kind: table.filter(pl.col("kind") == kind)["mean_share"].max() for kind in kinds}
    assert best["imposer"] >= best["lane"] - 1e-9
    assert {path.suffix for path in (out / "report").glob("criticality.*")} == {".parquet", ".csv", ".svg", ".png"}
