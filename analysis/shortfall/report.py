"""One page that a planner can read: question, answer, tables, pictures, what was assumed, how precise it is."""

from collections.abc import Callable
from pathlib import Path

import polars as pl
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from shortfall import burden, figures, summary
from shortfall.answers import Answers, pictures
from shortfall.results import CONSUMER, SHORT_RUN, Results
from shortfall.users import VERDICTS, served, verdict

SERVICE_LEVEL = 0.95
SHOWN = (0.8, 0.9, 0.95, 0.99)
# Longer lists of assumed rows are cut; the manifest has them whole.
LONGEST = 200
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
        answers=[(question, [unbroken(part) for part in parts]) for question, parts in answer(answers)],
        policies=answers.policies,
        effects=_effects(answers) if len(answers.policies) > 1 else [],
        halves=_halves(answers) if answers.n_runs > 1 else [],
        consumers=[_section(answers, consumer) for consumer in answers.consumers],
        dual_use=_dual_use(answers, results),
        bills=[_bill(row) for row in burden.bills(results.table("costs")).iter_rows(named=True)],
        sizes=_sizes(answers.sizes),
        levels=SHOWN,
        figures=drawn,
        assumptions=[_line(item) for item in manifest.get("assumptions", [])],
        warnings=[str(item) for item in manifest.get("warnings", [])],
        adjustments=[_line(item) for item in manifest.get("adjustments", [])],
        precision=precision(answers),
        facts={
            name: str(manifest[name]) for name in ("scenario", "scenario_sha256", "seed", "version") if name in manifest
        },
    )


def sentences(answers: Answers) -> list[str]:
    """The answer: how short the main users run without measures, which policy helps whom, the stock for 95 %."""
    first, *others = ["; ".join(parts) + "." for _, parts in answer(answers)]
    return [f"Under policy {answers.policies[0]}, {first}", *others]


def answer(answers: Answers) -> list[tuple[str, list[str]]]:
    reference = answers.policies[0]
    return [
        (f"How short do the main users run under policy {reference}?", _without(answers)),
        ("Which policy helps whom, and by how much?", _helped(answers)),
        (f"How large a stock covers {SERVICE_LEVEL * 100:g} % of the runs?", _stocks(answers)),
    ]


def _without(answers: Answers) -> list[str]:
    parts = []
    for consumer in answers.consumers:
        row = _of_policy(answers.table, consumer, answers.policies[0])
        tail = "" if row["tail_share"]["low"] is None else f", {percent(row['tail_share'])} in the worst 5 % of runs"
        parts.append(
            f"{answers.name(consumer)}: {percent(row['share'])} of the requirement missing on average{tail}; short "
            f"in {percent(row['probability'])} of the runs"
        )
    return parts


def _helped(answers: Answers) -> list[str]:
    if len(answers.policies) == 1:
        return ["There is no other policy to compare with"]
    parts = []
    for consumer in answers.consumers:
        changes = {policy: _of_policy(answers.changes, consumer, policy)["share"] for policy in answers.policies[1:]}
        said = {word: [policy for policy in changes if verdict(changes[policy]) == word] for word in VERDICTS}
        words = [
            f"{points(changes[policy], sign, change)} under {policy}"
            for word, change, sign in (("helps", "less", -1.0), ("harms", "more", 1.0))
            for policy in said[word]
        ]
        words += [
            f"{_listed(said[word])} {does if len(said[word]) == 1 else do}"
            for word, (does, do) in (
                ("nothing", ("does nothing for it", "do nothing for it")),
                ("not shown", ("is not shown to help", "are not shown to help")),
            )
            if said[word]
        ]
        parts.append(f"{answers.name(consumer)}: {', '.join(words)}")
    return parts


