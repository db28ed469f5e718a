"""Dates as months since the year 0, so that steps of any length and the words of the files compare."""

import calendar
import math


def month(text: str) -> float:
    """`2023-07` is the start of the month, `2023-07-18` that day."""
    parts = [int(part) for part in text.split("-")]
    year, of_year = parts[0], parts[1] if len(parts) > 1 else 1
    start = 12.0 * year + of_year - 1
    return start + (parts[2] - 1) / calendar.monthrange(year, of_year)[1] if len(parts) == 3 else start


def span(text: str) -> tuple[float, float]:
    """`2023-07` is all of July, `2023-07..2023-09` three months, `2023-07-18` a day, `2023` a year."""
    first, _, last = text.partition("..")
    start, end = month(first), month(last or first)
    length = {1: 12.0, 2: 1.0, 3: 1.0 / 30.4}[len((last or first).split("-"))]
    return start, end + length


def text(at: float) -> str:
    """The day of a month number, as scenarios write it."""
    whole = math.floor(at + 1e-9)
    year, of_year = divmod(whole, 12)
    days = calendar.monthrange(year, of_year + 1)[1]
    return f"{year:04}-{of_year + 1:02}-{min(days, 1 + round((at - whole) * days)):02}"
