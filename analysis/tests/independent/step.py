"""Section 5 of docs/model.md in its order."""

from types import SimpleNamespace

import numpy as np

from .deliveries import first_round, make, potential, refused_share, second_round, send
from .orders import capacities, demand, orders
from .prices import close_plants, prices
from .use import adapt, list_claims, serve
from .world import RUNS, over


def step(world: SimpleNamespace, state: SimpleNamespace, now: SimpleNamespace, t: int) -> None:
    """One step, from the end of the one before."""
    n = world.count
    demand(world, state, now, t)
    capacities(world, state, now, t)
    orders(world, state, now, t)
    state.claims = [[] for _ in world.destinations]
    for i in range(n["destinations"]):
        list_claims(world, state, now, i)
    state.refused = np.array([refused_share(world, state, now, i) for i in range(n["destinations"])])
    state.passes = np.ones((n["destinations"], RUNS))
    for i, into in enumerate(world.into):
        if into:
            barred = sum(
                state.weight[lane] * now.openness[lane] * now.passage[lane] * now.barred[lane] for lane in into
            )
            state.passes[i] = np.minimum(1.0, over(1.0 - state.refused[i], barred, 1.0))
    state.refused_plant = now.refused_plant
    state.set_aside_before, state.set_aside = state.set_aside, {}
    state.potential = np.zeros((n["plants"], RUNS))
    state.served, state.recovered = np.zeros((2, n["consumers"], RUNS))
    state.there, state.asked, state.export_cap, state.made = np.zeros((4, n["origins"], RUNS))
    state.shipped = np.zeros((n["lanes"], RUNS))
    state.arrived, state.unmet = np.zeros((2, n["destinations"], RUNS))
    state.released = np.zeros((n["stockpiles"], RUNS))
    state.given = [[np.zeros_like(claim) for claim, _, _ in claims] for claims in state.claims]
    for material in range(n["materials"]):
        origins = [e for e, origin in enumerate(world.origins) if origin.material == material]
        destinations = [i for i, found in enumerate(world.destinations) if found.material == material]
        for e in origins:
            potential(world, state, e)
            first_round(world, state, now, e, t)
        second_round(world, state, now, material)
        for e in origins:
            make(world, state, e, t)
            for lane in world.out_of[e]:
                send(world, state, now, lane, t)
        serve(world, state, now, material, t)
        for i in destinations:
            adapt(world, state, i)
    for k, stockpile in enumerate(world.stockpiles):
        if np.isfinite(stockpile.target):
            state.stock[k] *= (1.0 - stockpile.spoilage) ** world.dt
    prices(world, state, now)
    close_plants(world, state, now)
