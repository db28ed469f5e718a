"""Random worlds as `sim/examples/worlds.rs` writes them, each with 30 steps of 8 runs as the engine makes them."""

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

BUILT = Path(__file__).parents[3] / "target/debug/examples/worlds"


def worlds(first: int, n: int) -> Iterator[str]:
    program = os.environ.get("SHORTFALL_WORLDS", BUILT)
    if not Path(program).exists():
        pytest.skip("no program of random worlds: cargo build --example worlds")
    for start in range(first, first + n, 50):
        few = str(min(50, first + n - start))
        yield from subprocess.run(
            [program, str(start), few], stdout=subprocess.PIPE, text=True, check=True
        ).stdout.splitlines()
