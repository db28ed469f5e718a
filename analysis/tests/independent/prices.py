"""Prices and closures: equations (15) to (18)."""

from types import SimpleNamespace

import numpy as np

from .orders import reach, threats
from .world import over, total


def value_shares(world: SimpleNamespace, e: int) -> dict[int, float]:
    """Share of each input in the value of an origin's baseline output, at reference prices; at most 1 in all."""
    origin = world.origins[e]
    price = world.materials[origin.material].reference_price
    shares: dict[int, float] = {}
    value = (price or 0.0) * world.made[e]
    for j in world.plants_of[e]:
        for i, amount in world.plants[j].inputs:
            cost = world.materials[world.destinations[i].material].reference_price
            if value > 0 and cost is not None:
                shares[i] = shares.get(i, 0.0) + amount * world.output_step[j] * cost / value
    whole = sum(shares.values())
    return {i: share / max(1.0, whole) for i, share in shares.items()}


def origin_price(world: SimpleNamespace, state: SimpleNamespace, now: SimpleNamespace, e: int) -> None:
    """(15) and (17) of an origin."""
    market = world.materials[world.origins[e].material]
    plants = world.plants_of[e]
    there = state.capacity[plants].sum(axis=0)
    whole = sum(world.plants[j].capacity * world.dt for j in plants if not world.plants[j].planned)
    usual = world.made[e] / whole if whole > 0 else 1.0
    used = over(state.made[e], there, 1.0)
    aim = market.price_utilisation * (used - usual)
    aim = aim + market.price_unsold * (1.0 - over(state.unsold[e], state.unsold_aim[e], 1.0))
    if market.price_cost > 0:
        dearer = total([share * (np.exp(state.log_price[i]) - 1.0) for i, share in value_shares(world, e).items()])
        aim = aim + market.price_cost * np.log1p(dearer)
    follow(world, state.log_market_origin, e, aim, market)


def destination_price(world: SimpleNamespace, state: SimpleNamespace, now: SimpleNamespace, i: int) -> None:
    """(16) and (17) of a destination."""
    market = world.materials[world.destinations[i].material]
    paid = total(
        [
            state.weight[lane] * np.exp(state.log_market_origin[world.lanes[lane].origin]) * (1.0 + now.wedge[lane])
            for lane in world.into[i]
        ]
    )
    aim = np.log(np.where(paid > 0, paid, 1.0))
    aim = aim + market.price_cover * (1.0 - over(state.inventory[i], state.target[i], 1.0))
    aim = aim + market.price_unserved * state.unmet[i] + market.price_fear * threats(world, now.threat, i)
    follow(world, state.log_market, i, aim, market)


def follow(world: SimpleNamespace, prices: np.ndarray, item: int, aim: np.ndarray, market: SimpleNamespace) -> None:
    """(17)."""
    low, high = np.log(world.price_bounds)
    prices[item] = np.clip(prices[item] + (aim - prices[item]) * reach(market.price_days, world.dt), low, high)


def prices(world: SimpleNamespace, state: SimpleNamespace, now: SimpleNamespace) -> None:
    """(15) to (17) of all materials, first tier first."""
    low, high = np.log(world.price_bounds)
    for material, market in enumerate(world.materials):
        origins = [e for e, origin in enumerate(world.origins) if origin.material == material]
        destinations = [i for i, found in enumerate(world.destinations) if found.material == material]
        if world.prices == "Endogenous":
            for e in origins:
                origin_price(world, state, now, e)
            for i in destinations:
                destination_price(world, state, now, i)
        part, slow = reach(market.later_days, world.dt), reach(market.contract_lag_days, world.dt)
        for e in origins:
            state.log_price_origin[e] = np.clip(state.log_market_origin[e] + now.shock[material], low, high)
            state.lasting_origin[e] += (state.log_price_origin[e] - state.lasting_origin[e]) * part
        for i in destinations:
            state.log_price[i] = np.clip(state.log_market[i] + now.shock[material], low, high)
            state.lasting[i] += (state.log_price[i] - state.lasting[i]) * part
            state.contract_price[i] += (np.exp(state.log_price[i]) - state.contract_price[i]) * slow


def close_plants(world: SimpleNamespace, state: SimpleNamespace, now: SimpleNamespace) -> None:
    """(18)."""
    for j, plant in enumerate(world.plants):
        if plant.unit_cost is None:
            continue
        price = np.maximum(np.exp(state.log_price_origin[plant.origin]), np.exp(now.support[j]))
        exits, restarts = (max(1, round(lag / world.dt)) for lag in (plant.exit_lag, plant.restart_lag))
        waits = np.where(state.closed[j], price > plant.restart_price, plant.unit_cost > price)
        state.waited[j] = np.where(waits, state.waited[j] + 1, 0)
        turns = state.waited[j] >= np.where(state.closed[j], restarts, exits)
        state.closed[j] = state.closed[j] ^ turns
        state.waited[j] = np.where(turns, 0, state.waited[j])
