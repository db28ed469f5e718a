import numpy as np
import pytest

from shortfall import shares
from shortfall.shares import Worth

N_RUNS = 2_000
RUNS = np.zeros(N_RUNS, dtype=int)


def game(n: int, of: dict[tuple[int, ...], float], rng: np.random.Generator) -> dict[int, Worth]:
    """Worth of every coalition: the sum of `of` over what it holds, each times a factor of mean 1 that runs draw."""
    factors = {key: rng.exponential(1.0, N_RUNS) for key in of}
    for factor in factors.values():
        factor *= 1.0 / factor.mean()
    worth = {}
    for coalition in range(1 << n):
        held = [key for key in of if all(coalition >> player & 1 for player in key)]
        values = sum((of[key] * factors[key] for key in held), np.zeros(N_RUNS))
        worth[coalition] = Worth(float(values.mean()), values - values.mean())
    return worth


def test_what_players_do_together_is_split_evenly_among_them(rng: np.random.Generator) -> None:
    worth = game(3, {(0,): 6.0, (1,): 2.0, (0, 1): 4.0, (0, 1, 2): 3.0}, rng)
    found = [value.value for value, _ in shares.shapley(worth, 3, None)]
    assert found == pytest.approx([6.0 + 2.0 + 1.0, 2.0 + 2.0 + 1.0, 1.0])


@pytest.mark.parametrize("orders", [None, "sampled"])
def test_the_drivers_sum_to_the_whole_in_value_and_in_every_run(orders: str | None, rng: np.random.Generator) -> None:
    of = {(0,): 6.0, (2, 3): 4.0, (0, 1, 4): 3.0, (4, 5): -1.0, (): 0.5}
    worth = game(6, of, rng)
    drawn = None if orders is None else shares.sampled_orders(6, 10, rng)
    found = [value for value, _ in shares.shapley(worth, 6, drawn)]
    total = sum(value.value for value in found) + worth[0].value
    assert total == pytest.approx(worth[63].value, rel=1e-12)
    influence = sum(value.influence for value in found) + worth[0].influence
    assert influence == pytest.approx(worth[63].influence, abs=1e-9)


def test_sampled_orders_come_in_pairs_and_their_interval_holds_the_exact_value(rng: np.random.Generator) -> None:
    of = {(i,): 1.0 + i for i in range(6)} | {(i, j): 1.0 for i in range(6) for j in range(i)} | {(0, 1, 2, 3): 9.0}
    worth = game(6, of, rng)
    exact = [value.value for value, _ in shares.shapley(worth, 6, None)]
    inside = []
    for _ in range(100):
        orders = shares.sampled_orders(6, 11, rng)
        assert len(orders) == 12
        assert all(orders[k] == orders[k + 1][::-1] for k in range(0, 12, 2))
        inside += [
            abs(value.value - true) <= error + 1e-12
            for (value, error), true in zip(shares.shapley(worth, 6, orders), exact, strict=True)
        ]
    assert 0.90 <= np.mean(inside) <= 1.0


def test_the_coalitions_of_sampled_orders_are_those_that_the_estimates_ask_for(rng: np.random.Generator) -> None:
    orders = shares.sampled_orders(9, 4, rng)
    wanted = shares.coalitions(9, orders)
    worth = {coalition: Worth(float(coalition.bit_count()), np.zeros(3)) for coalition in wanted}
    assert [value.value for value, _ in shares.shapley(worth, 9, orders)] == [1.0] * 9
    assert {0, 511, *(1 << k for k in range(9)), *(511 & ~(1 << k) for k in range(9))} <= set(wanted)
    assert len(wanted) < 60
    assert shares.coalitions(3, None) == list(range(8))


def test_the_interval_of_a_share_covers_the_true_one_in_95_of_100_cases(rng: np.random.Generator) -> None:
    inside = 0
    for _ in range(1_000):
        part, rest = rng.exponential(1.0, 200), rng.exponential(3.0, 200)
        ratio = _worth(part).over(_worth(part + rest)).estimate(np.zeros(200))
        inside += ratio.low <= 0.25 <= ratio.high
    assert 0.935 <= inside / 1_000 <= 0.965


def test_paired_runs_know_a_difference_far_better_than_its_parts(rng: np.random.Generator) -> None:
    base = rng.exponential(10.0, N_RUNS)
    worse = base + rng.uniform(0.0, 0.2, N_RUNS)
    difference = (_worth(worse) - _worth(base)).estimate(RUNS)
    alone = _worth(worse).estimate(RUNS)
    assert difference.high - difference.low < 0.02 * (alone.high - alone.low)
    assert difference.low < 0.1 < difference.high


def test_one_pair_of_orders_says_nothing_of_its_error(rng: np.random.Generator) -> None:
    worth = game(3, {(0,): 1.0, (0, 1): 1.0}, rng)
    (value, error), *_ = shares.shapley(worth, 3, shares.sampled_orders(3, 2, rng))
    assert value.estimate(RUNS, error).low is None


def _worth(values: np.ndarray) -> Worth:
    return Worth(float(values.mean()), values - values.mean())
