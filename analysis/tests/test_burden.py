"""Who bears a policy, on folders whose answers are known."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from shortfall import answers, burden, report, results, synthetic

RANKED = '[network]\nallocation = "pro_rata"\n[policy.none]\n[policy.first]\nallocation = "rated"\n'


@pytest.fixture
def first(tmp_path: Path, rng: np.random.Generator) -> Path:
    """Without a stock; under policy `first` defence takes what it misses from civil users, who miss it twice over."""
    civil, defence = ("cobalt", "DEU", "civil"), ("cobalt", "DEU", "defence")
    others = {("cobalt", "FIN", "defence"): 60.0, ("drone", "UKR", "civil"): 60.0, ("lfp", "DEU", "civil"): 12.0}
    case = synthetic.Case(stocks={"none": 0.0, "first": 1.0}, consumers={civil: 1200.0, defence: 120.0, **others})
    frames = synthetic.tables(case, rng)
    rows = frames["outcomes"].with_columns(pl.col(pl.Categorical).cast(pl.String))
    none = rows.filter(pl.col("policy") == "none")
    keys = ["draw", "run"]
    missed = none.filter(pl.col("material") == "cobalt", pl.col("sector") == "defence")
    missed = missed.group_by(keys).agg(moved=pl.col("shortfall").sum())
    changed = (
        none.with_columns(policy=pl.lit("first"))
        .join(missed, on=keys, maintain_order="left")
        .with_columns(
            shortfall=pl.when(pl.col("material") != "cobalt")
            .then("shortfall")
            .when(pl.col("sector") == "defence")
            .then(0.0)
            .otherwise(pl.col("shortfall") + 2.0 * pl.col("moved"))
        )
        .drop("moved")
    )
    frames["outcomes"] = pl.concat([none, changed]).with_columns(pl.col(pl.String).cast(pl.Categorical))
    folder = synthetic.write(tmp_path / "first", frames, case)
    synthetic.restate(folder, (folder / "scenario/scenario.toml").read_text() + RANKED)
    return folder


def test_policies_that_rank_users_are_told_from_the_scenario() -> None:
    policies = {"none": {}, "first": {"allocation": "rated"}, "stock": {"use": ["stockpile.a"]}}
    assert burden.ranked({"policy": policies}, "none") == ["first"]
    assert burden.ranked({"policy": policies}, "first") == []
    kept = {"none": {}, "kept": {"floor": {"civil": 0.3}}, "alike": {"allocation": "pro_rata"}}
    assert burden.ranked({"policy": kept}, "none") == ["kept"]
    ranked = {"network": {"allocation": "priority"}, "policy": policies}
    assert burden.ranked(ranked, "none") == ["first"]


def test_what_defence_is_saved_and_others_lose_is_summed_over_places(first: Path) -> None:
    found = results.load(first)
    table = burden.dual_use(found.table("outcomes"), ["first"], "none")
    # Drones and LFP are untouched, and no defence uses them.
    assert table["material"].to_list() == ["cobalt"]
    row = table.row(0, named=True)
    none = found.table("outcomes").filter(pl.col("policy") == "none", pl.col("sector") == "defence").collect()
    saved = none.group_by("run").agg(pl.col("shortfall").sum())["shortfall"].mean()
    assert row["defence"]["value"] == pytest.approx(-saved)
    assert row["others"]["value"] == pytest.approx(2.0 * saved)
    assert row["others"]["low"] < row["others"]["value"] < row["others"]["high"]
    assert row["others_share"]["value"] == pytest.approx(2.0 * saved / (1200.0 * synthetic.N_YEARS))


def test_the_report_says_what_defence_first_costs_only_where_a_policy_does_it(first: Path, folder: Path) -> None:
    for path, shown in ((first, True), (folder, False)):
        found = results.load(path)
        page = report.page(answers.gather(found), found)
        assert ("What defence first costs the others" in page) is shown


def test_bills_are_means_of_sums_of_items_by_party_and_add_up(folder: Path) -> None:
    found = results.load(folder)
    costs = found.table("costs").collect().with_columns(pl.col(pl.Categorical).cast(pl.String))
    sold = costs.with_columns(item=pl.lit("sales"), usd=-0.25 * pl.col("usd") * (pl.col("run") % 2))
    firms = costs.with_columns(party=pl.lit("firms"), usd=3.0 * pl.col("usd"))
    table = burden.bills(pl.concat([costs, sold, firms]).lazy())
    by = {(row["policy"], row["party"]): row for row in table.iter_rows(named=True)}
    assert list(by) == [(policy, party) for policy in ("reserve_180", "reserve_60") for party in ("DEU", "firms")]
    state, firm = by["reserve_60", "DEU"], by["reserve_60", "firms"]
    held = 1_000.0 * 2.0 * 110.0
    assert [item["item"] for item in state["items"]] == ["holding", "sales"]
    assert state["usd"]["value"] == pytest.approx(held * 0.875)
    assert sum(item["usd"] for item in state["items"]) == pytest.approx(state["usd"]["value"])
    assert firm["usd"]["value"] == pytest.approx(3.0 * held)
    page = report.page(answers.gather(found), found)
    assert "Who pays" in page and "holding 0.22" in page


def test_no_costs_make_no_bill(folder: Path) -> None:
    empty = results.load(folder).table("costs").clear()
    assert burden.bills(empty).is_empty()
