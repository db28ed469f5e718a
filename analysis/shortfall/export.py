"""Writes tables as Parquet, unchanged, and as CSV that a spreadsheet cannot take for formulas."""

from pathlib import Path

import polars as pl

from shortfall.results import STAMP

# What makes a spreadsheet run a cell, or what it strips before it decides.
STARTERS = r"^[=+\-@\t\r\n^|]"


def save(frame: pl.DataFrame, folder: Path, name: str, stamp: str = "") -> None:
    """`name.parquet` with names as they were, `name.csv` with them neutralised; `stamp`: what it is made from."""
    folder.mkdir(parents=True, exist_ok=True)
    frame.write_parquet(folder / f"{name}.parquet", metadata={STAMP: stamp})
    neutral(flat(frame)).write_csv(folder / f"{name}.csv")


def neutral(frame: pl.DataFrame) -> pl.DataFrame:
    """Puts an apostrophe before text that starts like a formula; columns of numbers keep their minus sign."""
    text = pl.col(pl.String)
    columns = {name: name if not _starts(name) else f"'{name}" for name in frame.columns}
    return frame.with_columns(
        pl.when(text.str.contains(STARTERS)).then(pl.lit("'") + text).otherwise(text).name.keep()
    ).rename(columns)


def flat(frame: pl.DataFrame) -> pl.DataFrame:
    """Spreads each estimate over the columns NAME, NAME_low, NAME_high: CSV knows no nested values."""
    columns: list[pl.Expr] = []
    for name, kind in frame.schema.items():
        if isinstance(kind, pl.Struct):
            value = pl.col(name).struct
            columns.append(value.field("value").alias(name))
            columns += [value.field(bound).alias(f"{name}_{bound}") for bound in ("low", "high")]
        else:
            columns.append(pl.col(name))
    return frame.select(columns)


def _starts(name: str) -> bool:
    return name[:1] in set("=+-@\t\r\n^|")
