"""Fitted rates as the tables of a scenario: text to paste, with each interval beside its number."""

import json

import numpy as np
import polars as pl

from shortfall.rates import Fitted


def hazards(fitted: Fitted, table: pl.DataFrame, form: str) -> str:
    """`[hazard.NAME]` for each series: onset, what it excites, dates so far; `form` is a fit of `rates.comparison`.

    Two digits each, as many as such data know. Past dates stand only where they excite: the simulator refuses them
    where they have no effect. A constant rate is given as what the events leave open about it: a gamma law, drawn once
    per draw (mean (n + 1/2)/T, sd √(n + 1/2)/T: Jeffreys' prior and the Poisson likelihood). A rate that differs from
    year to year becomes the gamma law of those rates.
    """
    build = {"poisson": _poisson, "gamma_poisson": _gamma, "hawkes": _hawkes}[form]
    return "\n\n".join(build(fitted, table, series) for series in fitted.events.names)


def _head(series: str) -> str:
    return f"[hazard.{_key(series)}]"


def _poisson(fitted: Fitted, table: pl.DataFrame, series: str) -> str:
    index = fitted.events.names.index(series)
    n, years = len(fitted.events.inside(index)), fitted.events.years
    law = f"{{ gamma = {{ mean = {two((n + 0.5) / years)}, sd = {two(np.sqrt(n + 0.5) / years)} }} }}"
    rate = _row(table, "poisson", "rate", series)
    return f"{_head(series)}\n# {said(rate)} a year: {n} events in {years:.1f} years\n{_onset(law)}"


def _gamma(fitted: Fitted, table: pl.DataFrame, series: str) -> str:
    mean, spread = fitted.spreads[fitted.events.names.index(series)]
    shown = _row(table, "gamma_poisson", "spread", series)
    if spread == 0.0:
        return f"{_poisson(fitted, table, series)}\n# rates do not differ between years more than chance: {said(shown)}"
    law = f"{{ gamma = {{ mean = {two(mean)}, sd = {two(mean * np.sqrt(spread))} }} }}"
    rate = _row(table, "gamma_poisson", "rate", series)
    return f"{_head(series)}\n# mean {said(rate)} a year, spread {said(shown)}\n{_onset(law)}"


def _hawkes(fitted: Fitted, table: pl.DataFrame, series: str) -> str:
    events, model = fitted.events, fitted.model
    index = events.names.index(series)
    base = _row(table, "hawkes", "base rate", series)
    lines = [_head(series), f"# base rate {said(base)} a year", _onset(two(model.base[index]))]
    pairs = []
    for target in np.flatnonzero(fitted.search.allowed[index]):
        name, extra, decay = events.names[target], model.extra[index, target], model.decay[index, target] * 12.0
        lines.append(f"# extra events of {name}: {said(_row(table, 'hawkes', 'extra events', name, series))}")
        if float(two(extra)) > 0.0:
            pairs.append(f"{_key(name)} = {{ extra_events = {two(extra)}, decay_months = {two(decay)} }}")
    if pairs:
        lines.append(f"excites = {{ {', '.join(pairs)} }}")
    if pairs and events.start is not None:
        lines.append(f"past = {json.dumps([day.isoformat() for day in events.dates(index)])}")
    return "\n".join(lines)


def _onset(rate: str) -> str:
    return f"onset = {{ poisson = {{ per_year = {rate} }} }}"


def _row(table: pl.DataFrame, form: str, of: str, series: str, source: str | None = None) -> dict:
    chosen = (pl.col("fit") == form) & (pl.col("of") == of) & (pl.col("series") == series)
    return table.filter(chosen & pl.col("source").eq_missing(pl.lit(source)))["estimate"][0]


def said(row: dict) -> str:
    """`0.44 (0.19 to 0.87)`; an end that the events leave open is a word."""
    low, high = ("open" if bound is None else two(bound) for bound in (row["low"], row["high"]))
    return f"{two(row['value'])} ({low} to {high})"


def two(value: float) -> str:
    """Two significant digits, written out; less than a thousandth is 0."""
    return "0" if abs(value) < 1e-3 else np.format_float_positional(value, 2, fractional=False, trim="-")


def _key(name: str) -> str:
    bare = name and all(c.isascii() and (c.isalnum() or c in "_-") for c in name)
    return name if bare else json.dumps(name, ensure_ascii=False)
