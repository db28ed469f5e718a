"""Drivers of real runs: the program with hazards off, against its own results with all of them on."""

import os
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

from shortfall import answers, drivers, export, report, results

ROOT = Path(__file__).parents[2]
BINARY = os.environ.get("SHORTFALL_BIN", str(ROOT / "target/release/shortfall"))
N_RUNS = 200

needs_program = pytest.mark.skipif(not Path(BINARY).is_file(), reason="the program is not built; make test builds it")


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two hazards that excite each other."""
    out = tmp_path_factory.mktemp("drivers") / "results"
    command = [BINARY, "run", ROOT / "scenarios/examples/excitation", "-o", out, "-n", str(N_RUNS), "-q", "--seed", "5"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return out


def run(real: Path, *options: str) -> tuple[pl.DataFrame, str]:
    command = [sys.executable, ROOT / "analysis/drivers.py", real, "--binary", BINARY, *options]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return pl.read_parquet(real / "report/drivers.parquet"), done.stdout


@needs_program
def test_the_drivers_of_real_runs_sum_to_what_the_tables_say_is_missing(real: Path) -> None:
    table, said = run(real)
    assert len(said.splitlines()) == 2
    assert {path.suffix for path in (real / "report").glob("drivers.*")} == {".parquet", ".csv", ".svg", ".png"}
    outcomes = results.load(real).table("outcomes").with_columns(pl.col(pl.Categorical).cast(pl.String))
    keys = ["material", "place", "sector"]
    means = outcomes.group_by(keys).agg(missing=pl.col("shortfall").mean()).collect()
    sums = table.group_by(keys).agg(
        total=pl.col("shapley").struct.field("value").sum(), whole=pl.col("whole").struct.field("value").first()
    )
    joined = sums.join(means, on=keys)
    assert len(joined) == len(sums) > 0
    assert joined["whole"].to_list() == pytest.approx(joined["missing"].to_list(), rel=1e-12)
    assert joined["total"].to_list() == pytest.approx(joined["missing"].to_list(), rel=1e-9)
    nothing = table.filter(pl.col("driver").is_null())["shapley"].struct.field("value")
    assert nothing.abs().max() <= 1e-9 * means["missing"].max()


@needs_program
def test_the_report_tells_of_drivers_that_were_made_from_these_very_results(real: Path) -> None:
    table, _ = run(real)
    found = results.load(real)
    text = report.page(answers.gather(found), found)
    assert 'id="drivers"' in text
    row = table.filter(pl.col("driver").is_not_null()).row(0, named=True)
    assert f"{row['driver']}: {report.percent(row['share'])} of what".replace(" %", "\N{NO-BREAK SPACE}%") in text
    export.save(table, found.report, "drivers", "of other results")
    assert 'id="drivers"' not in report.page(answers.gather(found), found)


@needs_program
def test_hazards_may_go_together_and_then_there_is_one_driver_for_them(real: Path) -> None:
    table, _ = run(real, "--group", "tit for tat=tariff,export_*", "--runs", "50")
    assert set(table["driver"].drop_nulls()) == {"tit for tat"}
    shares = table.filter(pl.col("driver").is_not_null())["share"].struct.field("value").drop_nulls()
    assert shares.to_list() == pytest.approx([1.0] * len(shares))


def test_players_are_hazards_kinds_or_groups_and_what_is_off_plays_no_part() -> None:
    hazards = {"a": {"kind": "outage"}, "b": {"kind": "outage"}, "c.d": {"kind": "conflict"}, "e": {"enabled": False}}
    assert drivers.players(hazards, False, []) == {"a": ["a"], "b": ["b"], "c.d": ["c.d"]}
    assert drivers.players(hazards, True, []) == {"outage": ["a", "b"], "conflict": ["c.d"]}
    assert drivers.players(hazards, False, ["x=a, c*"]) == {"x": ["a", "c.d"], "b": ["b"]}
    with pytest.raises(results.Refused, match="names no hazard"):
        drivers.players(hazards, False, ["x=z*"])
    assert drivers.key_of("c.d") == 'hazard."c.d".enabled'
