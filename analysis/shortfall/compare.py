"""Policy against policy: differences of the same runs, so that what both share cancels."""

import numpy as np
import polars as pl

from shortfall import intervals, risk
from shortfall.intervals import ESTIMATE
from shortfall.results import CONSUMER, Refused
from shortfall.summary import Block, blocks, shares


def paired(outcomes: pl.LazyFrame, reference: str) -> pl.DataFrame:
    """Mean shortfall of each policy less that of the reference, run by run.

    `difference` in the unit, `share` in shares of the requirement; `better` is the share of runs whose shortfall it
    lowers.
    """
    by_point: dict[int, dict[str, Block]] = {}
    for block in blocks(outcomes, ["shortfall", "requirement"]):
        by_point.setdefault(block.keys[0]["point"], {})[block.keys[0]["policy"]] = block
    rows = []
    for point, named in by_point.items():
        if reference not in named:
            raise Refused(f"point {point} has no policy {reference!r} to compare with")
        base = named[reference]
        for policy, block in named.items():
            if policy != reference:
                rows += _differences(base, block)
    keys = {"point": pl.Int32, **dict.fromkeys(["policy", *CONSUMER, "unit"], pl.String)}
    return pl.DataFrame(rows, schema=keys | {"difference": ESTIMATE, "share": ESTIMATE, "better": ESTIMATE})


def _differences(base: Block, block: Block) -> list[dict]:
    consumers = [[key[name] for name in CONSUMER] for key in base.keys]
    if consumers != [[key[name] for name in CONSUMER] for key in block.keys] or not (
        np.array_equal(base.runs, block.runs)
        and np.array_equal(base.draws, block.draws)
        and np.array_equal(base.weights, block.weights)
    ):
        raise Refused(
            f"policy {block.keys[0]['policy']!r} does not hold the runs, weights and consumers of the reference"
        )
    change = block.values["shortfall"] - base.values["shortfall"]
    share = shares(block.values["shortfall"], block.values["requirement"]) - shares(
        base.values["shortfall"], base.values["requirement"]
    )
    estimates = {
        "difference": intervals.mean_estimates(change, base.weights, base.draws),
        "share": intervals.mean_estimates(share, base.weights, base.draws),
        "better": risk.probabilities(change < 0.0, base.weights, base.draws),
    }
    return [
        {**key, **{name: of_all[index].as_row() for name, of_all in estimates.items()}}
        for index, key in enumerate(block.keys)
    ]
