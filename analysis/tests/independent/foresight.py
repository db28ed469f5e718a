"""The least that can go unserved: what a planner who knows all that will happen could do with the same means.

A linear programme over the first steps of a run. It has what binds the engine whatever it decides: capacity that is
there, ramps, inputs, hosts, transit, caps, closed lanes, stocks and draw limits; demand is what was asked for in the
run. What only rules of the engine do is left to the planner: orders, sharing, minimum runs, purchases, who is refused
what. So no run can serve more.
"""

from types import SimpleNamespace

import numpy as np
from scipy.optimize import linprog
from scipy.sparse import coo_matrix

from .orders import capacities
from .state import start
from .step import step
from .world import RUNS, happening, read


class Programme:
    """Columns and rows as they are added; all rows are `≤`."""

    def __init__(self) -> None:
        self.upper: list[float] = []
        self.gain: list[float] = []
        self.entries: list[tuple[int, int, float]] = []
        self.bounds: list[float] = []

    def column(self, upper: float, gain: float = 0.0) -> int:
        self.upper.append(max(0.0, upper))
        self.gain.append(gain)
        return len(self.upper) - 1

    def row(self, terms: list[tuple[int, float]], bound: float) -> None:
        self.entries.extend((len(self.bounds), column, factor) for column, factor in terms)
        self.bounds.append(bound)

    def most(self) -> float:
        """The largest gain."""
        rows, columns, factors = zip(*self.entries, strict=True)
        shape = (len(self.bounds), len(self.upper))
        solved = linprog(
            -np.array(self.gain),
            A_ub=coo_matrix((factors, (rows, columns)), shape=shape).tocsr(),
            b_ub=np.array(self.bounds),
            bounds=np.column_stack([np.zeros(len(self.upper)), self.upper]),
            method="highs",
        )
        assert solved.status == 0, solved.message
        return -solved.fun


def unserved(line: str, steps: int, harder: float = 1.0) -> list[tuple[float, float, float]]:
    """For each run of a world: what was asked for, what the engine left unserved of it, and the least that can be.

    `harder` scales the capacity that the planner has.
    """
    world = read(line)
    state = start(world)
    events, capacity = [], []
    first = start(world)
    first.ramp_room = []
    for t in range(steps):
        now = happening(world, t)
        # Whether a plant is mothballed is for the planner to say.
        closed, state.closed = state.closed, np.zeros_like(state.closed)
        capacities(world, state, now, t)
        capacity.append(state.capacity)
        first.ramp_room.append([rise(world, state, j) for j in range(len(world.plants))])
        state.closed = closed
        step(world, state, now, t)
        events.append(now)
    made = [world.steps[t]["state"] for t in range(steps)]
    asked = np.array([engine["demand"] for engine in made])
    served = np.array([engine["served"] for engine in made])
    found = []
    for run in range(RUNS):
        most = planner(world, first, events, [harder * rows[:, run] for rows in capacity], asked[:, :, run], run)
        total = asked[:, :, run].sum()
        found.append((total, total - served[:, :, run].sum(), total - most))
    return found


def rise(world: SimpleNamespace, state: SimpleNamespace, j: int) -> float:
    """The most that a plant can add to its output in a step."""
    return state.full[j, 0] * world.dt / world.plants[j].ramp if world.plants[j].ramp else 0.0


def planner(
    world: SimpleNamespace, first: SimpleNamespace, events: list, capacity: list, asked: np.ndarray, run: int
) -> float:
    """The most of what is asked for that can be served, over all steps."""
    lp = Programme()
    steps = range(len(events))
    output = [[lp.column(capacity[t][j]) for j in range(len(world.plants))] for t in steps]
    shipped = [[lp.column(room(events[t], lane, run)) for lane in range(len(world.lanes))] for t in steps]
    served = [[lp.column(asked[t, d], 1.0) for d in range(len(world.consumers))] for t in steps]
    inventory = [[lp.column(np.inf) for _ in world.destinations] for _ in steps]
    unsold = [[lp.column(np.inf) for _ in world.origins] for _ in steps]
    # What joins an inventory besides shipments: column and factor; and what is there without anyone's doing.
    joins = [[[] for _ in world.destinations] for _ in steps]
    given = [[first.arrivals[t, i, run] + events[t].returned[i, run] for i in range(len(world.need))] for t in steps]
    for t in steps:
        for lane, arc in enumerate(world.lanes):
            delay = world.transit[lane] + min(events[t].added_transit[lane, run], world.longest_delay)
            arrive(joins, arc.destination, shipped[t][lane], t, delay)
        stockpiles(world, lp, joins, events, t, run)
        pools(world, lp, joins[t], events[t], run)
    for t in steps:
        plants(world, lp, first, output, t, run)
        origins(world, lp, first, (output, shipped, unsold), events, t, run)
        for i in range(len(world.destinations)):
            # What is there at the end, and what was taken, is no more than what was there and what came.
            before = [(inventory[t - 1][i], 1.0)] if t else []
            start_with = given[t][i] + (0.0 if t else first.inventory[i, run])
            takes = [(served[t][d], 1.0) for d in world.consumers_at[i]]
            takes += [(output[t][j], amount) for j, amount, _ in world.users[i]]
            comes = [(column, -factor) for column, factor in before + joins[t][i]]
            lp.row([(inventory[t][i], 1.0), *takes, *comes], start_with)
            # Recipes that point back use what the step before left.
            back = [(output[t][j], amount) for j, amount, points_back in world.users[i] if points_back]
            if back:
                lp.row(back + [(column, -1.0) for column, _ in before], 0.0 if t else first.inventory[i, run])
    return lp.most()


