import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from shortfall import pareto, results, robust, synthetic

SCRIPTS = Path(__file__).parents[1]
CIVIL = ("cobalt_sulphate", "DEU", "civil")


def made(tmp_path: Path, case: synthetic.Case, **changed: pl.DataFrame) -> results.Results:
    frames = synthetic.tables(case, np.random.default_rng(3)) | changed
    return results.load(synthetic.write(tmp_path / "r", frames, case))


def of_civil(table: pl.DataFrame) -> dict[str, dict]:
    rows = table.filter(*(pl.col(k) == v for k, v in zip(("material", "place", "sector"), CIVIL, strict=True)))
    return {row["policy"]: row for row in rows.to_dicts()}


def front_of(found: results.Results) -> dict[str, dict]:
    return of_civil(pareto.front(*(found.table(name) for name in ("outcomes", "costs", "stockpiles"))))


def test_larger_stocks_cost_more_and_leave_less_so_all_are_on_the_front(tmp_path: Path) -> None:
    rows = front_of(made(tmp_path, synthetic.Case()))
    assert all(row["efficient"] and row["beaten_by"] is None for row in rows.values())
    assert rows["none"]["cost"]["value"] == 0.0
    assert rows["reserve_180"]["cost"]["value"] == pytest.approx(3.0 * rows["reserve_60"]["cost"]["value"])


def test_a_policy_that_costs_more_and_leaves_as_much_is_beaten_by_name(tmp_path: Path) -> None:
    case = synthetic.Case()
    costs = synthetic.tables(case, np.random.default_rng(3))["costs"]
    dearer = pl.when(pl.col("policy").cast(pl.String) == "reserve_60").then(100.0).otherwise(1.0)
    rows = front_of(made(tmp_path, case, costs=costs.with_columns(usd=pl.col("usd") * dearer)))
    assert rows["reserve_60"]["beaten_by"] == "reserve_180"
    assert rows["none"]["efficient"]


def test_what_is_sold_lowers_the_cost(tmp_path: Path) -> None:
    case = synthetic.Case()
    costs = synthetic.tables(case, np.random.default_rng(3))["costs"]
    sold = costs.with_columns(item=pl.lit("sales", pl.Categorical), usd=pl.col("usd") / -4.0)
    before, after = (
        front_of(made(tmp_path / name, case, costs=frame))["reserve_60"]["cost"]["value"]
        for name, frame in (("a", costs), ("b", pl.concat([costs, sold])))
    )
    assert after == pytest.approx(0.75 * before)


def test_an_unlimited_stock_has_no_price_and_is_not_judged(tmp_path: Path) -> None:
    case = synthetic.Case()
    stockpiles = synthetic.tables(case, np.random.default_rng(3))["stockpiles"]
    endless = pl.when(pl.col("policy").cast(pl.String) == "reserve_180").then(None).otherwise(pl.col("target"))
    rows = front_of(made(tmp_path, case, stockpiles=stockpiles.with_columns(target=endless)))
    assert rows["reserve_180"]["cost"]["value"] is None
    assert not rows["reserve_180"]["efficient"]
    assert rows["reserve_60"]["efficient"]


def test_equal_policies_do_not_beat_each_other_and_rounding_is_no_difference() -> None:
    assert pareto.beaten_by([1.0, 1.0, 2.0], [5.0, 5.0 + 1e-12, 5.0]) == [None, None, 0]


def test_regret_is_what_is_missing_beyond_the_best_policy_of_the_draw(tmp_path: Path) -> None:
    found = made(tmp_path, synthetic.Case(n_draws=4))
    drawn = robust.by_draw(found.table("outcomes"))
    rows = of_civil(robust.robustness(drawn, 0.01))
    assert rows["reserve_180"]["regret"]["value"] == 0.0 == rows["reserve_180"]["worst_regret"]
    means = drawn.filter(pl.col("sector") == "civil").group_by("policy").agg(pl.col("share").mean())
    mean = dict(means.iter_rows())
    assert rows["none"]["regret"]["value"] == pytest.approx(mean["none"] - mean["reserve_180"])
    assert rows["none"]["satisfied"]["value"] == 0.0
    assert rows["reserve_180"]["satisfied"]["value"] == 1.0
    assert rows["reserve_180"]["satisfied"]["low"] == pytest.approx(0.025 ** (1 / 4))
    assert rows["none"]["n_draws"] == 4


def test_weights_count_within_a_draw(tmp_path: Path) -> None:
    case = synthetic.Case(n_runs=20)
    outcomes = synthetic.tables(case, np.random.default_rng(3))["outcomes"]
    heavy = outcomes.with_columns(weight=pl.when(pl.col("run") == 4).then(pl.lit(1e12)).otherwise(pl.lit(1.0)))
    drawn = robust.by_draw(heavy.lazy())
    of_run = outcomes.filter(pl.col("run") == 4).with_columns(pl.col(pl.Categorical).cast(pl.String))
    joined = drawn.join(of_run, on=["policy", "material", "place", "sector"])
    assert joined["share"].to_list() == pytest.approx(joined["shortfall_share"].to_list(), rel=1e-6)


def test_one_draw_gives_no_interval(tmp_path: Path) -> None:
    drawn = robust.by_draw(made(tmp_path, synthetic.Case(n_runs=10)).table("outcomes"))
    row = of_civil(robust.robustness(drawn))["none"]
    assert row["regret"]["low"] is None
    assert row["satisfied"]["how"] == "one draw: no interval"


def test_the_script_leaves_tables_and_pictures_and_two_lines(tmp_path: Path) -> None:
    found = made(tmp_path, synthetic.Case(n_runs=40, n_draws=4))
    done = subprocess.run([sys.executable, SCRIPTS / "compare.py", found.folder], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 2
    for name in ("tradeoff", "robustness", "draws_missing", "comparison"):
        assert (found.report / f"{name}.parquet").is_file()
        assert (found.report / f"{name}.csv").is_file()
    assert {path.name for path in found.report.glob("*.svg")} == {"tradeoff.svg", "regret.svg"}
