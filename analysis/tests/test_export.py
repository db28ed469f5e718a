import csv
from pathlib import Path

import polars as pl

from shortfall import export, intervals

CASES = Path(__file__).parent / "cases"


def test_r31_names_that_look_like_formulas_are_text_and_numbers_keep_their_sign(tmp_path: Path) -> None:
    with (CASES / "R31-formula-names.csv").open(newline="", encoding="utf-8") as file:
        names = [row["name"] for row in csv.DictReader(file) if row["right_in_exported_csv"] == "text"]
    names.append("\t=1+1")
    frame = pl.DataFrame({"name": names, "change": [-5.25, -1e-9] + [1.0] * (len(names) - 2)})
    export.save(frame, tmp_path, "table")
    with (tmp_path / "table.csv").open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert [row["name"] for row in rows] == [f"'{name}" for name in names]
    assert [row["change"] for row in rows][:2] == ["-5.25", "-1e-9"]
    assert pl.read_parquet(tmp_path / "table.parquet")["name"].to_list() == names


def test_ordinary_names_are_left_alone() -> None:
    frame = pl.DataFrame({"name": ["NA", "a=b", "", None, "0260"]})
    assert export.neutral(frame).equals(frame)


def test_an_estimate_becomes_its_value_and_bounds() -> None:
    estimate = intervals.Estimate(2.0, 1.0, None, 9, "order statistics")
    frame = pl.DataFrame({"mean": [estimate.as_row()]}, schema={"mean": intervals.ESTIMATE})
    assert export.flat(frame).to_dicts() == [{"mean": 2.0, "mean_low": 1.0, "mean_high": None}]
