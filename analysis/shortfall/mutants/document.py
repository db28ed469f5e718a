"""Faults of scenario.toml. Each gives the line, the text, and whether it must be refused there; None without a site."""

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

from shortfall.mutants.words import DATE, FREE, NUMBER, SIGNED, slip

KEY = re.compile(r"""(?P<key>"[^"]+"|[A-Za-z_][\w-]*)\s*=\s*(?P<value>"[^"]*"|\[|\{|[^\s,\[\]{}#"]+)""")
NAME = re.compile(r'"([^"\n]*)"')
SHARES = re.compile(r"share|probability|passes|spot_share|severity$|leaks|efficiency")
#: Whole numbers that say how much is to be done.
WORK = {"runs", "draws", "points", "trajectories", "max_runs"}


@dataclass(frozen=True)
class Site:
    """A key with its value, where both stand, and the table around them."""

    line: int
    key: str
    value: str
    start: int
    value_start: int
    table: str


def sites(text: str) -> list[Site]:
    """Every key with a value on its line; comments left out."""
    found, table, start = [], "", 0
    for number, line in enumerate(text.splitlines(keepends=True), 1):
        head = re.match(r"\s*\[([^\[\]]+)\]\s*(#.*)?$", line)
        if head:
            table = head[1]
        elif not line.lstrip().startswith("#"):
            code = _code(line)
            for match in KEY.finditer(code):
                key = match["key"].strip('"')
                found.append(
                    Site(number, key, match["value"], start + match.start("key"), start + match.start("value"), table)
                )
        start += len(line)
    return found


def _code(line: str) -> str:
    """The line up to its comment."""
    quoted = False
    for at, sign in enumerate(line):
        quoted ^= sign == '"'
        if sign == "#" and not quoted:
            return line[:at]
    return line


def _pick(text: str, rng: random.Random, fits: Callable[[Site], bool]) -> Site | None:
    fitting = [site for site in sites(text) if fits(site)]
    return rng.choice(fitting) if fitting else None


def _with_value(text: str, site: Site, value: str) -> str:
    return text[: site.value_start] + value + text[site.value_start + len(site.value) :]


def _number(site: Site) -> bool:
    return bool(NUMBER.match(site.value)) and not DATE.match(site.value)


def key_misspelt(text: str, rng: random.Random):
    site = _pick(text, rng, lambda site: site.table != "blocs" and text[site.start] != '"')
    if site:
        wrong = slip(site.key, rng)
        if wrong not in (site.key, ""):
            return site.line, text[: site.start] + wrong + text[site.start + len(site.key) :], True
    return None


def key_deleted(text: str, rng: random.Random):
    lines = text.splitlines(keepends=True)
    whole = [
        n for n, line in enumerate(lines) if re.match(r"[a-z_]+ = [^\[{]*$|[a-z_]+ = [\[{].*[\]}]\s*$", _code(line))
    ]
    if not whole:
        return None
    at = rng.choice(whole)
    return at + 1, "".join(lines[:at] + lines[at + 1 :]), False


def key_twice(text: str, rng: random.Random):
    lines = text.splitlines(keepends=True)
    whole = [n for n, line in enumerate(lines) if re.match(r"[a-z_]+ = [^\[{]*$", _code(line))]
    if not whole:
        return None
    at = rng.choice(whole)
    return (at + 1, at + 2), "".join([*lines[: at + 1], lines[at], *lines[at + 1 :]]), True


def text_for_a_number(text: str, rng: random.Random):
    site = _pick(text, rng, _number)
    return site and (site.line, _with_value(text, site, '"about ten"'), True)


def number_for_a_text(text: str, rng: random.Random):
    site = _pick(text, rng, lambda site: site.value.startswith('"'))
    return site and (site.line, _with_value(text, site, "12"), True)


def table_for_a_number(text: str, rng: random.Random):
    site = _pick(text, rng, _number)
    return site and (site.line, _with_value(text, site, "{ about = 12 }"), True)


def not_a_number(text: str, rng: random.Random):
    site = _pick(text, rng, _number)
    return site and (site.line, _with_value(text, site, rng.choice(["nan", "inf", "-inf"])), True)


