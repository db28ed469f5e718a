"""The workload in loops that numba compiles: one run at a time, and eight runs side by side with fast arithmetic."""

import math

import numba
import numpy as np
from workload import ADJUSTMENT, FIRST, HOME, ORIGINS, SPOT, STEPS, TIERS, USERS, Network

BLOCK = 8


@numba.njit
def draw(openness: np.ndarray) -> None:
    """Fills openness by step, origin, place and run."""
    openness[:] = 1.0
    mu, sigma = math.log(9) - math.log(2) / 2, math.sqrt(math.log(2))
    order = np.arange(USERS)
    for run in range(openness.shape[3]):
        for e in range(ORIGINS):
            time = np.random.exponential(48)
            while time < STEPS:
                end = time + np.random.lognormal(mu, sigma)
                blocked = max(np.random.random(), np.random.random(), np.random.random())
                for k in range(6):
                    other = k + int(np.random.random() * (USERS - k))
                    order[k], order[other] = order[other], order[k]
                last = min(STEPS, math.ceil(end))
                for k in range(6):
                    if order[k] != HOME[e]:
                        for t in range(math.ceil(time), last):
                            openness[t, e, order[k], run] = 1 - blocked
                time = end + np.random.exponential(48)


@numba.njit
def one_run(demand, stock0, target, capacity, weight, openness, out) -> None:
    """One run: openness by step, origin and place; fills `out`."""
    inventory, stock = target.copy(), stock0.copy()
    wanted, need = np.empty((TIERS, USERS)), np.empty(USERS)
    shipped, ordered = np.empty((12, USERS)), np.empty(12)
    spare, asked, offer = np.empty(12), np.empty(12), np.empty(USERS)
    out[:] = 0.0
    out[9:] = stock0
    for t in range(STEPS):
        need[:] = demand
        for s in range(TIERS - 1, -1, -1):
            for i in range(USERS):
                wanted[s, i] = max(0.0, need[i] + (target[s, i] - inventory[s, i]) / ADJUSTMENT)
            if s > 0:
                for k in range(USERS):
                    e = FIRST[s] + k
                    total = 0.0
                    for i in range(USERS):
                        total += weight[e, i] * wanted[s, i]
                    ordered[k] = total
                for k in range(USERS):
                    need[k] = min(capacity[FIRST[s] + k], ordered[k])
        for s in range(TIERS):
            n = FIRST[s + 1] - FIRST[s]
            for k in range(n):
                e = FIRST[s] + k
                total = 0.0
                for i in range(USERS):
                    shipped[k, i] = wanted[s, i] * weight[e, i] * openness[t, e, i]
                    total += shipped[k, i]
                available = capacity[e] if s == 0 else min(capacity[e], inventory[s - 1, k])
                share = min(1.0, available / total) if total > 0 else 1.0
                for i in range(USERS):
                    shipped[k, i] *= share
                spare[k] = max(0.0, available - total)
            short = False
            for i in range(USERS):
                received, seen = 0.0, 0.0
                for k in range(n):
                    received += shipped[k, i]
                    seen += spare[k] * openness[t, FIRST[s] + k, i]
                unfilled = SPOT * max(0.0, wanted[s, i] - received)
                offer[i] = unfilled / seen if seen > 0 else 0.0
                short = short or offer[i] > 0
            if short:
                for k in range(n):
                    asked = 0.0
                    for i in range(USERS):
                        o = openness[t, FIRST[s] + k, i]
                        asked += offer[i] * o * o
                    share = spare[k] / max(1.0, asked)
                    for i in range(USERS):
                        o = openness[t, FIRST[s] + k, i]
                        shipped[k, i] += offer[i] * o * o * share
            for k in range(n):
                if s > 0:
                    used = 0.0
                    for i in range(USERS):
                        used += shipped[k, i]
                    inventory[s - 1, k] = max(0.0, inventory[s - 1, k] - used)
            for i in range(USERS):
                for k in range(n):
                    inventory[s, i] += shipped[k, i]
        month = 0.0
        for i in range(USERS):
            gap = max(0.0, demand[i] - inventory[TIERS - 1, i])
            inventory[TIERS - 1, i] = max(0.0, inventory[TIERS - 1, i] - demand[i])
            released = min(stock[i], gap)
            stock[i] -= released
            out[i] += gap - released
            month += gap - released
            out[9 + i] = min(out[9 + i], stock[i])
        out[8] = max(out[8], month)


