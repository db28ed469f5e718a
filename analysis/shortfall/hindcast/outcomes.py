"""What a run came to, as the numbers that an episode is scored on: one for each member."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

from shortfall.hindcast import calendar

# Shares of a need, and queues in days: nothing but the event moves them.
UNMOVED = ("mean", "queue_peak", "queue_days", "lost_share")
STEP_MONTHS = {"day": 12 / 365.25, "week": 12 * 7 / 365.25, "month": 1.0}


@dataclass(frozen=True)
class Outcome:
    """Series of all members, `[member][step]`, by name."""

    columns: dict[str, np.ndarray]
    times: np.ndarray

    @staticmethod
    def read(path: Path, start: str, step: str) -> Outcome:
        """Reads what examples/series.rs wrote."""
        frame = pl.read_csv(path, infer_schema=False).cast(pl.Float64)
        n = frame["point"].n_unique()
        columns = {name: frame[name].to_numpy().reshape(n, -1) for name in frame.columns[4:]}
        steps = next(iter(columns.values())).shape[1]
        times = calendar.month(start) + (np.arange(steps) + 0.5) * STEP_MONTHS[step]
        return Outcome(columns, times)

    def series(self, name: str) -> np.ndarray:
        """A series by name; several joined by ` + ` are added up.

        Besides the columns: `exports M P` leaves P for abroad, `imports M P` leaves elsewhere for P, `made M` is the
        output of all places, `stock M` all inventories and unsold stock.
        """
        if " + " in name:
            return np.sum([self.series(part) for part in name.split(" + ")], axis=0)
        what, material, *place = name.split(" ")
        if what in ("exports", "imports"):
            lanes = {
                lane: lane.split(" ")[-1].split(">") for lane in self.columns if lane.startswith(f"shipped {material} ")
            }
            at = 0 if what == "exports" else 1
            names = [lane for lane, ends in lanes.items() if ends[at] == place[0] != ends[1 - at]]
        elif what == "made":
            names = [column for column in self.columns if column.startswith(f"output {material} ")]
        elif what == "stock":
            names = [c for c in self.columns if c.startswith((f"inventory {material} ", f"unsold {material} "))]
        else:
            return self.columns[name]
        if not names:
            raise KeyError(f"no series {name}")
        return np.sum([self.columns[column] for column in names], axis=0)

    def inside(self, span: str) -> np.ndarray:
        """Which steps a span covers; the nearest one if it is shorter than a step."""
        start, end = calendar.span(span)
        found = (self.times >= start) & (self.times < end)
        if not found.any():
            found[np.argmin(abs(self.times - (start + end) / 2))] = True
        return found

    def mean(self, series: np.ndarray, span: str) -> np.ndarray:
        """Mean of each member over a span; `start`: the first step, before anything happens."""
        return series[:, 0] if span == "start" else series[:, self.inside(span)].mean(axis=1)


def value(outcome: Outcome, how: dict[str, Any], besides: Callable[[str], np.ndarray] | None = None) -> np.ndarray:
    """The number that `how` asks for, for each member; `besides` gives factors on a series: what else moves it."""

    def read(name: str) -> np.ndarray:
        found = outcome.series(name)
        return found if besides is None else found * besides(name)

    if how["kind"] in UNMOVED:
        besides = None
    series = read(how["series"])
    match how["kind"]:
        case "ratio":
            under = read(how["under"]) if "under" in how else series
            over = how["at"] if "under" in how else how["over"]
            return (
                outcome.mean(series, how["at"]) / np.maximum(outcome.mean(under, over), 1e-12) * how.get("times", 1.0)
            )
        case "peak":
            return series[:, outcome.inside(how["within"])].max(axis=1) / outcome.mean(series, how["over"])
        case "trough":
            return series[:, outcome.inside(how["within"])].min(axis=1) / outcome.mean(series, how["over"])
        case "decay":
            return outcome.mean(series, how["at"]) / series[:, outcome.inside(how["within"])].max(axis=1)
        case "months_to_peak":
            inside = outcome.inside(how["within"])
            at = outcome.times[inside][series[:, inside].argmax(axis=1)]
            return np.maximum(at - calendar.month(how["since"]), 0.5)
        case "months_where":
            inside = outcome.inside(how["within"])
            step = outcome.times[1] - outcome.times[0]
            level = outcome.mean(series, how["over"])[:, None]
            low, high = how.get("below", np.inf), how.get("above", -np.inf)
            return step * ((series[:, inside] <= low * level) & (series[:, inside] >= high * level)).sum(axis=1)
        case "months_until":
            return until(outcome, series, how)
        case "mean":
            return outcome.mean(series, how["within"])
        case "queue_peak" | "queue_days":
            return queue(outcome, series, how)
        case "lost_share":
            required = outcome.series(how["series"].replace("served", "required"))
            inside = outcome.inside(how["within"])
            return 1.0 - series[:, inside].sum(axis=1) / required[:, inside].sum(axis=1)
        case other:
            raise ValueError(f"no way to read {other}")


def queue(outcome: Outcome, series: np.ndarray, how: dict[str, Any]) -> np.ndarray:
    """What has not passed so far, in days of normal traffic times `per_day`: its peak, or the days until it is gone."""
    step = (outcome.times[1] - outcome.times[0]) * 365.25 / 12.0
    waiting = np.cumsum(1.0 - series / series[:, :1], axis=1) * step * how["per_day"]
    if how["kind"] == "queue_peak":
        return waiting.max(axis=1)
    inside = outcome.inside(how["within"])
    gone = waiting[:, inside] <= 0.02 * waiting.max(axis=1)[:, None]
    return step * np.where(gone.any(axis=1), gone.argmax(axis=1), inside.sum())


def until(outcome: Outcome, series: np.ndarray, how: dict[str, Any]) -> np.ndarray:
    """Months from a date until a series is below a share of its level or of its peak so far, or above."""
    inside = outcome.inside(how["within"])
    found, times = series[:, inside], outcome.times[inside]
    peak = how["over"] == "peak"
    level = np.maximum.accumulate(found, axis=1) if peak else outcome.mean(series, how["over"])[:, None]
    met = found <= how["below"] * level if "below" in how else found >= how["above"] * level
    if how.get("after_peak"):
        peak = found.argmax(axis=1)[:, None]
        met &= np.arange(found.shape[1])[None, :] >= peak
    since = calendar.month(how["since"]) if "since" in how else times[found.argmax(axis=1)]
    first = np.where(met.any(axis=1), times[met.argmax(axis=1)], times[-1] + 1.0)
    return np.maximum(first - since, 0.25)
