"""Where the independent step and the engine differ."""

from types import SimpleNamespace

import numpy as np

from .state import start
from .step import step
from .world import happening, read

# In the order in which a step makes them: the first to differ is near the fault.
COMPARED = {
    "requirement": "consumers", "demand": "consumers", "output": "plants", "shipped": "lanes", "unsold": "origins",
    "arrived": "destinations", "served": "consumers", "recovered": "consumers", "released": "stockpiles",
    "stock": "stockpiles", "inventory": "destinations", "barred": "destinations", "log_price_origin": None,
    "log_price": None, "contract_price": None,
}  # fmt: skip


def scales(world: SimpleNamespace) -> dict[str, np.ndarray]:
    """What the market of each item comes to in a step."""
    market = np.zeros(len(world.materials))
    for i, destination in enumerate(world.destinations):
        market[destination.material] += world.need_step[i]
    of = {name: [item.material for item in getattr(world, name)] for name in ("origins", "destinations", "stockpiles")}
    of["plants"] = [of["origins"][plant.origin] for plant in world.plants]
    of["lanes"] = [of["origins"][lane.origin] for lane in world.lanes]
    of["consumers"] = [of["destinations"][consumer.destination] for consumer in world.consumers]
    return {name: market[np.array(materials, int)] for name, materials in of.items()}


def difference(line: str) -> tuple[float, str]:
    """The largest difference over all steps, runs and items, relative to the value or its market; and where."""
    world = read(line)
    state = start(world)
    scale = scales(world)
    worst, where = 0.0, "nowhere"
    for t in range(len(world.steps)):
        step(world, state, happening(world, t), t)
        for name, items in COMPARED.items():
            found = getattr(state, name)
            expected = np.array(world.steps[t]["state"][name], float).reshape(found.shape)
            unit = np.ones((len(found), 1)) if items is None else scale[items][:, None]
            gap = np.abs(found - expected) / np.maximum(np.abs(expected), unit)
            if gap.size and not gap.max() <= worst:
                item, run = np.unravel_index(np.argmax(gap), gap.shape)
                worst = float(gap.max())
                here, there = found[item, run], expected[item, run]
                where = f"world {world.seed}, step {t}, run {run}: {name} {item} is {here} here and {there} there"
                if not worst <= 1e-6:
                    return worst, where
    return worst, where
