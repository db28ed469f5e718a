"""The stockpile requirement of the United States of 2013, beside what the simulator makes of the same method."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
import polars as pl
from matplotlib.figure import Figure

# A row counts as met within this factor.
NEAR = 1.5
READINGS = {"USA_WORLD": "world output", "USA_IMPORTS": "imports"}


@dataclass(frozen=True)
class Row:
    """One material: the report's shortfall in t, its price, and ours by reading: the median and the central 90 %."""

    material: str
    name: str
    report: float
    usd: float
    ours: dict[str, np.ndarray]
    # The range of use net of home supply, over its mode: the shortfall is in proportion to it.
    inputs: tuple[float, float]
    confidence: str

    def ratio(self, reading: str) -> float:
        return float(self.ours[reading][1]) / self.report

    def range(self, reading: str) -> tuple[float, float]:
        """From the lower end of the assumptions at the lowest use to the upper at the highest, over the report's."""
        low, _, high = self.ours[reading]
        return float(low) * self.inputs[0] / self.report, float(high) * self.inputs[1] / self.report

    def near(self, reading: str, factor: float = NEAR) -> bool:
        return 1.0 / factor <= self.ratio(reading) <= factor

    def inside(self, reading: str) -> bool:
        low, high = self.range(reading)
        return low <= 1.0 <= high


def rows(scenario: Path, outcomes: pl.DataFrame) -> list[Row]:
    """The report's rows, in its order."""
    with open(scenario / "data/use.csv", newline="", encoding="utf-8") as file:
        use = {row["material"]: row for row in csv.DictReader(file)}
    with open(scenario / "data/report.csv", newline="", encoding="utf-8") as file:
        report = list(csv.DictReader(file))
    made = []
    for said in report:
        material, of = said["material"], use[said["material"]]
        amount = float(said["shortfall"]) * float(said["tonnes_per_unit"])
        mine = outcomes.filter(pl.col("material") == material)
        ours = {
            reading: np.quantile(mine.filter(pl.col("place") == reading)["shortfall"].to_numpy(), [0.05, 0.5, 0.95])
            for reading in READINGS
        }
        ends = [("use_low", "home_high"), ("use", "home"), ("use_high", "home_low")]
        least, usual, most = (float(of[use]) - float(of[home]) for use, home in ends)
        inputs = (max(least, 0.0) / usual, most / usual)
        usd = float(said["musd"]) * 1e6 / amount
        made.append(Row(material, of["name"], amount, usd, ours, inputs, of["confidence"]))
    return made


def tonnes(amount: float) -> str:
    return f"{amount:,.0f}" if amount >= 100.0 else f"{amount:.3g}"


def table(found: list[Row]) -> str:
    """The table and its sums, as Markdown."""
    heads = " | ".join(f"by {said}, t | ratio | range" for said in READINGS.values())
    text = f"| material | report, t | {heads} | inputs |\n"
    text += "|---|---|" + "---|---|---|" * len(READINGS) + "---|\n"
    for row in found:
        cells = ""
        for reading in READINGS:
            low, high = row.range(reading)
            mark = "**" if row.near(reading) else ""
            cells += (
                f" {tonnes(row.ours[reading][1])} | {mark}{row.ratio(reading):.2f}{mark} | {low:.2f} to {high:.2f} |"
            )
        text += f"| {row.name} | {tonnes(row.report)} |{cells} {row.confidence} |\n"
    text += "\n"
    for reading, said in READINGS.items():
        total = sum(row.ours[reading][1] * row.usd for row in found) / 1e6
        report = sum(row.report * row.usd for row in found) / 1e6
        near, twice = (sum(row.near(reading, factor) for row in found) for factor in (NEAR, 2.0))
        inside = sum(row.inside(reading) for row in found)
        text += (
            f"- By {said}: {near} of {len(found)} rows within a factor of {NEAR}, {twice} within 2; "
            f"the report's figure lies in the range of {inside}. "
            f"At the report's prices {total:,.0f} million USD, the report {report:,.0f}.\n"
        )
    return text


def picture(found: list[Row]) -> Figure:
    """Ours over the report's, by material."""
    figure, axes = plt.subplots(figsize=(7.2, 5.4), layout="constrained")
    at = np.arange(len(found))[::-1]
    axes.axvspan(1.0 / NEAR, NEAR, color="0.9", zorder=0)
    axes.axvline(1.0, color="0.4", linewidth=0.8)
    for shift, (reading, said), marker in zip((0.15, -0.15), READINGS.items(), "os", strict=True):
        low, high = np.array([row.range(reading) for row in found]).T
        ratios = [row.ratio(reading) for row in found]
        line = axes.plot(ratios, at + shift, marker, markersize=4.5, label=f"by shares of {said}")
        axes.hlines(at + shift, np.maximum(low, 1e-2), high, color=line[0].get_color(), linewidth=1.0)
    axes.set_xscale("log")
    axes.set_xticks([0.1, 0.2, 0.5, 1, 2, 5, 10], ["0.1", "0.2", "0.5", "1", "2", "5", "10"])
    axes.minorticks_off()
    axes.set_yticks(at, [row.name for row in found])
    axes.set_xlabel("shortfall over four years, ours over the report's")
    figure.legend(loc="outside upper right", ncols=2)
    return figure