def negative_number(text: str, rng: random.Random):
    site = _pick(
        text,
        rng,
        lambda site: _number(site) and not site.value.startswith("-") and float(site.value.replace("_", "")) != 0,
    )
    return site and (site.line, _with_value(text, site, "-" + site.value), site.key not in SIGNED)


def share_in_per_cent(text: str, rng: random.Random):
    fits = lambda site: _number(site) and SHARES.search(site.key) and 0.02 <= float(site.value) <= 1  # noqa: E731
    site = _pick(text, rng, lambda site: bool(fits(site)))
    return site and (site.line, _with_value(text, site, f"{100 * float(site.value):g}"), True)


def thousandfold_number(text: str, rng: random.Random):
    site = _pick(text, rng, lambda site: _number(site) and site.key not in WORK)
    return site and (
        site.line,
        _with_value(text, site, site.value + "000" if "." not in site.value else site.value + "e3"),
        False,
    )


def other_unit(text: str, rng: random.Random):
    units = {"_days": "_hours", "_months": "_weeks", "_years": "_decades", "_usd": "_eur", "per_year": "per_week"}
    site = _pick(text, rng, lambda site: any(site.key.endswith(unit) for unit in units))
    if not site:
        return None
    unit = next(unit for unit in units if site.key.endswith(unit))
    wrong = site.key.removesuffix(unit) + units[unit]
    return site.line, text[: site.start] + wrong + text[site.start + len(site.key) :], True


def wrong_date(text: str, rng: random.Random):
    code = "".join(_code(line.rstrip("\n")) + "\n" for line in text.splitlines())
    dates = list(re.finditer(r"\d{4}-\d{2}-\d{2}", code))
    if not dates:
        return None
    match = rng.choice(dates)
    line = code[: match.start()].count("\n")
    lines = text.splitlines(keepends=True)
    wrong = match[0][:5] + rng.choice(["13-01", "02-30", "00-10", "1-5"])
    lines[line] = lines[line].replace(match[0], wrong, 1)
    return line + 1, "".join(lines), True


def unknown_name(text: str, rng: random.Random):
    found = []
    for number, line in enumerate(text.splitlines(), 1):
        key = re.match(r"\s*([a-z_]+)\s*=", line)
        if line.lstrip().startswith(("#", "[")) or (key and key[1] in FREE | {"states", "sector", "sectors"}):
            continue
        found += [
            (number, match)
            for match in NAME.finditer(_code(line))
            if len(match[1]) > 1 and not set("*?.=%") & set(match[1])
        ]
    if not found:
        return None
    number, match = rng.choice(found)
    lines = text.splitlines(keepends=True)
    line = lines[number - 1]
    wrong = slip(match[1], rng)
    lines[number - 1] = line[: match.start(1)] + wrong + line[match.end(1) :]
    if wrong == match[1] or DATE.match(match[1]):
        return None
    return number, "".join(lines), True


def quote_left_open(text: str, rng: random.Random):
    site = _pick(text, rng, lambda site: site.value.startswith('"'))
    if not site:
        return None
    end = site.value_start + len(site.value)
    lines = tuple(range(site.line, text.count("\n") + 2))
    return lines, text[: end - 1] + text[end:], True


def table_misspelt(text: str, rng: random.Random):
    heads = list(re.finditer(r"^\[([a-z_]+)", text, re.MULTILINE))
    if not heads:
        return None
    match = rng.choice(heads)
    wrong = slip(match[1], rng)
    if wrong == match[1]:
        return None
    # What is then missing may show where it is named.
    line = text[: match.start()].count("\n") + 1
    return line, text[: match.start(1)] + wrong + text[match.end(1) :], True


TOML = [
    key_misspelt,
    key_deleted,
    key_twice,
    text_for_a_number,
    number_for_a_text,
    table_for_a_number,
    not_a_number,
    negative_number,
    share_in_per_cent,
    thousandfold_number,
    other_unit,
    wrong_date,
    unknown_name,
    quote_left_open,
    table_misspelt,
]
