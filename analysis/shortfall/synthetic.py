"""A small results folder whose answers are known, in exactly the columns that the simulator writes.

In run r a share of the supply is lost that is worth u months of everybody's use, at a rate of one month a month. u is 0
with probability 0.4, else exponential with a mean of 3 months, taken at the midpoints of n equal shares of probability,
in an order drawn by the generator. A policy's stock of s months covers the first s of them: each consumer misses
max(0, u - s) months of its use, and the stock that would have sufficed is u months of use.

With a tilt, half of the runs share the worst `RARE` of the probability and weigh as little as that makes them.
"""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import polars as pl

from .results import sealed

CALM, MEAN_MONTHS, N_YEARS = 0.4, 3.0, 5
RARE = 0.05
N_STEPS = 12 * N_YEARS
ADJUSTED = "cobalt_sulphate: demand of sector other in DEU"
BANDS = (0.05, 0.25, 0.5, 0.75, 0.95)


@dataclass(frozen=True)
class Case:
    """What the folder holds: policies with their stock in months, consumers with their use per year in tonnes."""

    n_runs: int = 200
    stocks: Mapping[str, float] = field(default_factory=lambda: {"none": 0.0, "reserve_60": 2.0, "reserve_180": 6.0})
    consumers: Mapping[tuple[str, str, str], float] = field(
        default_factory=lambda: {
            ("cobalt_sulphate", "DEU", "civil"): 1200.0,
            ("cobalt_sulphate", "DEU", "defence"): 120.0,
            ("drone", "UKR", "defence"): 60.0,
        }
    )
    n_draws: int = 1
    tilted: bool = False
    title: str = "A synthetic supply loss"
    question: str = "How long does a stock carry its users?"


def months_lost(case: Case, rng: np.random.Generator) -> np.ndarray:
    """u of every run: the same for all policies."""
    share = weights(case) / case.n_runs
    p = np.cumsum(share) - share / 2.0
    lost = np.where(p <= CALM, 0.0, -MEAN_MONTHS * np.log1p(-(np.maximum(p, CALM) - CALM) / (1.0 - CALM)))
    lost = np.minimum(lost, N_STEPS - 24.0)
    # Weights go with runs: without a tilt their order says nothing.
    return lost if case.tilted else rng.permutation(lost)


def weights(case: Case) -> np.ndarray:
    """Of every run, from the mildest to the worst; the mean is 1."""
    if not case.tilted:
        return np.ones(case.n_runs)
    n_rare = case.n_runs // 2
    n_other = case.n_runs - n_rare
    parts = [np.full(n_other, (1.0 - RARE) / n_other), np.full(n_rare, RARE / n_rare)]
    return np.concatenate(parts) * case.n_runs


def tables(case: Case, rng: np.random.Generator) -> dict[str, pl.DataFrame]:
    """All tables of the folder."""
    lost = months_lost(case, rng)
    start = rng.integers(0, 24, case.n_runs).astype(float)
    outcomes = pl.concat([_outcomes(case, name, s, lost, start) for name, s in case.stocks.items()])
    years = pl.concat([_years(case, name, s, lost, start) for name, s in case.stocks.items()])
    held = {name: s for name, s in case.stocks.items() if s > 0.0}
    stock = [
        (_stockpiles(case, name, s, lost), _required(case, name, lost), _costs(case, name, s))
        for name, s in held.items()
    ]
    stockpiles, required, costs = (pl.concat(part) for part in zip(*stock, strict=True))
    result = {
        "outcomes": outcomes,
        "years": years,
        "stockpiles": stockpiles,
        "required": required,
        "costs": costs,
        "events": _events(case, lost, start),
        "bands": pl.concat([_bands(case, name, s, lost, start) for name, s in case.stocks.items()]),
    }
    return {name: _typed(frame) for name, frame in result.items()}


