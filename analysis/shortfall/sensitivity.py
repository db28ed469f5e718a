"""Which uncertain numbers matter: Sobol, Morris and PAWN indices of the mean share that is missing, by SALib."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from SALib.analyze import morris, pawn, rbd_fast, sobol

from shortfall.intervals import ESTIMATE, LEVEL, Estimate
from shortfall.results import CONSUMER, Refused

# Conditional distributions of PAWN, each of so many points.
SLICES = 10
# Indices from fewer points are noise.
FEWEST = 20
RESAMPLES = 100
# Stands for a number on which nothing depends: what chance alone gives it is the floor of the others.
DUMMY = "(nothing)"


def given_data(keys: Sequence[str], values: np.ndarray, response: np.ndarray, seed: int) -> list[dict]:
    """First-order Sobol indices (RBD-FAST) and PAWN indices, from any spread of points; PAWN also of nothing."""
    if len(response) < FEWEST:
        raise Refused(f"{len(response)} cases: sensitivity needs {FEWEST} at least")
    if response.min() == response.max():
        return []
    rng = np.random.default_rng(seed)
    problem = _problem(keys, values)
    first = rbd_fast.analyze(problem, values, response, num_resamples=RESAMPLES, conf_level=LEVEL, seed=seed)
    rows = [
        _row(key, "S1", value, half, len(response), "RBD-FAST, bootstrap")
        for key, value, half in zip(keys, first["S1"], first["S1_conf"], strict=True)
    ]
    with_dummy = np.column_stack([values, rng.permutation(len(response)) / len(response)])
    problem = _problem([*keys, DUMMY], with_dummy)
    whole = pawn.analyze(problem, with_dummy, response, S=SLICES, seed=seed)["median"]
    resampled = []
    for _ in range(RESAMPLES // 2):
        chosen = rng.integers(0, len(response), len(response))
        resampled.append(pawn.analyze(problem, with_dummy[chosen], response[chosen], S=SLICES, seed=seed)["median"])
    halves = 1.96 * np.nanstd(np.array(resampled), axis=0, ddof=1)
    rows += [
        _row(key, "PAWN", value, half, len(response), "median over slices, bootstrap")
        for key, value, half in zip([*keys, DUMMY], whole, halves, strict=True)
    ]
    return rows


def of_morris(keys: Sequence[str], values: np.ndarray, response: np.ndarray, levels: int, seed: int) -> list[dict]:
    """Mean size of elementary effects and their standard deviation, over the range of each key."""
    n, options = len(response), {"conf_level": LEVEL, "num_resamples": RESAMPLES, "seed": seed}
    found = morris.analyze(_problem(keys, values), values, response, num_levels=levels, **options)
    rows = []
    for key, size, half, spread in zip(keys, found["mu_star"], found["mu_star_conf"], found["sigma"], strict=True):
        rows.append(_row(key, "mu_star", size, half, n, "Morris, bootstrap"))
        spread_of = Estimate(float(spread), None, None, n, "Morris: no interval")
        rows.append({"key": key, "index": "sigma", "estimate": spread_of.as_row()})
    return rows


def of_saltelli(keys: Sequence[str], response: np.ndarray, seed: int) -> list[dict]:
    """First-order and total Sobol indices, from the points of SALib's `sample.sobol` without second order."""
    options = {"conf_level": LEVEL, "num_resamples": RESAMPLES, "seed": seed}
    found = sobol.analyze(of_unit(keys), response, calc_second_order=False, **options)
    return [
        _row(key, index, found[index][at], found[f"{index}_conf"][at], len(response), "Saltelli, bootstrap")
        for at, key in enumerate(keys)
        for index in ("S1", "ST")
    ]


def table(
    consumers: Sequence[dict], of_each: Sequence[list[dict]], noise: Sequence[float], policy: str
) -> pl.DataFrame:
    """One row for each consumer, key and index, the strongest first; `noise`: share of the variance that is chance."""
    rows = [
        {**consumer, "policy": policy, **row, "noise": part}
        for consumer, found, part in zip(consumers, of_each, noise, strict=True)
        for row in found
    ]
    schema = dict.fromkeys([*CONSUMER, "unit", "policy", "key", "index"], pl.String)
    frame = pl.DataFrame(rows, schema=schema | {"estimate": ESTIMATE, "noise": pl.Float64})
    order = pl.col("estimate").struct.field("value")
    return frame.sort(*CONSUMER, "index", order, descending=[False] * 4 + [True])


def of_unit(keys: Sequence[str]) -> dict:
    """SALib's problem of these keys, each from 0 to 1."""
    return {"num_vars": len(keys), "names": list(keys), "bounds": [[0.0, 1.0] for _ in keys]}


def words(found: pl.DataFrame, consumer: dict) -> str:
    """The three keys that matter most to a consumer."""
    rows = found.filter(*(pl.col(name) == consumer[name] for name in CONSUMER), pl.col("key") != DUMMY)
    if rows.is_empty():
        return f"{consumer['name']}: nothing is missing in any case, so no number matters"
    lead = next(index for index in ("ST", "mu_star", "PAWN") if index in set(rows["index"]))
    first = rows.filter(pl.col("index") == lead).head(3).to_dicts()
    return f"{consumer['name']}, {lead}: " + ", ".join(f"{row['key']} {row['estimate']['value']:.3g}" for row in first)


def _problem(keys: Sequence[str], values: np.ndarray) -> dict:
    bounds = [[float(low), float(high)] for low, high in zip(values.min(axis=0), values.max(axis=0), strict=True)]
    return {"num_vars": len(keys), "names": list(keys), "bounds": bounds}


def _row(key: str, index: str, value: float, half: float, n: int, how: str) -> dict:
    value, half = float(value), float(half)
    return {"key": key, "index": index, "estimate": Estimate(value, value - half, value + half, n, how).as_row()}
