"""How time and memory grow with lanes, steps, policies, runs and threads, measured on the program itself.

    python analysis/bench/growth.py --program target/release/shortfall --figure docs/images/growth.png

Each measurement is the difference between two numbers of runs, so that what a command costs once drops out; of several
turns the fastest counts. Prints tables for docs/performance.md.
"""

import argparse
import math
import os
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import world
from world import Size

TURNS = 3
LANE_STEPS = 6e8
"""Of a measurement: a second or more on one thread."""
SMALL = Size(places=10, origins=10)
TINY = Size(places=2, origins=2, years=1)
SCALE = Size(materials=30, places=60, origins=17)


@dataclass(frozen=True)
class Cost:
    seconds: float
    megabytes: float


@dataclass
class Axis:
    """One way to grow: the value at each point, with what a run costs there."""

    name: str
    values: list[float] = field(default_factory=list)
    costs: list[Cost] = field(default_factory=list)
    lane_steps: list[int] = field(default_factory=list)

    def add(self, value: float, cost: Cost, lane_steps: int) -> None:
        self.values.append(value)
        self.costs.append(cost)
        self.lane_steps.append(lane_steps)

    @property
    def each(self) -> list[float]:
        """Nanoseconds per lane-step."""
        return [cost.seconds * 1e9 / n for cost, n in zip(self.costs, self.lane_steps, strict=True)]

    @property
    def exponent(self) -> float:
        """Of the power law from the first to the last point: 1 is linear."""
        first, last = self.costs[0].seconds, self.costs[-1].seconds
        return math.log(last / first) / math.log(self.values[-1] / self.values[0])


def command(program: Path, scenario: Path, runs: int, threads: int) -> Cost:
    """One whole run of the program: wall seconds and peak memory."""
    with tempfile.TemporaryDirectory() as out:
        arguments = [program, "run", scenario, "-o", f"{out}/results", "-n", str(runs), "-j", str(threads)]
        start = os.times().elapsed
        run = subprocess.Popen([*arguments, "--keep", "summary", "--quiet"], stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(run.pid, 0)
        seconds = os.times().elapsed - start
        run.returncode = os.waitstatus_to_exitcode(status)
        if run.returncode != 0:
            raise SystemExit(f"{scenario} ended with {run.returncode}")
        return Cost(seconds, usage.ru_maxrss / 1024)


def a_run(program: Path, scenario: Path, size: Size, threads: int = 1) -> Cost:
    """What one more run costs, under every policy, and the peak memory."""
    n = max(64, 8 * round(LANE_STEPS / size.lane_steps / 8))
    few = [command(program, scenario, n // 4, threads) for _ in range(TURNS)]
    many = [command(program, scenario, n, threads) for _ in range(TURNS)]
    seconds = min(cost.seconds for cost in many) - min(cost.seconds for cost in few)
    return Cost(seconds / (n - n // 4), max(cost.megabytes for cost in many))


def axes(program: Path, folder: Path) -> list[Axis]:
    def made(size: Size) -> Path:
        path = folder / "-".join(map(str, (size.materials, size.places, size.origins, size.years, size.policies)))
        if not path.exists():
            world.write(size, path)
        return path

    def grow(name: str, values: list[int], size_at: Callable[[int], Size]) -> Axis:
        axis = Axis(name)
        for value in values:
            size = size_at(value)
            axis.add(value, a_run(program, made(size), size), size.lane_steps)
        return axis

    lanes = Axis("lanes")
    for places in (10, 20, 40, 60, 100):
        size = replace(SMALL, places=places, origins=places)
        lanes.add(size.lanes, a_run(program, made(size), size), size.lane_steps)
    steps = grow("steps", [60, 120, 240, 600, 1200], lambda n: replace(SMALL, years=n // 12))
    policies = grow("policies", [1, 2, 4, 8, 16, 32], lambda n: replace(SMALL, policies=n))
    runs = Axis("runs")
    for n in (10**4, 10**5, 10**6, 10**7):
        runs.add(n, command(program, made(TINY), n, 1), n * TINY.lane_steps)
    threads = Axis("threads")
    for n in range(1, (os.cpu_count() or 1) + 1):
        threads.add(n, a_run(program, made(SMALL), SMALL, n), SMALL.lane_steps)
    scale = Axis(f"{SCALE.materials} materials in {SCALE.places} places")
    scale.add(SCALE.lanes, a_run(program, made(SCALE), SCALE), SCALE.lane_steps)
    return [lanes, steps, policies, runs, threads, scale]


def table(axis: Axis) -> str:
    of_all = axis.name == "runs"
    lines = [
        f"| {axis.name} | {'seconds' if of_all else 'ms a run'} | ns per lane-step | peak memory, MB |",
        "|---|---|---|---|",
    ]
    for value, cost, each in zip(axis.values, axis.costs, axis.each, strict=True):
        seconds = f"{cost.seconds:.2f}" if of_all else f"{cost.seconds * 1e3:.3g}"
        lines.append(f"| {value:,.0f} | {seconds} | {each:.2f} | {cost.megabytes:,.0f} |")
    return "\n".join(lines)


def draw(of: list[Axis], path: Path) -> None:
    from matplotlib.figure import Figure
    from matplotlib.ticker import NullFormatter

    figure = Figure(figsize=(10, 2.6), layout="constrained")
    for axes, axis in zip(figure.subplots(1, len(of)), of, strict=True):
        seconds = [cost.seconds for cost in axis.costs]
        axes.loglog(axis.values, seconds, "o-", color="#1f5a8a", ms=4, lw=1.2)
        linear = [seconds[0] * value / axis.values[0] for value in axis.values]
        axes.loglog(axis.values, linear, "--", color="#999999", lw=0.9)
        axes.set_title(f"{axis.name}: power {axis.exponent:.2f}", fontsize=9)
        axes.set_xlabel(axis.name, fontsize=8)
        axes.set_ylabel("seconds" if axis.name == "runs" else "seconds a run", fontsize=8)
        axes.tick_params(labelsize=7)
        axes.yaxis.set_minor_formatter(NullFormatter())
        axes.spines[["top", "right"]].set_visible(False)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=130, metadata={"Software": None})


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, required=True)
    parser.add_argument("--figure", type=Path, help="where to draw; the dashed line is linear growth")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        found = axes(arguments.program.resolve(), Path(folder))
    for axis in found:
        print(table(axis), end="\n\n")
    if arguments.figure is not None:
        draw(found[:4], arguments.figure)


if __name__ == "__main__":
    main()
