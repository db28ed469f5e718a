from pathlib import Path

import polars as pl
import pytest

from shortfall import answers, results, users

STOCKS = {"eu_stock": "cobalt_sulphate"}


def change(value: float | None, low: float | None, high: float | None) -> dict:
    return {"value": value, "low": low, "high": high, "n": 9, "how": ""}


@pytest.mark.parametrize(
    ("given", "word"),
    [
        (change(-0.02, -0.03, -0.01), "helps"),
        (change(0.02, 0.01, 0.03), "harms"),
        (change(-0.0001, -0.0003, -0.00005), "nothing"),
        (change(0.0, None, None), "nothing"),
        (change(-0.02, -0.05, 0.01), "not shown"),
        (change(None, None, None), "not shown"),
        (change(-0.5, None, None) | {"n": 1}, "not shown"),
    ],
)
def test_a_change_below_the_share_that_counts_as_short_is_nothing(given: dict, word: str) -> None:
    assert users.verdict(given) == word
    assert word in users.VERDICTS


def test_blocs_of_holders_are_spelled_out() -> None:
    scenario = {"blocs": {"EU27": ["FIN", "POL"]}, "stockpile": {"s": {"holders": ["EU27", "UKR"]}}}
    assert users.holders(scenario) == {"s": ["FIN", "POL", "UKR"]}


def chosen(folder: Path, held: dict[str, list[str]]) -> list[tuple[str, str, str]]:
    tables = answers.tables(results.load(folder))
    found = users.main_consumers(tables["summary"], tables["comparison"], STOCKS, held, "none", 6)
    return [(consumer["material"], consumer["place"], consumer["sector"]) for consumer in found]


def test_defence_comes_first_then_whom_the_policies_and_the_stock_serve(folder: Path) -> None:
    assert chosen(folder, {}) == [
        ("drone", "UKR", "defence"), ("cobalt_sulphate", "DEU", "defence"), ("cobalt_sulphate", "DEU", "civil"),
    ]  # fmt: skip


def test_only_users_where_a_stock_is_held_count(folder: Path) -> None:
    assert {place for _, place, _ in chosen(folder, {"eu_stock": ["DEU"]})} == {"DEU"}


def test_a_stock_serves_the_users_of_its_material_where_it_is_held() -> None:
    consumers = pl.DataFrame({"material": ["a", "a", "b"], "place": ["FIN", "UKR", "FIN"]})
    assert users.served(consumers, "a", ["FIN"])["place"].to_list() == ["FIN"]
    assert users.served(consumers, "a", [])["place"].to_list() == ["FIN", "UKR"]
