"""The scenario of forms: a stock of ore helps where there is a refinery, packs help everyone."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import polars as pl
import pytest

ROOT = Path(__file__).parents[2]
SCENARIO = ROOT / "scenarios/stock-forms"
BINARY = os.environ.get("SHORTFALL_BIN", str(ROOT / "target/release/shortfall"))

pytestmark = pytest.mark.skipif(not Path(BINARY).is_file(), reason="the program is not built; make test builds it")


def run(out: Path, *settings: str) -> subprocess.CompletedProcess[str]:
    options = [part for setting in settings for part in ("--set", setting)]
    command = [BINARY, "run", SCENARIO, "-o", out, "-n", "8", "-q", *options]
    return subprocess.run(command, capture_output=True, text=True)


def test_in_a_congolese_ban_ore_helps_the_refiner_and_packs_help_all_alike(tmp_path: Path) -> None:
    others = ["china_sulphate_licence", "china_cell_licence", "china_pack_licence", "kokkola_outage"]
    quiet = [f"hazard.{name}.onset.poisson.per_year=0" for name in others]
    ban = ['hazard.congo_ban.onset={ scheduled = ["2027-06-01"] }', "hazard.congo_ban.duration_months=18"]
    done = run(tmp_path / "out", *quiet, *ban)
    assert done.returncode == 0, done.stderr
    rows = pl.read_parquet(tmp_path / "out/tables/outcomes/*.parquet")
    names = rows.with_columns(pl.col("policy", "place").cast(pl.String))
    share = dict(names.group_by(pl.concat_str("policy", "place", separator=" ")).agg(pl.col("shortfall").sum()).rows())
    saved = {
        (form, place): 1.0 - share[f"{form} {place}"] / share[f"none {place}"]
        for form in ("ore", "packs") for place in ("FIN", "POL", "UKR")
    }  # fmt: skip
    assert saved["ore", "FIN"] > 0.6
    assert 0.05 < saved["ore", "POL"] < 0.3
    assert 0.0 < saved["ore", "UKR"] < 0.1
    for place in ("POL", "UKR"):
        assert saved["packs", place] == pytest.approx(saved["packs", "FIN"], abs=0.05)


def test_ore_held_where_nobody_refines_is_refused(tmp_path: Path) -> None:
    done = run(tmp_path / "out", 'stockpile.ore.holders=["POL", "UKR"]')
    assert done.returncode != 0
    assert "none of the holders uses the material" in done.stderr


def test_the_stocks_cost_the_same(tmp_path: Path) -> None:
    done = run(tmp_path / "out")
    assert done.returncode == 0, done.stderr
    piles = pl.read_parquet(tmp_path / "out/tables/stockpiles/*.parquet")
    price = pl.read_csv(SCENARIO / "materials.csv").select("material", "reference_price_usd")
    worth = piles.with_columns(pl.col("material").cast(pl.String)).join(price, on="material")
    usd = worth.select(pl.col("target") * pl.col("reference_price_usd")).to_series()
    assert len(usd) == 4 * 8
    assert usd.to_list() == pytest.approx([20e6] * len(usd), rel=1e-3)


def test_the_tables_are_what_the_script_writes(tmp_path: Path) -> None:
    for name in ("stock-forms", "cobalt-fpv"):
        shutil.copytree(ROOT / "scenarios" / name, tmp_path / name)
    subprocess.run([sys.executable, tmp_path / "stock-forms/build.py"], check=True)
    for path in SCENARIO.glob("*.csv"):
        assert (tmp_path / "stock-forms" / path.name).read_bytes() == path.read_bytes(), path.name