@numba.njit
def plain(demand, stock, target, capacity, weight, openness, out) -> None:
    """Every run by itself: openness by run, step, origin and place."""
    for run in range(openness.shape[0]):
        one_run(demand, stock, target, capacity, weight, openness[run], out[run])


@numba.njit(fastmath=True, error_model="numpy")
def side_by_side(demand, stock0, target, capacity, weight, openness, out) -> None:
    """A block of runs, the runs innermost: openness by step, origin, place and run; `out` by number and run."""
    inventory, stock = np.empty((TIERS, USERS, BLOCK)), np.empty((USERS, BLOCK))
    wanted, need = np.empty((TIERS, USERS, BLOCK)), np.empty((USERS, BLOCK))
    received, seen, offer = np.empty((USERS, BLOCK)), np.empty((USERS, BLOCK)), np.empty((USERS, BLOCK))
    spare, used = np.empty((12, BLOCK)), np.empty((12, BLOCK))
    for r in range(BLOCK):
        for i in range(USERS):
            stock[i, r] = stock0[i]
            out[i, r] = 0.0
            out[9 + i, r] = stock0[i]
            for s in range(TIERS):
                inventory[s, i, r] = target[s, i]
        out[8, r] = 0.0
    for t in range(STEPS):
        for i in range(USERS):
            for r in range(BLOCK):
                need[i, r] = demand[i]
        for s in range(TIERS - 1, -1, -1):
            for i in range(USERS):
                for r in range(BLOCK):
                    gap = target[s, i] - inventory[s, i, r]
                    wanted[s, i, r] = max(0.0, need[i, r] + gap * (1 / ADJUSTMENT))
            if s > 0:
                for k in range(USERS):
                    e = FIRST[s] + k
                    for r in range(BLOCK):
                        total = 0.0
                        for i in range(USERS):
                            total += weight[e, i] * wanted[s, i, r]
                        need[k, r] = min(capacity[e], total)
        for s in range(TIERS):
            received[:] = 0.0
            seen[:] = 0.0
            n = FIRST[s + 1] - FIRST[s]
            for k in range(n):
                e = FIRST[s] + k
                for r in range(BLOCK):
                    total = 0.0
                    for i in range(USERS):
                        total += wanted[s, i, r] * weight[e, i] * openness[t, e, i, r]
                    available = capacity[e] if s == 0 else min(capacity[e], inventory[s - 1, k, r])
                    share = min(1.0, available / max(total, 1e-300))
                    left = max(0.0, available - total)
                    spare[k, r] = left
                    used[k, r] = total * share
                    for i in range(USERS):
                        o = openness[t, e, i, r]
                        received[i, r] += wanted[s, i, r] * weight[e, i] * o * share
                        seen[i, r] += left * o
            short = 0.0
            for i in range(USERS):
                for r in range(BLOCK):
                    unfilled = SPOT * max(0.0, wanted[s, i, r] - received[i, r])
                    offer[i, r] = unfilled / seen[i, r] if seen[i, r] > 0 else 0.0
                    short += offer[i, r]
            if short > 0:
                for k in range(n):
                    e = FIRST[s] + k
                    for r in range(BLOCK):
                        asked = 0.0
                        for i in range(USERS):
                            o = openness[t, e, i, r]
                            asked += offer[i, r] * o * o
                        share = spare[k, r] / max(1.0, asked)
                        used[k, r] += asked * share
                        for i in range(USERS):
                            o = openness[t, e, i, r]
                            received[i, r] += offer[i, r] * o * o * share
            for k in range(n):
                if s > 0:
                    for r in range(BLOCK):
                        inventory[s - 1, k, r] = max(0.0, inventory[s - 1, k, r] - used[k, r])
            for i in range(USERS):
                for r in range(BLOCK):
                    inventory[s, i, r] += received[i, r]
        for r in range(BLOCK):
            month = 0.0
            for i in range(USERS):
                gap = max(0.0, demand[i] - inventory[TIERS - 1, i, r])
                inventory[TIERS - 1, i, r] = max(0.0, inventory[TIERS - 1, i, r] - demand[i])
                released = min(stock[i, r], gap)
                stock[i, r] -= released
                out[i, r] += gap - released
                month += gap - released
                out[9 + i, r] = min(out[9 + i, r], stock[i, r])
            out[8, r] = max(out[8, r], month)


def arguments(net: Network) -> tuple[np.ndarray, ...]:
    return net.demand, net.stock, net.target, net.capacity, net.weight
