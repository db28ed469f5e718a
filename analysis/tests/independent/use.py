"""Arrivals, pools, service, releases and adaptation: equations (12) to (14)."""

from types import SimpleNamespace

import numpy as np

from .deliveries import ROUNDING, take
from .orders import plant_claims, purchases, split_claim, threats
from .state import ranks
from .world import RUNS, over, total


def list_claims(world: SimpleNamespace, state: SimpleNamespace, now: SimpleNamespace, i: int) -> None:
    """Claims of a destination: by rank, who claims, and which share of it may not be met with what is barred."""
    n = ranks(world) + 1  # Purchases come after all classes.
    state.claims[i] = []
    for d in world.consumers_at[i]:
        claim = np.zeros((n, RUNS))
        for rank, part in split_claim(world, world.consumers[d], state.demand[d] + state.backlog[d]):
            claim[rank] += part
        state.claims[i].append((claim, ("consumer", d), now.refused_consumer[d]))
    for j, amount, back in world.users[i]:
        claim = np.vstack([plant_claims(world, state, j, amount, back), np.zeros((1, RUNS))])
        state.claims[i].append((claim, ("plant", j), now.refused_plant[j]))
    for k, bought in purchases(world, now, i).items():
        claim = np.zeros((n, RUNS))
        claim[-1] = bought
        state.claims[i].append((claim, ("stockpile", k), np.ones(RUNS)))


def grant(claims: list, inventory: np.ndarray, barred: np.ndarray) -> tuple[list, np.ndarray, np.ndarray]:
    """(12) class by class: what each claim gets, by rank, and what is left of the inventory and of its barred part."""
    left, locked = inventory.copy(), barred.copy()
    got = [np.zeros_like(claim) for claim, _, _ in claims]
    for rank in range(len(claims[0][0]) if claims else 0):
        refused = [share * claim[rank] for claim, _, share in claims]
        c = total([claim[rank] for claim, _, _ in claims])
        a = total(refused)
        level = np.minimum(1.0, over(left, c, 0.0))
        to_refused = np.minimum(level * a, np.maximum(0.0, left - locked))
        to_rest = np.minimum(c - a, left - to_refused)
        for n, (claim, _, _) in enumerate(claims):
            got[n][rank] = over(refused[n] * to_refused, a, 0.0) + over(
                (claim[rank] - refused[n]) * to_rest, c - a, 0.0
            )
        left = np.maximum(0.0, left - to_refused - to_rest)
        locked = np.minimum(left, np.maximum(0.0, locked - to_rest))
    return got, left, locked


def pool(world: SimpleNamespace, state: SimpleNamespace, now: SimpleNamespace, material: int) -> None:
    """A sharing agreement: who has more than the common cover gives to who has less, before claims are met."""
    for destinations, strength in zip(world.pools, now.pool, strict=True):
        if world.destinations[destinations[0]].material != material:
            continue
        claims = np.array([total([claim[:-1].sum(axis=0) for claim, _, _ in state.claims[i]]) for i in destinations])
        there = state.inventory[destinations]
        cover = np.minimum(1.0, over(there.sum(axis=0), claims.sum(axis=0), 1.0))
        more, less = np.maximum(0.0, there - cover * claims), np.maximum(0.0, cover * claims - there)
        moved = strength * less.sum(axis=0)
        given = more * over(moved, more.sum(axis=0), 0.0)
        barred = over(state.barred[destinations] * given, there, 0.0)
        taken = over(less, less.sum(axis=0), 0.0)
        for n, i in enumerate(destinations):
            state.inventory[i] += taken[n] * moved - given[n]
            state.barred[i] += taken[n] * barred.sum(axis=0) - barred[n]


def serve(world: SimpleNamespace, state: SimpleNamespace, now: SimpleNamespace, material: int, t: int) -> None:
    """(12) and (13) of a material."""
    here = [i for i, destination in enumerate(world.destinations) if destination.material == material]
    delivered = {}
    for i in here:
        delivered[i] = state.deliveries[t, i]
        state.arrived[i] = state.arrivals[t, i]
        state.inventory[i] += state.arrivals[t, i] + now.returned[i] + delivered[i]
        state.barred[i] += state.arrivals_barred[t, i]
    pool(world, state, now, material)
    got, left, locked, missing = {}, {}, {}, {}
    for i in here:
        claims = state.claims[i]
        got[i], left[i], locked[i] = grant(claims, state.inventory[i], state.barred[i])
        without, _, _ = grant(claims, np.maximum(0.0, state.inventory[i] - delivered[i]), state.barred[i])
        missing[i] = [claim - met for (claim, _, _), met in zip(claims, without, strict=True)]
    for k, stockpile in enumerate(world.stockpiles):
        if stockpile.material == material:
            release(world, state, now, k, t, (got, left, missing))
    for i in here:
        close(world, state, i, got[i], left[i], locked[i])


