"""What the fit prints, run by the program: it loads, and events come as often as the fit's closed form says."""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from datetime import date
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from shortfall import results
from shortfall.events import DAYS_PER_YEAR, MONTHS_PER_YEAR

ROOT = Path(__file__).parents[2]
BINARY = os.environ.get("SHORTFALL_BIN", str(ROOT / "target/release/shortfall"))
TABLE = ROOT / "scenarios/tit-for-tat/data/events.csv"
START, YEARS, N = "2026-02-01", 5.0, 2000
ACT, ANSWER = "foreign_measures", "chn_restrictions"
# Standard errors: one false alarm in 15,000.
ERRORS = 4.0

pytestmark = pytest.mark.skipif(not Path(BINARY).is_file(), reason="the program is not built; make test builds it")


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The block of each fit, as printed."""
    command = [sys.executable, ROOT / "analysis/rates.py", TABLE, "--start", "2022-10-07", "--end", START]
    command += ["--series", ACT, ANSWER, "--excites", f"{ACT}>{ANSWER}", "--out", tmp_path_factory.mktemp("rates")]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return dict(part.split(" ---\n", 1) for part in done.stdout.split("\n# --- ")[1:])


def pasted(folder: Path, block: str) -> Path:
    """An example scenario with the block for its hazards; kind and length are the reader's to add."""
    shutil.copytree(ROOT / "scenarios/examples/political_act", folder)
    text = (folder / "scenario.toml").read_text(encoding="utf-8")
    block = re.sub(r"(\[hazard\.\w+\]\n)", r'\1kind = "political_act"\nduration_months = 1\n', block)
    text = re.sub(
        r"\n# The act itself.*\[policy.none\]", lambda _: f"\n{block}\n\n[policy.none]", text, flags=re.DOTALL
    )
    text = text.replace('start = "2027-01-01"', f'start = "{START}"')
    (folder / "scenario.toml").write_text(text, encoding="utf-8")
    return folder


def counts(scenario: Path, out: Path, n_runs: int, n_draws: int = 1) -> dict[str, np.ndarray]:
    """Events by run of each hazard."""
    command = [BINARY, "run", scenario, "-o", out, "-n", str(n_runs), "-q"]
    command += ["--set", f"run.draws={n_draws}"] if n_draws > 1 else []
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    events = results.load(out).table("events").with_columns(pl.col("hazard").cast(pl.String)).collect()
    found = {}
    for hazard in (ACT, ANSWER):
        own = events.filter(pl.col("hazard") == hazard)
        found[hazard] = np.bincount(own["draw"].to_numpy() * n_runs + own["run"].to_numpy(), minlength=n_runs * n_draws)
    return found


def agrees(found: np.ndarray, expected: float) -> bool:
    return abs(found.mean() - expected) < ERRORS * found.std() / np.sqrt(len(found))


def test_exciting_rates_give_the_counts_of_their_closed_form(printed: dict[str, str], tmp_path: Path) -> None:
    hazards = tomllib.loads(printed["hawkes"])["hazard"]
    rate, base = (hazards[name]["onset"]["poisson"]["per_year"] for name in (ACT, ANSWER))
    pair = hazards[ACT]["excites"][ANSWER]
    extra, delay = pair["extra_events"], pair["decay_months"] / MONTHS_PER_YEAR
    ages = [(date.fromisoformat(START) - date.fromisoformat(day)).days / DAYS_PER_YEAR for day in hazards[ACT]["past"]]
    left = sum(np.exp(-age / delay) for age in ages) * -np.expm1(-YEARS / delay)
    answers = extra * (rate * (YEARS + delay * np.expm1(-YEARS / delay)) + left)
    found = counts(pasted(tmp_path / "scenario", printed["hawkes"]), tmp_path / "out", N)
    assert agrees(found[ACT], rate * YEARS)
    assert agrees(found[ANSWER], base * YEARS + answers)
    assert not agrees(found[ANSWER], base * YEARS)
    # Each act adds its answers, so counts go together by as many as come in answer.
    together = np.cov(found[ACT], found[ANSWER])
    error = np.sqrt((together[0, 0] * together[1, 1] + together[0, 1] ** 2) / N)
    assert abs(together[0, 1] - answers) < ERRORS * error < answers


def test_a_rate_given_as_a_law_is_drawn_once_per_draw(printed: dict[str, str], tmp_path: Path) -> None:
    found = counts(pasted(tmp_path / "scenario", printed["poisson"]), tmp_path / "out", 1, N)
    law = tomllib.loads(printed["poisson"])["hazard"][ACT]["onset"]["poisson"]["per_year"]["gamma"]
    for name in (ACT, ANSWER):
        assert agrees(found[name], law["mean"] * YEARS)
        variance = law["mean"] * YEARS + (law["sd"] * YEARS) ** 2
        assert found[name].var() == pytest.approx(variance, rel=0.2)
        assert found[name].var() > 1.5 * found[name].mean(), "a constant rate would have its mean for its variance"


def test_the_gamma_poisson_block_loads_as_well(printed: dict[str, str], tmp_path: Path) -> None:
    scenario = pasted(tmp_path / "scenario", printed["gamma_poisson"])
    done = subprocess.run([BINARY, "check", scenario], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
