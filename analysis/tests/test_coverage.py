"""The page on trust says what is measured, and what is measured is what intervals promise."""

from pathlib import Path

import numpy as np
import pytest

from shortfall import coverage

PAGE = Path(__file__).parents[2] / "docs/how-far-can-you-trust-it.md"


def test_the_truths_are_those_of_a_very_large_sample() -> None:
    for world in coverage.WORLDS:
        losses, _ = world.sample(200, np.random.default_rng(7))
        tail = np.sort(losses, axis=None)[-losses.size // 20 :]
        found = {
            "mean": losses.mean(),
            "quantile at 95 %": tail[0],
            "CVaR at 95 %": tail.mean(),
            "probability": (losses > coverage.STOCK).mean(),
            "paired difference": (np.maximum(losses - coverage.STOCK, 0.0) - losses).mean(),
        }
        assert found == pytest.approx(world.truths(), rel=0.02), world.name


def test_intervals_hold_the_truth_about_as_often_as_they_say() -> None:
    # Four standard errors of a share of 0.95 over 300 samples are 0.05.
    for world in coverage.WORLDS:
        shares = coverage.measured(world, 300, np.random.default_rng(11))
        assert all(0.90 <= share <= 0.99 for share in shares.values()), (world.name, shares)


def test_intervals_that_are_too_narrow_would_be_found(monkeypatch: pytest.MonkeyPatch) -> None:
    world = coverage.WORLDS[-1]
    one_draw = {"mean": lambda x, w, d: coverage.intervals.mean_estimates(x, w, np.zeros(len(d)))}
    monkeypatch.setattr(coverage, "statistics", lambda: one_draw)
    assert coverage.measured(world, 200, np.random.default_rng(0))["mean"] < 0.90


def test_the_table_of_the_page_is_written_between_its_marks() -> None:
    table = coverage.pl.DataFrame({"statistic": ["mean"], "one world": [0.9504]})
    page = coverage.written(f"before\n{coverage.START}old\n{coverage.END}after\n", table)
    assert "| mean | 95.0 % |\n" in page
    assert "old" not in page
    assert page.startswith("before\n")
    assert page.endswith("after\n")


def test_the_page_says_94_to_96_percent_for_everything_measured() -> None:
    text = PAGE.read_text(encoding="utf-8").partition(coverage.START)[2].partition(coverage.END)[0]
    shares = [float(cell.split()[0]) for line in text.splitlines()[2:] for cell in line.split("|")[2:-1]]
    assert len(shares) == len(coverage.WORLDS) * len(coverage.statistics())
    assert all(94.0 <= share <= 96.0 for share in shares)


@pytest.mark.slow
def test_the_page_has_what_2000_samples_measure() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert coverage.written(page, coverage.table()) == page