def _stocks(answers: Answers) -> list[str]:
    wanted = answers.sizes.filter(pl.col("service_level") == SERVICE_LEVEL)
    if wanted.is_empty():
        return ["No stockpile was under test"]
    # Of the stockpiles of a material for the same places: under the policy that holds fewest, the last of the list.
    order = {policy: index for index, policy in enumerate(answers.policies)}
    rows = wanted.with_columns(n_held=pl.len().over("policy")).to_dicts()
    chosen: dict[tuple, dict] = {}
    for row in sorted(rows, key=lambda row: (-row["n_held"], order[row["policy"]])):
        chosen[(row["material"], *answers.held.get(row["stockpile"], []))] = row
    parts = []
    by_fewest = sorted(chosen.items(), key=lambda item: (item[1]["n_held"], order[item[1]["policy"]]))
    for (material, *held), row in by_fewest:
        users = served(answers.table, material, held)["place"].unique().sort().to_list()
        places = _listed([answers.names.get(place, place) for place in users or held or ["its holders"]])
        stock = f"{estimate(row['size'])} {_plural(row['unit'])} of {answers.names.get(material, material)}"
        days = "" if row["days"]["value"] is None else f", or {number(row['days']['value'])} days of their use"
        parts.append(f"{stock} for the users in {places}{days} (an estimate until replayed)")
    return parts


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _plural(unit: str) -> str:
    return f"{unit}s" if unit.isalpha() and len(unit) > 2 else unit


def precision(answers: Answers) -> list[str]:
    """How well the runs know the main numbers, and how many would know them to within a tenth."""
    n = answers.n_runs
    if n == 1:
        return ["One run: values carry no interval and say nothing about chances."]
    lines = [
        f"{n:,} runs under each policy, the same events under all. Intervals are at 95 %: Clopper-Pearson for "
        "probabilities, order statistics for quantiles and stocks, the normal approximation of each run's influence "
        "for means and CVaR. They cover chance, not errors of the model or its inputs.",
        f"A run counts as short if more than {SHORT_RUN * 100:g} % of the requirement over the whole horizon is "
        "missing, as in the program's own table. A policy does nothing for a user if it surely changes the share "
        f"missing by less than {SHORT_RUN * 100:g} points.",
    ]
    if answers.weighted:
        lines.append(
            "Rare crises were sampled more often; each run carries the weight that corrects this, and every number "
            "here honours it. What the runs know of a level depends on the weights of those beyond it."
        )
    else:
        lines.append(f"Levels rarer than 1 in {n:,} years are not resolved by these runs and are not shown.")
    return lines


def _halves(answers: Answers) -> list[dict]:
    """Half-widths of the main numbers of each main user under the reference policy."""
    rows = []
    for consumer in answers.consumers:
        row = _of_policy(answers.table, consumer, answers.policies[0])
        halves = [half_width(row[name]) for name in ("share", "tail_share", "probability")]
        needed = summary.runs_needed(row, 0.1)
        rows.append({"name": answers.name(consumer), "halves": halves, "needed": number(needed)})
    return rows


def half_width(row: dict) -> str:
    """Half of the interval of a share, in percentage points; a dash where it has none."""
    if row["low"] is None or row["high"] is None:
        return "-"
    return f"± {number(50.0 * (row['high'] - row['low']))}"


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
        value, _, interval = unbroken(text(row)).partition(" (")
        return Markup("{}<br><small>({}</small>").format(value, interval) if interval else escape(value)

    return cell


def points(row: dict, sign: float, change: str) -> str:
    """A change of a share, in percentage points: `0.675 points less (0.634 to 0.716)`."""
    value, _, interval = estimate(row, sign=100.0 * sign).partition(" (")
    return f"{value} points {change} ({interval}" if interval else f"{value} points {change}"


def _effects(answers: Answers) -> list[dict]:
    """For each main user, what each other policy changes, and in words what that is."""
    rows = []
    for consumer in answers.consumers:
        changes = [_of_policy(answers.changes, consumer, policy)["share"] for policy in answers.policies[1:]]
        cells = [{"change": signed(100.0 * change["value"]), "verdict": verdict(change)} for change in changes]
        rows.append({"name": answers.name(consumer), "cells": cells})
    return rows


