"""The distribution of the shortfall of every consumer under every policy."""

from collections.abc import Iterator, Sequence

import numpy as np
import polars as pl

from shortfall import intervals, risk
from shortfall.intervals import ESTIMATE
from shortfall.results import CONSUMER, Refused

QUANTILES = (0.5, 0.75, 0.9, 0.95, 0.99)
TAIL = 0.95
RETURN_PERIODS = (2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 1000.0)
RUN = ["draw", "run"]
GROUP = ["point", "policy", *CONSUMER, "unit"]


def distribution(outcomes: pl.LazyFrame, rng: np.random.Generator) -> pl.DataFrame:
    """One row for each (point, policy, material, place, sector), each statistic with its interval.

    `mean`, `q50` to `q99`, `var95`, `cvar95` in the material's unit; `share` of the requirement; `probability` of any
    short step; `steps_short`, mean over all runs; `longest_short`, mean length of the longest shortage of the runs that
    have one. `se_mean` is the standard error of the mean, from which the runs for a wanted precision follow.
    """
    measures = ["shortfall", "requirement", "steps_short", "longest_short_steps"]
    rows = []
    draws, counts = np.empty(0), np.empty((0, 0))
    for block in blocks(outcomes, measures):
        if not np.array_equal(draws, block.draws):
            draws, counts = block.draws, intervals.resample(block.draws, rng)
        rows += _of_policy(block, counts)
    return pl.DataFrame(rows, schema=_schema())


