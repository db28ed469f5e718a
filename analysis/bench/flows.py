"""What a flow in a step costs in BoARIO, a model of input and output tables, and a lane in a step in shortfall.

    python analysis/bench/flows.py --program target/release/shortfall

BoARIO: twelve regions with five sectors and one final user each, so 60 x 60 + 60 x 12 = 4,320 flows, a year of days, an
event that takes part of a sector's output. shortfall: thirty materials in twelve places that all trade, so 4,320 lanes,
with prices, transit and hazards. In turns, one thread each; of several turns the fastest counts.
"""

import os

os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import argparse
import logging
import tempfile
import time
import warnings
from collections.abc import Callable
from pathlib import Path

import growth
import numpy as np
import pandas as pd
import world
from world import Size

REGIONS, SECTORS, DAYS, TURNS = 12, 5, 365, 3
FLOWS = (REGIONS * SECTORS) ** 2 + REGIONS * SECTORS * REGIONS


def boario() -> Callable[[], object]:
    """A call that simulates a year; the model is made outside of the time."""
    warnings.filterwarnings("ignore")
    logging.disable(logging.CRITICAL)
    import pymrio
    from boario.event import from_series
    from boario.extended_models import ARIOPsiModel
    from boario.simulation import Simulation

    rng = np.random.default_rng(1)
    n = REGIONS * SECTORS
    regions, sectors = [f"r{i}" for i in range(REGIONS)], [f"s{i}" for i in range(SECTORS)]
    industries = pd.MultiIndex.from_product([regions, sectors], names=["region", "sector"])
    users = pd.MultiIndex.from_product([regions, ["final demand"]], names=["region", "category"])
    flows = pd.DataFrame(rng.uniform(0.2, 1.0, (n, n)), industries, industries)
    final = pd.DataFrame(rng.uniform(4, 8, (n, REGIONS)), industries, users)
    table = pymrio.IOSystem(Z=flows, Y=final, x=(flows.sum(axis=1) + final.sum(axis=1)).to_frame("indout"))
    table.calc_all()

    def year() -> object:
        model = ARIOPsiModel(table)
        impact = pd.Series([0.5], pd.MultiIndex.from_tuples([("r0", "s0")], names=["region", "sector"]))
        event = from_series(impact, event_type="arbitrary", occurrence=5, duration=90, recovery_tau=30)
        simulation = Simulation(model, n_temporal_units_to_sim=DAYS)
        simulation.add_event(event)
        start = time.perf_counter()
        simulation.loop()
        return time.perf_counter() - start

    return year


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, required=True)
    program = parser.parse_args().program.resolve()
    size = Size(materials=30, places=12, origins=12)
    assert size.lanes == FLOWS
    year = boario()
    theirs = ours = np.inf
    with tempfile.TemporaryDirectory() as folder:
        world.write(size, Path(folder))
        for _ in range(TURNS):
            theirs = min(theirs, year() * 1e9 / (DAYS * FLOWS))
            ours = min(ours, growth.a_run(program, Path(folder), size).seconds * 1e9 / size.lane_steps)
    print("| model, one thread | flows | ns per flow and step | against shortfall |\n|---|---|---|---|")
    print(f"| BoARIO | {FLOWS:,} | {theirs:,.0f} | {theirs / ours:.0f} |")
    print(f"| shortfall, tables of the summary written | {FLOWS:,} | {ours:.2f} | 1 |")


if __name__ == "__main__":
    main()
