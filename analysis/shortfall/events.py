"""Dated events of several series, as times in years since the start of a window."""

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import numpy as np

from shortfall.results import Refused

DAYS_PER_YEAR = 365.25
MONTHS_PER_YEAR = 12.0


@dataclass(frozen=True)
class Events:
    """Times of each series in years since `start`, ascending, no two alike within a series.

    Times at or below 0 are history: they excite, and are not explained. `merged` counts the rows that fell on a day of
    their series that another row had.
    """

    names: tuple[str, ...]
    times: tuple[np.ndarray, ...]
    years: float
    start: date | None = None
    merged: int = 0

    def inside(self, series: int) -> np.ndarray:
        """Times of a series within the window."""
        return self.times[series][self.times[series] > 0.0]

    @property
    def n(self) -> int:
        """Events within the window."""
        return sum(len(self.inside(series)) for series in range(len(self.names)))

    def dates(self, series: int) -> list[date]:
        """The days of a series, history included."""
        if self.start is None:
            raise ValueError("events without a first day have no dates")
        return [self.start + timedelta(days=round(time * DAYS_PER_YEAR)) for time in self.times[series]]


def read(
    path: Path,
    start: date,
    end: date,
    date_column: str = "date",
    series_column: str = "series",
    only: Sequence[str] = (),
) -> Events:
    """Events of a CSV file with a column of dates and one of series, the window from `start` up to `end`.

    A month without a day counts as its 15th. Rows of a series on the same day are one event: a process without
    simultaneous events cannot explain them otherwise. Rows after `end` are refused, not dropped.
    """
    if not start < end:
        raise Refused(f"the window ends on {end}, not after its start, {start}")
    days, faults = _days(path, date_column, series_column)
    there = ", ".join(days)
    days = {name: found for name, found in days.items() if not only or name in only}
    late = sorted({day for found in days.values() for day in found if day > end})
    if late:
        faults.append(f"{path}: {late[-1]} lies after the window's end, {end}: choose a later end")
    faults += [f"{path}: no event of series {name!r}; there are {there}" for name in only if name not in days]
    if not days and not faults:
        faults.append(f"{path}: no events")
    if faults:
        raise Refused("\n".join(faults))
    names = tuple(only or days)
    times = tuple(np.array([(day - start).days / DAYS_PER_YEAR for day in sorted(set(days[name]))]) for name in names)
    merged = sum(len(days[name]) - len(set(days[name])) for name in names)
    return Events(names, times, (end - start).days / DAYS_PER_YEAR, start, merged)


def _days(path: Path, date_column: str, series_column: str) -> tuple[Mapping[str, list[date]], list[str]]:
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            table = csv.DictReader(file)
            columns = table.fieldnames or []
            lines = [(table.line_num, row) for row in table]
    except (OSError, UnicodeDecodeError, csv.Error) as fault:
        raise Refused(f"{path}: {fault}") from fault
    missing = [name for name in (date_column, series_column) if name not in columns]
    if missing:
        raise Refused(f"{path}: no column {', '.join(missing)}; its columns are {', '.join(columns)}")
    days: dict[str, list[date]] = {}
    faults = []
    for line, row in lines:
        name, text = (row[series_column] or "").strip(), (row[date_column] or "").strip()
        if not name:
            faults.append(f"{path}:{line}: no {series_column}")
            continue
        try:
            days.setdefault(name, []).append(date.fromisoformat(f"{text}-15" if len(text) == len("2023-09") else text))
        except ValueError:
            faults.append(f"{path}:{line}: {date_column} {text!r} is no date; dates are like 2023-09-30 or 2023-09")
    return days, faults
