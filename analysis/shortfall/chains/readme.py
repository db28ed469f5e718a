"""README of a scenario of the library: its question, its chain, and what a run of it came to."""

# ruff: noqa: E501

from __future__ import annotations

import os
import subprocess
from collections import defaultdict
from pathlib import Path
from typing import Any

import matplotlib
import polars as pl
from matplotlib.figure import Figure

from shortfall.chains.facts import rows
from shortfall.figures import COLOURS, STYLE
from shortfall.risk import cvar

WORST = 0.05
LARGEST = 3


def outcomes(results: Path, headline: list[list[str]]) -> pl.DataFrame:
    """Share missing of the consumers that the README tells of, by policy and run."""
    frame = pl.read_parquet(results / "tables/outcomes/*.parquet")
    keys = ["policy", "material", "place", "sector"]
    frame = frame.with_columns(pl.col(keys).cast(pl.String)).select([*keys, "weight", "shortfall_share"])
    wanted = pl.DataFrame(headline, schema=keys[1:], orient="row")
    return frame.join(wanted, on=keys[1:], how="inner")


def measured(frame: pl.DataFrame, headline: list[list[str]], policies: list[str]) -> dict[tuple, dict[str, tuple]]:
    """Mean and worst-5 % mean of the share missing, by consumer and policy."""
    made: dict[tuple, dict[str, tuple]] = defaultdict(dict)
    for consumer in map(tuple, headline):
        for policy in policies:
            said = zip(["policy", "material", "place", "sector"], [policy, *consumer], strict=True)
            found = frame.filter(*(pl.col(key) == value for key, value in said))["shortfall_share"].to_numpy()
            if len(found) == 0:
                raise LookupError(f"no outcome of {consumer} under {policy}")
            made[consumer][policy] = (float(found.mean()), cvar(found, 1.0 - WORST))
    return made


def words(consumer: tuple[str, ...]) -> str:
    material, place, sector = consumer
    return f"{material.replace('_', ' ')}, {place}, {sector}"


def percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def readme(folder: Path, chain: dict[str, Any], made: dict[tuple, dict[str, tuple]], runs: int) -> str:
    """The page."""
    name, policies = folder.name, list(next(iter(made.values())))
    text = f"# {chain['title']}\n\n**Question.** {chain['question']}\n\n"
    text += f"![Who makes it, and who runs short](../../docs/images/library-{name}.png)\n\n## Chain\n\n"
    text += "| material | tier | made in | a year |\n|---|---|---|---|\n"
    text += "".join(f"| `{m}` | {tier} | {places} | {total} |\n" for m, tier, places, total in makers(folder))
    text += f"\n## Result\n\nShare of five years' requirement that is missing, priced out or unserved: mean of {runs:,} runs, and mean of the "
    text += "worst twentieth. Prices follow scarcity; numbers of the parameter table are drawn anew in each draw.\n\n"
    text += (
        "| consumer | " + " | ".join(f"`{policy}`" for policy in policies) + " |\n|---|" + "---|" * len(policies) + "\n"
    )
    for consumer, by in made.items():
        cells = " | ".join(f"{percent(by[p][0])}, {percent(by[p][1])}" for p in policies)
        text += f"| {words(consumer)} | {cells} |\n"
    text += "\n" + finding(made, policies) + "\n\n"
    text += "Policies: `stocks` are state stocks of the sizes in [scenario.toml](scenario.toml), `mandates` the same days held by firms, half paid by the "
    text += "state, `defence_first` orders that carry their priority up the chain.\n\n## Left out, or weak\n\n"
    text += "".join(f"- {line}\n" for line in chain["left_out"])
    text += "- What users give up for good while prices stay high is left out: it would count as missing.\n- Ranges, sources and what is assumed: [SOURCES.md](SOURCES.md).\n"
    text += f"\n## Run\n\n    shortfall run scenarios/{name} -o results/{name}\n\n"
    text += "`build.py` writes the tables and scenario.toml from chain.toml, scenarios/data and scenarios/parameters; `make library` runs the "
    text += "scenarios and writes these pages.\nThe baseline as it balances, with what was assumed: [baseline.txt](baseline.txt), printed by "
    return text + f"`shortfall check scenarios/{name}`.\n"


