"""Bisection over paired runs: finds the size, holds the truth, and says where it cannot."""

import numpy as np
import pytest

from shortfall import results, sizing
from shortfall.sizing import Trial


def runner(needs: np.ndarray, weights: np.ndarray | None = None) -> tuple[list[float], object]:
    """A program in which run r needs `needs[r]`, and the sizes it was asked for."""
    asked: list[float] = []
    weights = np.ones(len(needs)) if weights is None else weights

    def run(size: float) -> Trial:
        asked.append(size)
        return Trial(size, needs <= size, weights, np.zeros(len(needs)))

    return asked, run


def test_the_smallest_size_is_the_quantile_of_what_runs_need(rng: np.random.Generator) -> None:
    needs = rng.exponential(size=400)
    truth = np.sort(needs)[379]
    for start in (truth, 0.1 * truth, 10.0 * truth):
        _, run = runner(needs)
        size = sizing.smallest(run, 0.95, start).size
        assert truth <= size.value <= sizing.FINE * truth
        assert size.low < truth < size.high


def test_no_size_is_run_twice(rng: np.random.Generator) -> None:
    asked, run = runner(rng.exponential(size=400))
    found = sizing.smallest(run, 0.9, 2.0)
    assert len(asked) == len(set(asked)) == len(found.trials) == len(found.table())
    assert len(asked) < 30


def test_the_interval_covers_the_size_as_often_as_it_says(rng: np.random.Generator) -> None:
    truth, hits = -np.log(0.1), 0
    for _ in range(150):
        _, run = runner(rng.exponential(size=200))
        size = sizing.smallest(run, 0.9, 2.0).size
        # Ends are known to within `FINE`.
        hits += size.low / sizing.FINE <= truth <= size.high
    assert hits >= 0.9 * 150


def test_weights_count(rng: np.random.Generator) -> None:
    needs = np.linspace(0.01, 1.0, 100)
    light = np.where(needs > 0.5, 0.1, 1.0)
    _, run = runner(needs, light)
    value = sizing.smallest(run, 0.95, 0.5).size.value
    # 50 runs of weight 1 and 22.5 of 0.1 make 52.25 of 55.
    assert value == pytest.approx(0.73, rel=0.03)


def test_a_level_that_no_stock_reaches_has_no_size() -> None:
    needs = np.full(100, 1.0)
    needs[:20] = np.inf
    _, run = runner(needs)
    size = sizing.smallest(run, 0.95, 1.0).size
    assert size.value is None
    assert size.high is None


def test_an_upper_end_beyond_the_runs_is_open() -> None:
    # Twenty runs of twenty are no proof of 95 %.
    _, run = runner(np.linspace(0.1, 1.0, 20))
    size = sizing.smallest(run, 0.95, 1.0).size
    assert size.value == pytest.approx(np.linspace(0.1, 1.0, 20)[18], rel=0.03)
    assert size.high is None


def test_a_stock_that_is_never_asked_for_can_be_nothing() -> None:
    _, run = runner(np.zeros(50))
    assert sizing.smallest(run, 0.95, 1.0).size.value == 0.0


def test_runs_that_a_larger_stock_loses_are_counted() -> None:
    def run(size: float) -> Trial:
        held = np.arange(100) < 50.0 + 10.0 * min(size, 4.6)
        held[0] = size < 2.9
        return Trial(size, held, np.ones(100), np.zeros(100))

    assert sizing.smallest(run, 0.8, 2.0).reversals == 1


def test_a_search_needs_a_stock_to_start_from() -> None:
    _, run = runner(np.ones(10))
    with pytest.raises(results.Refused, match="cannot start from a stock of 0"):
        sizing.smallest(run, 0.95, 0.0)
