import csv
from pathlib import Path

import numpy as np
import pytest

from shortfall import risk

CASES = Path(__file__).parent / "cases"


def values_of(text: str) -> np.ndarray:
    """`95 x 0, 5 x 10`, `1..100`, `0 1 2 3 4` as numbers."""
    values: list[float] = []
    for part in text.split(", "):
        if ".." in part:
            first, last = map(int, part.split(".."))
            values += range(first, last + 1)
        elif " x " in part:
            times, value = part.split(" x ")
            values += [float(value)] * int(times)
        else:
            values += [float(value) for value in part.split()]
    return np.array(values, dtype=float)


def rows_of(name: str) -> list[dict[str, str]]:
    with (CASES / name).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("row", rows_of("R26-cvar.csv"), ids=lambda row: f"{row['values']} at {row['alpha']}")
def test_cvar_counts_the_observation_that_the_tail_cuts_in_part(row: dict[str, str]) -> None:
    # The table prints ten digits of 29/3.
    tolerance = 1e-9 if row["cvar"] == "9.666666667" else 1e-12
    values = values_of(row["values"])
    assert risk.cvar(values, float(row["alpha"])) == pytest.approx(float(row["cvar"]), rel=tolerance, abs=0.0)
    assert risk.cvar(values[::-1], float(row["alpha"])) == pytest.approx(float(row["cvar"]), rel=tolerance, abs=0.0)


@pytest.mark.parametrize("row", rows_of("R27-quantiles.csv"), ids=lambda row: f"{row['values']} at {row['p']}")
def test_a_quantile_is_the_inverse_of_the_distribution_function(row: dict[str, str]) -> None:
    assert risk.quantile(values_of(row["values"]), float(row["p"])) == float(row["inverse_cdf"])


def test_0_07_times_100_is_the_seventh_value() -> None:
    assert 0.07 * 100 > 7
    assert risk.quantile(np.arange(1.0, 101.0), 0.07 * 100 / 100) == 7.0


def test_a_weight_of_two_is_the_same_as_two_runs() -> None:
    rng = np.random.default_rng(5)
    values, weights = rng.exponential(size=50), rng.integers(1, 4, 50).astype(float)
    repeated = np.repeat(values, weights.astype(int))
    for p in (0.05, 0.5, 0.9, 0.95, 0.99, 1.0):
        assert risk.quantile(values, p, weights) == risk.quantile(repeated, p)
        assert risk.cvar(values, p, weights) == pytest.approx(risk.cvar(repeated, p), rel=1e-12)


def levels(values: np.ndarray, *periods: float) -> list[risk.Estimate]:
    years = np.atleast_2d(values)[None]
    n_runs = years.shape[-1]
    rising = risk.ordered(years.reshape(1, -1), np.ones(years[0].size))
    (row,) = risk.return_levels(years, rising, np.ones(n_runs), np.zeros(n_runs), periods)
    return row


def probability(short: np.ndarray) -> risk.Estimate:
    (estimate,) = risk.probabilities(short[None], np.ones(len(short)), np.zeros(len(short)))
    return estimate


def test_r25_all_zero_has_a_row_for_each_level_and_an_upper_bound() -> None:
    assert [level.value for level in levels(np.zeros(1000), 2, 10, 100)] == [0.0, 0.0, 0.0]
    chance = probability(np.zeros(1000, dtype=bool))
    assert (chance.value, chance.low) == (0.0, 0.0)
    assert chance.high == pytest.approx(0.003682, abs=5e-7)


def test_r25_a_level_beyond_the_sample_is_marked_and_not_invented() -> None:
    (level,) = levels(np.arange(1.0, 21.0), 1000)
    assert level.value is None
    assert level.high is None
    assert level.how == "not resolved by 20 runs"


def test_r25_no_shortage_in_few_runs_does_not_prove_that_there_is_none() -> None:
    assert probability(np.zeros(20, dtype=bool)).high == pytest.approx(0.1684, abs=5e-5)


def test_r25_one_run_gives_values_and_says_that_they_have_no_interval() -> None:
    one, weights, draws = np.array([[7.0]]), np.ones(1), np.zeros(1)
    rising = risk.ordered(one, weights)
    quantile = risk.quantile_estimates(one, rising, 0.95, weights, draws)
    tail = risk.cvar_estimates(one, rising, 0.95, weights, draws)
    for estimate in quantile + tail:
        assert (estimate.value, estimate.low, estimate.high) == (7.0, None, None)
        assert estimate.how == "one run: no interval"
    assert probability(np.array([True])).how == "one run: no interval"


def test_r25_a_level_stays_within_what_can_happen() -> None:
    shortfall = np.minimum(np.random.default_rng(2).exponential(60.0, 1000), 100.0)
    (level,) = levels(shortfall, 1000)
    assert 0.0 <= level.value <= 100.0
    assert level.high is None or level.high <= 100.0


def test_the_level_of_ten_years_is_exceeded_in_a_tenth_of_the_years() -> None:
    years = np.random.default_rng(3).permutation(np.arange(1.0, 1001.0)).reshape(5, 200)
    (level,) = levels(years, 10)
    assert level.value == 900.0
    assert level.low < 900.0 < level.high


def test_rows_sorted_together_are_those_sorted_alone(rng: np.random.Generator) -> None:
    values, weights = rng.exponential(size=(7, 40)), rng.integers(1, 4, 40).astype(float)
    for given in (np.ones(40), weights):
        rising = risk.ordered(values, given)
        for p in (0.0, 0.07, 0.5, 0.95, 1.0):
            assert rising.at(p).tolist() == [risk.quantile(row, p, given) for row in values]
            assert rising.tail_means(p) == pytest.approx([risk.cvar(row, p, given) for row in values], rel=1e-12)


def test_a_tail_of_less_than_two_runs_has_no_interval() -> None:
    values, ones = np.arange(20.0)[None], np.ones(20)
    (estimate,) = risk.cvar_estimates(values, risk.ordered(values, ones), 0.95, ones, np.zeros(20))
    assert (estimate.value, estimate.high) == (pytest.approx(19.0), None)
    assert "fewer than two runs" in estimate.how