def baseline(program: Path | str, folder: Path) -> str:
    """The baseline report as `shortfall check` prints it, a hundred characters wide."""
    command = [program, "check", folder]
    environment = {**os.environ, "COLUMNS": "100"}
    return subprocess.run(command, check=True, capture_output=True, text=True, env=environment).stdout


def finding(made: dict[tuple, dict[str, tuple]], policies: list[str]) -> str:
    """What the table says, in words."""
    lines = []
    for consumer, by in made.items():
        base = by["none"][1]
        best = min(policies, key=lambda policy: by[policy][1])
        if base - by[best][1] > 0.05 * base and base > 0.001:
            lines.append(
                f"{words(consumer)}: `{best}` helps most, from {percent(base)} to {percent(by[best][1])} in the worst twentieth"
            )
        else:
            lines.append(f"{words(consumer)}: no policy helps by a twentieth")
    return "- " + "\n- ".join(lines)


def makers(folder: Path) -> list[tuple[str, str, str, str]]:
    """Materials with their largest makers and their total."""
    output: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in rows(folder / "plants.csv"):
        output[row["material"]][row["place"]] += float(row["output_per_year"])
    made = []
    for row in rows(folder / "materials.csv"):
        by = output[row["material"]]
        total = sum(by.values())
        largest = sorted(by.items(), key=lambda item: -item[1])[:LARGEST]
        places = ", ".join(f"{place} {100 * value / total:.0f} %" for place, value in largest)
        made.append((row["material"], row["tier"], places, f"{total:,.0f} {row['unit']} {row['basis']}".strip()))
    return made


def picture(folder: Path, made: dict[tuple, dict[str, tuple]]) -> Figure:
    """Left, who makes each material; right, the worst twentieth of each consumer under each policy."""
    policies = list(next(iter(made.values())))
    output: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    for row in rows(folder / "plants.csv"):
        output[row["material"]][row["place"]] += float(row["output_per_year"])
    materials = [row["material"] for row in rows(folder / "materials.csv")][::-1]
    with matplotlib.rc_context(STYLE):
        height = max(2.2, 0.28 * max(len(materials), len(made) * (len(policies) + 1) * 0.55))
        figure = Figure(figsize=(8.4, height), layout="constrained")
        left, right = figure.subplots(1, 2)
        for y, material in enumerate(materials):
            total, start = sum(output[material].values()), 0.0
            for i, (place, value) in enumerate(sorted(output[material].items(), key=lambda item: -item[1])):
                share = value / total
                left.barh(
                    y,
                    share,
                    left=start,
                    color="#c0392b" if place == "CHN" else ("#c8c8c8", "#acacac")[i % 2],
                    height=0.7,
                )
                if share > 0.08:
                    left.text(start + share / 2, y, place, ha="center", va="center", fontsize=6)
                start += share
        left.set_yticks(range(len(materials)), [m.replace("_", " ") for m in materials], fontsize=7)
        left.set_title("who makes it (red: China)", loc="left", fontweight="bold")
        left.set_xlim(0, 1)
        left.grid(False)
        for i, consumer in enumerate(reversed(list(made))):
            for k, policy in enumerate(reversed(policies)):
                y = i * (len(policies) + 1) + k
                right.barh(y, 100 * made[consumer][policy][1], color=COLOURS[(len(policies) - 1 - k) % len(COLOURS)], height=0.85,
                           label=policy if i == 0 else None)  # fmt: skip
        middle = [(len(policies) - 1) / 2 + i * (len(policies) + 1) for i in range(len(made))]
        right.set_yticks(middle, [words(c).replace(", ", "\n", 1) for c in reversed(list(made))], fontsize=7)
        right.set_title("worst 5 % of runs: missing, %", loc="left", fontweight="bold")
        handles, labels = right.get_legend_handles_labels()
        right.legend(handles[::-1], labels[::-1], frameon=False, fontsize=6, loc="best")
    return figure