def release(world: SimpleNamespace, state: SimpleNamespace, now: SimpleNamespace, k: int, t: int, books: tuple) -> None:
    """What a stockpile releases, to whom, first class first."""
    got, left, missing = books
    stockpile = world.stockpiles[k]
    here = stockpile.destinations
    before = sum(len(other.destinations) for other in world.stockpiles[:k])
    member = {i: now.member[before + n] for n, i in enumerate(here)}
    state.stock[k] = (
        np.maximum(state.stock[k] + now.transfer[k], 0.0) if np.isfinite(stockpile.target) else state.stock[k]
    )
    serves = None if stockpile.serves is None else set(stockpile.serves)
    lag = stockpile.delivery_lag / world.dt

    def lack(i: int, later: bool) -> list[np.ndarray]:
        rows = []
        for n, (claim, (kind, who), _) in enumerate(state.claims[i]):
            helped = kind != "stockpile" and (serves is None or (kind == "consumer" and who in serves))
            rows.append((missing[i][n] if later else claim - got[i][n]) if helped else np.zeros_like(claim))
        return rows

    lacks = {i: lack(i, lag > 0) for i in here}
    # A destination brings the part of its need for which it is a member, first class first.
    brought = {i: member[i] * np.maximum(0.0, total([row.sum(axis=0) for row in lacks[i]])) for i in here}
    for i in here:
        rows = {i: [np.maximum(0.0, row) for row in lacks[i]]}
        lacks[i] = [row for _, _, row in hand_out([i], rows, brought[i])]
    wanted = {i: total([row.sum(axis=0) for row in lacks[i]]) for i in here}
    stock = state.stock[k] if np.isfinite(stockpile.target) else np.full(RUNS, np.inf)
    amount = np.minimum(np.minimum(stock, now.draw_limit[k]), total(list(wanted.values())))
    state.released[k] = amount
    if np.isfinite(stockpile.target):
        state.stock[k] = state.stock[k] - amount
    parts = share(world, now, stockpile, amount, wanted)
    if parts is None and lag > 0:
        parts = {i: over(amount * wanted[i], total(list(wanted.values())), 0.0) for i in here}
    whole, later = divmod(lag, 1)
    at_once = 1.0 - later if whole == 0 else 0.0
    groups = [(here, amount)] if parts is None else [([i], parts[i]) for i in here]
    for group, sent in groups:
        for i, _, row in hand_out(group, lacks, sent):
            spread(state, missing[i], i, row)
        short = lacks if lag == 0 else {i: [np.maximum(0.0, row) for row in lack(i, False)] for i in group}
        met = np.zeros(RUNS)
        for i, n, row in hand_out(group, short, sent * at_once):
            state.given[i][n] += row
            got[i][n] += row
            met = met + row.sum(axis=0)
        # What arrives now beyond what is short now stays in the inventory.
        state.inventory[group[0]] += sent * at_once - met
        left[group[0]] = left[group[0]] + sent * at_once - met
    if lag > 0:
        for i in here:
            for arrives, portion in ((t + int(whole), 1.0 - later), (t + int(whole) + 1, later)):
                if arrives > t and arrives < len(state.deliveries):
                    state.deliveries[arrives, i] += portion * parts[i]


def share(world, now, stockpile, amount, wanted) -> dict | None:
    """How a release is shared among destinations; None: class by class over all of them."""
    here, rule = stockpile.destinations, stockpile.sharing
    everything = total(list(wanted.values()))
    if rule in (None, "ByClass"):
        return None
    if rule == "ByNeed":
        return {i: over(amount * wanted[i], everything, 0.0) for i in here}
    if rule == "Targeted":
        threatened = {i: threats(world, now.threat, i) > 0 for i in here}
        first = total([np.where(threatened[i], wanted[i], 0.0) for i in here])
        early = np.minimum(amount, first)
        late, rest = amount - early, everything - first
        parts = {i: (over(early * wanted[i], first, 0.0), over(late * wanted[i], rest, 0.0)) for i in here}
        return {i: np.where(threatened[i], *parts[i]) for i in here}
    weights = dict(zip(here, rule.ByWeight, strict=True))
    given, left = {i: np.zeros(RUNS) for i in here}, amount.copy()
    for _ in here:
        still = {i: np.where(wanted[i] - given[i] > 1e-15 * wanted[i], weights[i], 0.0) for i in here}
        open_weight, there = total(list(still.values())), left
        for i in here:
            more = np.minimum(over(still[i] * there, open_weight, 0.0), wanted[i] - given[i])
            given[i] = given[i] + more
            left = left - more
    rest = total([wanted[i] if weights[i] == 0 else np.zeros(RUNS) for i in here])
    left = np.minimum(np.maximum(0.0, left), rest)
    return {i: given[i] + (over(left * wanted[i], rest, 0.0) if weights[i] == 0 else 0.0) for i in here}


