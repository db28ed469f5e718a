"""What pooling saves and what a withdrawal costs: results whose answer is known, and a small run of the program."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from shortfall import pooling, results, synthetic

SCRIPTS = Path(__file__).parents[1]
ROOT = SCRIPTS.parent
BINARY = os.environ.get("SHORTFALL_BIN", str(ROOT / "target/release/shortfall"))
SCENARIO_FOLDER = ROOT / "scenarios/joint-stockpile"
N_RUNS, NEED = 400, 100.0
MEMBERS = ("AAA", "BBB")
POLICIES = ("none", "apart", "pool", "unfair")
SCENARIO = """format = 1
[time]
start = "2027-01-01"
years = 1
[blocs]
UNION = ["BBB", "CCC"]
[stockpile.own]
holders = ["AAA", "UNION"]
material = "ore"
contributions = "use"
separate = true
[stockpile.pooled]
holders = ["AAA", "UNION"]
material = "ore"
contributions = "use"
[policy.none]
[policy.apart]
use = ["stockpile.own"]
[policy.pool]
use = ["stockpile.pooled"]
[policy.unfair]
use = ["stockpile.pooled"]
"""


def lost(point: int, policy: str, hit: np.ndarray, gone: np.ndarray) -> np.ndarray:
    """Missing, members by runs. One member of two is hit in each run and lacks 100; each share of the stock holds 40.

    Apart it misses 60, from the pool 20, and 60 if either has left. Under `unfair` AAA gets its own 40 and no more.
    """
    covered = {"none": 0.0, "apart": 40.0}.get(policy, 80.0)
    missing = np.where(hit == np.arange(2)[:, None], NEED - covered, 0.0)
    if policy == "unfair":
        missing[0] = np.where(hit == 0, 60.0, 0.0)
    if point == 1 and policy in ("pool", "unfair"):
        missing = np.where(gone.any(axis=0) & (missing > 0.0), 60.0, missing)
    return missing


def folder(path: Path, rng: np.random.Generator, tonnes: float = 80.0) -> results.Results:
    """Two points: in the second a member has left in a quarter of the runs. A tonne short costs 10 USD."""
    hit = np.repeat([0, 1], N_RUNS // 2)
    leaver = np.where(rng.random(N_RUNS) < 0.25, rng.integers(0, 2, N_RUNS), -1)
    gone = leaver == np.arange(2)[:, None]
    order = pl.Series(np.arange(N_RUNS))
    runs = pl.DataFrame({"draw": order.cast(pl.Int32) * 0, "run": order, "weight": pl.Series(np.ones(N_RUNS))})
    outcomes, stockpiles, costs, events = [], [], [], []
    for point in (0, 1):
        for policy in POLICIES:
            head = runs.with_columns(point=pl.lit(point, pl.Int32), policy=pl.lit(policy))
            for member, missing in zip(("AAA", "CCC"), lost(point, policy, hit, gone), strict=True):
                money = {"shortage_cost_usd": pl.Series(10.0 * missing), "extra_spending_usd": pl.lit(0.0)}
                named = {"material": "ore", "place": member, "sector": "civil", "unit": "t"}
                text = {name: pl.lit(value) for name, value in named.items()}
                outcomes.append(head.with_columns(**text, shortfall=pl.Series(missing), **money))
            names = {"apart": ["own: AAA", "own: UNION"], "pool": ["pooled", "pooled: AAA"]}.get(policy, ["pooled"])
            for name in [] if policy == "none" else names:
                target = tonnes if ": " not in name else 40.0
                pile = {"stockpile": pl.lit(name), "material": pl.lit("ore"), "target": pl.lit(target)}
                stockpiles.append(head.with_columns(**pile))
            for party in [] if policy == "none" else ["AAA", "UNION"]:
                costs.append(head.with_columns(party=pl.lit(party), item=pl.lit("holding"), usd=pl.lit(1.0)))
        for run in np.flatnonzero(leaver >= 0):
            touched = ("AAA", "BBB CCC")[leaver[run]]
            event = {"point": point, "draw": 0, "run": int(run), "kind": "member_withdrawal", "severity": float(point)}
            events.append(event | {"touched": touched})
    frames = {"outcomes": pl.concat(outcomes), "stockpiles": pl.concat(stockpiles), "costs": pl.concat(costs)}
    frames["events"] = pl.DataFrame(events, schema_overrides={"point": pl.Int32, "draw": pl.Int32})
    case = synthetic.Case(n_runs=N_RUNS, stocks=dict.fromkeys(POLICIES, 0.0))
    synthetic.write(path, frames, case)
    synthetic.restate(path, SCENARIO)
    return results.load(path)


@pytest.fixture
def found(tmp_path: Path, rng: np.random.Generator) -> results.Results:
    return folder(tmp_path / "results", rng)


@pytest.fixture
def members(found: results.Results) -> pooling.Members:
    return pooling.members(found.scenario(), found.manifest["policies"])


def values(rows: pl.DataFrame, column: str) -> dict:
    return {row["member"]: row[column]["value"] for row in rows.to_dicts()}


def test_members_and_policies_are_read_off_the_scenario(members: pooling.Members) -> None:
    assert dict(members.places) == {"AAA": ["AAA"], "UNION": ["BBB", "CCC"]}
    assert (members.joint, members.apart) == (["pool", "unfair"], "apart")


def test_each_member_saves_what_the_share_of_the_other_covers(found: results.Results, members: pooling.Members) -> None:
    money, amounts = pooling.saved(found, members)
    # Hit in every second run, each lacks 40 t less, at 10 USD each.
    pooled = money.filter(point=0, policy="pool")
    assert values(pooled, "total") == pytest.approx({"AAA": 200.0, "UNION": 200.0, "all": 400.0})
    assert values(pooled, "stock") == pytest.approx({"AAA": 0.0, "UNION": 0.0, "all": 0.0})
    tonnes = amounts.filter(point=0, policy="pool")
    assert values(tonnes, "shortfall") == pytest.approx({"AAA": 20.0, "UNION": 20.0, "all": 40.0})
    low, high = (pooled["total"][0][side] for side in ("low", "high"))
    # 0 or 400 USD, as often: a standard error of 200 / √400.
    assert (low, high) == pytest.approx((200.0 - 19.7, 200.0 + 19.7), abs=0.1)


def test_a_rule_that_leaves_a_member_where_it_was_is_told_from_one_that_helps_all(
    found: results.Results, members: pooling.Members
) -> None:
    money, _ = pooling.saved(found, members)
    rows = {row["policy"]: row for row in pooling.rules(money.filter(point=0)).to_dicts()}
    assert (rows["pool"]["all_gain_surely"], rows["pool"]["gain_surely"]) == (True, 2)
    unfair = rows["unfair"]
    assert (unfair["all_gain"], unfair["gain_surely"], unfair["least_member"]) == (False, 1, "AAA")
    assert unfair["transfer"] == 0.0


def test_a_break_even_share_is_what_a_member_can_pay_for_what_the_pool_saves_it(
    found: results.Results, members: pooling.Members
) -> None:
    rows = pooling.funding(found, members).filter(point=0).to_dicts()
    of = {(row["policy"], row["member"]): row for row in rows}
    # The pool costs 2 USD a run, half each. Apart AAA loses 60 t in every second run, pooled 20 or, unfairly, 60.
    assert {row["pool_cost"]["value"] for row in rows} == {2.0}
    assert {row["share"]["value"] for row in rows} == {0.5}
    assert of["pool", "AAA"]["break_even"]["value"] == pytest.approx((300.0 + 1.0 - 100.0) / 2.0)
    assert of["unfair", "AAA"]["break_even"]["value"] == pytest.approx(0.5)


def test_what_losers_would_have_to_be_given_is_what_they_lose(members: pooling.Members) -> None:
    sure = {"low": None, "high": None, "n": 2, "how": ""}
    rows = [
        {"point": 0, "policy": "pool", "member": name, "total": sure | {"value": value, "low": value, "high": value}}
        for name, value in (("AAA", -3.0), ("BBB", -2.0), ("CCC", 9.0), ("all", 4.0))
    ]
    (row,) = pooling.rules(pl.DataFrame(rows)).to_dicts()
    assert (row["transfer"], row["least_member"], row["lose_surely"], row["gain_surely"]) == (5.0, "AAA", 2, 1)


def test_a_withdrawal_costs_the_runs_in_which_one_leaves_what_the_pool_had_covered(
    found: results.Results, members: pooling.Members
) -> None:
    rows = {row["who"]: row for row in pooling.withdrawal(found, members).filter(policy="pool").to_dicts()}
    # Whoever is hit lacks 40 t more, whether it left itself or not.
    assert rows["all"]["cost"]["value"] == pytest.approx(400.0)
    assert rows["left"]["cost"]["value"] + rows["stayed"]["cost"]["value"] == pytest.approx(400.0)
    assert 150.0 < rows["left"]["cost"]["value"] < 250.0
    assert rows["all"]["share_of_runs"] == pytest.approx(0.25, abs=0.06)


def test_one_point_has_no_withdrawal_to_judge(found: results.Results, members: pooling.Members) -> None:
    class First:
        def table(self, name: str) -> pl.LazyFrame:
            return found.table(name).filter(pl.col("point") == 0)

    assert pooling.withdrawal(First(), members).is_empty()


def test_unlike_tonnage_is_refused(tmp_path: Path, rng: np.random.Generator) -> None:
    found = folder(tmp_path / "larger", rng, tonnes=90.0)
    with pytest.raises(results.Refused, match="not the same tonnage"):
        pooling.same_tonnage(found, pooling.members(found.scenario(), found.manifest["policies"]))


def test_nothing_pooled_and_nothing_to_compare_with_are_refused() -> None:
    own = {"holders": ["AAA"], "contributions": "use"}
    scenario = {"stockpile": {"s": own}, "policy": {"p": {"use": ["stockpile.s"]}}}
    with pytest.raises(results.Refused, match="apart"):
        pooling.members(scenario, ["p"])
    with pytest.raises(results.Refused, match="jointly"):
        pooling.members(scenario, [])


def test_the_tables_of_the_scenario_are_what_its_script_writes(tmp_path: Path) -> None:
    shutil.copytree(SCENARIO_FOLDER, tmp_path / "scenario")
    subprocess.run([sys.executable, tmp_path / "scenario/build.py"], check=True, capture_output=True)
    for path in SCENARIO_FOLDER.glob("*.csv"):
        assert (tmp_path / "scenario" / path.name).read_bytes() == path.read_bytes(), path.name


@pytest.mark.skipif(not Path(BINARY).is_file(), reason="the program is not built; make test builds it")
def test_the_script_judges_a_run_of_the_program(tmp_path: Path) -> None:
    out = tmp_path / "joint"
    command = [BINARY, "run", SCENARIO_FOLDER, "-o", out, "-n", "24", "-q"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    done = subprocess.run([sys.executable, SCRIPTS / "pooling.py", out], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 2
    for name in ("pooling", "pooling_shortfall", "pooling_rules", "pooling_withdrawal", "pooling_funding"):
        assert (out / f"report/{name}.csv").is_file()
        assert (out / f"report/{name}.parquet").is_file()
    assert {path.name for path in (out / "report").glob("*.svg")} == {"pooling.svg", "pooling_withdrawal.svg"}
    found = results.load(out)
    money = pl.read_parquet(out / "report/pooling.parquet").filter(point=0, policy="joint_need")
    # By hand: the parts of all members add up, and the stock's part is the difference of all costs.
    costs = found.table("costs").filter(pl.col("point") == 0).group_by(pl.col("policy").cast(pl.String))
    by_policy = dict(costs.agg(pl.col("usd").sum() / 24).collect().iter_rows())
    stock = by_policy["separate"] - by_policy["joint_need"]
    assert values(money, "stock")["all"] == pytest.approx(stock, rel=1e-9)
    total = values(money, "total")
    assert total.pop("all") == pytest.approx(sum(total.values()), rel=1e-9)