def _section(answers: Answers, consumer: dict) -> dict:
    levels = answers.levels.filter(pl.col("of") == "sum of a year", pl.col("return_period_years").is_in([10.0, 100.0]))
    rows = sorted(_rows(answers.table, consumer), key=lambda row: answers.policies.index(row["policy"]))
    for row in rows:
        found = [level for level in _rows(levels, consumer) if level["policy"] == row["policy"]]
        row["levels"] = [level["level"] for level in sorted(found, key=lambda level: level["return_period_years"])]
    return {"name": answers.name(consumer), "unit": _plural(consumer["unit"]), "rows": rows}


def _dual_use(answers: Answers, results: Results) -> list[dict]:
    """What each policy that serves defence first saves it and costs the other users of each material."""
    first = answers.policies[0]
    policies = [name for name in burden.ranked(results.scenario(), first) if name in answers.policies]
    rows = []
    for row in burden.dual_use(results.table("outcomes"), policies, first).iter_rows(named=True):
        sides = [(row[name], row[f"{name}_share"]) for name in (burden.DEFENCE, burden.OTHERS)]
        cells = [_side(*side) if side[0] is not None else "does not use it" for side in sides]
        material = answers.names.get(row["material"], row["material"])
        rows.append({"policy": row["policy"], "material": material, "unit": _plural(row["unit"]), "cells": cells})
    return rows


def _side(change: dict, share: dict) -> Markup:
    points = f"{signed(100.0 * share['value'])} points"
    return Markup("{}<br><small>{}</small>").format(estimate(change), points)


def _bill(row: dict) -> dict:
    items = [f"{item['item']} {number(item['usd'] / 1e6)}" for item in row["items"] or []]
    usd = row["usd"] | {side: _millions(row["usd"][side]) for side in ("value", "low", "high")}
    return {"policy": row["policy"], "party": row["party"], "usd": usd, "items": ", ".join(items)}


def _millions(usd: float | None) -> float | None:
    return None if usd is None else usd / 1e6


def _of_policy(table: pl.DataFrame, consumer: dict, policy: str) -> dict:
    return next(row for row in _rows(table, consumer) if row["policy"] == policy)


def _sizes(sizes: pl.DataFrame) -> list[dict]:
    """For each stockpile its sizes at the levels of `SHOWN`, each with its days of use."""
    rows = []
    for (name, policy), found in sizes.group_by("stockpile", "policy", maintain_order=True):
        at = {row["service_level"]: row for row in found.iter_rows(named=True)}
        held = name if name == policy else f"{name}, policy {policy}"
        rows.append({"name": held, "unit": _plural(found["unit"][0]), "at": [at[level] for level in SHOWN]})
    return rows


def _rows(table: pl.DataFrame, consumer: dict) -> list[dict]:
    return table.filter(*(pl.col(name) == consumer[name] for name in CONSUMER)).to_dicts()


def _line(item: dict) -> str:
    if "about" in item:
        return shorten(f"{item['about']}: {item['value']} ({item['why']})")
    before, after = item["before"], item["after"]
    change = "" if before is None else f"from {number(before)} "
    if before and number(before) == number(after):
        change = "by less than a hundredth, "
    return f"{item['what']}: {change}to {number(after)} {item['unit']} a year ({item['why']})"


def signed(points: float) -> str:
    """Two decimals with their sign; what rounds to nothing has none."""
    return "0" if abs(points) < 0.005 else f"{points:+.2f}"


def unbroken(text: str) -> str:
    """Keeps a number and its percent sign on one line."""
    return text.replace(" %", "\N{NO-BREAK SPACE}%")


def shorten(text: str) -> str:
    """A list cut where it stops being read."""
    return text if len(text) <= LONGEST else f"{text[:LONGEST].rsplit(' ', 1)[0]} … (the rest is in manifest.json)"