def hand_out(here: list[int], lacks: dict, amount: np.ndarray) -> list[tuple[int, int, np.ndarray]]:
    """An amount, class by class over the claims of some destinations: where, which claim, what it gets by rank."""
    claims = [(i, n, row) for i in here for n, row in enumerate(lacks[i])]
    got = [(i, n, np.zeros_like(row)) for i, n, row in claims]
    left = amount
    for rank in range(len(claims[0][2]) if claims else 0):
        asked = total([row[rank] for _, _, row in claims])
        part = np.minimum(1.0, over(left, asked, 0.0))
        for (_, _, row), (_, _, given) in zip(claims, got, strict=True):
            given[rank] = row[rank] * part
        left = np.maximum(0.0, left - asked)
    return got


def spread(state: SimpleNamespace, missing: list[np.ndarray], i: int, sent: np.ndarray) -> None:
    """Takes what is sent off what a destination lacks, pro rata: who acts later does not know to whom it goes."""
    users = [n for n, (_, (kind, _), _) in enumerate(state.claims[i]) if kind != "stockpile"]
    asked = sum((missing[n] for n in users), np.zeros_like(sent))
    for n in users:
        missing[n] -= over(sent * missing[n], asked, 0.0)


def close(
    world: SimpleNamespace, state: SimpleNamespace, i: int, got: list, left: np.ndarray, locked: np.ndarray
) -> None:
    """Books what each claim got; consumers and purchases take it, plants have it set aside."""
    claimed, met = np.zeros((2, RUNS))
    plants = []
    for n, (claim, (kind, who), refused) in enumerate(state.claims[i]):
        amount, from_stock = got[n].sum(axis=0), state.given[i][n].sum(axis=0)
        if kind != "stockpile":
            claimed += claim.sum(axis=0)
            met += amount
        # What a stockpile hands over passes through the inventory, free.
        state.inventory[i] += from_stock
        if kind == "plant":
            plants.append((who, claim.sum(axis=0), amount, refused))
            continue
        take(state, i, amount, refused)
        if kind == "stockpile":
            state.stock[who] += amount
            continue
        state.served[who] = np.minimum(state.demand[who], amount)
        state.recovered[who] = amount - state.served[who]
        unserved = np.maximum(0.0, state.demand[who] - state.served[who])
        state.backlog[who] += world.consumers[who].backlog_share * unserved - state.recovered[who]
    counts = claimed - met > ROUNDING * world.need_step[i]
    state.unmet[i] = np.where(counts, over(claimed - met, claimed, 0.0), 0.0)
    free = np.maximum(0.0, left - locked)
    all_claims = total([claim for _, claim, _, _ in plants])
    counts = all_claims > ROUNDING * world.need_step[i]
    amounts = {j: amount for j, amount, _ in world.users[i]}
    room = total([amounts[j] * state.capacity[j] for j, _, _, _ in plants])
    for j, claim, amount, refused in plants:
        portion = np.where(counts, over(claim, all_claims, 0.0), over(amounts[j] * state.capacity[j], room, 0.0))
        more = portion * left
        more = (1.0 - refused) * more + refused * portion * free
        most = amounts[j] * state.capacity[j]
        state.set_aside[i, j] = np.minimum(amount + more, most)


def adapt(world: SimpleNamespace, state: SimpleNamespace, i: int) -> None:
    """(14): buyers move to who delivers."""
    market = world.materials[world.destinations[i].material]
    part = 1.0 - np.exp(-market.switching_per_year * world.dt)
    into = world.into[i]
    delivered = total([state.shipped[lane] for lane in into])
    fixed = market.contract_share
    for lane in into:
        aim = fixed * state.weight0[lane] + (1.0 - fixed) * over(state.shipped[lane], delivered, 0.0)
        moved = state.weight[lane] + part * (aim - state.weight[lane])
        state.weight[lane] = np.where(delivered > ROUNDING * world.need_step[i], moved, state.weight[lane])