def room(now: SimpleNamespace, lane: int, run: int) -> float:
    """Openness cuts orders, not flows: only a lane that is shut carries nothing."""
    opened = now.openness[lane, run] * now.passage[lane, run]
    return now.lane_cap[lane, run] if opened > 0 else 0.0


def arrive(joins: list, i: int, column: int, t: int, delay: float) -> None:
    whole, part = divmod(delay, 1)
    for at, share in ((t + int(whole), 1.0 - part), (t + int(whole) + 1, part)):
        if at < len(joins) and share > 0:
            joins[at][i].append((column, share))


def stockpiles(world: SimpleNamespace, lp: Programme, joins: list, events: list, t: int, run: int) -> None:
    """Releases of a step: all that was released so far is out of what was there and came in since."""
    for k, stockpile in enumerate(world.stockpiles):
        releases = [lp.column(events[t].draw_limit[k, run]) for _ in stockpile.destinations]
        for i, column in zip(stockpile.destinations, releases, strict=True):
            arrive(joins, i, column, t, stockpile.delivery_lag / world.dt)
        lp.row([(column, 1.0) for column in releases], bounded(events[t].draw_limit[k, run]))
        stockpile.released = releases + (stockpile.released if t else [])
        if np.isfinite(stockpile.target):
            # Nothing spoils, and purchases and transfers come out of nobody's stock: all the better for the planner.
            came = sum(max(0.0, now.transfer[k, run]) + now.fill_order[k, run] for now in events[: t + 1])
            lp.row([(column, 1.0) for column in stockpile.released], stockpile.initial + came)


def pools(world: SimpleNamespace, lp: Programme, joins: list, now: SimpleNamespace, run: int) -> None:
    """Inventories of a pool's destinations go where they are needed."""
    for destinations, strength in zip(world.pools, now.pool[:, run], strict=True):
        for source in destinations if strength > 0 else []:
            for to in destinations:
                if to != source:
                    moved = lp.column(np.inf)
                    joins[source].append((moved, -1.0))
                    joins[to].append((moved, 1.0))


def plants(world: SimpleNamespace, lp: Programme, first: SimpleNamespace, output: list, t: int, run: int) -> None:
    """Ramps and hosts."""
    for j, plant in enumerate(world.plants):
        if plant.ramp > 0:
            more = first.ramp_room[t][j]
            before = [(output[t - 1][j], -1.0)] if t else []
            lp.row([(output[t][j], 1.0), *before], more if t else more + first.output[j, run])
        if plant.host:
            host, ratio = plant.host
            lp.row([(output[t][j], 1.0), (output[t][host], -ratio)], 0.0)


def origins(
    world: SimpleNamespace, lp: Programme, first: SimpleNamespace, made: tuple, events: list, t: int, run: int
) -> None:
    """What leaves was made or in store, and no more goes abroad than caps let, with what was saved of them."""
    output, shipped, unsold = made
    for e in range(len(world.origins)):
        before = [(unsold[t - 1][e], -1.0)] if t else []
        leaves = [(shipped[t][lane], 1.0) for lane in world.out_of[e]]
        comes = [(output[t][j], -1.0) for j in world.plants_of[e]]
        lp.row([(unsold[t][e], 1.0), *leaves, *comes, *before], 0.0 if t else first.unsold[e, run])
        abroad = [(shipped[t][lane], 1.0) for lane in world.out_of[e] if not world.lanes[lane].home]
        saved = events[t - 1].carry_over[e, run] if t else 0.0
        if np.isfinite(events[t].export_cap[e, run]) and abroad:
            lp.row(abroad, events[t].export_cap[e, run] + saved)


def bounded(value: float) -> float:
    """HiGHS takes no infinite right side."""
    return min(value, 1e15)
