"""The library of scenarios: what is committed is what the tables build, balances apart from the program, and runs."""

import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from shortfall import chains
from shortfall.chains import facts, network, readme
from shortfall.chains.build import COLUMNS
from shortfall.hindcast.parameters import Parameters

ROOT = Path(__file__).parents[2]
SCENARIOS = ROOT / "scenarios"
BINARY = os.environ.get("SHORTFALL_BIN", str(ROOT / "target/release/shortfall"))
NAMES = sorted(path.parent.name for path in SCENARIOS.glob("*/chain.toml"))
BUILT = ["scenario.toml", "SOURCES.md", *(f"{table}.csv" for table in COLUMNS)]


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scenarios, built anew."""
    folder = tmp_path_factory.mktemp("scenarios")
    for name in ["data", "parameters", *NAMES]:
        shutil.copytree(SCENARIOS / name, folder / name)
    for name in NAMES:
        chains.build(folder / name)
    return folder


@pytest.mark.parametrize("name", NAMES)
def test_what_is_committed_is_what_the_tables_build(copy: Path, name: str) -> None:
    for file in BUILT:
        committed, built = SCENARIOS / name / file, copy / name / file
        assert committed.exists() == built.exists(), file
        if built.exists():
            assert committed.read_text(encoding="utf-8") == built.read_text(encoding="utf-8"), file


@pytest.mark.parametrize("name", NAMES)
def test_supply_meets_use_apart_from_the_program(name: str) -> None:
    command = [sys.executable, SCENARIOS / "check_balance.py", SCENARIOS / name]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout


@pytest.mark.skipif(not Path(BINARY).is_file(), reason="the program is not built; make test builds it")
@pytest.mark.parametrize("name", NAMES)
def test_the_baseline_report_is_what_the_program_prints(name: str) -> None:
    committed = (SCENARIOS / name / "baseline.txt").read_text(encoding="utf-8")
    assert committed == readme.baseline(BINARY, SCENARIOS / name)


@pytest.mark.skipif(not Path(BINARY).is_file(), reason="the program is not built; make test builds it")
@pytest.mark.parametrize("name", NAMES)
def test_a_scenario_runs_under_each_policy(name: str, tmp_path: Path) -> None:
    small = ["--set", "run.draws=1", "--runs", "8"]
    command = [BINARY, "run", SCENARIOS / name, "-o", tmp_path / "out", "-q", "-j", "1", *small]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    chain = tomllib.loads((SCENARIOS / name / "chain.toml").read_text(encoding="utf-8"))
    frame = readme.outcomes(tmp_path / "out", chain["headline"])
    assert frame["policy"].unique(maintain_order=True).to_list()[0] == "none"
    assert len(frame) == 8 * frame["policy"].n_unique() * len(chain["headline"])


def test_members_of_the_union_and_places_that_are_not_listed_are_gathered() -> None:
    tables = facts.Facts(SCENARIOS / "data")
    found = tables.by_place(["CHN", "JPN", "ROW"], "demand", material="gallium", sector="all")
    assert set(found) == {"CHN", "JPN", "ROW"}
    assert found["ROW"].value == pytest.approx(25 + 25 + 45 + 18.7 + 36.3)
    assert found["CHN"].value == 560
    assert facts.home("DEU", ["EU27", "ROW"]) == "EU27"
    with pytest.raises(LookupError, match="no_metal"):
        tables.by_place(["CHN"], "demand", material="no_metal", sector="all")


def test_amounts_follow_from_the_last_material_with_the_recipes() -> None:
    chain = {
        "places": ["A"],
        "material": [
            {"name": "good", "class": "component", "price_usd": 2.0, "recipe": "r",
             "makers": {"shares": {"A": 3, "ROW": 1}},
             "use": [{"amounts": {"A": 60.0, "ROW": 20.0}, "defence": 0.1}]},
            {"name": "metal", "class": "any", "price_usd": 1.0, "makers": {"shares": {"ROW": 1}},
             "secondary": {"amounts": {"A": 5.0}}},
        ],
    }  # fmt: skip
    tables = facts.Facts(SCENARIOS / "data")
    tables.tables["recipes"] = [{"recipe_id": "r", "output": "good", "input": "metal", "qty_per_output_ideal": "2",
                                 "yield_low": "", "yield_mode": "0.8", "yield_high": "", "source_id": "",
                                 "confidence": "assumed", "note": ""}]  # fmt: skip
    made = network.Network(chain, tables, Parameters(SCENARIOS / "parameters/parameters.csv"))
    output = {plant["plant"]: plant["output_per_year"] for plant in made.plants}
    assert output == pytest.approx({"a_good": 60.0, "row_good": 20.0, "a_metal_secondary": 5.0, "row_metal": 195.0})
    defence = {c["place"]: c["demand_per_year"] for c in made.consumers if c["sector"] == "defence"}
    assert defence == pytest.approx({"A": 6.0, "ROW": 2.0})
