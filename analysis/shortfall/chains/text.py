"""scenario.toml and SOURCES.md of a chain."""

from __future__ import annotations

from typing import Any

from shortfall.chains.facts import Facts
from shortfall.hindcast.parameters import MARKET, Parameters, Range

# Shortest adjustment that a step of a month allows.
MONTH = 30.5
# What users give up for good would count as missing, and hide what a stock does: the library leaves it out.
KEYS = [key for key in MARKET if key != "elasticity_later"]
SPANS = ["adjustment_days", "unsold_adjustment_days", "price_days"]

REGIME = """# Relations: calm as 2010 to 2022, tense since. Factors multiply the rates of the tense years.
[regime.relations]
states = ["calm", "tense", "crisis"]
start = "tense"
per_year = {per_year}

"""
FACTORS = "{ relations = { calm = 0.05, tense = 1.0, crisis = 2.0 } }"


def number(value: float) -> str:
    return f"{value:.6g}"


def law(of: Range, name: str = "triangular") -> str:
    """A range as a law, or its number if it has no width."""
    if of.low == of.high:
        return number(of.mode)
    return f"{{ {name} = {{ min = {number(of.low)}, mode = {number(of.mode)}, max = {number(of.high)} }} }}"


def value(item: Any) -> str:
    """TOML of what chain.toml says."""
    if isinstance(item, dict):
        return "{ " + ", ".join(f"{key} = {value(of)}" for key, of in item.items()) + " }"
    if isinstance(item, list):
        return "[" + ", ".join(value(of) for of in item) + "]"
    if isinstance(item, bool):
        return "true" if item else "false"
    return f'"{item}"' if isinstance(item, str) else number(item)


def scenario(chain: dict[str, Any], facts: Facts, parameters: Parameters) -> str:
    """scenario.toml."""
    parts = [head(chain), markets(chain, parameters)]
    if any(hazard.get("regime") for hazard in chain["hazard"]):
        parts.append(REGIME.replace("{per_year}", relations(facts)))
    parts += [hazard(said, facts, parameters) for said in chain["hazard"]]
    return "".join(parts) + measures(chain)


def head(chain: dict[str, Any]) -> str:
    run = chain.get("run", {"draws": 20, "runs": 100})
    blocs = "".join(f"{name} = {value(members)}\n" for name, members in chain.get("blocs", {}).items())
    return f"""format = 1
title = "{chain["title"]}"
question = "{chain["question"]}"

# Written by build.py from chain.toml, scenarios/data and scenarios/parameters: change those, not this file.

[time]
start = "{chain.get("start", "2026-01-01")}"
years = {chain.get("years", 5)}
step = "month"

[run]
seed = 2026
runs = {run["runs"]}
draws = {run["draws"]}

[network]
prices = "endogenous"
allocation = "pro_rata"
prior = "gravity"
surplus = "refuse"
tolerance = 0.001
price_ceiling = 20

""" + (f"[blocs]\n{blocs}\n" if blocs else "")


def markets(chain: dict[str, Any], parameters: Parameters) -> str:
    """The parameter table's laws: those of any material, then what a class has of its own."""
    text = "# Uncertain numbers: scenarios/parameters/parameters.csv.\n\n[market]\n"
    text += "".join(f"{key} = {law(month(key, parameters.get(key)))}\n" for key in KEYS) + "\n"
    for material in chain["material"]:
        own = [key for key in KEYS if (key, material["class"]) in parameters.ranges]
        said = material.get("market", {})
        if own or said:
            text += f"[market.{material['name']}]\n"
            text += "".join(f"{key} = {law(month(key, parameters.get(key, material['class'])))}\n"
                            for key in own if key not in said)  # fmt: skip
            text += "".join(f"{key} = {law(Range(*of))}\n" for key, of in said.items()) + "\n"
    return text


def month(key: str, of: Range) -> Range:
    """A range that a step of a month allows."""
    low = MONTH if key in SPANS else of.low
    return Range(max(of.low, low), max(of.mode, low), max(of.high, low)) if key in SPANS else of


def relations(facts: Facts) -> str:
    """Rates between the states of relations, from the table of hazards."""
    rate = lambda name: law(ranged(facts.find("hazards", hazard_id=f"regime_{name}")[0], "rate"))  # noqa: E731
    return (
        f"{{ calm = {{ tense = {rate('calm_to_tense')} }}, tense = {{ calm = {rate('tense_to_calm')}, "
        f"crisis = {rate('tense_to_crisis')} }}, crisis = {{ tense = {rate('crisis_to_tense')} }} }}"
    )


def ranged(row: dict[str, str], what: str) -> Range:
    """Low, mode and high of a column's three."""
    return Range(*(float(row[f"{what}_{end}"]) for end in ("low", "mode", "high")))


