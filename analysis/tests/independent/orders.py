"""Requirement, demand and orders: equations (1) to (6)."""

from types import SimpleNamespace

import numpy as np

from .state import planned_ranks, rank_of, ranks
from .world import DAYS, RUNS, growth, over, total


def reach(days: float, dt: float) -> float:
    """Part of a gap that closes in a step, if it closes exponentially over a time."""
    return 1.0 if days <= 0 else 1.0 - np.exp(-dt * DAYS / days)


def demand(world: SimpleNamespace, state: SimpleNamespace, now: SimpleNamespace, t: int) -> None:
    """(1) and (2)."""
    grown = growth(world.path.demand, t)
    first = np.array([d.demand for d in world.consumers])[:, None] * world.dt * grown[:, None] * now.surge
    state.requirement, left = first.copy(), first.copy()
    for (source, to, ratio), share in zip(world.shifts, now.shift, strict=True):
        moved = np.minimum(share * first[source], left[source])
        left[source] -= moved
        state.requirement[source] -= moved
        state.requirement[to] += moved * ratio
    state.demand = np.empty_like(first)
    for d, consumer in enumerate(world.consumers):
        i = consumer.destination
        market = world.materials[world.destinations[i].material]
        required = state.requirement[d]
        today = np.minimum(required, required * np.exp(-consumer.elasticity * state.log_price[i]))
        later = market.elasticity_later * consumer.elasticity
        state.demand[d] = today * np.exp(-later * np.maximum(0.0, state.lasting[i]))


def capacities(world: SimpleNamespace, state: SimpleNamespace, now: SimpleNamespace, t: int) -> None:
    """Capacity as written on its path, and what of it is there."""
    grown = growth(world.path.output, t)
    shape = (len(world.plants), RUNS)
    state.full, state.capacity, state.minimum, state.base = (np.zeros(shape) for _ in range(4))
    for j, plant in enumerate(world.plants):
        e = plant.origin
        market = world.materials[world.origins[e].material]
        later = np.exp(market.capacity_later * np.maximum(0.0, state.lasting_origin[e]))
        built = (0.0 if plant.planned else 1.0) + now.built[j]
        there = (1.0 - (1.0 - now.availability[j]) * (1.0 - now.relief[j])) * (1.0 - now.control[j])
        state.full[j] = plant.capacity * world.dt * grown[e]
        state.capacity[j] = state.full[j] * later * built * there * ~state.closed[j]
        state.minimum[j] = plant.minimum_run * state.capacity[j]
        state.base[j] = world.output_step[j] * grown[e]


def split_claim(world: SimpleNamespace, consumer: SimpleNamespace, asked: np.ndarray) -> list[tuple[int, np.ndarray]]:
    """The ranks of a claim of a consumer, the floor of its sector first."""
    floor = dict(world.floors).get(consumer.sector, 0.0)
    own = rank_of(world, consumer.priority)
    return [(0, floor * asked), (own, (1.0 - floor) * asked)]


def plant_claims(world: SimpleNamespace, state: SimpleNamespace, j: int, amount: float, back: bool) -> np.ndarray:
    """What a plant claims of an input, by rank: for what it plans or, if the recipe points back, planned a step ago."""
    claims = np.zeros((ranks(world), RUNS))
    planned = (state.planned_before if back else state.planned)[j]
    if world.allocation == "Rated":
        return amount * planned
    claims[rank_of(world, world.plants[j].priority)] = amount * planned.sum(axis=0)
    return claims


def needs(world: SimpleNamespace, state: SimpleNamespace, i: int) -> np.ndarray:
    """(3) without purchases, by rank of orders."""
    need = np.zeros((ranks(world), RUNS))
    for d in world.consumers_at[i]:
        for rank, part in split_claim(world, world.consumers[d], state.demand[d] + state.backlog[d]):
            need[rank] += part
    for j, amount, back in world.users[i]:
        need += plant_claims(world, state, j, amount, back)
    return need if planned_ranks(world) > 1 else need.sum(axis=0, keepdims=True)


def threats(world: SimpleNamespace, shares: np.ndarray, i: int) -> np.ndarray:
    """The part of a destination's baseline intake that is cut."""
    return total([world.weight[lane] * shares[lane] for lane in world.into[i]])


