import re
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from shortfall import compare, results, summary, synthetic

CIVIL = {"material": "cobalt_sulphate", "place": "DEU", "sector": "civil"}
MONTHLY = 100.0


@pytest.fixture
def table(folder: Path) -> pl.DataFrame:
    return summary.distribution(results.load(folder).table("outcomes"))


def row_of(table: pl.DataFrame, policy: str) -> dict:
    keys = {"policy": policy, **CIVIL}
    return table.filter(*(pl.col(name) == value for name, value in keys.items())).row(0, named=True)


def test_every_policy_and_consumer_has_one_row(table: pl.DataFrame) -> None:
    assert table.height == table.select(summary.GROUP).n_unique() == 9
    assert table["n"].unique().to_list() == [200]


def test_the_distribution_is_that_of_the_exponential_that_was_put_in(table: pl.DataFrame) -> None:
    none = row_of(table, "none")
    assert none["probability"]["value"] == 0.59  # two of the 120 runs that lose supply lose less than a thousandth
    assert none["mean"]["value"] == pytest.approx(0.6 * 3.0 * MONTHLY, rel=0.01)
    assert none["q90"]["value"] == pytest.approx(-3.0 * np.log(0.1 / 0.6) * MONTHLY, rel=0.03)
    assert none["cvar95"]["value"] == pytest.approx((3.0 - 3.0 * np.log(0.05 / 0.6)) * MONTHLY, rel=0.03)
    assert none["share"]["value"] == pytest.approx(none["mean"]["value"] / 6000.0)
    assert none["q95"] == none["var95"]


def test_a_stock_of_six_months_leaves_what_lies_beyond_it(table: pl.DataFrame) -> None:
    left = row_of(table, "reserve_180")
    chance = 0.6 * np.exp(-2.0)
    assert left["probability"]["low"] < chance < left["probability"]["high"]
    assert left["mean"]["low"] < chance * 3.0 * MONTHLY < left["mean"]["high"]
    assert left["longest_short"]["value"] > 1.0


def test_amounts_scale_with_the_consumer_and_chances_do_not(table: pl.DataFrame) -> None:
    defence = table.filter(pl.col("sector") == "defence", pl.col("place") == "DEU", pl.col("policy") == "none")
    civil, defence = row_of(table, "none"), defence.row(0, named=True)
    assert defence["cvar95"]["value"] == pytest.approx(civil["cvar95"]["value"] / 10.0)
    assert defence["probability"] == civil["probability"]


def outcomes_of_20_runs(rng: np.random.Generator) -> pl.DataFrame:
    frame = synthetic.tables(synthetic.Case(n_runs=20), rng)["outcomes"]
    return frame.with_columns(pl.col(pl.Categorical).cast(pl.String))


def test_weights_are_honoured_by_every_statistic(rng: np.random.Generator) -> None:
    frame = outcomes_of_20_runs(rng)
    weighted = frame.with_columns(weight=(pl.col("run") < 10).cast(pl.Float64))
    few = summary.distribution(frame.filter(pl.col("run") < 10).lazy())
    table = summary.distribution(weighted.lazy())
    for name in ("mean", "share", "q75", "q95", "cvar95", "probability", "steps_short", "longest_short"):
        left, right = (t[name].struct.field("value").to_numpy() for t in (table, few))
        assert left == pytest.approx(right, rel=1e-12, nan_ok=True), name


def test_unequal_runs_and_weights_that_are_no_weights_are_refused(rng: np.random.Generator) -> None:
    frame = outcomes_of_20_runs(rng)
    lacking = frame.filter(~((pl.col("run") == 3) & (pl.col("sector") == "civil")))
    for bad in (lacking, frame.with_columns(weight=pl.lit(0.0)), frame.with_columns(weight=pl.lit(float("nan")))):
        with pytest.raises(results.Refused):
            summary.distribution(bad.lazy())


def test_order_of_rows_does_not_matter(folder: Path) -> None:
    rows = results.load(folder).table("outcomes").collect()
    shuffled = rows.sample(fraction=1.0, shuffle=True, seed=4)
    # As the program writes them: run by run, the consumers of each in an order of their own.
    written = rows.sort("policy", "run", "sector", "place", descending=[False, False, True, False], maintain_order=True)
    tables = [summary.distribution(frame.lazy()) for frame in (rows, shuffled, written)]
    assert tables[0].equals(tables[1])
    assert tables[0].equals(tables[2])
    assert summary.tiled(written.filter(pl.col("policy") == "none"), summary.GROUP) is not None
    assert summary.tiled(shuffled.filter(pl.col("policy") == "none"), summary.GROUP) is None


def test_return_levels_rise_with_the_return_period(folder: Path) -> None:
    levels, curves = summary.exceedance(results.load(folder).table("years"))
    assert levels.height == 9 * 2 * len(summary.RETURN_PERIODS)
    none = levels.filter(pl.col("policy") == "none", pl.col("of") == "sum of a year", pl.col("resolved"))
    for _, rows in none.group_by("material", "place", "sector"):
        assert rows.sort("return_period_years")["level"].struct.field("value").is_sorted()
    assert levels.filter(pl.col("return_period_years") == 1000.0)["resolved"].any() is False
    assert curves["probability"].min() >= 1.0 / 200 * (1.0 - 1e-6)
    for _, rows in curves.group_by("policy", "material", "place", "sector"):
        assert rows.sort("probability")["shortfall"].is_sorted(descending=True)


def test_a_run_is_short_by_the_rule_of_the_program(rng: np.random.Generator) -> None:
    source = (Path(__file__).parents[2] / "sim/src/metrics/service.rs").read_text(encoding="utf-8")
    assert float(re.search(r"const SHORT_RUN: f64 = ([0-9.e-]+);", source)[1]) == results.SHORT_RUN
    frame = outcomes_of_20_runs(rng)
    ripple = frame.with_columns(shortfall=pl.lit(results.SHORT_RUN) * pl.col("requirement"), steps_short=pl.lit(1))
    assert summary.distribution(ripple.lazy())["probability"].struct.field("value").to_list() == [0.0] * 9
    above = ripple.with_columns(pl.col("shortfall") * 1.01)
    assert summary.distribution(above.lazy())["probability"].struct.field("value").to_list() == [1.0] * 9


def test_paired_differences_are_narrower_than_those_of_independent_runs(folder: Path, table: pl.DataFrame) -> None:
    outcomes = results.load(folder).table("outcomes")
    change = row_of(compare.paired(outcomes, "none"), "reserve_60")["difference"]
    means = [row_of(table, policy)["mean"] for policy in ("none", "reserve_60")]
    assert change["value"] == pytest.approx(means[1]["value"] - means[0]["value"])
    assert change["high"] < 0.0
    assert change["high"] - change["low"] < sum((m["high"] - m["low"]) ** 2 for m in means) ** 0.5


def test_the_runs_that_a_precision_needs_grow_with_its_square(table: pl.DataFrame) -> None:
    row = row_of(table, "none")
    assert summary.runs_needed(row, 0.01) == pytest.approx(100 * summary.runs_needed(row, 0.1), rel=0.01)
