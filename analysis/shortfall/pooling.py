"""A stock held jointly against the same tonnage held apart: what each member saves, and what a withdrawal costs.

All differences are between policies, or points, of the same runs. Of the members' money three parts are counted: what a
shortage costs their users, what these pay above the baseline's price, and what the stock costs, less what it sells.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl

from shortfall import intervals
from shortfall.intervals import ESTIMATE, Estimate
from shortfall.results import RUN, Refused, Results

MONEY = ("shortage", "spending", "stock")
# Tonnages that differ by less are the same; targets are products of shares that were written with some digits.
SAME_TONNAGE = 1e-6


@dataclass(frozen=True)
class Members:
    """Who holds what jointly: places of each member, policies that pool, and the one that holds the same apart."""

    places: Mapping[str, Sequence[str]]
    joint: Sequence[str]
    apart: str


@dataclass(frozen=True)
class Runs:
    """What every member lost in every run of one point and policy: `values[measure]` is members by runs."""

    values: Mapping[str, np.ndarray]
    weights: np.ndarray
    draws: np.ndarray
    runs: np.ndarray

    @property
    def total(self) -> np.ndarray:
        """USD of all three parts together."""
        return sum(self.values[part] for part in MONEY)


def members(scenario: Mapping, policies: Sequence[str]) -> Members:
    """Reads members and policies off the scenario as it was run; refused if nothing is pooled or nothing compares."""
    piles = scenario.get("stockpile", {})
    blocs = scenario.get("blocs", {})
    places: dict[str, list[str]] = {}
    held: dict[str, set[bool]] = {}
    for policy in policies:
        for name in scenario.get("policy", {}).get(policy, {}).get("use", []):
            pile = piles.get(name.removeprefix("stockpile."), {})
            if name.startswith("stockpile.") and "contributions" in pile:
                held.setdefault(policy, set()).add(bool(pile.get("separate", False)))
                places |= {holder: blocs.get(holder, [holder]) for holder in pile["holders"]}
    joint = [policy for policy, separate in held.items() if separate == {False}]
    apart = [policy for policy, separate in held.items() if separate == {True}]
    if not joint:
        raise Refused("no policy holds a stockpile jointly: one with contributions")
    if not apart:
        raise Refused("no policy holds the same tonnage apart: a stockpile with contributions and separate = true")
    return Members(places, joint, apart[0])


def tonnage(results: Results, policy: str) -> dict[str, float]:
    """What a policy aims at, by material; of a joint stock the pool, of separate ones the sum."""
    rows = results.table("stockpiles").filter(pl.col("policy") == policy)
    names = pl.col("stockpile").cast(pl.String)
    piles = rows.select(names, pl.col("material").cast(pl.String), "target").unique().collect()
    pools = {name for name in piles["stockpile"] if ": " not in name}
    # Beside a pool stands what each member would hold alone once it has left: the pool's tonnage once more.
    counted = piles.filter(~names.str.split(": ").list.first().is_in(pools) | names.is_in(pools))
    return dict(counted.group_by("material").agg(pl.col("target").sum()).sort("material").iter_rows())


def same_tonnage(results: Results, of: Members) -> None:
    """Refuses to compare stocks of unlike size."""
    apart = tonnage(results, of.apart)
    for policy in of.joint:
        pooled = tonnage(results, policy)
        if pooled.keys() != apart.keys() or any(
            not abs(pooled[name] - apart[name]) <= SAME_TONNAGE * apart[name] for name in apart
        ):
            raise Refused(f"{policy} holds {pooled}, {of.apart} {apart}: not the same tonnage")


def losses(results: Results, of: Members, point: int, policy: str) -> Runs:
    """What members lost, run by run; `MONEY` in USD, and `material: NAME` missing in the material's unit."""
    chosen = (pl.col("point") == point) & (pl.col("policy") == policy)
    place = {name: member for member, names in of.places.items() for name in names}
    if len(place) != sum(map(len, of.places.values())):
        raise Refused("a place is in two members")
    member = pl.col("place").cast(pl.String).replace_strict(place, default=None).alias("member")
    rows = results.table("outcomes").filter(chosen).with_columns(member).filter(pl.col("member").is_not_null())
    sums = {"shortage": "shortage_cost_usd", "spending": "extra_spending_usd"}
    money = [pl.col(column).sum().alias(name) for name, column in sums.items()]
    by_run = rows.group_by("member", *RUN).agg(*money, pl.col("weight").first()).collect()
    cost = results.table("costs").filter(chosen).with_columns(pl.col("party").cast(pl.String).alias("member"))
    stock = cost.group_by("member", *RUN).agg(pl.col("usd").sum().alias("stock")).collect()
    by_run = by_run.join(stock, on=["member", *RUN], how="left").with_columns(pl.col("stock").fill_null(0.0))
    missing = rows.with_columns(pl.col("material").cast(pl.String)).group_by("member", "material", *RUN)
    missing = missing.agg(pl.col("shortfall").sum()).collect()
    first = by_run.filter(member=by_run["member"].min()).sort(RUN)
    values = {part: _by_member(by_run, of, part, len(first)) for part in MONEY}
    for name in sorted(missing["material"].unique()):
        # A member that does not use the material misses none of it.
        none = by_run.select("member", *RUN).join(
            missing.filter(pl.col("material") == name), on=["member", *RUN], how="left"
        )
        values[f"material: {name}"] = _by_member(none.fill_null(0.0), of, "shortfall", len(first))
    return Runs(values, *(first[name].to_numpy() for name in ("weight", "draw", "run")))


