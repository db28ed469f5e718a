"""The distribution of the shortfall of every consumer under every policy."""

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from shortfall import intervals, risk
from shortfall.intervals import ESTIMATE
from shortfall.results import CONSUMER, RUN, SHORT_RUN, Refused

QUANTILES = (0.5, 0.75, 0.9, 0.95, 0.99)
TAIL = 0.95
RETURN_PERIODS = (2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 1000.0)
# Chances at which the curve of years is kept: 20 a decade, closer than a picture shows.
CURVE = 10.0 ** np.linspace(0.0, -5.0, 101)
MEASURES = {"shortfall": "sum of a year", "worst_step_shortfall": "worst step of a year"}
GROUP = ["point", "policy", *CONSUMER, "unit"]


def distribution(outcomes: pl.LazyFrame) -> pl.DataFrame:
    """One row for each (point, policy, material, place, sector), each statistic with its interval.

    `mean`, `q50` to `q99`, `var95`, `cvar95` in the material's unit; `share` of the requirement, and `tail_share`, its
    mean over the worst runs; `probability` that a run is short: that more than `SHORT_RUN` of its requirement is
    missing; `steps_short`, mean over all runs; `longest_short`, mean length of the longest shortage of the runs that
    are short. `se_mean` is the standard error of the mean, from which the runs for a wanted precision follow.
    """
    measures = ["shortfall", "requirement", "steps_short", "longest_short_steps"]
    rows = [row for block in blocks(outcomes, measures) for row in _of_policy(block)]
    return pl.DataFrame(rows, schema=_schema())


class Block:
    """The runs of one policy: `values[measure]` holds consumers by runs, `keys` the consumers, in the same order."""

    def __init__(self, rows: pl.DataFrame, keys: Sequence[str], measures: Sequence[str]) -> None:
        found = tiled(rows, keys)
        if found is None:
            rows = _by_run(rows, keys)
            found = tiled(rows, keys)
        if found is None:
            raise Refused(f"not the same runs and weights for all of {rows.select(keys).row(0)} and its neighbours")
        items, places = found
        first = rows.select(*RUN, "weight").gather_every(len(items))
        self.keys = items.to_dicts()
        self.draws, self.runs = first["draw"].to_numpy(), first["run"].to_numpy()
        self.weights = first["weight"].cast(pl.Float64).to_numpy()
        if not (np.isfinite(self.weights).all() and (self.weights >= 0).all() and self.weights.sum() > 0):
            raise Refused(f"weights of {self.keys[0]} are not all numbers of at least 0 with a sum above 0")
        shape = (len(first), len(items))
        self.values = {name: rows[name].cast(pl.Float64).to_numpy().reshape(shape).T[places] for name in measures}


def _by_run(rows: pl.DataFrame, keys: Sequence[str]) -> pl.DataFrame:
    return rows.sort([*RUN, *(pl.col(name).cast(pl.String) if name in _names(rows, keys) else name for name in keys)])


def tiled(rows: pl.DataFrame, keys: Sequence[str]) -> tuple[pl.DataFrame, np.ndarray] | None:
    """The keys, sorted, and where each stands in a run, if runs come in order and each has its keys in the same one.

    The program writes rows so; then they need no sort, which would cost more than all estimates.
    """
    same = np.ones(len(rows), dtype=bool)
    for name in RUN:
        column = rows[name].to_numpy()
        same &= column == column[0]
    size = int(same.sum())
    if len(rows) % size or not same[:size].all():
        return None
    table = rows.select(*keys, *RUN, "weight").with_columns(pl.col(_names(rows, keys)).to_physical())
    for name in keys:
        column = table[name].to_numpy().reshape(-1, size)
        if not (column == column[0]).all():
            return None
    for name in (*RUN, "weight"):
        column = table[name].to_numpy().reshape(-1, size)
        if not ((column == column[:, :1]) | np.isnan(column)).all():
            return None
    runs = table.select(RUN).gather_every(size)
    items = rows.select(keys).head(size).with_columns(pl.col(_names(rows, keys)).cast(pl.String))
    if not runs.equals(runs.unique().sort(RUN)) or items.is_duplicated().any():
        return None
    items = items.with_row_index("place_in_run").sort(keys)
    return items.drop("place_in_run"), items["place_in_run"].to_numpy()


def _names(rows: pl.DataFrame, keys: Sequence[str]) -> list[str]:
    return [name for name in keys if rows.schema[name] in (pl.String, pl.Categorical, pl.Enum)]


def blocks(rows: pl.LazyFrame, measures: Sequence[str], keys: Sequence[str] = GROUP) -> Iterator[Block]:
    """One block for each (point, policy), in order; only the columns asked for are read."""
    groups = rows.select("point", "policy").unique().collect().with_columns(pl.col("policy").cast(pl.String))
    for point, policy in groups.sort("point", "policy").iter_rows():
        part = rows.filter(pl.col("point") == point, pl.col("policy") == policy)
        yield Block(part.select(*keys, *RUN, "weight", *measures).collect(), keys, measures)


