"""Boxes of failures whose place is known, and of failures that have none."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from shortfall import discovery, results

ROOT = Path(__file__).parents[2]
BINARY = os.environ.get("SHORTFALL_BIN", str(ROOT / "target/release/shortfall"))
CONSUMER = {"material": "m", "place": "p", "sector": "s", "unit": "t"}
KEYS = ["a", "b", "c", "d"]


def found(values: np.ndarray, failed: np.ndarray, rng: np.random.Generator) -> pl.DataFrame:
    return discovery.table(CONSUMER, "none", KEYS, values, 100.0 * values, failed, rng)


def test_prim_finds_the_corner_in_which_all_failures_lie(rng: np.random.Generator) -> None:
    values = rng.uniform(size=(600, 4))
    failed = (values[:, 0] > 0.7) & (values[:, 2] < 0.4)
    table = found(values, failed, rng).filter(pl.col("method") == "PRIM")
    limits = {row["key"]: (row["low"], row["high"]) for row in table.to_dicts()}
    assert set(limits) == {"a", "c"}
    assert limits["a"][0] == pytest.approx(70.0, abs=4.0)
    assert limits["a"][1] is None
    assert limits["c"][1] == pytest.approx(40.0, abs=4.0)
    row = table.row(0, named=True)
    assert row["density"]["value"] > 0.85
    assert row["coverage"]["value"] > 0.85
    assert row["base"]["value"] == pytest.approx(failed.mean())


def test_a_tree_finds_both_of_two_corners(rng: np.random.Generator) -> None:
    values = rng.uniform(size=(800, 4))
    failed = (values[:, 1] > 0.8) | ((values[:, 1] < 0.2) & (values[:, 3] > 0.5))
    table = found(values, failed, rng).filter(pl.col("method") == "CART")
    of_box = table.group_by("box").agg(pl.col("density").first(), pl.col("coverage").first())
    sure = of_box.filter(pl.col("density").struct.field("value") > 0.9)
    assert sure["coverage"].struct.field("value").sum() > 0.9


def test_failures_without_a_pattern_promise_no_more_than_their_rate(rng: np.random.Generator) -> None:
    too_good = 0
    for _ in range(40):
        values, failed = rng.uniform(size=(200, 4)), rng.uniform(size=200) < 0.3
        row = found(values, failed, rng).row(0, named=True)
        low = row["density"]["low"]
        too_good += low is not None and low > 0.3
    assert too_good <= 4


def test_nothing_is_found_where_all_fail_or_none(rng: np.random.Generator) -> None:
    values = rng.uniform(size=(100, 4))
    assert found(values, np.ones(100, dtype=bool), rng).is_empty()
    assert found(values, np.zeros(100, dtype=bool), rng).is_empty()
    with pytest.raises(results.Refused, match="at least"):
        found(values[:20], np.zeros(20, dtype=bool), rng)


def test_limits_in_words() -> None:
    rows = {"box": [0, 0, 1], "key": ["a", "b", None], "low": [None, 2.0, None], "high": [1.5, 3.0, None]}
    table = pl.DataFrame(rows)
    assert discovery.words(table, 0) == "a at most 1.5; b at least 2 and at most 3"
    assert discovery.words(table, 1) == "anywhere"


@pytest.mark.skipif(not Path(BINARY).is_file(), reason="the program is not built; make test builds it")
def test_the_script_finds_the_number_that_makes_a_policy_fail(tmp_path: Path) -> None:
    out = tmp_path / "results"
    uncertain = ["run.draws=80", "market.cover_days={ uniform = { low = 5, high = 200 } }"]
    options = [part for setting in uncertain for part in ("--set", setting)]
    command = [BINARY, "run", ROOT / "scenarios/examples/export_restriction", "-o", out, "-n", "8", "-q", *options]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    command = [sys.executable, ROOT / "analysis/discovery.py", out, "--limit", "0.1"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 2
    assert (out / "report/discovery.svg").is_file()
