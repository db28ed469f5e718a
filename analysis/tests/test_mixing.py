"""The best mix of stocks: a known best split is found, by hand and with the program, and the replay says its worth."""

import os
import subprocess
import sys
from collections.abc import Mapping
from itertools import product
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from shortfall import mixing, results, risk
from shortfall.mixing import Candidate, Losses

SCRIPTS = Path(__file__).parents[1]
BINARY = os.environ.get("SHORTFALL_BIN", str(SCRIPTS.parent / "target/release/shortfall"))
CANDIDATES = [Candidate("ore", 10.0, "t"), Candidate("cells", 40.0, "cell"), Candidate("gravel", 1.0, "t")]


def two_needs(rng: np.random.Generator, n: int = 500) -> mixing.Run:
    """A tonne of ore lacking costs 100, a cell 1,000, gravel nothing; needs are drawn, each its own in every run."""
    ore, cells = rng.exponential(30.0, n), rng.exponential(5.0, n)

    def run(mix: Mapping[str, float]) -> Losses:
        usd = 100.0 * np.maximum(ore - mix["ore"], 0.0) + 1000.0 * np.maximum(cells - mix["cells"], 0.0)
        return Losses(usd, np.ones(n), np.zeros(n))

    return run


def test_the_mix_is_as_good_as_the_best_of_all_splits(rng: np.random.Generator) -> None:
    run = two_needs(rng)
    budget, n_steps = 1500.0, 30
    steps = mixing.greedy(run, CANDIDATES, budget, n_steps)
    share = budget / n_steps
    splits = [k for k in product(range(n_steps + 1), repeat=2) if sum(k) <= n_steps]
    best = min(run({"ore": a * share / 10.0, "cells": b * share / 40.0, "gravel": 0.0}).cvar for a, b in splits)
    assert steps[-1].cvar == pytest.approx(best, rel=0.01)
    assert steps[-1].mix["gravel"] == 0.0
    assert min(steps[-1].mix["ore"], steps[-1].mix["cells"]) > 0.0
    spent = sum(steps[-1].mix[c.stockpile] * c.usd_per_unit for c in CANDIDATES)
    assert spent == pytest.approx(budget) == steps[-1].spent


def test_each_step_says_what_it_saved_per_dollar_with_an_interval(rng: np.random.Generator) -> None:
    run = two_needs(rng)
    steps = mixing.greedy(run, CANDIDATES, 1500.0, 10)
    before = run(dict.fromkeys(steps[0].mix, 0.0)).cvar
    for step in steps:
        assert step.saved_per_usd.value == pytest.approx((before - step.cvar) / 150.0)
        assert step.saved_per_usd.low < step.saved_per_usd.value < step.saved_per_usd.high
        before = step.cvar
    # Both help less and less.
    assert steps[-1].saved_per_usd.value < steps[0].saved_per_usd.value


def test_nothing_is_bought_that_saves_nothing(rng: np.random.Generator) -> None:
    run = two_needs(rng)
    only = [Candidate("gravel", 1.0)]

    def costly(mix: Mapping[str, float]) -> Losses:
        return run({"ore": 0.0, "cells": 0.0} | dict(mix))

    assert mixing.greedy(costly, only, 1500.0, 10) == []
    (row,) = mixing.replay(costly, only, []).to_dicts()
    assert (row["plan"], row["spent"]) == ("nothing", 0.0)


def test_the_replay_beats_each_stock_alone_in_events_of_its_own(rng: np.random.Generator) -> None:
    run = two_needs(rng)
    steps = mixing.greedy(run, CANDIDATES, 1500.0, 30)
    fresh = two_needs(np.random.default_rng(99), 4000)
    rows = {row["plan"]: row for row in mixing.replay(fresh, CANDIDATES, steps).to_dicts()}
    assert rows["mix"]["cvar"] < min(rows[name]["cvar"] for name in ("nothing", "ore", "cells", "gravel"))
    assert {row["spent"] for name, row in rows.items() if name != "nothing"} == {1500.0}
    assert rows["gravel"]["saved"]["value"] == 0.0