def hazard(said: dict[str, Any], facts: Facts, parameters: Parameters) -> str:
    """A hazard: rate, duration and severity from the table of hazards, the rest from chain.toml and the parameters."""
    row = facts.find("hazards", hazard_id=said["row"])[0]
    text = f"# {said['note']}\n" if "note" in said else ""
    text += f'[hazard.{said["name"]}]\nkind = "{said.get("kind", row["kind"])}"\n'
    if "onset" in said:
        text += f"onset = {value(said['onset'])}\n"
    else:
        times = said.get("times", 1.0)
        rate = ranged(row, "rate")
        rate = Range(rate.low * times, rate.mode * times, rate.high * times)
        text += f"onset = {{ poisson = {{ per_year = {law(rate)} }} }}\n"
    if "duration_months" not in said.get("keys", {}):
        text += f"duration_months = {law(ranged(row, 'duration_months'), 'pert')}\n"
    form = said.get("form")
    if form == "licence":
        days, passes = parameters.get("handling_days"), parameters.get("passes_meanwhile")
        text += f"form = {{ licence = {{ handling_days = {law(days)}, passes_meanwhile = {law(passes)} }} }}\n"
    elif form:
        text += f"form = {value(form)}\n"
    if form in ("licence", "ban"):
        leaked = [law(parameters.get(f"leakage_{key}")) for key in ("share", "days", "markup")]
        text += f"leakage = {{ share = {leaked[0]}, added_days = {leaked[1]}, markup = {leaked[2]} }}\n"
    if form != "technology" and row["severity_mode"] and "severity" not in said.get("keys", {}):
        text += f"severity = {law(ranged(row, 'severity'))}\n"
    text += f"regime = {FACTORS}\n" if said.get("regime") else ""
    return text + "".join(f"{key} = {value(item)}\n" for key, item in said.get("keys", {}).items()) + "\n"


def measures(chain: dict[str, Any]) -> str:
    """Stocks and private mandates of the chain's stocks, and the policies to compare."""
    prices = {material["name"]: material["price_usd"] for material in chain["material"]}
    text, used, mandates = "", [], []
    for stock in chain["stock"]:
        used.append(f"stockpile.{stock['name']}")
        mandates.append(f"private_mandate.{stock['name']}")
        cost = number(0.03 * prices[stock["material"]])
        text += f"""[stockpile.{stock["name"]}]
holders = {value(stock["holders"])}
material = "{stock["material"]}"
target_days = {stock["days"]}
release = {{ when_shortage_above = 0.05, when_cover_below_days = 15, when_price_above = 2.0 }}
decision_lag_days = 30
delivery_lag_days = 8
draw_per_month = 0.3
refill = {{ per_month = 0.05, price_cap = 1.5 }}
holding_cost_usd = {cost}

[private_mandate.{stock["name"]}]
places = {value(stock["holders"])}
materials = ["{stock["material"]}"]
days = {stock["days"]}
build_up_months = 12
state_share = 0.5
holding_cost_usd = {cost}

"""
    policies = {
        "none": "",
        "stocks": f"use = {value(used)}\n",
        "mandates": f"use = {value(mandates)}\n",
        "defence_first": 'allocation = "rated"\n',
        "stocks_defence_first": f'use = {value(used)}\nallocation = "rated"\n',
    }
    return text + "\n".join(f"[policy.{name}]\n{body}" for name, body in policies.items())


def sources(
    chain: dict[str, Any], facts: Facts, tables: dict[str, list[dict[str, Any]]], levels: list[tuple[str, float, float]]
) -> str:
    """SOURCES.md: what every table rests on, and what is assumed."""
    known = {row["source_id"]: row for row in facts.tables["sources"]}
    text = f"# Sources of {chain['title']}\n\nWritten by build.py. Each row names its source, how sure it is "
    text += "(`quoted`, `derived`, `assumed`) and its range; here is what they come to.\n\n"
    text += "| table | rows | quoted | derived | assumed |\n|---|---|---|---|---|\n"
    used: set[str] = set()
    for name, rows in tables.items():
        marks = [row.get("confidence") for row in rows]
        if name == "places" or not rows:
            continue
        counts = " | ".join(str(marks.count(mark)) for mark in ("quoted", "derived", "assumed"))
        text += f"| {name} | {len(rows)} | {counts} |\n"
        used |= {source for row in rows for source in str(row.get("source", "")).split("|") if source}
    if levels:
        text += "\n## Level\n\nSupply is what the chain uses; shares of makers are the table's. "
        text += "How far the table's own sum lies from it:\n\n"
        text += "| material | the chain uses | the table counts | ratio |\n|---|---|---|---|\n"
        text += "".join(
            f"| {name} | {uses:,.0f} | {counts:,.0f} | {uses / counts:.2f} |\n" for name, uses, counts in levels
        )
    hazards = [facts.find("hazards", hazard_id=said["row"])[0] for said in chain["hazard"]]
    used |= {source for row in hazards for source in row["source_id"].split("|") if source in known}
    text += "\n## Hazards\n\n| hazard | rate a year | source | how sure | note |\n|---|---|---|---|---|\n"
    for said, row in zip(chain["hazard"], hazards, strict=True):
        rate = f"{row['rate_low']} to {row['rate_high']}, mode {row['rate_mode']}"
        rate += f", times {number(said['times'])}" if "times" in said else ""
        text += f"| {said['name']} | {rate} | {row['source_id']} | {row['confidence']} | {row['note']} |\n"
    text += "\n## Who is cited\n\n| id | what | licence |\n|---|---|---|\n"
    for source in sorted(used & set(known)):
        row = known[source]
        text += f"| {source} | {row['publisher']}, {row['title']} ({row['year']}) | {row['licence']} |\n"
    assumed = [m for m in chain["material"] if "note" in m.get("makers", {})]
    if assumed:
        text += "\n## Assumed by this scenario\n\n"
        text += "".join(f"- who makes {m['name'].replace('_', ' ')}: {m['makers']['note']}\n" for m in assumed)
    return text