def write(
    folder: Path,
    frames: Mapping[str, pl.DataFrame],
    case: Case,
    save: Callable[[pl.DataFrame, Path], None] | None = None,
) -> Path:
    """Writes a complete folder, the manifest last; `save` writes one part (default: polars)."""
    parts = []
    for name, frame in frames.items():
        path = folder / "tables" / name / "part-00001.parquet"
        path.parent.mkdir(parents=True, exist_ok=True)
        (save or pl.DataFrame.write_parquet)(frame, path)
        size, digest = path.stat().st_size, hashlib.sha256(path.read_bytes()).hexdigest()
        file = path.relative_to(folder).as_posix()
        parts.append({"table": name, "file": file, "rows": len(frame), "bytes": size, "sha256": digest})
    scenario = folder / "scenario" / "scenario.toml"
    scenario.parent.mkdir(exist_ok=True)
    time = f'[time]\nstart = "2027-01-01"\nyears = {N_YEARS}\nstep = "month"\n'
    scenario.write_text(f"format = 1\nquestion = {json.dumps(case.question)}\n{time}", encoding="utf-8")
    manifest = {
        "format": 1,
        "version": "0",
        "scenario": "synthetic",
        "title": case.title,
        "scenario_sha256": hashlib.sha256(scenario.read_bytes()).hexdigest(),
        "seed": "1",
        "runs": case.n_runs,
        "draws": case.n_draws,
        "points": 1,
        "policies": list(case.stocks),
        "tables": parts,
        "files": [part["file"] for part in parts] + ["scenario/scenario.toml", "manifest.json"],
        "beside": [{"file": "scenario/scenario.toml", "sha256": hashlib.sha256(scenario.read_bytes()).hexdigest()}],
        "assumptions": [{"about": "consumers.csv:3: DEU defence", "value": "120 t", "why": "confidence = assumed"}],
        "adjustments": [{"what": ADJUSTED, "before": None, "after": 12.5, "unit": "t", "why": "surplus of 0.9 %"}],
        "warnings": [],
    }
    (folder / "manifest.json").write_bytes(sealed(manifest))
    return folder


def restate(folder: Path, scenario: str) -> None:
    """Gives a folder that was written another scenario.toml, as if it had been run with it."""
    manifest = json.loads((folder / "manifest.json").read_bytes())
    del manifest["seal"]
    path = folder / "scenario" / "scenario.toml"
    path.write_text(scenario, encoding="utf-8")
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    manifest |= {"scenario_sha256": digest, "beside": [{"file": "scenario/scenario.toml", "sha256": digest}]}
    (folder / "manifest.json").write_bytes(sealed(manifest))


def _typed(frame: pl.DataFrame) -> pl.DataFrame:
    names = [name for name, kind in frame.schema.items() if kind == pl.String and name != "touched"]
    return frame.with_columns(pl.col(names).cast(pl.Categorical))


