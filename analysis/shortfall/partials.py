"""Distributions over many points and folders: partial histograms by part, merged in a tree.

The table `histograms` has the same bins everywhere, 64 in each factor of two, so weights add up. A quantile is rounded
up to the edge of its bin, by 1.6 % at most; a mean is exact; the mean of a tail is off by less than 1.6 % of its
smallest value.
"""

from collections.abc import Callable, Sequence
from typing import Any

import duckdb
import polars as pl

KEY = ["policy", "of", "material", "place", "sector", "stockpile", "party", "item", "unit"]


def _query(sql: str, **frames: pl.DataFrame) -> pl.DataFrame:
    # One thread: sums of floats depend on their order.
    with duckdb.connect(config={"threads": 1}) as connection:
        for name, frame in frames.items():
            connection.register(name, frame.to_arrow())
        return connection.sql(sql).pl()


def partial(path: str, first: int, last: int) -> pl.DataFrame:
    """Bins of the points from `first` to `last` in a file of the table `histograms`, their weights added up."""
    name = path.replace("'", "''")
    return _query(f"""
        SELECT {", ".join(KEY)}, upto, sum(bin_weight) AS weight, sum(bin_weight * bin_mean) AS total
        FROM (SELECT * FROM read_parquet('{name}', hive_partitioning = false)
              WHERE point BETWEEN {int(first)} AND {int(last)} ORDER BY point)
        GROUP BY ALL ORDER BY ALL""")


def merge(one: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """The bins of both."""
    return _query(
        f"""SELECT {", ".join(KEY)}, upto, sum(weight) AS weight, sum(total) AS total
            FROM (SELECT * FROM one UNION ALL SELECT * FROM other) GROUP BY ALL ORDER BY ALL""",
        one=one,
        other=other,
    )


def tree(parts: Sequence[Any], submit: Callable[..., Any]) -> Any:
    """Merges parts by pairs, then the pairs; `submit(function, a, b)` is a client's, or calls at once."""
    parts = list(parts)
    while len(parts) > 1:
        pairs = [submit(merge, *parts[i : i + 2]) for i in range(0, len(parts) - 1, 2)]
        parts = pairs + parts[len(parts) - len(parts) % 2 :]
    return parts[0]


def statistics(bins: pl.DataFrame, level: float = 0.95) -> pl.DataFrame:
    """Weight, mean, quantiles and the mean of the worst `1 - level`, by policy, quantity and what it is of."""
    weight, total = pl.col("weight"), pl.col("total")
    above = weight.sum() - weight.cum_sum()
    tail = (1 - level) * weight.sum()
    # Of each bin, the part that lies in the tail.
    part = (tail - above).clip(0, weight)

    def quantile(p: float) -> pl.Expr:
        return pl.col("upto").filter(weight.cum_sum() / weight.sum() >= p).first()

    rows = bins.sort("upto").group_by(KEY, maintain_order=True)
    return rows.agg(
        weight=weight.sum(),
        mean=total.sum() / weight.sum(),
        p50=quantile(0.5),
        p95=quantile(0.95),
        p99=quantile(0.99),
        cvar=(part * total / weight).sum() / tail,
    ).sort(KEY)