def _of_policy(block: Block) -> Iterator[dict]:
    shortfall, weights, draws = block.values["shortfall"], block.weights, block.draws
    share = shares(shortfall, block.values["requirement"])
    short = share > SHORT_RUN
    rising, rising_share = risk.ordered(shortfall, weights), risk.ordered(share, weights)
    quantiles = {p: risk.quantile_estimates(shortfall, rising, p, weights, draws) for p in QUANTILES}
    estimates = {
        "mean": intervals.mean_estimates(shortfall, weights, draws),
        "share": intervals.mean_estimates(share, weights, draws),
        **{f"q{round(100 * p)}": estimate for p, estimate in quantiles.items()},
        "var95": quantiles[TAIL],
        "cvar95": risk.cvar_estimates(shortfall, rising, TAIL, weights, draws),
        "tail_share": risk.cvar_estimates(share, rising_share, TAIL, weights, draws),
        "probability": risk.probabilities(short, weights, draws),
        "steps_short": intervals.mean_estimates(block.values["steps_short"], weights, draws),
        "longest_short": intervals.mean_estimates(block.values["longest_short_steps"], weights, draws, short),
    }
    means = np.array([estimate.value for estimate in estimates["mean"]])
    errors = np.sqrt((shortfall - means[:, None]) ** 2 @ weights**2) / weights.sum()
    requirement = block.values["requirement"] @ weights / weights.sum()
    for index, key in enumerate(block.keys):
        rows = {name: of_all[index].as_row() for name, of_all in estimates.items()}
        se = float(errors[index]) if len(draws) > 1 else None
        yield {**key, "n": len(draws), "requirement": float(requirement[index]), **rows, "se_mean": se}


def shares(shortfall: np.ndarray, requirement: np.ndarray) -> np.ndarray:
    """Shortfall as a share of the requirement; nothing is missing where nothing is required."""
    return np.divide(shortfall, requirement, out=np.zeros_like(shortfall), where=requirement > 0.0)


def _schema() -> dict[str, pl.DataType]:
    names = ["mean", "share", *(f"q{round(100 * p)}" for p in QUANTILES), "var95", "cvar95", "tail_share"]
    keys = {"point": pl.Int32, **dict.fromkeys(GROUP[1:], pl.String), "n": pl.Int64, "requirement": pl.Float64}
    names += ["probability", "steps_short", "longest_short"]
    return keys | dict.fromkeys(names, ESTIMATE) | {"se_mean": pl.Float64}


def exceedance(
    years: pl.LazyFrame, return_periods: Sequence[float] = RETURN_PERIODS
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return levels of a year's sum and of its worst step, for every consumer under every policy.

    The second frame is the curve of a year's sum: the level exceeded with each chance of `CURVE` that the runs resolve.
    """
    levels, curves = [], []
    for block in blocks(years, list(MEASURES), [*GROUP, "year"]):
        named = list(dict.fromkeys(tuple(key[name] for name in GROUP) for key in block.keys))
        n_runs = len(block.draws)
        if len(block.keys) % len(named):
            raise Refused(f"not the same years for all of {block.keys[0]} and its neighbours")
        for measure, of in MEASURES.items():
            values = block.values[measure].reshape(len(named), -1, n_runs)
            rising = risk.ordered(values.reshape(len(named), -1), np.tile(block.weights, values.shape[1]))
            found = risk.return_levels(values, rising, block.weights, block.draws, return_periods)
            for key, row in zip(named, found, strict=True):
                for period, level in zip(return_periods, row, strict=True):
                    levels.append((*key, of, float(period), level.as_row(), level.value is not None))
            if measure == "shortfall":
                at = [(rising.at(p), risk.resolved(values, rising, block.weights, p)) for p in 1.0 - CURVE]
                curves += [
                    (*key, float(chance), float(level[row]))
                    for row, key in enumerate(named)
                    for chance, (level, reached) in zip(CURVE, at, strict=True)
                    if reached[row]
                ]
    keys = {"point": pl.Int32, **dict.fromkeys(GROUP[1:], pl.String)}
    of_level = {"of": pl.String, "return_period_years": pl.Float64, "level": ESTIMATE, "resolved": pl.Boolean}
    of_curve = {"probability": pl.Float64, "shortfall": pl.Float64}
    return (
        pl.DataFrame(levels, schema=keys | of_level, orient="row"),
        pl.DataFrame(curves, schema=keys | of_curve, orient="row"),
    )


def runs_needed(row: dict, relative: float) -> int | None:
    """Runs after which the half-width of the mean's interval is `relative` of the mean; `None` if unknown."""
    mean, se = row["mean"]["value"], row["se_mean"]
    if not mean or se is None:
        return None
    return int(np.ceil(row["n"] * (1.96 * se / (relative * mean)) ** 2))