def _runs(case: Case) -> dict[str, pl.Series]:
    run = np.arange(case.n_runs)
    draw = pl.Series((run * case.n_draws // case.n_runs).astype(np.int32))
    return {"draw": draw, "run": pl.Series(run, dtype=pl.Int64), "weight": pl.Series(weights(case))}


def _head(case: Case, policy: str) -> pl.DataFrame:
    runs = pl.DataFrame(_runs(case))
    return runs.select(pl.lit(0, pl.Int32).alias("point"), pl.lit(policy).alias("policy"), pl.all())


def _whole(values: np.ndarray) -> pl.Series:
    return pl.Series(values.astype(np.int32))


def _service(
    requirement: float, missing: np.ndarray, months: np.ndarray, monthly: float
) -> dict[str, pl.Series | pl.Expr]:
    steps = _whole(np.ceil(months - 1e-9))
    full = np.full(len(missing), requirement)
    return {
        "requirement": pl.Series(full), "served": pl.Series(full - missing), "unserved": pl.Series(missing),
        "priced_out": pl.lit(0.0), "shortfall": pl.Series(missing), "shortfall_share": pl.Series(missing / requirement),
        "recovered": pl.lit(0.0), "steps_short": steps, "longest_short_steps": steps,
        "worst_step_shortfall": pl.Series(monthly * np.minimum(months, 1.0)),
    }  # fmt: skip


def _named(frame: pl.DataFrame, consumer: tuple[str, str, str]) -> pl.DataFrame:
    names = dict(zip(("material", "place", "sector"), consumer, strict=True))
    unit = "unit" if consumer[0].startswith("drone") else "t"
    return frame.with_columns(**{name: pl.lit(value) for name, value in names.items()}, unit=pl.lit(unit))


def _outcomes(case: Case, policy: str, stock: float, lost: np.ndarray, start: np.ndarray) -> pl.DataFrame:
    months = np.maximum(lost - stock, 0.0)
    none = pl.Series([None] * case.n_runs, dtype=pl.Float64)
    first = pl.Series(np.where(months > 0, start + np.floor(stock), np.nan)).fill_nan(None).cast(pl.Int32)
    frames = []
    for consumer, per_year in case.consumers.items():
        service = _service(per_year * N_YEARS, per_year / 12.0 * months, months, per_year / 12.0)
        price = pl.Series(1.0 + lost / 12.0)
        rest = {
            "first_short_step": first,
            "recovery_steps": _whole(np.ceil(months)),
            "price_peak": price,
            "price_mean": price,
        }
        empty = dict.fromkeys(("extra_spending_usd", "lost_surplus_usd", "shortage_cost_usd"), none)
        frames.append(_named(_head(case, policy), consumer).with_columns(**service, **rest, price_paid=price, **empty))
    return pl.concat(frames)


def _years(case: Case, policy: str, stock: float, lost: np.ndarray, start: np.ndarray) -> pl.DataFrame:
    frames = []
    for consumer, per_year in case.consumers.items():
        for year in range(N_YEARS):
            begin, end = np.maximum(start + stock, 12.0 * year), np.minimum(start + lost, 12.0 * (year + 1))
            months = np.maximum(end - begin, 0.0)
            service = _service(per_year, per_year / 12.0 * months, months, per_year / 12.0)
            head = _named(_head(case, policy), consumer).with_columns(year=pl.lit(year, pl.Int32))
            frames.append(head.with_columns(**service))
    return pl.concat(frames)


def _holders(case: Case) -> float:
    return (
        sum(use for (material, _, _), use in case.consumers.items() if material == next(iter(case.consumers))[0]) / 12.0
    )


def _pile(case: Case, policy: str) -> pl.DataFrame:
    material = next(iter(case.consumers))[0]
    return _head(case, policy).with_columns(stockpile=pl.lit("eu_stock"), material=pl.lit(material), unit=pl.lit("t"))


def _stockpiles(case: Case, policy: str, stock: float, lost: np.ndarray) -> pl.DataFrame:
    monthly = _holders(case)
    left = pl.Series(monthly * np.maximum(stock - lost, 0.0))
    empty = _whole(np.where(lost > stock, N_STEPS / 2.0, 0.0))
    released = pl.Series(monthly * np.minimum(stock, lost))
    amounts = {"target": pl.lit(monthly * stock), "released": released, "bought": pl.lit(0.0), "spoiled": pl.lit(0.0)}
    return _pile(case, policy).with_columns(**amounts, final_level=left, lowest_level=left, steps_empty=empty)


def _required(case: Case, policy: str, lost: np.ndarray) -> pl.DataFrame:
    days = pl.Series(lost * 365.25 / 12.0)
    return _pile(case, policy).with_columns(required=pl.Series(_holders(case) * lost), required_days=days)


def _costs(case: Case, policy: str, stock: float) -> pl.DataFrame:
    return _head(case, policy).with_columns(
        party=pl.lit("DEU"), item=pl.lit("holding"), usd=pl.lit(1_000.0 * stock * _holders(case))
    )


def _events(case: Case, lost: np.ndarray, start: np.ndarray) -> pl.DataFrame:
    first = pl.DataFrame(_runs(case)).with_columns(start_months=pl.Series(start), end_months=pl.Series(start + lost))
    names = {"hazard": pl.lit("supply_loss"), "kind": pl.lit("outage"), "number": pl.lit(0, pl.Int32)}
    rest = {"severity": pl.lit(1.0), "touched": pl.lit("all plants"), "cause": pl.lit(""), "common": pl.lit(True)}
    rows = first.filter(pl.col("end_months") > pl.col("start_months")).with_columns(**names, **rest)
    head = [pl.lit(0, pl.Int32).alias("point"), "draw", "run", "weight", "hazard", "kind", "number"]
    return rows.select(*head, "start_months", "end_months", "severity", "touched", "cause", "common")


def _bands(case: Case, policy: str, stock: float, lost: np.ndarray, start: np.ndarray) -> pl.DataFrame:
    step = np.arange(N_STEPS)[:, None]
    gone = np.clip(step + 1.0 - start, 0.0, lost)
    series = {
        "shortfall_share": np.clip(np.minimum(step + 1.0, start + lost) - np.maximum(step, start + stock), 0.0, 1.0),
        "price": 1.0 + np.where(step < start + lost, gone, 0.0) / 12.0,
    }
    if stock > 0.0:
        series["stock_level"] = np.clip(1.0 - gone / stock, 0.0, 1.0)
    frames = []
    for of, values in series.items():
        levels = np.quantile(values, BANDS, axis=1, method="inverted_cdf").T
        rows = {"step": np.repeat(np.arange(N_STEPS, dtype=np.int32), len(BANDS)), "quantile": np.tile(BANDS, N_STEPS)}
        frame = pl.DataFrame({**rows, "value": levels.ravel()})
        for material, place, sector in case.consumers if of != "stock_level" else [next(iter(case.consumers))]:
            names = {
                "material": pl.lit(material),
                "place": pl.lit(place if of != "stock_level" else None, pl.String),
                "sector": pl.lit(sector if of == "shortfall_share" else None, pl.String),
                "stockpile": pl.lit("eu_stock" if of == "stock_level" else None, pl.String),
            }
            head = {
                "point": pl.lit(0, pl.Int32),
                "policy": pl.lit(policy),
                "draw": pl.lit(0, pl.Int32),
                "of": pl.lit(of),
            }
            frames.append(frame.select(**head, **names, step="step", quantile="quantile", value="value"))
    return pl.concat(frames).unique(maintain_order=True)
