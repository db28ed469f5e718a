"""What drives the shortfall: the share due to each hazard, from runs with some hazards off and the same events else."""

import json
from collections.abc import Mapping, Sequence
from fnmatch import fnmatchcase

import numpy as np
import polars as pl

from shortfall import shares, variants
from shortfall.intervals import ESTIMATE, Estimate
from shortfall.results import CONSUMER, Refused, Results
from shortfall.shares import Orders, Worth
from shortfall.summary import blocks
from shortfall.summary import shares as of_requirement

# Up to so many players all coalitions are run; beyond, orders are sampled.
FEW = 7
ORDERS = 24
# Players, by name, each with its hazards.
Players = dict[str, list[str]]


def players(hazards: Mapping[str, Mapping], by_kind: bool, groups: Sequence[str]) -> Players:
    """Each hazard by itself, by its kind, or in groups `NAME=pattern,pattern`; what no group names stays by itself."""
    hazards = {name: entry for name, entry in hazards.items() if entry.get("enabled", True) is not False}
    if not hazards:
        raise Refused("the scenario has no hazard that is on")
    result: Players = {}
    for name, entry in hazards.items():
        result.setdefault(_group(name, groups) or (str(entry.get("kind")) if by_kind else name), []).append(name)
    for group in groups:
        if group.partition("=")[0] not in result:
            raise Refused(f"group {group!r} names no hazard; there are {', '.join(hazards)}")
    return result


def _group(hazard: str, groups: Sequence[str]) -> str | None:
    for group in groups:
        name, _, patterns = group.partition("=")
        if any(fnmatchcase(hazard, pattern.strip()) for pattern in patterns.split(",")):
            return name
    return None


def key_of(hazard: str) -> str:
    """The key that switches a hazard off."""
    return f"hazard.{json.dumps(hazard, ensure_ascii=False)}.enabled"


def play(
    found: Results,
    binary: str,
    who: Players,
    wanted: Sequence[int],
    policy: str,
    n_runs: int,
    consumers: Sequence[dict],
) -> tuple[dict[int, list[Worth]], np.ndarray]:
    """Runs every coalition of `wanted`, all others' hazards off: what each consumer misses; the draws of the runs."""
    keys = [key_of(hazard) for hazards in who.values() for hazard in hazards]
    seats = [seat for seat, hazards in enumerate(who.values()) for _ in hazards]
    rows = [["true" if coalition >> seat & 1 else "false" for seat in seats] for coalition in wanted]
    read = variants.run(found, binary, keys, rows, policy, n_runs, lambda out, point: missing(out, point, consumers))
    draws = read[0][2]
    if any(not np.array_equal(others, draws) for _, _, others in read):
        raise Refused("the variants do not hold the same runs")
    return dict(zip(wanted, [amounts for amounts, _, _ in read], strict=True)), draws


def missing(
    results: Results, point: int, consumers: Sequence[Mapping[str, str]]
) -> tuple[list[Worth], list[Worth], np.ndarray]:
    """What each consumer misses at a point in the mean, in its unit and as a share of its requirement; the draws."""
    wanted = pl.any_horizontal([pl.all_horizontal([pl.col(k) == item[k] for k in CONSUMER]) for item in consumers])
    rows = results.table("outcomes").filter(pl.col("point") == point, wanted)
    (block,) = blocks(rows, ["shortfall", "requirement"])
    row_of = {tuple(key[name] for name in CONSUMER): row for row, key in enumerate(block.keys)}
    order = [row_of[tuple(item[name] for name in CONSUMER)] for item in consumers]
    amount = block.values["shortfall"][order]
    share = of_requirement(amount, block.values["requirement"][order])
    return [mean(row, block.weights) for row in amount], [mean(row, block.weights) for row in share], block.draws


def mean(values: np.ndarray, weights: np.ndarray) -> Worth:
    """Weighted mean with what each run adds to it."""
    value = float(values @ weights / weights.sum())
    return Worth(value, (values - value) * weights * (len(weights) / weights.sum()))


def table(
    played: Mapping[int, Sequence[Worth]],
    draws: np.ndarray,
    who: Players,
    consumers: Sequence[dict],
    orders: Orders | None,
) -> pl.DataFrame:
    """One row for each consumer and driver, the largest first.

    `shapley`: what it adds to the mean shortfall, averaged over the orders in which hazards could be switched on one
    by one; `share` of the `whole`. `alone`: what it adds to a world without any other; `left_out`: what would not be
    missing without it. `order_error`: the part of the half-width of `shapley` that sampling orders brings. The row
    without a driver is what is missing with all hazards off, so that `shapley` of a consumer sums to `whole`.
    """
    n, all_on = len(who), shares.everyone(len(who))
    rows = []
    for seat, consumer in enumerate(consumers):
        worth = {coalition: worths[seat] for coalition, worths in played.items()}
        whole, nothing = worth[all_on], worth[0]
        found = []
        for player, (value, error) in enumerate(shares.shapley(worth, n, orders)):
            alone, left_out = worth[1 << player] - nothing, whole - worth[all_on & ~(1 << player)]
            found.append((list(who)[player], value, error, alone, left_out))
        found.sort(key=lambda item: -item[1].value)
        found.append((None, nothing, 0.0, nothing, nothing))
        for name, value, error, alone, left_out in found:
            measures = {
                "shapley": value.estimate(draws, error),
                "share": _share(value, whole, draws, error),
                "alone": alone.estimate(draws),
                "left_out": left_out.estimate(draws),
                "whole": whole.estimate(draws),
            }
            head = {"driver": name, "hazards": ", ".join(who[name]) if name else "", "order_error": error}
            head["method"] = "all orders" if orders is None else f"{len(orders)} sampled orders"
            rows.append({**consumer, **head, **{key: measure.as_row() for key, measure in measures.items()}})
    schema = dict.fromkeys([*CONSUMER, "unit", "driver", "hazards"], pl.String)
    schema |= {"order_error": pl.Float64, "method": pl.String}
    schema |= dict.fromkeys(["shapley", "share", "alone", "left_out", "whole"], ESTIMATE)
    return pl.DataFrame(rows, schema=schema)


def _share(value: Worth, whole: Worth, draws: np.ndarray, error: float) -> Estimate:
    if not whole.value > 0.0:
        return Estimate(None, None, None, len(draws), "nothing is missing")
    return value.over(whole).estimate(draws, error / whole.value)
