import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from shortfall import trust

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "trust.md").read_text(encoding="utf-8")

#: Reads one point of a summary, and prints the seconds and the MiB that it took.
READER = """
import re, sys, time
import polars as pl
start = time.perf_counter()
frame = pl.scan_parquet(sys.argv[1] + "/tables/summary/*.parquet").filter(pl.col("point") == 1717).collect()
assert frame.height > 0
seconds = time.perf_counter() - start
# Not `ru_maxrss`: that counts the process which this one was forked from, too.
print(seconds, int(re.search(r"VmHWM:\\s+(\\d+) kB", open("/proc/self/status").read())[1]) / 1024)
"""


def test_every_test_that_the_page_names_exists() -> None:
    assert trust.missing_tests(PAGE, ROOT) == []
    assert trust.missing_tests("[`test_nothing`](../analysis/tests/test_trust.py)", ROOT)


def test_every_case_has_a_row() -> None:
    assert [f"| R{number:02} |" for number in range(1, 36) if f"| R{number:02} |" not in PAGE] == []


def test_figures_go_into_the_rows_of_their_promises() -> None:
    page = "| promise | proof | m | figure |\n|---|---|---|---|\n| memory is flat | x | y |  |\n"
    log = "noise\ntrust: memory is flat | 3 %\nok trust: memory is flat | 3 %\n"
    assert "| memory is flat | x | y | 3 % |" in trust.filled(page, trust.figures(log))
    with pytest.raises(ValueError, match="no row for: pigs fly"):
        trust.filled(page, {"pigs fly": "always"})


@pytest.mark.skipif("SHORTFALL_BIN" not in os.environ, reason="SHORTFALL_BIN names the program")
def test_r35_one_point_of_thousands_is_read_in_a_second(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "sim" / "tests" / "invalid" / "valid", tmp_path / "scenario")
    covers = ", ".join(str(20 + number / 100) for number in range(5000))
    command = ["run", "scenario", "-o", "out", "-n", "20", "-q", "--set", f"market.cover_days={{ sweep = [{covers}] }}"]
    subprocess.run([os.environ["SHORTFALL_BIN"], *command], cwd=tmp_path, check=True, timeout=300)
    done = subprocess.run([sys.executable, "-c", READER, tmp_path / "out"], capture_output=True, text=True, check=True)
    seconds, mebibytes = map(float, done.stdout.split())
    # A machine that does other things as well is given some time more.
    assert seconds < 5.0
    assert mebibytes < 300.0
