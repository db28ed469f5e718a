"""The workload in array code: all lanes of a tier and all runs in one expression."""

import numpy as np
from workload import ADJUSTMENT, FIRST, HOME, ORIGINS, SPOT, STEPS, TIERS, USERS, Network

RUNS = 64
"""Runs side by side: so many that calls cost little, so few that arrays stay in the cache."""


def draw(rng: np.random.Generator) -> np.ndarray:
    """Openness by step, origin, place and run."""
    n, most = ORIGINS * RUNS, 20
    gaps = rng.exponential(48, (most, n))
    lengths = rng.lognormal(np.log(9) - np.log(2) / 2, np.sqrt(np.log(2)), (most, n))
    ends = np.cumsum(gaps + lengths, axis=0)
    starts = ends - lengths
    if ends[-1].min() < STEPS:
        return draw(rng)
    number, which = np.nonzero(starts < STEPS)
    blocked = rng.random((3, len(which))).max(axis=0)
    targets = np.argsort(rng.random((len(which), USERS)), axis=1)[:, :6]
    first = np.ceil(starts[number, which]).astype(int)
    last = np.minimum(np.ceil(ends[number, which]), STEPS).astype(int)
    # One row for each step of each ban, then one for each of its targets.
    months = np.maximum(0, last - first)
    ban = np.repeat(np.arange(len(which)), months)
    step = np.arange(len(ban)) - np.repeat(np.cumsum(months) - months, months) + first[ban]
    e, run = which[ban] // RUNS, which[ban] % RUNS
    place = targets[ban]
    value = np.where(place == HOME[e][:, None], 1.0, 1 - blocked[ban][:, None])
    openness = np.ones((STEPS, ORIGINS, USERS, RUNS))
    openness[step[:, None], e[:, None], place, run[:, None]] = value
    return openness


def simulate(net: Network, openness: np.ndarray) -> np.ndarray:
    """By run: unmet by place, largest month, lowest stock by place."""
    n_runs = openness.shape[-1]
    target = net.target[:, :, None]
    inventory = np.repeat(target, n_runs, axis=2)
    stock = np.repeat(net.stock[:, None], n_runs, axis=1)
    lowest, unmet, peak = stock.copy(), np.zeros((USERS, n_runs)), np.zeros(n_runs)
    wanted = np.empty((TIERS, USERS, n_runs))
    demand = net.demand[:, None]
    for t in range(STEPS):
        need = demand
        for s in range(TIERS - 1, -1, -1):
            e = slice(FIRST[s], FIRST[s + 1])
            wanted[s] = np.maximum(0, need + (target[s] - inventory[s]) / ADJUSTMENT)
            need = np.minimum(net.capacity[e, None], net.weight[e] @ wanted[s])
        for s in range(TIERS):
            e = slice(FIRST[s], FIRST[s + 1])
            is_open, capacity = openness[t, e], net.capacity[e, None]
            available = capacity if s == 0 else np.minimum(capacity, inventory[s - 1])
            asked = net.weight[e, :, None] * wanted[s] * is_open
            total = asked.sum(axis=1)
            share = np.minimum(1, np.divide(available, total, out=np.ones_like(total), where=total > 0))
            first = asked * share[:, None]
            spare = np.maximum(0, available - total)
            unfilled = SPOT * np.maximum(0, wanted[s] - first.sum(axis=0))
            seen = np.einsum("er,eir->ir", spare, is_open)
            offer = np.divide(unfilled, seen, out=np.zeros_like(seen), where=seen > 0)
            open_offer = offer * is_open * is_open
            second = open_offer * (spare / np.maximum(1, open_offer.sum(axis=1)))[:, None]
            shipped = first + second
            if s > 0:
                inventory[s - 1] = np.maximum(0, inventory[s - 1] - shipped.sum(axis=1))
            inventory[s] += shipped.sum(axis=0)
        gap = np.maximum(0, demand - inventory[-1])
        inventory[-1] = np.maximum(0, inventory[-1] - demand)
        released = np.minimum(stock, gap)
        stock = stock - released
        month = gap - released
        unmet += month
        peak = np.maximum(peak, month.sum(axis=0))
        lowest = np.minimum(lowest, stock)
    return np.vstack([unmet, peak, lowest]).T