def _by_member(rows: pl.DataFrame, of: Members, column: str, n_runs: int) -> np.ndarray:
    values = [rows.filter(pl.col("member") == member).sort(RUN)[column].to_numpy() for member in of.places]
    if any(len(row) != n_runs for row in values):
        raise Refused("not the same runs for all members")
    return np.array(values)


def _difference(before: Runs, after: Runs, measure: str | None, given: np.ndarray | None = None) -> list[Estimate]:
    """What `after` saves of `before`: each member, then all together."""
    if not all(np.array_equal(getattr(before, name), getattr(after, name)) for name in ("weights", "draws", "runs")):
        raise Refused("the runs to compare are not the same")
    of = (lambda runs: runs.total) if measure is None else (lambda runs: runs.values[measure])
    saved = of(before) - of(after)
    saved = np.vstack([saved, saved.sum(axis=0)])
    chosen = None if given is None else np.vstack([given, given.any(axis=0)])
    return intervals.mean_estimates(saved, before.weights, before.draws, chosen)


def saved(results: Results, of: Members) -> tuple[pl.DataFrame, pl.DataFrame]:
    """What pooling saves each member, against the same tonnage apart, in USD and in units of each material.

    The first frame has a row for each point, policy and member, and one for `all`: `shortage`, `spending`, `stock` and
    their sum `total`, in USD over the horizon; above 0 is saved. The second has the shortfall saved, by material.
    """
    money, amounts = [], []
    units = dict(results.table("outcomes").select(pl.col("material", "unit").cast(pl.String)).unique().collect().rows())
    for point in _points(results):
        apart = losses(results, of, point, of.apart)
        for policy in of.joint:
            pooled = losses(results, of, point, policy)
            columns = {part: _difference(apart, pooled, part) for part in MONEY}
            columns["total"] = _difference(apart, pooled, None)
            names = [*of.places, "all"]
            for row, member in enumerate(names):
                key = {"point": point, "policy": policy, "member": member}
                money.append(key | {name: values[row].as_row() for name, values in columns.items()})
            for measure in pooled.values:
                if measure.startswith("material: "):
                    material = measure.removeprefix("material: ")
                    for member, value in zip(names, _difference(apart, pooled, measure), strict=True):
                        key = {"point": point, "policy": policy, "member": member}
                        named = {"material": material, "unit": units[material]}
                        amounts.append(key | named | {"shortfall": value.as_row()})
    keys = {"point": pl.Int32, "policy": pl.String, "member": pl.String}
    text = {"material": pl.String, "unit": pl.String}
    return (
        pl.DataFrame(money, schema=keys | dict.fromkeys([*MONEY, "total"], ESTIMATE)),
        pl.DataFrame(amounts, schema=keys | text | {"shortfall": ESTIMATE}),
    )


def rules(money: pl.DataFrame) -> pl.DataFrame:
    """For each point and policy: what all save, who gains least, how many gain or lose for sure, whether all gain.

    For sure: the interval of the member's total lies on one side of 0. `all_gain` asks that of the values alone,
    `all_gain_surely` of the intervals. `transfer`: USD that gainers would have to give so that nobody loses.
    """
    rows = []
    for (point, policy), group in money.group_by("point", "policy", maintain_order=True):
        of = {row["member"]: row["total"] for row in group.iter_rows(named=True)}
        whole = of.pop("all")
        least = min(of, key=lambda member: of[member]["value"])
        values = [estimate["value"] for estimate in of.values()]
        gain = [_low(estimate) > 0.0 for estimate in of.values()]
        rows.append({
            "point": point, "policy": policy, "total": whole, "least_member": least, "least": of[least],
            "gain_surely": sum(gain), "lose_surely": sum(_high(estimate) < 0.0 for estimate in of.values()),
            "all_gain": all(value > 0.0 for value in values), "all_gain_surely": all(gain),
            "transfer": -sum(min(value, 0.0) for value in values),
        })  # fmt: skip
    kinds = {"point": pl.Int32, "policy": pl.String, "total": ESTIMATE, "least_member": pl.String, "least": ESTIMATE}
    counts = {"gain_surely": pl.Int64, "lose_surely": pl.Int64, "all_gain": pl.Boolean, "all_gain_surely": pl.Boolean}
    return pl.DataFrame(rows, schema=kinds | counts | {"transfer": pl.Float64})


