"""Output, rationing, the second round and transit: equations (7) to (11)."""

from types import SimpleNamespace

import numpy as np

from .world import DAYS, RUNS, growth, over, total

# Of the baseline need: amounts up to this are rounding and count as nothing.
ROUNDING = 1e-9


def potential(world: SimpleNamespace, state: SimpleNamespace, e: int) -> None:
    """(7): what each plant of an origin can make."""
    for j in world.plants_of[e]:
        plant = world.plants[j]
        most = state.capacity[j]
        if plant.ramp > 0:
            most = np.minimum(most, state.output[j] + state.full[j] * world.dt / plant.ramp)
        for i, amount in plant.inputs:
            back = world.destinations[i].material >= world.origins[e].material
            allotted = (state.set_aside_before if back else state.set_aside)[i, j]
            most = np.minimum(most, allotted / amount)
        if plant.host:
            host, ratio = plant.host
            most = np.minimum(most, ratio * state.output[host])
        state.potential[j] = most


def refused_share(world: SimpleNamespace, state: SimpleNamespace, now: SimpleNamespace, i: int) -> np.ndarray:
    """The refused part of all claims of a destination, purchases among them."""
    claims, refused = np.zeros((2, RUNS))
    for claim, _, share in state.claims[i]:
        amount = claim.sum(axis=0)
        claims += amount
        refused += share * amount
    return over(refused, claims, 0.0)


def first_round(world: SimpleNamespace, state: SimpleNamespace, now: SimpleNamespace, e: int, t: int) -> None:
    """(8): open orders, cut to caps, and who gets what there is."""
    lanes = world.out_of[e]
    market = world.materials[world.origins[e].material]
    there = state.unsold[e] + state.potential[world.plants_of[e]].sum(axis=0)
    state.there[e] = there
    asked = {}
    for lane in lanes:
        i = world.lanes[lane].destination
        passes = 1.0 - now.barred[lane] * (1.0 - state.passes[i])
        opened = state.orders[lane] * (now.openness[lane] * now.passage[lane] * passes)
        asked[lane] = opened * np.minimum(1.0, over(now.lane_cap[lane], opened.sum(axis=0), 1.0))
    abroad = [lane for lane in lanes if not world.lanes[lane].home]
    state.export_cap[e] = now.export_cap[e] + state.saved_quota[e]
    out = total([asked[lane].sum(axis=0) for lane in abroad])
    for lane in abroad:
        asked[lane] = asked[lane] * np.minimum(1.0, over(state.export_cap[e], out, 1.0))
    sums = {lane: asked[lane].sum(axis=0) for lane in lanes}
    everything = total(list(sums.values()))
    state.asked[e] = everything
    first = {
        lane: np.minimum(sums[lane], market.contract_share * world.flow_step[lane] + now.reserved[lane])
        for lane in lanes
    }
    firsts = total(list(first.values()))
    scale = np.minimum(1.0, over(there, firsts, 1.0))
    given = {lane: first[lane] * scale for lane in lanes}
    left = np.maximum(0.0, there - firsts)
    for lane in lanes:
        if world.lanes[lane].home:
            more = np.minimum(sums[lane] - given[lane], market.home_share * left)
            given[lane] = given[lane] + more
            left = left - more
    open_part = {lane: over(sums[lane] - given[lane], sums[lane], 0.0) for lane in lanes}
    got = dict(given)
    for rank in range(state.orders.shape[1]):
        still = {lane: asked[lane][rank] * open_part[lane] for lane in lanes}
        wanted = total(list(still.values()))
        part = np.minimum(1.0, over(left, wanted, 0.0))
        for lane in lanes:
            got[lane] = got[lane] + still[lane] * part
        left = np.maximum(0.0, left - wanted)
    enough = there >= everything
    for lane in lanes:
        state.shipped[lane] = np.where(enough, sums[lane], got[lane])


