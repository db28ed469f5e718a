"""Ten million rows of outcomes are summed up in seconds and within a GiB."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

N_RUNS, N_CONSUMERS, N_POLICIES = 16_667, 100, 6
SECONDS, MEBIBYTES = 3.0, 1024.0
# Two cores share the work; what one of them would need counts, so that other work on the machine does not.
CORES = 2

MEASURE = """
import resource, sys, time
import polars as pl
from shortfall import summary
before = time.process_time()
table = summary.distribution(pl.scan_parquet(sys.argv[1]))
print(len(table), time.process_time() - before, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024.0)
"""


@pytest.mark.slow
def test_ten_million_outcomes_are_summed_up_in_three_seconds_and_a_gib(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    n = N_RUNS * N_CONSUMERS
    run = np.repeat(np.arange(N_RUNS, dtype=np.int64), N_CONSUMERS)
    place = pl.Series([f"place {k:03}" for k in range(N_CONSUMERS)], dtype=pl.Categorical)
    frames = []
    for policy in range(N_POLICIES):
        short = np.where(rng.random(n) < 0.3, rng.exponential(10.0, n), 0.0)
        steps = np.minimum(short, 60.0).astype(np.int32)
        frame = pl.DataFrame({"run": run, "requirement": np.full(n, 100.0), "shortfall": short,
                              "steps_short": steps, "longest_short_steps": steps})  # fmt: skip
        names = {"policy": f"policy {policy}", "material": "ore", "sector": "civil", "unit": "t"}
        keys = [pl.lit(text).cast(pl.Categorical).alias(name) for name, text in names.items()]
        frames.append(
            frame.with_columns(
                *keys, place=pl.concat([place] * N_RUNS), point=pl.lit(0, pl.Int32), draw=pl.lit(0, pl.Int32),
                weight=pl.lit(1.0),
            )
        )
    path = tmp_path / "outcomes.parquet"
    pl.concat(frames).write_parquet(path, row_group_size=1_000_000)
    folder = Path(__file__).parents[1]
    done = subprocess.run([sys.executable, "-c", MEASURE, path], cwd=folder, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    rows, seconds, mebibytes = (float(part) for part in done.stdout.split())
    assert rows == N_CONSUMERS * N_POLICIES
    assert seconds / CORES < SECONDS, f"{seconds:.1f} s of one core"
    assert mebibytes < MEBIBYTES
