"""The workload in Python and in the engine, in turns in one run: nanoseconds per lane-step, events sampled.

    python analysis/bench/peers.py --engine "cargo bench --bench table -- --only"

Every program must give the known results of 64 runs before it is timed. Of many short turns the fastest counts.
"""

import os

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import argparse
import shlex
import subprocess
import time
from collections.abc import Callable

import array_code
import compiled
import numpy as np
import workload
from workload import LANES, ORIGINS, STEPS, USERS

TURNS = 5
SECONDS = 1.5


def peers() -> dict[str, tuple[int, Callable[[], object]]]:
    """Name: runs of a call, and the call, which samples and simulates."""
    net = workload.network()
    arguments = compiled.arguments(net)
    given = workload.given(64)

    workload.check("array code (NumPy)", array_code.simulate(net, given))
    out = np.empty((64, 17))
    compiled.plain(*arguments, np.ascontiguousarray(given.transpose(3, 0, 1, 2)), out)
    workload.check("loops over one run (numba)", out)
    found = []
    for first in range(0, 64, compiled.BLOCK):
        block = np.empty((17, compiled.BLOCK))
        compiled.side_by_side(*arguments, np.ascontiguousarray(given[..., first : first + compiled.BLOCK]), block)
        found.append(block.T)
    workload.check("eight runs side by side (numba, fastmath)", np.vstack(found))

    rng = np.random.default_rng(1)
    plain_bans = np.empty((STEPS, ORIGINS, USERS, 1))
    plain_out = np.empty((1, 17))
    block_bans = np.empty((STEPS, ORIGINS, USERS, compiled.BLOCK))
    block_out = np.empty((17, compiled.BLOCK))

    def plain() -> None:
        compiled.draw(plain_bans)
        compiled.plain(*arguments, plain_bans.reshape(1, STEPS, ORIGINS, USERS), plain_out)

    def side_by_side() -> None:
        compiled.draw(block_bans)
        compiled.side_by_side(*arguments, block_bans, block_out)

    return {
        "array code (NumPy)": (array_code.RUNS, lambda: array_code.simulate(net, array_code.draw(rng))),
        "loops over one run (numba)": (1, plain),
        "eight runs side by side (numba, fastmath)": (compiled.BLOCK, side_by_side),
    }


def least(runs: int, call: Callable[[], object]) -> float:
    """Nanoseconds per lane-step of the fastest call of a turn."""
    end, best = time.perf_counter() + SECONDS, np.inf
    while time.perf_counter() < end:
        start = time.perf_counter()
        call()
        best = min(best, time.perf_counter() - start)
    return best * 1e9 / (runs * LANES * STEPS)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--engine", required=True, help="prints nanoseconds per lane-step of `engine` or `kernel`")
    engine = shlex.split(parser.parse_args().engine)

    def built(contestant: str) -> float:
        command = [*engine, contestant]
        return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()[-1])

    calls = peers()
    for _, call in calls.values():
        call()
    best: dict[str, float] = {}
    for _ in range(TURNS):
        turn = {name: least(*of) for name, of in calls.items()}
        turn["shortfall, general engine"] = built("engine")
        turn["shortfall, kernel for this workload alone"] = built("kernel")
        best = {name: min(value, best.get(name, np.inf)) for name, value in turn.items()}
    ours = best["shortfall, general engine"]
    print("| program, one thread | ns per lane-step | against the general engine |\n|---|---|---|")
    for name, value in best.items():
        print(f"| {name} | {value:.2f} | {value / ours:.2f} |")


if __name__ == "__main__":
    main()