def test_what_two_mixes_share_cancels_in_the_interval(rng: np.random.Generator) -> None:
    common = rng.exponential(1e6, 1000)
    before, after = (Losses(common + more, np.ones(1000), np.zeros(1000)) for more in (100.0, 0.0))
    saved = mixing.difference(before, after)
    assert saved.value == pytest.approx(100.0)
    assert saved.high - saved.low < 1e-3
    assert before.cvar == risk.cvar(common + 100.0, 0.95)
    with pytest.raises(results.Refused, match="not the same"):
        mixing.difference(before, Losses(common, np.full(1000, 2.0), np.zeros(1000)))


def test_no_stock_no_budget_and_no_step_are_refused(rng: np.random.Generator) -> None:
    run = two_needs(rng)
    for candidates, budget, n_steps in (([], 1.0, 1), (CANDIDATES, 0.0, 1), (CANDIDATES, 1.0, 0)):
        with pytest.raises(results.Refused, match="budget above 0"):
            mixing.greedy(run, candidates, budget, n_steps)


def scenario(folder: Path) -> Path:
    """Two imports are cut for three months of six in every run; ten a month of each are used, out of no inventory.

    A unit of either costs 10; lacking, ore costs 100 and salt 50. So 300 USD go into ore, and then 300 into salt.
    """
    tables = {
        "materials": ["material,unit,tier,reference_price_usd", "ore,t,ore,10", "salt,t,ore,10"],
        "plants": [
            "plant,material,place,capacity_per_year,output_per_year", "mine,ore,AAA,120,120", "pit,salt,AAA,120,120"
        ],
        "lanes": ["material,from,to,flow_per_year,transit_days", "ore,AAA,BBB,120,0", "salt,AAA,BBB,120,0"],
        "consumers": [
            "material,place,sector,demand_per_year,shortage_cost_usd", "ore,BBB,civil,120,100", "salt,BBB,civil,120,50"
        ],
    }  # fmt: skip
    folder.mkdir()
    for name, lines in tables.items():
        (folder / f"{name}.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    stock = 'holders = ["BBB"]\ntarget_days = 30\n'
    (folder / "scenario.toml").write_text(
        'format = 1\n[time]\nstart = "2027-01-01"\nyears = 0.5\n[run]\nseed = 1\nruns = 8\n[market]\ncover_days = 0\n'
        '[hazard.ban]\nkind = "export_restriction"\nimposer = "AAA"\nmaterials = ["*"]\n'
        'onset = { scheduled = ["2027-01-01"] }\nduration_months = 3\n'
        f'[stockpile.ore]\nmaterial = "ore"\n{stock}[stockpile.salt]\nmaterial = "salt"\n{stock}'
        '[policy.none]\n[policy.both]\nuse = ["stockpile.ore", "stockpile.salt"]\n',
        encoding="utf-8",
    )
    return folder


@pytest.mark.skipif(not Path(BINARY).is_file(), reason="the program is not built; make test builds it")
def test_with_the_program_the_dearer_shortage_is_met_first_and_the_rest_goes_to_the_other(tmp_path: Path) -> None:
    out = tmp_path / "results"
    command = [BINARY, "run", scenario(tmp_path / "scenario"), "-o", out, "-q"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    options = ["--replay", BINARY, "--budget", "450", "--steps", "9", "--runs", "8"]
    done = subprocess.run([sys.executable, SCRIPTS / "mix.py", out, *options], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    steps = pl.read_parquet(out / "report/mix_steps.parquet")
    assert steps["grown"].to_list() == ["ore"] * 6 + ["salt"] * 3
    assert steps["ore"][-1] == pytest.approx(30.0)
    assert steps["salt"][-1] == pytest.approx(15.0)
    # Without a stock 30 of each are lacking; with the mix 15 of salt.
    assert steps["cvar"].to_list() == pytest.approx([4500.0 - 500.0 * k for k in range(1, 7)] + [1250.0, 1000.0, 750.0])
    replayed = dict(pl.read_parquet(out / "report/mix_replay.parquet").select("plan", "cvar").iter_rows())
    assert replayed == pytest.approx({"nothing": 4500.0, "mix": 750.0, "ore": 1500.0, "salt": 3000.0})
    assert "mix: 30 t in ore" in done.stdout
