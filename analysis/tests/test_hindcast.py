"""Hindcasts: readings and scores against answers known beforehand; every world is whole and balances."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from shortfall.hindcast import calendar, discrepancy, forecast, noise, outcomes, references, run, score, scoring, world
from shortfall.hindcast.episode import Target
from shortfall.hindcast.members import Members
from shortfall.hindcast.outcomes import Outcome
from shortfall.hindcast.parameters import Parameters, Range, written

ROOT = Path(__file__).parents[2]
BINARY = os.environ.get("SHORTFALL_BIN", str(ROOT / "target/release/shortfall"))
SETTING = run.Setting(ROOT / "scenarios", Path("unused"), Path("unused"), 3)
EPISODES = SETTING.episodes()


def band(obs: float, low: float, high: float, log: bool = True, test: str = "band") -> Target:
    return Target("t", "", obs, low, high, "x", log, test)


def test_a_triangular_range_has_its_mean_and_its_ends() -> None:
    law = Range(1.0, 2.0, 6.0)
    values = np.array([law.at((k + 0.5) / 10_000) for k in range(10_000)])
    assert values.mean() == pytest.approx(3.0, rel=1e-4)
    assert law.at(0.0) == 1.0
    assert law.at(1.0) == 6.0
    assert written(4.0).at(0.3) == 4.0


def test_a_range_out_of_order_is_refused() -> None:
    with pytest.raises(ValueError, match="order"):
        written([2.0, 1.0, 3.0])


def test_every_parameter_has_a_source_or_is_assumed() -> None:
    parameters = Parameters(ROOT / "scenarios/parameters/parameters.csv")
    for row in parameters.rows:
        assert row["confidence"] in ("quoted", "derived", "assumed"), row
        assert row["source"] or row["confidence"] == "assumed", row
        assert float(row["low"]) <= float(row["mode"]) <= float(row["high"]), row


def test_a_class_falls_back_to_any() -> None:
    parameters = Parameters(ROOT / "scenarios/parameters/parameters.csv")
    assert parameters.get("price_days", "minor_metal") == parameters.get("price_days")
    assert parameters.get("price_days", "exchange_metal") != parameters.get("price_days")
    with pytest.raises(KeyError, match="no_such"):
        parameters.get("no_such")


def test_draws_of_a_name_do_not_move_with_others_and_fill_every_stratum() -> None:
    first, second = Members(10, 7), Members(10, 7)
    second.draw("other", Range(0.0, 0.5, 1.0))
    law = noise.Shares(0.0, 0.5, 1.0)
    assert (first.draw("a", law) == second.draw("a", law)).all()
    assert sorted((first.draw("a", law) * 10).astype(int)) == list(range(10))


def test_dates_are_months() -> None:
    assert calendar.month("2024-01") - calendar.month("2023-12") == 1.0
    assert calendar.span("2024-01..2024-03") == (calendar.month("2024-01"), calendar.month("2024-04"))
    assert calendar.span("2024") == (calendar.month("2024-01"), calendar.month("2025-01"))
    for day in ["2023-07-01", "2023-07-03", "2024-02-29", "2023-12-31"]:
        assert calendar.text(calendar.month(day)) == day


@pytest.fixture
def outcome() -> Outcome:
    """Two members, six months: a price that peaks in the third, exports that stop in the second and third."""
    price = np.array([[1.0, 1.5, 2.0, 1.6, 1.2, 0.9], [1.0, 1.0, 1.0, 1.0, 1.0, 1.0]])
    abroad, home = np.array([[4.0, 0.0, 0.0, 2.0, 4.0, 4.0]] * 2), np.full((2, 6), 9.0)
    columns = {"price m A": price, "shipped m X>A": abroad, "shipped m X>X": home, "price m X": price / 2.0}
    columns |= {"served m A": abroad, "required m A": np.full((2, 6), 4.0)}
    return Outcome(columns, calendar.month("2020-01") + np.arange(6) + 0.5)


def test_readings_give_what_a_hand_would(outcome: Outcome) -> None:
    within = "2020-01..2020-06"
    exports = {"series": "exports m X", "within": within, "over": "start"}
    price = {"series": "price m A", "within": within}
    for how, expected in [
        ({**exports, "kind": "ratio", "at": "2020-04"}, [0.5, 0.5]),
        ({**exports, "kind": "months_where", "below": 0.1}, [2.0, 2.0]),
        ({**exports, "kind": "trough"}, [0.0, 0.0]),
        ({**price, "kind": "peak", "over": "start"}, [2.0, 1.0]),
        ({**price, "kind": "decay", "at": "2020-05"}, [0.6, 1.0]),
        ({**price, "kind": "months_to_peak", "since": "2020-01"}, [2.5, 0.5]),
        ({**price, "kind": "ratio", "at": "2020-03", "under": "price m X"}, [2.0, 2.0]),
        ({**price, "kind": "months_until", "over": "start", "above": 1.4, "since": "2020-01"}, [1.5, 6.5]),
        ({**price, "kind": "months_until", "over": "peak", "below": 0.7}, [2.0, 6.0]),
        ({"series": "served m A", "within": within, "kind": "lost_share"}, [10 / 24, 10 / 24]),
    ]:
        assert outcomes.value(outcome, how) == pytest.approx(expected), how


def test_crps_is_that_of_the_normal_law() -> None:
    from scipy.stats import norm

    sample = norm.ppf((np.arange(20_000) + 0.5) / 20_000)
    assert score.crps(sample, 0.0) == pytest.approx(2 * norm.pdf(0) - 1 / np.sqrt(np.pi), abs=1e-3)


def test_a_sure_and_right_forecast_has_skill_one_and_a_worse_one_less_than_none() -> None:
    target = band(2.0, 2.0, 2.0)
    reference = {"R0": references.no_effect(target, "price")}
    right = score.score("e", target, "price", np.full(50, 2.0), reference)
    wrong = score.score("e", target, "price", np.full(50, 0.01), reference)
    assert right.skill["R0"] == pytest.approx(1.0)
    assert wrong.skill["R0"] == score.WORST
    assert right.covered(0.5)
    assert not wrong.covered(0.9)


def test_nulls_and_signs_are_scored_by_probability() -> None:
    sample = np.array([0.9, 1.0, 1.1, 2.0])
    null = score.score("e", band(1.0, 0.85, 1.15, test="null"), "null", sample, {"R0": sample})
    assert null.probability == 0.75
    assert null.passed
    sign = score.score("e", band(1.2, 1.1, 1.3, test="sign"), "sign", sample, {"R0": sample})
    assert sign.probability == 0.5
    assert sign.skill["R0"] == 0.0
    assert not sign.passed


@pytest.mark.parametrize("of", EPISODES, ids=[of.id for of in EPISODES])
def test_every_target_of_a_world_is_read_or_said_not_to_be(of) -> None:
    facts = SETTING.world(of)
    for mode in run.MODES:
        run.scored(facts, of, mode)
    for name in facts["teaches"]:
        assert name in facts["read"], name
    for name, how in facts["read"].items():
        assert name in {target.id for target in of.targets}, name
        assert "unmodelled" in how or how["type"] in [*scoring.TYPES, "null", "sign"], name


def paths(n: int = 400, steps: int = 104) -> noise.Noise:
    """Noise of two years by week."""
    times = calendar.month("2020-01") + (np.arange(steps) + 0.5) * outcomes.STEP_MONTHS["week"]
    return noise.Noise(times, Parameters(ROOT / "scenarios/parameters/parameters.csv"), Members(n, 1))


def test_a_price_walks_by_its_volatility_and_prices_of_two_places_walk_together() -> None:
    noisy = paths()
    here, there = np.log(noisy("price m A")), np.log(noisy("price m B"))
    mean = noisy.drawn("price_noise").mean()
    assert (here[:, -1] - here[:, 0]).std() == pytest.approx(mean * 2.0**0.5, rel=0.1)
    assert (here - there).std() == pytest.approx(noisy.drawn("split_noise").mean(), rel=0.1)
    assert np.median(here[:, -1]) == pytest.approx(0.0, abs=0.03)
    assert (np.log(noisy("price other A")) - here).std() > 2.0 * (here - there).std()


def test_a_contract_price_walks_after_the_spot_price() -> None:
    noisy = paths()
    spot, contract = np.log(noisy("price m A")), np.log(noisy("contract m A"))
    assert np.diff(contract - np.log(noisy.parted("m", ["A"])), axis=1).std() < 0.3 * np.diff(spot, axis=1).std()
    assert np.corrcoef(contract[:, -1], spot[:, -1])[0, 1] > 0.8


def test_lumps_are_of_months_and_the_first_step_stands_for_a_year() -> None:
    noisy = paths()
    lumps = noisy.lumps("exports m A")
    assert (lumps[:, 1] == lumps[:, 3]).all()
    assert lumps[:, 10].std() == pytest.approx(noisy.drawn("trade_noise").mean(), rel=0.15)
    assert lumps[:, 0].std() == pytest.approx(lumps[:, 10].std() / 12.0**0.5, rel=0.2)


def test_nothing_but_the_event_moves_a_share_of_a_need(outcome: Outcome) -> None:
    how = {"kind": "lost_share", "series": "served m A", "within": "2020-01..2020-06"}
    twice = lambda name: np.full((2, 6), 2.0)  # noqa: E731
    assert outcomes.value(outcome, how, twice) == pytest.approx(outcomes.value(outcome, how))
    peak = {"kind": "peak", "series": "price m A", "within": "2020-01..2020-06", "over": "start"}
    steps = lambda name: np.array([[1.0, 1.0, 1.0, 1.0, 1.0, 4.0]] * 2)  # noqa: E731
    assert outcomes.value(outcome, peak, steps) == pytest.approx([3.6, 4.0])


def past(kind: str, obs: float, sample: np.ndarray) -> discrepancy.Past:
    target = band(obs, obs, obs)
    reference = score.doubtful(references.no_effect(target, "price"), target)
    return discrepancy.Past(kind, ("price", True), target, sample, np.log(obs) - np.log(np.median(sample)), reference)


def test_a_prediction_is_widened_in_a_share_of_its_members() -> None:
    values = np.linspace(0.9, 1.1, 1_000)
    assert (discrepancy.widened(values, True, 0.0, 1.0) == values).all()
    off = np.log(discrepancy.widened(values, True, 0.3, 2.0) / values)
    assert (off != 0.0).mean() == pytest.approx(0.3, abs=0.01)
    assert off[off != 0.0].std() == pytest.approx(2.0, rel=0.02)
    assert discrepancy.widened(np.zeros(10), False, 1.0, 0.5).min() == 0.0


def test_gross_errors_are_learnt_on_other_kinds_and_grow_with_their_misses() -> None:
    sample = np.exp(np.random.default_rng(3).normal(0.0, 0.2, 200))
    near = [past(kind, np.exp(0.1 * k), sample) for kind in "abe" for k in (-2, -1, 0, 1, 2)]
    far = [past(kind, obs, sample) for kind in "cd" for obs in (0.1, 8.0, 1.1, 20.0, 0.9)]
    of_near, of_both = discrepancy.fitted("f", near), discrepancy.fitted("f", near + far)
    assert of_near.share * of_near.size < of_both.share * of_both.size
    kept = discrepancy.kept(near)
    assert kept["errors"] == {"price log": pytest.approx(0.1 * 2.0**0.5, abs=0.01)}
    assert discrepancy.apply(kept, "split", True, sample).std() > sample.std()
    assert (discrepancy.apply(kept, "flow", False, sample) == sample).all()
    mine = [past("f", 100.0, sample)] * 5
    assert discrepancy.fitted("f", near + mine) == of_near
    assert discrepancy.spread(("price", True), near[:2]) == 0.0


def test_a_registered_forecast_is_scored_against_what_happened(tmp_path: Path) -> None:
    name = "antimony-usa-2026"
    register = json.loads(next((ROOT / "scenarios/forecasts").glob(f"{name}-*.json")).read_text(encoding="utf-8"))
    reads = forecast.targets(world.load(ROOT / f"scenarios/forecasts/{name}.toml"))
    assert set(register["targets"]) == set(reads)
    target = "price in USA, month 6"
    middle = register["targets"][target]["quantiles"]["0.5"]
    shutil.copy(ROOT / f"scenarios/forecasts/{name}.toml", tmp_path)
    (tmp_path / "made.json").write_text(json.dumps(register), encoding="utf-8")
    (tmp_path / "seen.csv").write_text(f'target,observed,low,high,source\n"{target}",{middle},,,\n', encoding="utf-8")
    [found] = forecast.scores(SETTING, tmp_path / "made.json", tmp_path / "seen.csv")
    assert found.covered(0.5)
    assert found.skill["R0"] > 0.0
    (tmp_path / "seen.csv").write_text("target,observed,low,high,source\nrain,1,,,\n", encoding="utf-8")
    with pytest.raises(KeyError, match="rain"):
        forecast.scores(SETTING, tmp_path / "made.json", tmp_path / "seen.csv")


@pytest.mark.skipif(not Path(BINARY).is_file(), reason="the program is not built; make test builds it")
@pytest.mark.parametrize("mode", run.MODES)
@pytest.mark.parametrize("of", EPISODES, ids=[of.id for of in EPISODES])
def test_every_world_is_a_scenario_that_the_program_accepts(of, mode: str, tmp_path: Path) -> None:
    build = world.Build(SETTING.world(of), of, SETTING.parameters, Members(SETTING.members, 1), mode)
    world.write(build, tmp_path / "scenario")
    done = subprocess.run([BINARY, "check", tmp_path / "scenario"], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
