"""What the program itself writes opens with the defaults of four readers, and a report comes out of it."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest

from shortfall import pareto, results

ROOT = Path(__file__).parents[2]
BINARY = os.environ.get("SHORTFALL_BIN", str(ROOT / "target/release/shortfall"))
N_RUNS = 16

pytestmark = pytest.mark.skipif(not Path(BINARY).is_file(), reason="the program is not built; make test builds it")


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of the cobalt scenario in which Norway is called NA, as Namibia is in two letters."""
    folder = tmp_path_factory.mktemp("real")
    scenario = folder / "scenario"
    shutil.copytree(ROOT / "scenarios/cobalt-fpv", scenario, ignore=shutil.ignore_patterns("data", "build.py"))
    for path in [*scenario.glob("*.csv"), scenario / "scenario.toml"]:
        text = path.read_text(encoding="utf-8")
        path.write_text(re.sub(r"\bNOR\b", "NA", text), encoding="utf-8")
    out = folder / "results"
    command = [BINARY, "run", scenario, "-o", out, "-n", str(N_RUNS), "-q"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return out


def files(real: Path, table: str) -> list[str]:
    return [str(path) for path in sorted((real / "tables" / table).glob("*.parquet"))]


@pytest.mark.parametrize("table", ["outcomes", "years", "stockpiles", "required", "costs", "events", "bands"])
def test_four_readers_see_the_same_rows_and_columns(real: Path, table: str) -> None:
    paths = files(real, table)
    polars = pl.read_parquet(paths)
    duck = duckdb.sql(f"select * from read_parquet({paths!r})")
    arrow = [pq.read_table(path) for path in paths]
    pandas = pd.concat([pd.read_parquet(path) for path in paths])
    assert len(polars) > 0
    assert len(duck) == sum(len(part) for part in arrow) == len(pandas) == len(polars)
    assert duck.columns == arrow[0].column_names == list(pandas.columns) == polars.columns


def test_a_place_called_na_stays_text_in_all_four(real: Path) -> None:
    paths = files(real, "outcomes")
    wanted = pl.read_parquet(paths).filter(pl.col("place").cast(pl.String) == "NA").height
    query = f"select count(*) from read_parquet({paths!r}) where place = 'NA'"
    ((duck,),) = duckdb.sql(query).fetchall()
    arrow = sum(pq.read_table(path)["place"].to_pylist().count("NA") for path in paths)
    pandas = sum((pd.read_parquet(path)["place"] == "NA").sum() for path in paths)
    assert wanted == duck == arrow == pandas
    assert wanted % N_RUNS == 0
    assert wanted > 0


def test_the_four_scripts_make_a_report_of_it(real: Path) -> None:
    for script in ("summary", "stockpile_curve", "figures", "report"):
        command = [sys.executable, ROOT / f"analysis/{script}.py", real]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    page = (real / "report/index.html").read_text(encoding="utf-8")
    assert "under policy none?" in page
    assert f"{N_RUNS} runs under each policy" in page
    assert "not there" not in page


def test_the_program_and_the_scripts_count_the_same_shortages(real: Path) -> None:
    outcomes = pl.scan_parquet(files(real, "outcomes"))
    ours = pl.read_parquet(real / "report/summary.parquet") if (real / "report/summary.parquet").is_file() else None
    if ours is None:
        subprocess.run([sys.executable, ROOT / "analysis/summary.py", real], check=True, capture_output=True)
        ours = pl.read_parquet(real / "report/summary.parquet")
    keys = ["policy", "material", "place", "sector"]
    theirs = outcomes.group_by(keys).agg(
        share=pl.col("shortfall_share").mean(), short=(pl.col("shortfall_share") > 1e-3).mean()
    )
    theirs = theirs.with_columns(pl.col(keys).cast(pl.String)).sort(keys).collect()
    ours = ours.sort(keys)
    assert ours["share"].struct.field("value").to_list() == pytest.approx(theirs["share"].to_list())
    assert ours["probability"].struct.field("value").to_list() == pytest.approx(theirs["short"].to_list())


def test_the_cost_of_a_policy_is_the_sum_of_its_items_and_what_it_sells_is_income(real: Path) -> None:
    items = pl.read_parquet(files(real, "costs")).with_columns(pl.col("policy", "item").cast(pl.String))
    assert (items.filter(pl.col("item") == "sales")["usd"] <= 0.0).all()
    assert (items.filter(pl.col("item").is_in(["holding", "purchase"]))["usd"] >= 0.0).all()
    found = results.load(real)
    table = pareto.front(*(found.table(name) for name in ("outcomes", "costs", "stockpiles")))
    spent = items.filter(pl.col("policy") == "eu_sulphate_180")["usd"].sum() / N_RUNS
    rows = table.filter(pl.col("policy") == "eu_sulphate_180").to_dicts()
    assert [row["cost"]["value"] for row in rows] == pytest.approx([spent] * len(rows), rel=1e-9)
