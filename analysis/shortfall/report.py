"""One page that a planner can read: question, answer, tables, pictures, what was assumed, how precise it is."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from shortfall import figures, summary
from shortfall.answers import Answers, pictures
from shortfall.results import CONSUMER, Results

SERVICE_LEVEL = 0.95
CAPTIONS = {
    "distribution": "Further left is better. A bar that starts at zero means that half of the runs had no shortfall.",
    "exceedance": "Read across: how bad a year is that comes once in 10 or 100 years. A lower line is a safer policy.",
    "comparison": "Left of the line: the policy lowers the shortfall. An interval across the line settles nothing.",
    "stock_curve": "The steeper the curve, the more stock one more percent costs. An estimate until replayed.",
    "bands_shortfall_share": "When the worst runs are short, and how much of the requirement they miss.",
    "bands_price": "Prices split from the baseline before and while supply is cut.",
    "bands_stock_level": "How fast the stock is drawn down in the worst runs, and whether it is refilled.",
}


def page(answers: Answers, results: Results) -> str:
    """The page as text: every picture inside it, nothing fetched, every name escaped."""
    manifest = results.manifest
    environment = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters |= {"number": number, "percent": _cell(percent), "estimate": _cell(estimate)}
    drawn = [
        {"svg": Markup(figures.svg(figure)), "reading": CAPTIONS[name], "name": name}
        for name, figure in pictures(answers).items()
    ]
    return environment.get_template("report.html.j2").render(
        title=str(manifest.get("title") or "Shortfall"),
        question=str(results.scenario().get("question") or ""),
        sentences=sentences(answers),
        consumers=[_section(answers, consumer) for consumer in answers.consumers],
        sizes=_sizes(answers.sizes),
        figures=drawn,
        assumptions=[_line(item) for item in manifest.get("assumptions", [])],
        warnings=[str(item) for item in manifest.get("warnings", [])],
        adjustments=[_line(item) for item in manifest.get("adjustments", [])],
        precision=precision(answers),
        facts={
            name: str(manifest[name]) for name in ("scenario", "scenario_sha256", "seed", "version") if name in manifest
        },
        step=answers.step,
    )


def sentences(answers: Answers) -> list[str]:
    """The answer in three sentences: the risk without measures, what the best policy does, the stock for 95 %."""
    consumer, reference = answers.consumers[0], answers.policies[0]
    name = ", ".join(consumer[key] for key in CONSUMER)
    rows = {row["policy"]: row for row in _rows(answers.table, consumer)}
    base = rows[reference]
    first = (
        f"Under policy {reference}, {name} falls short in {percent(base['probability'])} of the runs and misses "
        f"{percent(base['share'])} of its requirement on average; in the worst 5 % of runs it misses "
        f"{estimate(base['cvar95'])} {consumer['unit']}."
    )
    changes = {row["policy"]: row["difference"] for row in _rows(answers.changes, consumer)}
    second = "There is no other policy to compare with."
    if changes:
        best = min(changes, key=lambda policy: (changes[policy]["value"], policy))
        settled = changes[best]["high"] is not None and changes[best]["high"] < 0.0
        verdict = (
            "lowers the mean shortfall most" if settled else "is the best of those tested, but is not shown to help"
        )
        second = (
            f"Policy {best} {verdict}: by {estimate(changes[best], sign=-1.0)} {consumer['unit']} in the same runs, "
            f"leaving a shortage in {percent(rows[best]['probability'])} of them."
        )
    wanted = answers.sizes.filter(pl.col("service_level") == SERVICE_LEVEL)
    third = "No stockpile was under test."
    if not wanted.is_empty():
        row = wanted.row(0, named=True)
        third = (
            f"A stock {row['stockpile']} of {estimate(row['size'])} {row['unit']}, or {estimate(row['days'])} days of "
            f"use, would have covered {SERVICE_LEVEL * 100:g} % of the runs under policy {row['policy']} "
            "(an estimate until replayed)."
        )
    return [first, second, third]


def precision(answers: Answers) -> list[str]:
    """How well the runs know the main numbers, and how many would know them to within a tenth."""
    n = answers.n_runs
    if n == 1:
        return ["One run: values carry no interval and say nothing about chances."]
    lines = [
        f"{n:,} runs under each policy. Intervals are at 95 %: Clopper-Pearson for probabilities, order statistics for "
        "quantiles and stocks, bootstrap over draws and runs for means. They cover chance, not errors of the model "
        "or its inputs.",
        f"Levels rarer than 1 in {n:,} years are not resolved by these runs and are not shown.",
    ]
    reference = answers.table.filter(pl.col("policy") == answers.policies[0]).iter_rows(named=True)
    for row in reference:
        needed = summary.runs_needed(row, 0.1)
        if needed is not None:
            name = ", ".join(row[key] for key in CONSUMER)
            lines.append(
                f"{name}: {needed:,} runs know the mean shortfall under policy {row['policy']} to within 10 %."
            )
    return lines


def number(value: float | None) -> str:
    """Three significant digits with thousands separators; a dash where there is none."""
    if value is None:
        return "-"
    if value == 0.0:
        return "0"
    text = f"{float(f'{value:.3g}'):,.10f}".rstrip("0").rstrip(".")
    return f"{value:.2e}" if text in ("0", "-0") else text


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


def _cell(text: Callable[[dict], str]) -> Callable[[dict], Markup]:
    def cell(row: dict) -> Markup:
        value, _, interval = text(row).partition(" (")
        return Markup("{}<br><small>({}</small>").format(value, interval) if interval else escape(value)

    return cell


def _section(answers: Answers, consumer: dict) -> dict:
    levels = answers.levels.filter(pl.col("of") == "sum of a year", pl.col("return_period_years").is_in([10.0, 100.0]))
    rows = sorted(_rows(answers.table, consumer), key=lambda row: answers.policies.index(row["policy"]))
    for row in rows:
        found = [level for level in _rows(levels, consumer) if level["policy"] == row["policy"]]
        row["levels"] = [level["level"] for level in sorted(found, key=lambda level: level["return_period_years"])]
    return {"name": ", ".join(consumer[key] for key in CONSUMER), "unit": consumer["unit"], "rows": rows}


def _sizes(sizes: pl.DataFrame) -> list[dict]:
    return sizes.filter(pl.col("service_level").is_in([0.8, 0.9, 0.95, 0.99])).to_dicts()


def _rows(table: pl.DataFrame, consumer: dict) -> list[dict]:
    return table.filter(*(pl.col(name) == consumer[name] for name in CONSUMER)).to_dicts()


def _line(item: dict) -> str:
    if "about" in item:
        return f"{item['about']}: {item['value']} ({item['why']})"
    before = "" if item["before"] is None else f"from {number(item['before'])} "
    return f"{item['what']}: {before}to {number(item['after'])} {item['unit']} a year ({item['why']})"
