import subprocess
import sys
import tomllib
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from shortfall import rates, rates_toml
from shortfall.events import Events
from shortfall.excitation import Search

SCRIPT = Path(__file__).parents[1] / "rates.py"
EVENTS = """date,series,what
2010-09-07,act,arrest
2010-09-21,answer,ban
2021-06-30,act,rules
2021-07-03,answer,licence
2022-05-14,act,tariffs
2022-05-20,answer,licence
2023-12-02,act,listings
2023-12-03,answer,ban
2024-04-02,act,tariffs
2024-11-04,answer,licence
"""


def run(*arguments: object) -> subprocess.CompletedProcess:
    return subprocess.run([sys.executable, SCRIPT, *map(str, arguments)], capture_output=True, text=True)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    folder = tmp_path_factory.mktemp("rates")
    (folder / "events.csv").write_text(EVENTS, encoding="utf-8")
    window = ("--start", "2020-01-01", "--end", "2025-01-01", "--excites", "act>answer")
    done = run(folder / "events.csv", *window, "--out", folder / "out")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    return done.stdout, folder / "out"


def test_the_script_says_what_it_fitted_and_how_sure_it_is(printed: tuple[str, Path]) -> None:
    text, _ = printed
    assert "8 events in 5.0 years: act 4, answer 4" in text
    assert "2 earlier events excite and are not explained" in text
    assert "exciting (Hawkes)" in text
    assert "[exact (Garwood)]" in text
    assert "sees only departures above 0.62" in text


def test_what_it_prints_to_paste_is_toml_of_a_scenario(printed: tuple[str, Path]) -> None:
    text, _ = printed
    blocks = dict(part.split(" ---\n", 1) for part in text.split("\n# --- ")[1:])
    fitted = tomllib.loads(blocks["hawkes"])["hazard"]
    assert fitted["act"]["excites"]["answer"]["extra_events"] > 0.5
    assert 0.0 < fitted["act"]["excites"]["answer"]["decay_months"] < 1.0
    assert fitted["act"]["past"][0] == "2010-09-07"
    assert "excites" not in fitted["answer"]
    assert "past" not in fitted["answer"], "past events that excite nothing are refused"
    law = tomllib.loads(blocks["poisson"])["hazard"]["act"]["onset"]["poisson"]["per_year"]["gamma"]
    assert law == {"mean": 0.9, "sd": 0.42}
    assert "gamma_poisson" in blocks


def test_tables_and_picture_are_left_in_the_folder(printed: tuple[str, Path]) -> None:
    _, folder = printed
    table = pl.read_parquet(folder / "rates.parquet")
    assert table.filter(pl.col("of") == "extra events")["series"].to_list() == ["answer"]
    assert pl.read_csv(folder / "rates_goodness.csv")["n"].to_list() == [4, 4, 4, 4]
    assert (folder / "rates.svg").read_text(encoding="utf-8").count("<svg") == 1
    assert (folder / "rates.png").is_file()


def test_a_refused_table_is_one_message_and_exit_code_3(tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text("day,series\n2020-01-01,a\n", encoding="utf-8")
    done = run(tmp_path / "events.csv", "--start", "2019-01-01", "--end", "2021-01-01")
    assert done.returncode == 3
    assert "no column date; its columns are day, series" in done.stderr


def test_an_unknown_series_is_refused_with_those_that_exist(tmp_path: Path) -> None:
    (tmp_path / "events.csv").write_text(EVENTS, encoding="utf-8")
    window = ("--start", "2020-01-01", "--end", "2025-01-01")
    for wrong in (("--series", "axt"), ("--excites", "axt>answer")):
        done = run(tmp_path / "events.csv", *window, *wrong, "--out", tmp_path / "out")
        assert done.returncode == 3
        assert "'axt'" in done.stderr
        assert "act" in done.stderr.replace("'axt'", "")


@pytest.mark.parametrize(
    ("value", "text"), [(0.0, "0"), (0.12345, "0.12"), (1.96, "2"), (25.4, "25"), (142.0, "140"), (0.0004, "0")]
)
def test_numbers_have_two_digits(value: float, text: str) -> None:
    assert rates_toml.two(value) == text


def test_a_name_that_is_no_bare_key_is_quoted(rng: np.random.Generator) -> None:
    found = Events(('a "b"',), (np.sort(rng.uniform(0.0, 5.0, 6)),), 5.0)
    fitted = rates.fit(Search(found, np.ones((1, 1), dtype=bool), 0.1))
    parsed = tomllib.loads(rates_toml.hazards(fitted, rates.parameters(fitted), "hawkes"))
    assert list(parsed["hazard"]) == ['a "b"']
