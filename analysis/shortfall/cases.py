"""The cases that sensitivity is read from: draws of uncertain numbers, points of a design, or points run anew."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from SALib.sample import sobol

from shortfall import drivers, sensitivity, variants
from shortfall.results import CONSUMER, Refused, Results
from shortfall.summary import blocks, shares


@dataclass(frozen=True)
class Inputs:
    """The numbers that differ between cases, by keys; `cases` numbers the draws or points, as `of` says.

    `values` are the numbers of points, or the shares of their laws below those of draws; `numbers` are the numbers.
    """

    of: str
    keys: list[str]
    cases: np.ndarray
    values: np.ndarray
    numbers: np.ndarray


@dataclass(frozen=True)
class Ask:
    """What is run anew: the program, ranges of keys, `n` base points as SALib counts them, runs of each point."""

    binary: str
    over: Sequence[tuple[str, float, float]]
    n: int
    n_runs: int


def kept(found: Results, policy: str, consumers: Sequence[dict], seed: int) -> pl.DataFrame:
    """Indices from the draws or points that the results hold: `sensitivity.table`."""
    given = inputs(found)
    means, noise = responses(found, given, policy, consumers)
    morris = found.scenario().get("design", {}).get("morris")
    if morris and given.of == "point":
        levels = int(morris.get("levels", 4))
        of_each = [sensitivity.of_morris(given.keys, given.values, row, levels, seed) for row in means]
    else:
        of_each = [sensitivity.given_data(given.keys, given.values, row, seed) for row in means]
    return sensitivity.table(consumers, of_each, _chance(means, noise), policy)


def anew(found: Results, ask: Ask, policy: str, consumers: Sequence[dict], seed: int) -> pl.DataFrame:
    """First-order and total indices over ranges of keys, from new runs: `sensitivity.table`."""
    keys, lows, highs = (list(column) for column in zip(*ask.over, strict=True))
    low, width = np.array(lows), np.array(highs) - np.array(lows)
    unit = sobol.sample(sensitivity.of_unit(keys), ask.n, calc_second_order=False, seed=seed)
    points = [[repr(float(value)) for value in low + share * width] for share in unit]
    read = variants.run(
        found, ask.binary, keys, points, policy, ask.n_runs, lambda out, at: drivers.missing(out, at, consumers)[1]
    )
    means = np.array([[worth.value for worth in worths] for worths in read]).T
    noise = np.array([[_variance(worth.influence) for worth in worths] for worths in read]).T
    of_each = [sensitivity.of_saltelli(keys, row, seed) for row in means]
    return sensitivity.table(consumers, of_each, _chance(means, noise), policy)


def inputs(found: Results) -> Inputs:
    """The draws of uncertain numbers, as shares of their laws, or the numbers that the points of a design set."""
    draws = found.table("draws").collect()
    if draws["draw"].n_unique() > 1:
        return _wide(draws, "draw", "share")
    points = found.table("points").filter(pl.col("value").is_not_null()).collect()
    if points["point"].n_unique() < 2:
        raise Refused(f"{found.folder}: nothing differs between runs but chance; see [run] draws and [design]")
    return _wide(points, "point", "value")


def _wide(table: pl.DataFrame, of: str, measure: str) -> Inputs:
    table = table.with_columns(pl.col("key").cast(pl.String))
    wide, numbers = (
        table.pivot("key", index=of, values=column, maintain_order=True).sort(of) for column in (measure, "value")
    )
    keys = [key for key in wide.columns if key != of and wide[key].n_unique() > 1]
    if sum(wide.select(keys).null_count().row(0)):
        raise Refused("some points leave a key as it stands: its number is needed at every point")
    values, numbers = (frame.select(keys).to_numpy().astype(float) for frame in (wide, numbers))
    return Inputs(of, keys, wide[of].to_numpy(), values, numbers)


def responses(
    found: Results, given: Inputs, policy: str, consumers: Sequence[dict]
) -> tuple[np.ndarray, np.ndarray]:
    """Mean share missing of each consumer (rows) in each case, and the variance of that mean over its runs."""
    rows = found.table("outcomes").filter(pl.col("policy") == policy)
    if given.of == "draw":
        rows = rows.filter(pl.col("point") == pl.col("point").min())
    means: dict[int, np.ndarray] = {}
    noise: dict[int, np.ndarray] = {}
    for block in blocks(rows, ["shortfall", "requirement"]):
        row_of = {tuple(key[name] for name in CONSUMER): row for row, key in enumerate(block.keys)}
        order = [row_of[tuple(item[name] for name in CONSUMER)] for item in consumers]
        share = shares(block.values["shortfall"][order], block.values["requirement"][order])
        case = block.draws if given.of == "draw" else np.full(len(block.draws), block.keys[0]["point"])
        for number in np.unique(case):
            chosen = case == number
            worths = [drivers.mean(row, block.weights[chosen]) for row in share[:, chosen]]
            means[int(number)] = np.array([worth.value for worth in worths])
            noise[int(number)] = np.array([_variance(worth.influence) for worth in worths])
    return tuple(np.array([of[int(case)] for case in given.cases]).T for of in (means, noise))


def _variance(influence: np.ndarray) -> float:
    """Of the mean of runs to which each adds this."""
    return float(influence @ influence) / len(influence) ** 2


def _chance(means: np.ndarray, noise: np.ndarray) -> list[float]:
    spread = means.var(axis=1)
    return [min(1.0, float(part)) for part in np.divide(noise.mean(axis=1), spread, where=spread > 0, out=spread * 0)]
