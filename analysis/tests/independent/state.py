"""What a step leaves to the next."""

from types import SimpleNamespace

import numpy as np

from .world import DAYS, RUNS, total

# Steps past the horizon in which something may still arrive.
LATER = 12


def rows(values: np.ndarray) -> np.ndarray:
    """The same number in every run."""
    return np.repeat(np.asarray(values, float)[:, None], RUNS, axis=1)


def ranks(world: SimpleNamespace) -> int:
    """Classes that count, the first being that of floors."""
    return 2 if world.allocation == "ProRata" else world.n_classes + 1


def rank_of(world: SimpleNamespace, written: int) -> int:
    return 1 if world.allocation == "ProRata" else written + 1


def planned_ranks(world: SimpleNamespace) -> int:
    """Ranks of orders: one unless they are rated."""
    return ranks(world) if world.allocation == "Rated" else 1


def start(world: SimpleNamespace) -> SimpleNamespace:
    """Section 3, 4: inventories, pipelines and prices at their targets, and what the plan derives once."""
    dt = world.dt
    n = world.count
    world.need_step, world.flow_step, world.output_step = world.need * dt, world.flow * dt, world.output * dt
    world.cover = np.array([i.cover_days / DAYS / dt for i in world.destinations])
    world.reserve = np.array(
        [sum(a * world.output_step[j] for j, a, back in users if back) for users in world.users], float
    )
    target = world.cover * world.need_step + world.reserve
    for i, years in world.extra_cover:
        target[i] += years * world.need[i]
    world.made = np.array([sum(world.output_step[plants]) for plants in world.plants_of])
    world.unsold_target = world.made * [e.unsold_days / DAYS / dt for e in world.origins]
    world.transit = np.array([lane.transit / dt for lane in world.lanes])
    world.under_way = np.array([sum(world.flow_step[into] * world.transit[into]) for into in world.into])
    state = SimpleNamespace(
        inventory=rows(target),
        barred=np.zeros((n["destinations"], RUNS)),
        weight=rows(world.weight),
        weight0=rows(world.weight),
        unsold=rows(world.unsold_target),
        output=rows(world.output_step),
        smoothed=rows(world.need_step),
        lasting=np.zeros((n["destinations"], RUNS)),
        lasting_origin=np.zeros((n["origins"], RUNS)),
        log_market=np.zeros((n["destinations"], RUNS)),
        log_market_origin=np.zeros((n["origins"], RUNS)),
        log_price=np.zeros((n["destinations"], RUNS)),
        log_price_origin=np.zeros((n["origins"], RUNS)),
        contract_price=np.ones((n["destinations"], RUNS)),
        backlog=np.zeros((n["consumers"], RUNS)),
        closed=np.zeros((n["plants"], RUNS), bool),
        waited=np.zeros((n["plants"], RUNS), int),
        stock=rows([k.initial for k in world.stockpiles]) if n["stockpiles"] else np.zeros((0, RUNS)),
        saved_quota=np.zeros((n["origins"], RUNS)),
        arrivals=np.zeros((len(world.steps) + LATER, n["destinations"], RUNS)),
        arrivals_barred=np.zeros((len(world.steps) + LATER, n["destinations"], RUNS)),
        deliveries=np.zeros((len(world.steps) + LATER, n["destinations"], RUNS)),
    )
    for number, lane in enumerate(world.lanes):
        whole, part = divmod(world.transit[number], 1)
        for sent in range(-int(whole) - 1, 0):
            for arrives, share in ((sent + int(whole), 1 - part), (sent + int(whole) + 1, part)):
                if arrives >= 0:
                    state.arrivals[arrives, lane.destination] += share * world.flow_step[number]
    n_ranks = planned_ranks(world)
    state.planned = np.zeros((n["plants"], n_ranks, RUNS))
    # What recipes that point back ask for in the first step is for the plan of the baseline, which has the last class.
    state.planned[:, -1] = rows(world.output_step)
    state.set_aside = {
        (i, j): total([np.full(RUNS, a * world.output_step[j])])
        for i, users in enumerate(world.users)
        for j, a, back in users
        if back
    }
    return state
