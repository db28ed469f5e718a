"""What others computed, in the same network: USGS OFR 2024-1057, a stop of Chinese gallium and germanium."""

from __future__ import annotations

import numpy as np

from shortfall.hindcast import calendar, run, world
from shortfall.hindcast.episode import Episode
from shortfall.hindcast.members import Members
from shortfall.hindcast.run import Setting

NAME = "usgs-gallium-germanium-stop"
MONTHS = [3, 6, 12, 24]


def stop(setting: Setting) -> list[tuple[str, float, str, dict[int, np.ndarray]]]:
    """Material, multiple called, what was seen, and the price's quantiles some months after the stop."""
    said = world.load(setting.scenarios / f"hindcasts/published/{NAME}.toml")
    of = Episode(NAME, said["title"], "published", "", {}, [], "")
    members = Members(setting.members, setting.seed)
    build = world.Build(said, of, setting.parameters, members, "predictive")
    outcome = run.series(setting, build, setting.work / NAME)
    start, found = calendar.month(said["restriction"]), []
    for row in said["compare"]:
        prices = outcome.series(row["series"])
        at = {m: outcome.mean(prices, calendar.text(start + m)[:7]) / prices[:, 0] for m in MONTHS}
        quantiles = {m: np.quantile(values, [0.05, 0.5, 0.95]) for m, values in at.items()}
        found.append((row["what"], row["called"], row["seen"], quantiles))
    return found


def section(found: list[tuple[str, float, str, dict[int, np.ndarray]]]) -> str:
    """The section of the page."""
    text = "## Beside a published figure\n\nA complete stop of Chinese exports as USGS OFR 2024-1057 has it, in the "
    text += (
        "network of the hindcast, without licences and state purchases: price multiples, median and 90 % interval.\n\n"
    )
    text += (
        "| price | USGS | " + " | ".join(f"after {m} months" for m in MONTHS) + " | seen since, exports not stopped |\n"
    )
    text += "|---|---|" + "---|" * (len(MONTHS) + 1) + "\n"
    for what, called, seen, quantiles in found:
        cells = " | ".join(f"{q[1]:.1f} ({q[0]:.1f} to {q[2]:.1f})" for q in quantiles.values())
        text += f"| {what} | {called:.2f} | {cells} | {seen} |\n"
    return text