def purchases(world: SimpleNamespace, now: SimpleNamespace, i: int) -> dict[int, np.ndarray]:
    """What stockpiles order at a destination: each spreads its order over its destinations by their baseline need."""
    bought = {}
    for k, stockpile in enumerate(world.stockpiles):
        if stockpile.buys and i in stockpile.destinations:
            bought[k] = now.fill_order[k] * world.need[i] / world.need[stockpile.destinations].sum()
    return bought


def order(world: SimpleNamespace, state: SimpleNamespace, now: SimpleNamespace, t: int, i: int) -> None:
    """(3) to (5) of a destination: what it orders by lane and rank."""
    market = world.materials[world.destinations[i].material]
    need = needs(world, state, i)
    bought = total(list(purchases(world, now, i).values()))
    if market.smoothing_days is None:
        state.smoothed[i] = world.need_step[i] * growth(world.path.need, t)[i]
    else:
        state.smoothed[i] += (need.sum(axis=0) - state.smoothed[i]) * reach(market.smoothing_days, world.dt)
    fear = 1.0 + market.hoarding * threats(world, now.threat, i)
    reserve = world.reserve[i] * growth(world.path.need, t)[i]
    state.target[i] = ((world.cover[i] + now.cover[i]) * state.smoothed[i] + reserve) * fear
    pipeline = world.under_way[i] * over(state.smoothed[i], np.full(RUNS, world.need_step[i]), 0.0)
    under_way = state.arrivals[t:, i].sum(axis=0)
    gap = state.target[i] + pipeline - state.inventory[i] - under_way
    theta = market.adjustment_days / DAYS
    wanted = np.maximum(0.0, need.sum(axis=0) + bought + gap * world.dt / theta - now.returned[i])
    wanted *= 1.0 + (market.front_loading + now.alert[i]) * threats(world, now.announced, i)
    state.wanted[i] = wanted
    by_rank, left = np.zeros_like(need), wanted.copy()
    for rank in range(len(need)):
        by_rank[rank] = np.minimum(left, need[rank])
        left -= by_rank[rank]
    by_rank[-1] += left
    for lane in world.into[i]:
        for rows in (state.weight, state.weight0):
            rows[lane] = rows[lane] * now.kept[i] + now.moved[lane]
        state.orders[lane] = by_rank * state.weight[lane]


def plan(world: SimpleNamespace, state: SimpleNamespace, now: SimpleNamespace, e: int, t: int) -> None:
    """(6) of an origin: what its plants plan, by rank."""
    market = world.materials[world.origins[e].material]
    plants = world.plants_of[e]
    ordered = state.orders[world.out_of[e]].sum(axis=0)
    theta = market.unsold_adjustment_days / DAYS
    rebuild = (state.unsold_aim[e] - state.unsold[e]) * world.dt / theta
    there = state.capacity[plants].sum(axis=0)
    planned = np.maximum(0.0, np.minimum(there, ordered.sum(axis=0) + rebuild))
    by_rank, left = np.zeros_like(ordered), planned.copy()
    for rank in range(len(ordered)):
        by_rank[rank] = np.minimum(left, ordered[rank])
        left -= by_rank[rank]
    by_rank[-1] += left
    base = np.minimum(state.base[plants], state.capacity[plants])
    spare = state.capacity[plants] - base
    low = np.minimum(planned, base.sum(axis=0))
    for n, j in enumerate(plants):
        own = over(low * base[n], base.sum(axis=0), 0.0) + over((planned - low) * spare[n], spare.sum(axis=0), 0.0)
        state.planned[j] = by_rank * over(own, planned, 0.0)
        least = np.minimum(state.minimum[j], state.capacity[j])
        state.planned[j, -1] += np.maximum(0.0, least - own)


def orders(world: SimpleNamespace, state: SimpleNamespace, now: SimpleNamespace, t: int) -> None:
    """(3) to (6), last tier to first."""
    n_ranks = planned_ranks(world)
    state.orders = np.zeros((len(world.lanes), n_ranks, RUNS))
    state.wanted, state.target = np.zeros((2, len(world.destinations), RUNS))
    state.unsold_aim = np.repeat((world.unsold_target * growth(world.path.output, t))[:, None], RUNS, axis=1)
    state.planned_before = state.planned
    state.planned = np.zeros_like(state.planned)
    for material in reversed(range(len(world.materials))):
        for i, destination in enumerate(world.destinations):
            if destination.material == material:
                order(world, state, now, t, i)
        for e, origin in enumerate(world.origins):
            if origin.material == material:
                plan(world, state, now, e, t)