def second_round(world: SimpleNamespace, state: SimpleNamespace, now: SimpleNamespace, material: int) -> None:
    """(9): what stays unfilled is offered to origins that have more than was asked of them."""
    market = world.materials[material]
    origins = [e for e, origin in enumerate(world.origins) if origin.material == material]
    spare = {e: np.maximum(0.0, state.there[e] - state.asked[e]) for e in origins}
    claims = {}
    for i, destination in enumerate(world.destinations):
        if destination.material != material:
            continue
        into = world.into[i]
        unfilled = state.wanted[i] - total([state.shipped[lane] for lane in into])
        barred = total([now.barred[lane] * state.shipped[lane] for lane in into])
        allowed = np.maximum(0.0, (1.0 - state.refused[i]) * state.wanted[i] - barred)
        passes = np.minimum(1.0, over(allowed, unfilled, 1.0))
        unfilled = np.where(unfilled > ROUNDING * world.need_step[i], unfilled, 0.0)
        opened = {
            lane: now.openness[lane] * now.passage[lane] * (1.0 - now.barred[lane] * (1.0 - passes)) for lane in into
        }
        offers = total([spare[world.lanes[lane].origin] * opened[lane] for lane in into])
        for lane in into:
            part = over(spare[world.lanes[lane].origin] * opened[lane], offers, 0.0)
            claims[lane] = market.spot_share * unfilled * part * opened[lane]
    for e in origins:
        lanes = world.out_of[e]
        part = np.minimum(1.0, over(spare[e], total([claims[lane] for lane in lanes]), 1.0))
        more = {}
        for lane in lanes:
            more[lane] = np.minimum(claims[lane] * part, np.maximum(0.0, now.lane_cap[lane] - state.shipped[lane]))
        abroad = [lane for lane in lanes if not world.lanes[lane].home]
        before = total([state.shipped[lane] for lane in abroad])
        room = np.maximum(0.0, state.export_cap[e] - before)
        fits = np.minimum(1.0, over(room, total([more[lane] for lane in abroad]), 1.0))
        for lane in lanes:
            state.shipped[lane] += more[lane] * (1.0 if world.lanes[lane].home else fits)
        left = state.export_cap[e] - total([state.shipped[lane] for lane in abroad])
        state.saved_quota[e] = np.maximum(0.0, np.minimum(now.carry_over[e], left))


def make(world: SimpleNamespace, state: SimpleNamespace, e: int, t: int) -> None:
    """(10): what is made of what could be, by which plant, and what it takes of its inputs."""
    market = world.materials[world.origins[e].material]
    plants, shipped = world.plants_of[e], state.shipped[world.out_of[e]].sum(axis=0)
    most = state.potential[plants]
    least = np.minimum(state.minimum[plants], most)
    theta = market.unsold_adjustment_days / DAYS
    rebuild = shipped + (state.unsold_aim[e] - state.unsold[e]) * world.dt / theta
    made = np.maximum(np.maximum(least.sum(axis=0), rebuild), shipped - state.unsold[e])
    made = np.minimum(most.sum(axis=0), made)
    storage = market.storage_days / DAYS / world.dt * world.made[e] * growth(world.path.output, t)[e]
    made = np.maximum(0.0, np.minimum(made, storage - state.unsold[e] + shipped))
    planned = np.maximum(least, np.minimum(state.planned[plants].sum(axis=1), most))
    output, left = np.zeros_like(most), made
    for part in (least, planned - least, most - planned):
        whole = part.sum(axis=0)
        output += part * np.minimum(1.0, over(left, whole, 0.0))
        left = np.maximum(0.0, left - whole)
    state.unsold[e] += made - shipped
    state.made[e] = made
    for n, j in enumerate(plants):
        state.output[j] = output[n]
        for i, amount in world.plants[j].inputs:
            take(state, i, amount * output[n], state.refused_plant[j])


def take(state: SimpleNamespace, i: int, amount: np.ndarray, refused: np.ndarray) -> None:
    """Out of an inventory: who is refused takes none of what is barred."""
    state.inventory[i] -= amount
    state.barred[i] = np.clip(state.barred[i] - (1.0 - refused) * amount, 0.0, np.maximum(0.0, state.inventory[i]))


def send(world: SimpleNamespace, state: SimpleNamespace, now: SimpleNamespace, lane: int, t: int) -> None:
    """(11): what leaves, on its way."""
    i = world.lanes[lane].destination
    steps = world.transit[lane] + np.minimum(now.added_transit[lane], world.longest_delay)
    for run in range(RUNS):
        whole, part = divmod(steps[run], 1)
        for arrives, share in ((t + int(whole), 1 - part), (t + int(whole) + 1, part)):
            if arrives < len(state.arrivals):
                amount = share * state.shipped[lane, run]
                state.arrivals[arrives, i, run] += amount
                state.arrivals_barred[arrives, i, run] += now.barred[lane, run] * amount
