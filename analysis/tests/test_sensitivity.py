"""Indices of functions whose answer is known, and of real draws."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from SALib.sample import morris as morris_points
from SALib.sample import sobol

from shortfall import sensitivity

ROOT = Path(__file__).parents[2]
BINARY = os.environ.get("SHORTFALL_BIN", str(ROOT / "target/release/shortfall"))
SCENARIO = ROOT / "scenarios/examples/export_restriction"

needs_program = pytest.mark.skipif(not Path(BINARY).is_file(), reason="the program is not built; make test builds it")


def ishigami(unit: np.ndarray) -> np.ndarray:
    x = np.pi * (2.0 * unit - 1.0)
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def of(rows: list[dict], index: str) -> dict[str, dict]:
    return {row["key"]: row["estimate"] for row in rows if row["index"] == index}


def test_total_and_first_order_indices_are_those_of_ishigamis_function() -> None:
    keys = ["a", "b", "c"]
    unit = sobol.sample(sensitivity.of_unit(keys), 2048, calc_second_order=False, seed=3)
    rows = sensitivity.of_saltelli(keys, ishigami(unit), 0)
    for index, known in (("S1", [0.314, 0.442, 0.0]), ("ST", [0.558, 0.442, 0.244])):
        for key, value in zip(keys, known, strict=True):
            found = of(rows, index)[key]
            assert found["value"] == pytest.approx(value, abs=0.05)
            assert found["low"] <= value + 0.02
            assert found["high"] >= value - 0.02


def test_given_data_finds_what_acts_and_pawn_stays_at_the_floor_for_what_does_not(rng: np.random.Generator) -> None:
    values = rng.uniform(size=(600, 3))
    rows = sensitivity.given_data(["a", "b", "c"], values, 5.0 * values[:, 0] + values[:, 1], 0)
    first, pawn = of(rows, "S1"), of(rows, "PAWN")
    assert first["a"]["value"] == pytest.approx(25 / 26, abs=0.06)
    assert first["b"]["value"] == pytest.approx(1 / 26, abs=0.06)
    assert pawn["a"]["value"] > 0.4
    assert abs(pawn["c"]["value"] - pawn[sensitivity.DUMMY]["value"]) < 0.05


def test_elementary_effects_of_a_plane_are_its_slopes_without_spread() -> None:
    keys = ["a", "b"]
    points = morris_points.sample(sensitivity.of_unit(keys), 10, num_levels=4, seed=1)
    rows = sensitivity.of_morris(keys, points, 3.0 * points[:, 0] - 2.0 * points[:, 1], 4, 0)
    assert of(rows, "mu_star")["a"]["value"] == pytest.approx(3.0)
    assert of(rows, "mu_star")["b"]["value"] == pytest.approx(2.0)
    assert of(rows, "sigma")["a"]["value"] == pytest.approx(0.0, abs=1e-9)


@needs_program
def test_the_script_reads_draws_and_runs_ranges_anew(tmp_path: Path) -> None:
    out = tmp_path / "results"
    uncertain = ["run.draws=30", "market.cover_days={ uniform = { low = 5, high = 90 } }"]
    options = [part for setting in uncertain for part in ("--set", setting)]
    command = [BINARY, "run", SCENARIO, "-o", out, "-n", "8", "-q", *options]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    anew = ["--sobol", "4", "--over", "market.cover_days=5:90", "--over", "market.spot_share=0.1:0.9", "--runs", "8"]
    for options, indices in (([], {"S1", "PAWN"}), ([*anew, "--binary", BINARY], {"S1", "ST"})):
        command = [sys.executable, ROOT / "analysis/sensitivity.py", out, *options]
        done = subprocess.run(command, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        assert len(done.stdout.splitlines()) == 2
        table = pl.read_parquet(out / "report/sensitivity.parquet")
        assert set(table["index"]) == indices
        assert "market.cover_days" in set(table["key"])
