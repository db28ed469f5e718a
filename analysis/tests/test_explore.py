"""What the controls of the report choose from."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from shortfall import answers, chain, explore, results, synthetic, timeline

STATED = """
[stockpile.eu_stock]
holders = ["DEU"]
material = "cobalt_sulphate"
target_days = 60
[policy.none]
[policy.reserve_60]
use = ["stockpile.eu_stock"]
"""


def made(tmp_path: Path, stated: str = "") -> tuple[answers.Answers, results.Results]:
    case = synthetic.Case()
    folder = synthetic.write(tmp_path / "r", synthetic.tables(case, np.random.default_rng(1)), case)
    synthetic.restate(folder, (folder / "scenario/scenario.toml").read_text() + stated)
    found = results.load(folder)
    return answers.gather(found), found


def test_the_data_ends_no_element_and_is_read_back_as_it_was(tmp_path: Path) -> None:
    gathered, found = made(tmp_path)
    text = str(explore.embedded(gathered, found))
    assert not set("<>&") & set(text)
    assert json.loads(text)["policies"] == gathered.policies


def test_users_say_what_the_summary_says(tmp_path: Path) -> None:
    gathered, _ = made(tmp_path)
    users = explore.users(gathered)
    assert len(users) == 3
    for user in users:
        for policy, under in user["under"].items():
            keys = {name: user[name] for name in ("material", "place", "sector")}
            row = gathered.table.filter(policy=policy, **keys).row(0, named=True)
            for measure, short in explore.MEASURES.items():
                wanted = [row[measure][side] for side in ("value", "low", "high")]
                assert under[short] == pytest.approx(wanted, rel=1e-11)


def test_a_unit_of_stock_costs_what_the_policy_that_is_that_stock_costs(tmp_path: Path) -> None:
    _, found = made(tmp_path, STATED)
    assert explore.unit_costs(found) == {("cobalt_sulphate", ("DEU",)): pytest.approx(1_000.0)}
    _, plain = made(tmp_path / "plain")
    assert explore.unit_costs(plain) == {}


def test_a_slider_goes_in_round_steps_from_nothing_to_nearly_everything(tmp_path: Path) -> None:
    stock, *_ = explore.stocks(*made(tmp_path))
    first, last = stock["covered"][0], stock["covered"][-1]
    assert first[0] == pytest.approx(0.4, abs=0.02)
    assert last[0] >= 0.99
    assert f"{stock['step']:.0e}"[0] in "125"
    values = [value for value, *_ in stock["covered"]]
    assert values == sorted(values)


def test_the_story_is_the_run_at_the_quantile_and_its_numbers_are_those_of_the_tables(tmp_path: Path) -> None:
    gathered, found = made(tmp_path)
    story = timeline.worst(gathered, found)
    consumer = gathered.consumers[0]
    rows = found.table("outcomes").filter(
        pl.col("policy") == "none", *(pl.col(key) == consumer[key] for key in ("material", "place", "sector"))
    )
    told = story.users[0]["shortfall"]
    assert rows.select((pl.col("shortfall") <= told).mean()).collect().item() == pytest.approx(0.99)
    assert rows.filter(pl.col("run") == story.run).collect()["shortfall"].item() == told
    words = timeline.sentences(story, gathered)
    (event,) = words["What happened"]
    assert "supply_loss, severity 1" in event
    names = [gathered.name(consumer) for consumer in gathered.consumers]
    assert all(line.startswith(name) for line, name in zip(words["Who ran short"], names, strict=True))


def test_the_script_tells_a_run_and_refuses_one_that_is_not_there(tmp_path: Path) -> None:
    _, found = made(tmp_path)
    script = [sys.executable, Path(__file__).parents[1] / "story.py", found.folder]
    done = subprocess.run([*script, "--run", "3", "--policy", "reserve_60"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    first, second = done.stdout.splitlines()
    assert first.startswith("run 3, draw 0, policy reserve_60: ")
    assert "--run 3 tells it in full" in second
    assert {path.suffix for path in found.report.glob("story*")} == {".parquet", ".csv", ".svg", ".png"}
    done = subprocess.run([*script, "--run", "9999"], capture_output=True, text=True)
    assert done.returncode == 3
    assert "no run 9999" in done.stderr


def test_the_chain_has_the_shares_and_flows_of_its_tables(tmp_path: Path) -> None:
    (tmp_path / "plants.csv").write_text(
        "plant,material,place,output_per_year\na,ore,COD,60\nb,ore,COD,20\nc,ore,AUS,20\nd,metal,CHN,70\n"
    )
    (tmp_path / "recipes.csv").write_text("output,input,amount\nmetal,ore,1\n")
    (tmp_path / "lanes.csv").write_text(
        "material,from,to,flow_per_year\nore,COD,CHN,75\nore,AUS,CHN,25\nmetal,CHN,DEU,9\n"
    )
    found = chain.read(tmp_path)
    assert found.made == {"ore": {"COD": 0.8, "AUS": 0.2}, "metal": {"CHN": 1.0}}
    assert found.column == {"ore": 0, "metal": 1}
    assert found.concentration("ore") == pytest.approx(0.68)
    assert found.flows == {("ore", "COD", "metal", "CHN"): 0.75, ("ore", "AUS", "metal", "CHN"): 0.25}
    assert found.table({"COD": "Congo"})["places"].to_list() == ["Congo 80 %, AUS 20 %", "CHN 100 %"]
    assert chain.read(tmp_path / "elsewhere") is None


def test_recipes_that_go_round_do_not_make_the_chain_endless(tmp_path: Path) -> None:
    (tmp_path / "plants.csv").write_text("plant,material,place,output_per_year\na,ore,X,1\nb,metal,X,1\nc,scrap,X,1\n")
    (tmp_path / "recipes.csv").write_text("output,input\nmetal,ore\nscrap,metal\nmetal,scrap\n")
    assert max(chain.read(tmp_path).column.values()) <= 2
