"""Intervals hold the truth as often as they say: seeded repeats on laws whose answers are known."""

import numpy as np
import pytest

from shortfall import intervals, risk

REPEATS = 300
N = 200
# Three standard errors of a share of 0.95 over 300 repeats are 0.038; a percentile bootstrap of a skewed law loses
# one or two points more at 200 runs.
EXACT, BOOTSTRAP = 0.912, 0.89


def coverage(truth: float, estimates: list[intervals.Estimate]) -> float:
    low = [-np.inf if estimate.low is None else estimate.low for estimate in estimates]
    high = [np.inf if estimate.high is None else estimate.high for estimate in estimates]
    return float(np.mean((np.array(low) <= truth) & (truth <= np.array(high))))


def test_the_interval_of_the_mean_covers_it(rng: np.random.Generator) -> None:
    counts = intervals.resample(np.zeros(N), rng)
    values = rng.exponential(size=(REPEATS, N))
    assert coverage(1.0, intervals.mean_estimates(values, np.ones(N), counts)) >= BOOTSTRAP


def test_the_interval_of_a_quantile_covers_it(rng: np.random.Generator) -> None:
    samples = rng.exponential(size=(REPEATS, N))
    estimates = [risk.quantile_estimate(row, 0.9, np.ones(N), np.zeros(N)) for row in samples]
    assert coverage(-np.log(0.1), estimates) >= EXACT


def test_the_interval_of_cvar_covers_it(rng: np.random.Generator) -> None:
    counts = intervals.resample(np.zeros(1000), rng)
    samples = rng.exponential(size=(REPEATS, 1000))
    estimates = [risk.cvar_estimate(row, 0.9, np.ones(1000), counts) for row in samples]
    assert coverage(1.0 - np.log(0.1), estimates) >= BOOTSTRAP


@pytest.mark.parametrize("chance", [0.01, 0.3])
def test_the_interval_of_a_probability_covers_it(rng: np.random.Generator, chance: float) -> None:
    samples = rng.random((REPEATS, N)) < chance
    estimates = [risk.shortage_probability(row, np.ones(N), np.zeros(N)) for row in samples]
    assert coverage(chance, estimates) >= EXACT


def test_with_several_draws_intervals_cover_what_the_draws_leave_open(rng: np.random.Generator) -> None:
    n_draws, per_draw = 40, 10
    draws = np.repeat(np.arange(n_draws), per_draw)
    centres = np.repeat(rng.normal(size=(REPEATS, n_draws)), per_draw, axis=1)
    samples = centres + 0.2 * rng.normal(size=centres.shape)
    ones = np.ones(len(draws))
    means = intervals.mean_estimates(samples, ones, intervals.resample(draws, rng))
    chances = [risk.shortage_probability(row > 0.0, ones, draws) for row in samples]
    medians = [risk.quantile_estimate(row, 0.5, ones, draws) for row in samples]
    assert coverage(0.0, means) >= BOOTSTRAP
    assert coverage(0.5, chances) >= EXACT
    assert coverage(0.0, medians) >= EXACT


def test_with_weights_the_interval_of_a_tilted_probability_covers_it(rng: np.random.Generator) -> None:
    # A tenth of the weight is oversampled five times.
    rare = rng.random((REPEATS, N)) < 0.5
    short = rare & (rng.random(rare.shape) < 0.6)
    weights = np.where(rare, 0.2, 1.8)
    estimates = [risk.shortage_probability(s, w, np.zeros(N)) for s, w in zip(short, weights, strict=True)]
    assert coverage(0.06, estimates) >= EXACT


def test_resamples_keep_the_number_of_runs_and_seed_0_is_a_seed() -> None:
    draws = np.repeat(np.arange(4), 5)
    first = intervals.resample(draws, np.random.default_rng(0))
    assert (first.sum(axis=1) == 20).all()
    assert np.array_equal(first, intervals.resample(draws, np.random.default_rng(0)))
    assert not np.array_equal(first, intervals.resample(draws, np.random.default_rng(1)))


def test_equal_weights_count_as_their_number_and_a_dominant_one_as_itself() -> None:
    nothing = np.zeros(1000)
    assert intervals.effective_size(nothing, np.full(1000, 0.1), nothing) == 1000.0
    assert intervals.effective_size(nothing[:3], np.array([1.0, 1e-9, 1e-9]), nothing[:3]) == pytest.approx(1.0)


def test_a_mean_over_no_run_has_no_value() -> None:
    counts = intervals.resample(np.zeros(5), np.random.default_rng(0))
    (estimate,) = intervals.mean_estimates(np.ones((1, 5)), np.ones(5), counts, np.zeros((1, 5), dtype=bool))
    assert (estimate.value, estimate.how) == (None, "no run to average")


def test_runs_that_all_agree_give_no_interval_of_zero_width() -> None:
    counts = intervals.resample(np.zeros(5), np.random.default_rng(0))
    (estimate,) = intervals.mean_estimates(np.zeros((1, 5)), np.ones(5), counts)
    assert (estimate.value, estimate.high, estimate.how) == (0.0, None, "all runs agree: no interval")
