"""Runs that are sampled more often and weigh less: the same answers, and more of the tail."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from shortfall import answers, compare, intervals, report_tables, results, risk, stockpile, summary, synthetic

N = 400
POLICY = "reserve_60"


def load(folder: Path, tilted: bool) -> results.Results:
    case = synthetic.Case(n_runs=N, tilted=tilted)
    return results.load(synthetic.write(folder, synthetic.tables(case, np.random.default_rng(1)), case))


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> tuple[results.Results, results.Results]:
    return tuple(load(tmp_path_factory.mktemp(name) / "r", name == "tilted") for name in ("plain", "tilted"))


def width(estimate: dict) -> float:
    return estimate["high"] - estimate["low"]


def both(frames: list[pl.DataFrame], column: str, *conditions: pl.Expr) -> tuple[dict, dict]:
    plain, tilted = (frame.filter(*conditions)[column][0] for frame in frames)
    return plain, tilted


USER = (pl.col("place") == "DEU", pl.col("sector") == "civil", pl.col("policy") == POLICY)


def test_tilted_and_plain_runs_agree_on_every_statistic(pair: tuple[results.Results, results.Results]) -> None:
    frames = [summary.distribution(found.table("outcomes")) for found in pair]
    columns = [name for name, kind in frames[0].schema.items() if kind == intervals.ESTIMATE]
    for column in columns:
        plain, tilted = both(frames, column, *USER)
        # A run in 400 of a law with steep quantiles: what one run more or less in the tail moves.
        assert tilted["value"] == pytest.approx(plain["value"], rel=0.06), column


def test_tilted_runs_know_the_tail_better(pair: tuple[results.Results, results.Results]) -> None:
    frames = [summary.distribution(found.table("outcomes")) for found in pair]
    for column in ("q95", "q99", "cvar95", "tail_share"):
        plain, tilted = both(frames, column, *USER)
        assert width(tilted) < 0.8 * width(plain), column


def test_tilted_runs_know_the_middle_less_well(pair: tuple[results.Results, results.Results]) -> None:
    frames = [summary.distribution(found.table("outcomes")) for found in pair]
    plain, tilted = both(frames, "probability", *USER)
    assert width(tilted) > 1.1 * width(plain)


def test_tilted_runs_resolve_rarer_years(pair: tuple[results.Results, results.Results]) -> None:
    levels, curves = zip(*(summary.exceedance(found.table("years")) for found in pair), strict=True)
    of = (*USER, pl.col("of") == "sum of a year")
    plain, tilted = both(list(levels), "level", *of, pl.col("return_period_years") == 100.0)
    assert tilted["value"] == pytest.approx(plain["value"], rel=0.05)
    plain, tilted = both(list(levels), "level", *of, pl.col("return_period_years") == 1000.0)
    assert plain["value"] is None
    assert tilted["value"] is not None
    deepest = [curve.filter(*USER)["probability"].min() for curve in curves]
    assert deepest[1] < 0.5 * deepest[0]


def test_stock_sizes_and_paired_differences_honour_the_weights(pair: tuple[results.Results, results.Results]) -> None:
    sizes = [stockpile.sizes(found.table("required")) for found in pair]
    at = (pl.col("policy") == POLICY, pl.col("service_level") == 0.95)
    for column in ("size", "days", "marginal"):
        plain, tilted = both(sizes, column, *at)
        assert tilted["value"] == pytest.approx(plain["value"], rel=0.05, abs=0.003), column
        assert width(tilted) < width(plain), column
    curves = [stockpile.curve(found.table("required"), 0, POLICY, "eu_stock") for found in pair]
    held = [float(c.filter(pl.col("required") <= 800.0)["service_level"].max()) for c in curves]
    assert held[0] == pytest.approx(held[1], abs=2.0 / N)
    changes = [compare.paired(found.table("outcomes"), "none") for found in pair]
    for column in ("difference", "share", "better"):
        plain, tilted = both(changes, column, *USER)
        assert tilted["value"] == pytest.approx(plain["value"], rel=0.02), column


def test_policies_with_unlike_weights_are_not_compared(pair: tuple[results.Results, results.Results]) -> None:
    rows = pair[1].table("outcomes")
    skewed = rows.with_columns(weight=pl.when(pl.col("policy") == POLICY).then(pl.lit(1.0)).otherwise(pl.col("weight")))
    with pytest.raises(results.Refused, match="runs, weights and consumers"):
        compare.paired(skewed, "none")


def test_the_report_says_that_runs_carry_weights(pair: tuple[results.Results, results.Results]) -> None:
    said = [" ".join(report_tables.precision(answers.gather(found))) for found in pair]
    assert "weight" not in said[0]
    assert "Rare crises were sampled more often" in said[1]


def tilted_sample(rng: np.random.Generator, repeats: int, n: int, slower: float) -> tuple[np.ndarray, np.ndarray]:
    """Exponential losses of mean 1, sampled with mean `slower`: values and their likelihood ratios."""
    values = rng.exponential(slower, size=(repeats, n))
    return values, slower * np.exp(-values * (1.0 - 1.0 / slower))


def test_intervals_of_tilted_runs_cover_the_truth_and_are_narrower(rng: np.random.Generator) -> None:
    repeats, n, draws = 200, 400, np.zeros(400)
    chance, tail = 0.01, 0.99
    truth = {"quantile": -np.log(1.0 - tail), "cvar": 1.0 - np.log(1.0 - tail), "chance": chance}
    hits, widths = dict.fromkeys(truth, 0), dict.fromkeys(truth, 0.0)
    plain = dict.fromkeys(truth, 0.0)
    for tilted, total in ((True, widths), (False, plain)):
        values, weights = tilted_sample(rng, repeats, n, 2.5 if tilted else 1.0)
        for row, weight in zip(values, weights, strict=True):
            rising = risk.ordered(row[None], weight)
            found = {
                "quantile": risk.quantile_estimates(row[None], rising, tail, weight, draws)[0],
                "cvar": risk.cvar_estimates(row[None], rising, tail, weight, draws)[0],
                "chance": risk.probabilities((row > -np.log(chance))[None], weight, draws)[0],
            }
            for name, estimate in found.items():
                high = np.inf if estimate.high is None else estimate.high
                low = -np.inf if estimate.low is None else estimate.low
                total[name] += high - low
                hits[name] += tilted and low <= truth[name] <= high
    # Three standard errors of a share of 0.95 over 200 repeats are 0.046; the normal approximation may lose two points.
    assert min(hits["quantile"], hits["chance"]) >= 0.904 * repeats, hits
    assert hits["cvar"] >= 0.88 * repeats, hits
    assert all(widths[name] < 0.7 * plain[name] for name in ("cvar", "chance")), (widths, plain)


def test_the_effective_number_of_equal_weights_is_their_number_and_of_light_runs_more() -> None:
    draws = np.zeros(100)
    short = (np.arange(100) >= 90)[None]
    assert intervals.effective_sizes(short, np.full(100, 3.0), draws)[0] == 100.0
    light = np.where(np.arange(100) >= 90, 0.1, 1.0)
    assert intervals.effective_sizes(short, light, draws)[0] > 500.0
    heavy = np.where(np.arange(100) >= 90, 10.0, 1.0)
    assert intervals.effective_sizes(short, heavy, draws)[0] < 50.0
