from pathlib import Path

import numpy as np
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shortfall import synthetic


def save_like_the_simulator(frame: pl.DataFrame, path: Path) -> None:
    """Names as dictionary<int32, utf8>, zstd, as the simulator writes them."""
    table = frame.with_columns(pl.col(pl.Categorical).cast(pl.String)).to_arrow()
    named = [name for name, kind in frame.schema.items() if kind == pl.Categorical]
    for name in named:
        column = pa.chunked_array([table[name].combine_chunks().cast(pa.string()).dictionary_encode()])
        table = table.set_column(table.column_names.index(name), name, column)
    pq.write_table(table, path, compression="zstd")


@pytest.fixture(scope="session")
def case() -> synthetic.Case:
    return synthetic.Case()


@pytest.fixture
def folder(tmp_path: Path, case: synthetic.Case) -> Path:
    frames = synthetic.tables(case, np.random.default_rng(1))
    return synthetic.write(tmp_path / "results", frames, case, save_like_the_simulator)


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(0)
