"""Rare events sampled more often by the program: weighted estimates agree with plain runs and know the tail better."""

import os
import subprocess
from pathlib import Path

import polars as pl
import pytest

from shortfall import results, summary

ROOT = Path(__file__).parents[2]
BINARY = os.environ.get("SHORTFALL_BIN", str(ROOT / "target/release/shortfall"))
# A licence in 50 years, five years a run: a tenth of the plain runs see one.
RATE = "hazard.gallium_licence.onset={ poisson = { per_year = 0.02 } }"
TILT, FEW, MANY = 8, 1_500, 40_000
USER = (pl.col("place") == "USA", pl.col("sector") == "civil")
COLUMNS = ("mean", "probability", "q95", "q99", "cvar95", "tail_share")

pytestmark = pytest.mark.skipif(not Path(BINARY).is_file(), reason="the program is not built; make test builds it")


def run(out: Path, tilt: float, n_runs: int, seed: int) -> results.Results:
    command = [BINARY, "run", ROOT / "scenarios/examples/export_restriction", "-o", out, "-n", str(n_runs), "-q"]
    command += ["--seed", str(seed), "--set", RATE, "--set", f"hazard.gallium_licence.tilt={tilt}"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return results.load(out)


def estimates(outcomes: pl.LazyFrame) -> dict[str, dict]:
    return summary.distribution(outcomes).filter(*USER).select(COLUMNS).row(0, named=True)


def width(estimate: dict) -> float:
    return estimate["high"] - estimate["low"]


@pytest.fixture(scope="module")
def found(tmp_path_factory: pytest.TempPathFactory) -> dict[str, results.Results]:
    folder = tmp_path_factory.mktemp("tilt")
    wanted = {"plain": (1, FEW, 1), "tilted": (TILT, FEW, 1), "truth": (1, MANY, 3)}
    return {name: run(folder / name, *settings) for name, settings in wanted.items()}


def test_tilted_runs_of_the_program_agree_with_plain_ones_and_forgotten_weights_do_not(
    found: dict[str, results.Results],
) -> None:
    plain, tilted, truth = (estimates(found[name].table("outcomes")) for name in ("plain", "tilted", "truth"))
    unweighted = estimates(found["tilted"].table("outcomes").with_columns(weight=pl.lit(1.0)))
    for column in COLUMNS:
        # Intervals at 95 %: their widths together, twice over, are more than five standard errors.
        for few in (plain, tilted):
            assert abs(few[column]["value"] - truth[column]["value"]) < width(few[column]) + width(truth[column]), (
                column
            )
        off = abs(unweighted[column]["value"] - truth[column]["value"])
        assert off > width(unweighted[column]) + width(truth[column]), column


def test_tilted_runs_of_the_program_know_the_tail_better(found: dict[str, results.Results]) -> None:
    plain, tilted = (estimates(found[name].table("outcomes")) for name in ("plain", "tilted"))
    for column in ("mean", "q99", "cvar95", "tail_share"):
        assert width(tilted[column]) < 0.7 * width(plain[column]), column


def test_weights_in_the_tables_have_mean_one(found: dict[str, results.Results]) -> None:
    weights = found["tilted"].table("outcomes").filter(*USER).select("weight").collect()["weight"].to_numpy()
    # 1 / E[w²] = e^(-0.1 (8 + 1/8 - 2)): the variance is 0.85 with an expected 0.1 events.
    assert abs(weights.mean() - 1.0) < 4.0 * (0.85 / FEW) ** 0.5
    assert len(set(weights)) > 2
