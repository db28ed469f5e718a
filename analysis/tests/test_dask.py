"""Shards on a Dask cluster: a killed worker leaves no trace; partial histograms merge into the program's summary."""

import os
import signal
import subprocess
import threading
import time
from pathlib import Path

import polars as pl
import pytest

distributed = pytest.importorskip("distributed", reason="analysis/requirements-dask.lock is not installed")

from shortfall import cluster, partials  # noqa: E402

ROOT = Path(__file__).parents[2]
BINARY = os.environ.get("SHORTFALL_BIN", str(ROOT / "target/release/shortfall"))
SCENARIO = str(ROOT / "sim/tests/invalid/valid")

pytestmark = pytest.mark.skipif(not Path(BINARY).is_file(), reason="the program is not built; make test builds it")


@pytest.fixture(scope="module")
def client():
    with cluster.open_cluster(None, None, workers=2, threads=1, memory="1GB") as client:
        yield client


def command(out: Path, runs: int) -> list[str]:
    return [BINARY, "run", SCENARIO, "-o", str(out), "-n", str(runs), "-j", "1"]


def tables(out: Path) -> dict[str, bytes]:
    return {str(path.relative_to(out)): path.read_bytes() for path in sorted(out.glob("tables/*/*.parquet"))}


def test_a_killed_worker_leaves_no_trace_in_the_merged_tables(tmp_path, client):
    runs, lines = 40_000, []
    killed = threading.Event()

    def kill() -> None:
        chunks = tmp_path / "out/.shortfall-partial/chunks"
        while not list(chunks.glob("*.chunk")):
            time.sleep(0.01)
        os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)
        killed.set()

    killer = threading.Thread(target=kill)
    killer.start()
    cluster.drive(client, command(tmp_path / "out", runs), 5, tell=lambda *line: lines.append(line))
    killer.join()
    assert killed.is_set() and lines[-1][:2] == (5, 5)
    for words in ([BINARY, "merge", str(tmp_path / "out")], command(tmp_path / "whole", runs)):
        subprocess.run(words, check=True, capture_output=True)
    assert tables(tmp_path / "out") == tables(tmp_path / "whole")


def test_what_the_program_refuses_is_not_tried_again(tmp_path, client):
    words = [*command(tmp_path / "out", 10), "--set", "run.sed=3"]
    with pytest.raises(cluster.Refused, match="sed"):
        cluster.drive(client, words, 3, tell=lambda *_: None)


def test_a_shard_that_fails_is_tried_again_as_often_as_it_may(tmp_path, client):
    script = tmp_path / "program"
    script.write_text('#!/bin/sh\necho x >> "$0.calls"\nexit 5\n')
    script.chmod(0o755)
    with pytest.raises(cluster.Failed, match=r"shard 1 failed 3 times; the last: .* ended with 5"):
        cluster.drive(client, [str(script)], 1, retries=2, tell=lambda *_: None)
    assert (tmp_path / "program.calls").read_text().count("x") == 3


def test_partial_histograms_merged_in_a_tree_give_the_summary_of_all_points(tmp_path, client):
    out = tmp_path / "swept"
    sweep = "market.cover_days={ sweep = [20, 30, 40, 50, 60] }"
    subprocess.run([*command(out, 200), "--set", sweep], check=True, capture_output=True)
    path = str(out / "tables/histograms/part-00001.parquet")
    at_once = partials.statistics(partials.partial(path, 0, 4))
    parts = [client.submit(partials.partial, path, first, first + 1) for first in (0, 2, 4)]
    found = partials.statistics(partials.tree(parts, client.submit).result())
    assert found.select(partials.KEY).equals(at_once.select(partials.KEY))
    for name in ("weight", "mean", "p50", "p95", "p99", "cvar"):
        assert found[name].to_list() == pytest.approx(at_once[name].to_list(), rel=1e-12)
    # One point: the program's own numbers.
    (tables,) = (out / "tables/summary").glob("*.parquet")
    own = pl.read_parquet(tables).filter(pl.col("point") == 3).with_columns(pl.col(partials.KEY).cast(pl.String))
    found = partials.statistics(partials.partial(path, 3, 3))
    both = own.join(found, on=partials.KEY, nulls_equal=True, suffix="_found")
    assert len(both) == len(own) == len(found) > 20
    assert both["mean_found"].to_list() == pytest.approx(both["mean"].to_list(), rel=1e-12)
    assert both["cvar"].to_list() == pytest.approx(both["cvar95"].to_list(), rel=1e-12, abs=1e-12)
    assert both.select(pl.min_horizontal("p95_found", "most") == pl.col("p95")).to_series().all()


def test_a_tree_merges_every_part_once():
    counts = {n: partials.tree(list(range(n)), lambda _, a, b: (a, b)) for n in (1, 2, 3, 5, 8)}

    def leaves(node) -> list[int]:
        return [node] if isinstance(node, int) else [leaf for part in node for leaf in leaves(part)]

    assert all(leaves(found) == list(range(n)) for n, found in counts.items())
