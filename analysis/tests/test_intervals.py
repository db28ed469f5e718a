"""Intervals hold the truth as often as they say: seeded repeats on laws whose answers are known."""

import numpy as np
import pytest

from shortfall import intervals, risk

REPEATS = 300
N = 200
# Three standard errors of a share of 0.95 over 300 repeats are 0.038; the normal approximation of a skewed law
# loses one or two points more at 200 runs.
EXACT, NORMAL = 0.912, 0.89


def coverage(truth: float, estimates: list[intervals.Estimate]) -> float:
    low = [-np.inf if estimate.low is None else estimate.low for estimate in estimates]
    high = [np.inf if estimate.high is None else estimate.high for estimate in estimates]
    return float(np.mean((np.array(low) <= truth) & (truth <= np.array(high))))


def test_the_interval_of_the_mean_covers_it(rng: np.random.Generator) -> None:
    values = rng.exponential(size=(REPEATS, N))
    assert coverage(1.0, intervals.mean_estimates(values, np.ones(N), np.zeros(N))) >= NORMAL


def test_the_interval_of_a_quantile_covers_it(rng: np.random.Generator) -> None:
    samples = rng.exponential(size=(REPEATS, N))
    rising = risk.ordered(samples, np.ones(N))
    estimates = risk.quantile_estimates(samples, rising, 0.9, np.ones(N), np.zeros(N))
    assert coverage(-np.log(0.1), estimates) >= EXACT


def test_the_interval_of_cvar_covers_it(rng: np.random.Generator) -> None:
    samples, ones = rng.exponential(size=(REPEATS, 1000)), np.ones(1000)
    estimates = risk.cvar_estimates(samples, risk.ordered(samples, ones), 0.9, ones, np.zeros(1000))
    assert coverage(1.0 - np.log(0.1), estimates) >= NORMAL


@pytest.mark.parametrize("chance", [0.01, 0.3])
def test_the_interval_of_a_probability_covers_it(rng: np.random.Generator, chance: float) -> None:
    samples = rng.random((REPEATS, N)) < chance
    estimates = risk.probabilities(samples, np.ones(N), np.zeros(N))
    assert coverage(chance, estimates) >= EXACT


def test_with_several_draws_intervals_cover_what_the_draws_leave_open(rng: np.random.Generator) -> None:
    n_draws, per_draw = 40, 10
    draws = np.repeat(np.arange(n_draws), per_draw)
    centres = np.repeat(rng.normal(size=(REPEATS, n_draws)), per_draw, axis=1)
    samples = centres + 0.2 * rng.normal(size=centres.shape)
    ones = np.ones(len(draws))
    means = intervals.mean_estimates(samples, ones, draws)
    chances = risk.probabilities(samples > 0.0, ones, draws)
    medians = risk.quantile_estimates(samples, risk.ordered(samples, ones), 0.5, ones, draws)
    assert coverage(0.0, means) >= NORMAL
    assert coverage(0.5, chances) >= EXACT
    assert coverage(0.0, medians) >= EXACT


def test_with_weights_the_interval_of_a_tilted_probability_covers_it(rng: np.random.Generator) -> None:
    # A tenth of the weight is oversampled five times.
    rare = rng.random((REPEATS, N)) < 0.5
    short = rare & (rng.random(rare.shape) < 0.6)
    weights = np.where(rare, 0.2, 1.8)
    estimates = [risk.probabilities(s[None], w, np.zeros(N))[0] for s, w in zip(short, weights, strict=True)]
    assert coverage(0.06, estimates) >= EXACT


def test_with_several_draws_the_interval_of_cvar_covers_what_the_draws_leave_open(rng: np.random.Generator) -> None:
    draws = np.repeat(np.arange(60), 50)
    samples = np.repeat(rng.normal(size=(REPEATS, 60)), 50, axis=1) + rng.normal(size=(REPEATS, len(draws)))
    ones = np.ones(len(draws))
    estimates = risk.cvar_estimates(samples, risk.ordered(samples, ones), 0.8, ones, draws)
    density, at = np.exp(-(0.8416212335729143**2) / 2.0) / np.sqrt(2.0 * np.pi), np.sqrt(2.0)
    assert coverage(at * density / 0.2, estimates) >= NORMAL


def test_equal_weights_count_as_their_number_and_a_dominant_one_as_itself() -> None:
    assert intervals.kish(np.full(1000, 0.1)) == 1000.0
    assert intervals.kish(np.array([1.0, 1e-9, 1e-9])) == pytest.approx(1.0)


def test_a_mean_over_no_run_has_no_value() -> None:
    nowhere = np.zeros((1, 5), dtype=bool)
    (estimate,) = intervals.mean_estimates(np.ones((1, 5)), np.ones(5), np.zeros(5), nowhere)
    assert (estimate.value, estimate.how) == (None, "no run to average")


def test_runs_that_all_agree_give_no_interval_of_zero_width() -> None:
    (estimate,) = intervals.mean_estimates(np.zeros((1, 5)), np.ones(5), np.zeros(5))
    assert (estimate.value, estimate.high, estimate.how) == (0.0, None, "all runs agree: no interval")


def test_an_interval_stays_within_what_the_runs_saw() -> None:
    rare = np.zeros((1, 100))
    rare[0, :2] = 50.0
    (estimate,) = intervals.mean_estimates(rare, np.ones(100), np.zeros(100))
    assert estimate.low == 0.0
    assert estimate.value == 1.0 < estimate.high < 50.0
