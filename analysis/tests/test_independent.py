"""The engine against a second step, written in Python from docs/model.md alone."""

import json

import pytest
from independent.agreement import difference
from independent.worlds import worlds

# A billionth of a market is where the model itself stops counting, see section 5 of docs/model.md.
TOLERANCE = 1e-9


def agree(first: int, n: int) -> None:
    apart = [found for found in map(difference, worlds(first, n)) if not found[0] <= TOLERANCE]
    assert not apart, "\n".join(f"{gap:.1e}: {where}" for gap, where in apart)


def test_two_steps_agree_in_every_row_of_every_step() -> None:
    agree(0, 16)


@pytest.mark.slow
def test_two_steps_agree_in_a_thousand_worlds() -> None:
    agree(0, 1000)


@pytest.mark.parametrize("key", ["spot_share", "adjustment_days"])
def test_a_parameter_that_is_off_by_a_millionth_is_seen(key: str) -> None:
    seen = 0
    for line in worlds(100, 3):
        world = json.loads(line)
        for material in world["materials"]:
            material[key] *= 1 + 1e-6
        seen += difference(json.dumps(world))[0] > TOLERANCE
    assert seen > 0, key
