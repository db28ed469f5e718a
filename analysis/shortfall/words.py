"""Numbers and times as people read them."""

from datetime import date, timedelta

DAYS_PER_MONTH = 365.25 / 12.0
# Longer lists of assumed rows are cut; the manifest has them whole.
LONGEST = 200


def number(value: float | None) -> str:
    """Three significant digits with thousands separators; a dash where there is none."""
    if value is None:
        return "-"
    if value == 0.0:
        return "0"
    text = f"{float(f'{value:.3g}'):,.10f}".rstrip("0").rstrip(".")
    return f"{value:.2e}" if text in ("0", "-0") else text


def percentage(share: float | None) -> str:
    """A share as percent."""
    return "-" if share is None else f"{number(100.0 * share)} %"


def percent(row: dict) -> str:
    """An estimate of a share, as percent."""
    return estimate(row, sign=100.0, suffix=" %")


def estimate(row: dict, sign: float = 1.0, suffix: str = "") -> str:
    """`12.3 (10.1 to 14)`; an open side says so, and a missing interval says why."""
    if row["value"] is None:
        return f"- ({row['how']})"
    value = f"{number(row['value'] * sign)}{suffix}"
    if row["low"] is None and row["high"] is None:
        return f"{value} ({row['how']})"
    bounds = [row["low"], row["high"]] if sign > 0 else [row["high"], row["low"]]
    low, high = (None if bound is None else number(bound * sign) for bound in bounds)
    if low is None:
        return f"{value} (at most {high}{suffix})"
    return f"{value} (at least {low}{suffix})" if high is None else f"{value} ({low} to {high}{suffix})"


def points(row: dict, sign: float, change: str) -> str:
    """A change of a share, in percentage points: `0.675 points less (0.634 to 0.716)`."""
    value, _, interval = estimate(row, sign=100.0 * sign).partition(" (")
    return f"{value} points {change} ({interval}" if interval else f"{value} points {change}"


def signed(points: float) -> str:
    """Two decimals with their sign; what rounds to nothing has none."""
    return "0" if abs(points) < 0.005 else f"{points:+.2f}"


def plural(unit: str) -> str:
    """Units that are words, such as pack or drone, in the plural."""
    return f"{unit}s" if unit.isalpha() and len(unit) > 2 else unit


def listed(names: list[str]) -> str:
    """`a, b and c`."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def unbroken(text: str) -> str:
    """Keeps a number and its percent sign on one line."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


def shorten(text: str) -> str:
    """A list cut where it stops being read."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rsplit(' ', 1)[0]} … (the rest is in manifest.json)"


def short_key(key: str) -> str:
    """A dotted key for a picture: `drc_quota: per_year` for `hazard.drc_quota.onset.poisson.per_year`."""
    parts = key.split(".")
    return f"{parts[1]}: {parts[-1]}" if len(parts) > 2 else key


def month_of(start: date | None, months: float) -> str:
    """`Mar 2028`, so many months after the start; `month 14` where the start is not known."""
    if start is None:
        return f"month {months + 1.0:.0f}"
    try:
        return f"{start + timedelta(days=round(months * DAYS_PER_MONTH)):%b %Y}"
    except OverflowError:
        return "a date beyond the calendar"