class Block:
    """The runs of one policy: `values[measure]` holds consumers by runs, `keys` the consumers, in the same order."""

    def __init__(self, rows: pl.DataFrame, keys: Sequence[str], measures: Sequence[str]) -> None:
        # Names as numbers in their order: strings make the sort ten times slower.
        text = [name for name in keys if rows.schema[name] == pl.String]
        rows = rows.with_columns(pl.col(name).cast(pl.Enum(rows[name].unique().sort())) for name in text)
        rows = rows.sort([*keys, *RUN], maintain_order=True)
        self.keys = rows.select(keys).unique(maintain_order=True).to_dicts()
        n_items = len(self.keys)
        shape = (n_items, len(rows) // n_items)
        runs = rows.select(*RUN, "weight")
        first = runs.head(shape[1])
        if shape[0] * shape[1] != len(rows) or not pl.concat([first] * n_items).equals(runs):
            raise Refused(f"not the same runs and weights for all of {self.keys[0]} and its neighbours")
        self.draws, self.runs = first["draw"].to_numpy(), first["run"].to_numpy()
        self.weights = first["weight"].cast(pl.Float64).to_numpy()
        if not (np.isfinite(self.weights).all() and (self.weights >= 0).all() and self.weights.sum() > 0):
            raise Refused(f"weights of {self.keys[0]} are not all numbers of at least 0 with a sum above 0")
        self.values = {name: rows[name].cast(pl.Float64).to_numpy().reshape(shape) for name in measures}


def blocks(rows: pl.LazyFrame, measures: Sequence[str], keys: Sequence[str] = GROUP) -> Iterator[Block]:
    """One block for each (point, policy), in order; only the columns asked for are read."""
    groups = rows.select("point", "policy").unique().collect().sort("point", "policy")
    for point, policy in groups.iter_rows():
        part = rows.filter(pl.col("point") == point, pl.col("policy") == policy)
        yield Block(part.select(*keys, *RUN, "weight", *measures).collect(), keys, measures)


def _of_policy(block: Block, counts: np.ndarray) -> Iterator[dict]:
    shortfall, weights, draws = block.values["shortfall"], block.weights, block.draws
    with np.errstate(invalid="ignore", divide="ignore"):
        share = np.nan_to_num(shortfall / block.values["requirement"], nan=0.0)
    short = block.values["steps_short"] > 0
    means = intervals.mean_estimates(shortfall, weights, counts)
    shares = intervals.mean_estimates(share, weights, counts)
    steps = intervals.mean_estimates(block.values["steps_short"], weights, counts)
    lengths = intervals.mean_estimates(block.values["longest_short_steps"], weights, counts, short)
    for index, key in enumerate(block.keys):
        values = shortfall[index]
        quantiles = {p: risk.quantile_estimate(values, p, weights, draws) for p in QUANTILES}
        spread = float(np.sqrt(weights @ (values - means[index].value) ** 2 / weights.sum()))
        estimates = {
            "mean": means[index],
            "share": shares[index],
            **{f"q{round(100 * p)}": estimate for p, estimate in quantiles.items()},
            "var95": quantiles[TAIL],
            "cvar95": risk.cvar_estimate(values, TAIL, weights, counts),
            "probability": risk.shortage_probability(short[index], weights, draws),
            "steps_short": steps[index],
            "longest_short": lengths[index],
        }
        size = intervals.effective_size(np.zeros(len(draws)), weights, np.zeros(len(draws)))
        rows = {name: estimate.as_row() for name, estimate in estimates.items()}
        yield {**key, "n": len(values), **rows, "se_mean": spread / np.sqrt(size) if size > 1 else None}


def _schema() -> dict[str, pl.DataType]:
    names = ["mean", "share", *(f"q{round(100 * p)}" for p in QUANTILES), "var95", "cvar95", "probability"]
    keys = {"point": pl.Int32, **dict.fromkeys(GROUP[1:], pl.String), "n": pl.Int64}
    return keys | dict.fromkeys([*names, "steps_short", "longest_short"], ESTIMATE) | {"se_mean": pl.Float64}


def exceedance(years: pl.LazyFrame, return_periods: Sequence[float] = RETURN_PERIODS) -> pl.DataFrame:
    """Return levels of a year's sum and of its worst step, for every consumer under every policy."""
    frames = []
    keys = [*GROUP, "year"]
    for block in blocks(years, ["shortfall", "worst_step_shortfall"], keys):
        named = [tuple(key[name] for name in GROUP) for key in block.keys]
        for consumer in dict.fromkeys(named):
            rows = [index for index, name in enumerate(named) if name == consumer]
            for measure, of in (("shortfall", "sum of a year"), ("worst_step_shortfall", "worst step of a year")):
                levels = risk.exceedance(block.values[measure][rows], block.weights, block.draws, return_periods)
                key = dict(zip(GROUP, consumer, strict=True))
                frames.append(
                    levels.select(*(pl.lit(v).alias(k) for k, v in key.items()), pl.lit(of).alias("of"), pl.all())
                )
    return pl.concat(frames)


def curve(years: pl.LazyFrame, point: int, policy: str, consumer: dict[str, str]) -> pl.DataFrame:
    """Every year's shortfall of one consumer, largest first, with the chance that a year exceeds it."""
    chosen = [pl.col(name) == consumer[name] for name in CONSUMER]
    rows = years.filter(pl.col("point") == point, pl.col("policy") == policy, *chosen)
    weight = pl.col("weight")
    return (
        rows.select("shortfall", "weight")
        .sort("shortfall", descending=True)
        .with_columns(probability=weight.cum_sum() / weight.sum())
        .select("shortfall", "probability")
        .collect()
    )


def main_consumers(outcomes: pl.LazyFrame, n: int, reference: str) -> list[dict[str, str]]:
    """The defence use hit hardest; for each other policy the consumer it helps most; then those hit hardest by sector.

    Helped: by the share of the requirement that is missing on average. The helped stand in the order of their mean
    shortfall under the reference policy. By sector: the worst of each before the second of any.
    """
    weight = pl.col("weight")
    loss = (pl.col("shortfall_share") * weight).sum() / weight.sum()
    means = (
        outcomes.filter(pl.col("point") == pl.col("point").min())
        .group_by("policy", *CONSUMER, "unit")
        .agg(loss=loss)
        .with_columns(pl.col("policy", *CONSUMER, "unit").cast(pl.String))
        .collect()
    )
    consumer = [*CONSUMER, "unit"]
    base = means.filter(pl.col("policy") == reference).drop("policy").sort(consumer)
    gains = means.filter(pl.col("policy") != reference).rename({"loss": "left"}).join(base, on=consumer)
    gains = gains.with_columns(gain=pl.col("loss") - pl.col("left")).filter(pl.col("gain") > 0.0)
    helped = gains.sort(["gain", *consumer], descending=[True, *[False] * len(consumer)]).unique(
        "policy", keep="first", maintain_order=True
    )
    helped = helped.select(*consumer, "loss").unique(maintain_order=True)
    rank = pl.col("loss").rank("ordinal", descending=True).over("sector")
    order = ["rank", "loss", *CONSUMER]
    falling = [False, True, False, False, False]
    first = helped.with_columns(rank=pl.lit(0, pl.UInt32)).sort(order, descending=falling)
    others = base.with_columns(rank=rank.cast(pl.UInt32)).sort(order, descending=falling)
    defence = others.filter(pl.col("sector") == "defence").head(1)
    chosen = pl.concat([defence.select(consumer), first.select(consumer), others.select(consumer)]).unique(
        maintain_order=True
    )
    return chosen.head(n).to_dicts()


def of_consumers(rows: pl.LazyFrame, consumers: Sequence[dict[str, str]]) -> pl.LazyFrame:
    """Only the rows of these consumers."""
    wanted = pl.DataFrame(
        [{name: c[name] for name in CONSUMER} for c in consumers], schema=dict.fromkeys(CONSUMER, pl.String)
    )
    return rows.join(wanted.lazy(), on=CONSUMER, how="semi")


def runs_needed(row: dict, relative: float) -> int | None:
    """Runs after which the half-width of the mean's interval is `relative` of the mean; `None` if unknown."""
    mean, se = row["mean"]["value"], row["se_mean"]
    if not mean or se is None:
        return None
    return int(np.ceil(row["n"] * (1.96 * se / (relative * mean)) ** 2))
