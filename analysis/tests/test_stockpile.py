import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from shortfall import report, results, stockpile, synthetic

SCRIPT = Path(__file__).parents[1] / "stockpile_curve.py"
MONTHLY = 110.0
# A program that answers `run SCENARIO -o DIR --set KEY=SIZE --policy P -n N -q` with a synthetic folder.
STAND_IN = """#!{python}
import sys
sys.path.insert(0, {analysis!r})
from pathlib import Path
import numpy as np
from shortfall import synthetic
args = sys.argv[1:]
given = dict(zip(args[2::2], args[3::2]))
assert args[0] == "run" and Path(args[1], "scenario.toml").is_file()
key, size = given["--set"].split("=")
assert key == "stockpile.eu_stock.target"
case = synthetic.Case(n_runs=int(given["-n"]), stocks={{given["--policy"]: {share} * float(size) / 110.0}})
synthetic.write(Path(given["-o"]), synthetic.tables(case, np.random.default_rng(1)), case)
"""


@pytest.fixture
def sizes(folder: Path) -> pl.DataFrame:
    return stockpile.sizes(results.load(folder).table("required"))


def test_the_stock_for_a_service_level_is_the_inverse_of_the_distribution_function(sizes: pl.DataFrame) -> None:
    case = synthetic.Case()
    lost = np.sort(synthetic.months_lost(case, np.random.default_rng(1)))
    for level in stockpile.LEVELS:
        size = stockpile.size_at(sizes, "eu_stock", "reserve_60", level)
        assert size.value == pytest.approx(MONTHLY * lost[round(level * 200) - 1])
        assert size.low < size.value
        assert size.high is None or size.high > size.value


def test_a_level_whose_upper_bound_lies_beyond_the_runs_is_left_open(sizes: pl.DataFrame) -> None:
    assert stockpile.size_at(sizes, "eu_stock", "reserve_60", 0.99).high is None


def test_one_more_unit_is_worth_the_chance_that_it_is_drawn(sizes: pl.DataFrame) -> None:
    row = sizes.filter(pl.col("service_level") == 0.9).row(0, named=True)
    assert row["marginal"]["value"] == pytest.approx(0.1)
    assert row["marginal"]["low"] < 0.1 < row["marginal"]["high"]
    assert row["basis"] == "estimate from one pass"


def test_an_unknown_stockpile_is_refused_with_those_that_exist(sizes: pl.DataFrame) -> None:
    with pytest.raises(results.Refused, match="eu_stock"):
        stockpile.size_at(sizes, "eu_stok", "reserve_60", 0.9)


@pytest.mark.parametrize(("share", "verdict"), [(1.001, "confirms"), (0.3, "does not confirm")])
def test_replay_says_whether_the_size_held(folder: Path, tmp_path: Path, share: float, verdict: str) -> None:
    program = tmp_path / "shortfall"
    program.write_text(STAND_IN.format(python=sys.executable, analysis=str(SCRIPT.parent), share=share))
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    done = subprocess.run(
        [sys.executable, SCRIPT, folder, "--replay", program, "--policy", "reserve_60"], capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    assert f"replay {verdict} it" in done.stdout
    check = pl.read_parquet(folder / "report/stockpile_replay.parquet").row(0, named=True)
    assert check["agrees"] is (verdict == "confirms")


def test_the_smallest_stock_is_found_by_running_again(folder: Path, tmp_path: Path) -> None:
    # The program's stock is worth half of what the pass promised: the stock that holds is twice the estimate.
    program = tmp_path / "shortfall"
    program.write_text(STAND_IN.format(python=sys.executable, analysis=str(SCRIPT.parent), share=0.5))
    program.chmod(program.stat().st_mode | stat.S_IEXEC)
    done = subprocess.run(
        [sys.executable, SCRIPT, folder, "--replay", program, "--policy", "reserve_60", "--smallest", "--runs", "60"],
        capture_output=True, text=True,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    tried = pl.read_parquet(folder / "report/stockpile_smallest.parquet")
    lost = np.sort(synthetic.months_lost(synthetic.Case(n_runs=60), np.random.default_rng(1)))
    truth = 2.0 * MONTHLY * lost[56]
    holding = tried.filter(pl.col("held").struct.field("value") >= 0.95)["size"].min()
    assert truth <= holding <= 1.03 * truth
    assert f"smallest that holds: {report.number(holding)} (" in done.stdout
    assert "0 times a larger stock ran empty" in done.stdout


def test_a_program_that_fails_is_reported_in_its_own_words(folder: Path, tmp_path: Path) -> None:
    program = tmp_path / "shortfall"
    program.write_text("#!/bin/sh\necho 'error: no such key' >&2\nexit 3\n")
    program.chmod(0o755)
    done = subprocess.run([sys.executable, SCRIPT, folder, "--replay", program], capture_output=True, text=True)
    assert done.returncode == 3
    assert "error: no such key" in done.stderr
