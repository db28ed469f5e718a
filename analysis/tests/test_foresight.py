"""No run serves more than a planner could who knew all that was to happen: a linear programme over the whole run."""

import numpy as np
import pytest
from independent.foresight import unserved
from independent.worlds import worlds

# The solver's own tolerance on what it serves, a share of what is asked for.
TOLERANCE = 1e-7


def instances(n_worlds: int, steps: int, harder: float = 1.0) -> np.ndarray:
    """By run: share of what was asked for that the engine leaves unserved, and the least share that must be."""
    rows = np.array([row for line in worlds(0, n_worlds) for row in unserved(line, steps, harder)])
    return rows[:, 1:] / rows[:, :1]


def never_beaten(shares: np.ndarray, record_property) -> None:
    left, least = shares.T
    beaten = np.flatnonzero(left < least - TOLERANCE)
    assert not beaten.size, f"run {beaten[0] % 8} of world {beaten[0] // 8}: {left[beaten[0]]} < {least[beaten[0]]}"
    # A bound of nothing is never beaten: enough runs must be short whatever is done.
    bites = np.mean(least > 1e-6)
    assert bites > 0.02, bites
    gap = (
        f"unserved {left.mean():.4f}, bound {least.mean():.4f} of {len(left)} instances, {bites:.0%} of bounds above 0"
    )
    record_property("gap", gap)
    print(f"trust: other methods agree | perfect foresight is never beaten: {gap}")


def test_perfect_foresight_is_never_beaten(record_property) -> None:
    never_beaten(instances(25, 30), record_property)


@pytest.mark.slow
def test_perfect_foresight_is_never_beaten_in_ten_thousand_instances(record_property) -> None:
    never_beaten(instances(1250, 30), record_property)


def test_a_planner_with_a_fifth_less_capacity_is_beaten() -> None:
    left, least = instances(5, 20, harder=0.8).T
    assert np.any(left < least - TOLERANCE)
