"""The US stockpile requirement of 2013: inputs are whole, and the simulator gives what the method's formula gives."""

import csv
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from shortfall import official
from shortfall.chains import readme

ROOT = Path(__file__).parents[2]
SCENARIO = ROOT / "scenarios/us-stockpile-2013"
BINARY = os.environ.get("SHORTFALL_BIN", str(ROOT / "target/release/shortfall"))


def rows(name: str) -> list[dict[str, str]]:
    with open(SCENARIO / name, newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_the_reports_rows_add_up_to_its_printed_total() -> None:
    assert sum(float(row["musd"]) for row in rows("data/report.csv")) == pytest.approx(1221.41, abs=0.011)
    assert len(rows("data/report.csv")) == 18


def test_shares_of_suppliers_add_up_to_one_in_either_reading() -> None:
    for share in official_shares():
        totals: dict[str, float] = {}
        for row in rows("data/suppliers.csv"):
            totals[row["material"]] = totals.get(row["material"], 0.0) + float(row[share])
        assert totals.keys() == {row["material"] for row in rows("data/use.csv")}
        assert all(total == pytest.approx(1.0) for total in totals.values()), totals


def official_shares() -> tuple[str, str]:
    return "world_share", "import_share"


def test_the_tables_are_those_that_build_py_writes(tmp_path: Path) -> None:
    copy = tmp_path / SCENARIO.name
    shutil.copytree(SCENARIO, copy)
    subprocess.run([sys.executable, copy / "build.py"], check=True)
    for path in SCENARIO.glob("*.csv"):
        assert (copy / path.name).read_bytes() == path.read_bytes(), path.name


def test_the_baseline_report_is_what_the_program_prints() -> None:
    assert (SCENARIO / "baseline.txt").read_text(encoding="utf-8") == readme.baseline(BINARY, SCENARIO)


def test_with_all_assumptions_at_their_modes_the_run_is_the_methods_formula(tmp_path: Path) -> None:
    """Missing of each supplier: net use · 0.9 · cut in the year of conflict, then net use · cut · half the recovery."""
    settings = {"hazard.austerity.severity": 0.9, "hazard.adversary.severity": 1.0, "run.draws": 1}
    cut = {"CHN": 1.0, "OTHER": 0.15, "ALLIED": 0.05, "NEAR": 0.0}
    for name, group in [("adversary", "CHN"), ("other_suppliers", "OTHER"), ("allied_suppliers", "ALLIED")]:
        settings[f"hazard.{name}.severity"] = cut[group]
        settings[f"hazard.{name}.recovery_months"] = 6.0
    options = [part for key, value in settings.items() for part in ("--set", f"{key}={value}")]
    subprocess.run([BINARY, "run", str(SCENARIO), "-o", str(tmp_path / "out"), "-q", *options], check=True)
    outcomes = pl.read_parquet(tmp_path / "out/tables/outcomes/*.parquet")
    use = {row["material"]: float(row["use"]) - float(row["home"]) for row in rows("data/use.csv")}
    for reading, share in zip(official.READINGS, official_shares(), strict=True):
        for material, net in use.items():
            lost = sum(
                float(r[share]) * cut[r["group"]] for r in rows("data/suppliers.csv") if r["material"] == material
            )
            found = outcomes.filter((pl.col("material") == material) & (pl.col("place") == reading))["shortfall"]
            assert found.to_list() == pytest.approx([net * lost * (0.9 + 0.5 * 6.0 / 12.0)], rel=1e-6), (
                material,
                reading,
            )


def test_a_row_is_near_within_the_factor_and_its_range_holds_inputs_and_assumptions() -> None:
    ours = {"USA_WORLD": np.array([50.0, 100.0, 200.0]), "USA_IMPORTS": np.array([10.0, 20.0, 30.0])}
    row = official.Row("m", "m", 140.0, 1.0, ours, (0.5, 1.5), "quoted")
    assert row.near("USA_WORLD")
    assert not row.near("USA_IMPORTS")
    assert row.range("USA_WORLD") == pytest.approx((25.0 / 140.0, 300.0 / 140.0))
    assert row.inside("USA_WORLD")
    assert not row.inside("USA_IMPORTS")
