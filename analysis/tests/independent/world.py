"""A world as `sim/examples/worlds.rs` writes it: network, and by step events, measures and what came of them."""

import json
from types import SimpleNamespace

import numpy as np

RUNS = 8
DAYS = 365.25

# Items of a channel or lever, and what it is at rest.
AT_REST = {
    "availability": ("plants", 1.0), "control": ("plants", 0.0), "openness": ("lanes", 1.0), "passage": ("lanes", 1.0),
    "lane_cap": ("lanes", np.inf), "export_cap": ("origins", np.inf), "carry_over": ("origins", 0.0),
    "added_transit": ("lanes", 0.0), "wedge": ("lanes", 0.0), "barred": ("lanes", 0.0),
    "refused_consumer": ("consumers", 0.0), "refused_plant": ("plants", 0.0), "surge": ("consumers", 1.0),
    "shock": ("materials", 0.0), "threat": ("lanes", 0.0), "announced": ("lanes", 0.0),
    "draw_limit": ("stockpiles", 0.0), "fill_order": ("stockpiles", 0.0), "transfer": ("stockpiles", 0.0),
    "member": ("members", 1.0), "built": ("plants", 0.0), "relief": ("plants", 0.0), "support": ("plants", -np.inf),
    "kept": ("destinations", 1.0), "moved": ("lanes", 0.0), "reserved": ("lanes", 0.0),
    "returned": ("destinations", 0.0), "cover": ("destinations", 0.0), "alert": ("destinations", 0.0),
    "shift": ("shifts", 0.0), "pool": ("pools", 0.0),
}  # fmt: skip


def read(line: str) -> SimpleNamespace:
    """The world of a line, with who is whose neighbour."""
    world = json.loads(line, object_hook=lambda found: SimpleNamespace(**found))
    world.steps = json.loads(line)["steps"]
    for name in ("output", "need", "flow", "weight"):
        setattr(world, name, np.array(getattr(world, name)))
    world.path = SimpleNamespace(**{name: np.array(rows) for name, rows in vars(world.path).items()})
    n = len(world.destinations)
    world.into = [[] for _ in range(n)]
    world.out_of = [[] for _ in world.origins]
    for number, lane in enumerate(world.lanes):
        world.into[lane.destination].append(number)
        world.out_of[lane.origin].append(number)
        lane.home = world.origins[lane.origin].place == world.destinations[lane.destination].place
    world.plants_of = [[] for _ in world.origins]
    # Who takes inputs where: the plant, units of input per unit of output, and whether the recipe points back.
    world.users = [[] for _ in range(n)]
    for number, plant in enumerate(world.plants):
        world.plants_of[plant.origin].append(number)
        made = world.origins[plant.origin].material
        for destination, amount in plant.inputs:
            world.users[destination].append((number, amount, world.destinations[destination].material >= made))
    world.consumers_at = [[] for _ in range(n)]
    for number, consumer in enumerate(world.consumers):
        world.consumers_at[consumer.destination].append(number)
    of = {"materials", "origins", "destinations", "lanes", "plants", "consumers", "stockpiles", "shifts", "pools"}
    world.count = {name: len(getattr(world, name)) for name in of}
    world.count["members"] = sum(len(stockpile.destinations) for stockpile in world.stockpiles)
    for stockpile in world.stockpiles:
        stockpile.target = float(stockpile.target)
    for material in world.materials:
        material.storage_days = float(material.storage_days)
    return world


def happening(world: SimpleNamespace, t: int) -> SimpleNamespace:
    """Exposure and levers of a step, `[item][run]`, all at rest but what the world names."""
    rows = {}
    named = world.steps[t]["exposure"] | world.steps[t]["levers"]
    for name, (items, rest) in AT_REST.items():
        rows[name] = np.full((world.count[items], RUNS), rest)
        for item, values in named.get(name, {}).items():
            rows[name][int(item)] = [float(value) for value in values]
    return SimpleNamespace(**rows)


def growth(table: np.ndarray, t: int) -> np.ndarray:
    """Factors of a step; the last row holds from there on."""
    return table[min(t, len(table) - 1)]


def over(a: np.ndarray, b: np.ndarray, otherwise: float) -> np.ndarray:
    """a / b, or `otherwise` where b is not above zero."""
    return np.where(b > 0, a / np.where(b > 0, b, 1.0), otherwise)


def total(rows: list[np.ndarray]) -> np.ndarray:
    """The sum of rows, zero if there is none."""
    return sum(rows, np.zeros(RUNS))