def funding(results: Results, of: Members) -> pl.DataFrame:
    """Each member's share of what the pool costs, and the share that leaves it as well off as with its own stock apart.

    Of a pool that costs money a member gains with any share below `break_even`, of one that earns it (`pool_cost` below
    0) with any share above. Some key lets all gain if the break-even shares sum to more than 1 of a cost, or to less
    than 1 of proceeds.
    """
    rows = []
    for point in _points(results):
        apart = losses(results, of, point, of.apart)
        for policy in of.joint:
            pooled = losses(results, of, point, policy)
            weights, draws = pooled.weights, pooled.draws
            cost = pooled.values["stock"].sum(axis=0)
            worth = apart.total - pooled.values["shortage"] - pooled.values["spending"]
            (pool,) = intervals.mean_estimates(cost[None], weights, draws)
            shares = _ratios(pooled.values["stock"], cost, weights, draws)
            even = _ratios(worth, cost, weights, draws)
            for member, share, at in zip(of.places, shares, even, strict=True):
                key = {"point": point, "policy": policy, "member": member, "pool_cost": pool.as_row()}
                rows.append(key | {"share": share.as_row(), "break_even": at.as_row()})
    keys = {"point": pl.Int32, "policy": pl.String, "member": pl.String}
    return pl.DataFrame(rows, schema=keys | dict.fromkeys(["pool_cost", "share", "break_even"], ESTIMATE))


def _ratios(parts: np.ndarray, whole: np.ndarray, weights: np.ndarray, draws: np.ndarray) -> list[Estimate]:
    """Mean of each row over the mean of `whole`, with the interval of a ratio of means."""
    mean = float(whole @ weights / weights.sum())
    if mean == 0.0:
        return [Estimate(None, None, None, len(whole), "the pool costs nothing")] * len(parts)
    ratios = parts @ weights / weights.sum() / mean
    influence = (parts - ratios[:, None] * whole) / mean
    reach = np.full(len(parts), np.inf)
    return intervals.linearised(ratios, influence, weights, draws, -reach, reach)


def withdrawal(results: Results, of: Members) -> pl.DataFrame:
    """What it costs that a member leaves: the point in which it does, less the one in which the same member stays.

    The mean over the runs in which one leaves, for the members that left, for those that stayed, and for all, in USD;
    above 0 is lost. Empty unless the results hold the same histories with withdrawals and without.
    """
    left = {point: _left(results, of, point) for point in _points(results)}
    stays = [point for point, runs in left.items() if not runs.any()]
    rows = []
    for point, gone in left.items():
        if not (stays and gone.any()):
            continue
        for policy in of.joint:
            before, after = losses(results, of, stays[0], policy), losses(results, of, point, policy)
            if gone.shape[1] != len(before.weights):
                raise Refused(f"points {stays[0]} and {point} do not hold the same runs")
            change = after.total - before.total
            with_one = gone.any(axis=0)
            for who, part in (("left", gone), ("stayed", ~gone), ("all", np.ones_like(gone))):
                lost = np.where(part, change, 0.0).sum(axis=0)[None]
                (cost,) = intervals.mean_estimates(lost, before.weights, before.draws, with_one[None])
                share = float(with_one @ before.weights / before.weights.sum())
                key = {"point": point, "policy": policy, "who": who}
                rows.append(key | {"cost": cost.as_row(), "share_of_runs": share})
    keys = {"point": pl.Int32, "policy": pl.String, "who": pl.String}
    return pl.DataFrame(rows, schema=keys | {"cost": ESTIMATE, "share_of_runs": pl.Float64})


def _left(results: Results, of: Members, point: int) -> np.ndarray:
    """Whether each member leaves, members by runs."""
    runs = results.table("outcomes").filter(pl.col("point") == point).select(RUN).unique().sort(RUN).collect()
    kind = pl.col("kind").cast(pl.String) == "member_withdrawal"
    events = results.table("events").filter(pl.col("point") == point, kind, pl.col("severity") > 0.0)
    touched = events.select(*RUN, pl.col("touched").cast(pl.String)).collect()
    gone = []
    for places in of.places.values():
        names = pl.col("touched").str.split(" ").list.eval(pl.element().str.strip_chars(",").is_in(list(places)))
        hit = touched.filter(names.list.any()).select(RUN).unique().with_columns(gone=pl.lit(True))
        gone.append(runs.join(hit, on=RUN, how="left", maintain_order="left")["gone"].fill_null(False).to_numpy())
    return np.array(gone)


def _points(results: Results) -> list[int]:
    return results.table("outcomes").select(pl.col("point").unique()).collect()["point"].sort().to_list()


def _low(estimate: Mapping) -> float:
    return -np.inf if estimate["low"] is None else estimate["low"]


def _high(estimate: Mapping) -> float:
    return np.inf if estimate["high"] is None else estimate["high"]
