import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from shortfall import answers, figures, report, results, synthetic

SCRIPTS = Path(__file__).parents[1]
HOSTILE = ('<script>alert("1")</script>', "$x_{", '=HYPERLINK("x","y")&amp;')


def page_of(folder: Path) -> tuple[answers.Answers, str]:
    found = results.load(folder)
    gathered = answers.gather(found)
    return gathered, report.page(gathered, found)


class Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.links += [value or "" for name, value in attrs if name in ("src", "href", "xlink:href", "data", "action")]

    def handle_data(self, data: str) -> None:
        self.text += data


def test_the_report_fetches_nothing(folder: Path) -> None:
    _, text = page_of(folder)
    page = Page(text)
    assert all(link.startswith("#") or link == "data:," for link in page.links)
    assert not {"iframe", "img", "object"} & set(page.tags)
    assert page.tags.count("script") == 2
    assert "@import" not in text
    assert not re.search(r"url\((?!#)", text)


def test_the_report_answers_the_question_with_numbers_and_intervals(folder: Path) -> None:
    gathered, text = page_of(folder)
    sentences = report.sentences(gathered)
    assert len(sentences) == 3
    assert "59 % (51.8 to 65.9 %)" in sentences[0]
    assert "drone, UKR, defence: 1.46 points less (1.25 to 1.67) under reserve_60" in sentences[1]
    assert "2.59 points less (2.13 to 3.06) under reserve_180" in sentences[1]
    assert "an estimate until replayed" in sentences[2]
    page = Page(text).text
    assert "How long does a stock carry its users?" in page
    assert "DEU defence: 120 t (confidence = assumed)" in page
    assert "to 12.5 t a year (surplus of 0.9 %)" in page
    assert "not shown" in page
    assert text.count('<svg role="img"') == 8


def test_hostile_names_stay_text(tmp_path: Path, rng: np.random.Generator) -> None:
    material, place, sector = HOSTILE
    case = synthetic.Case(
        n_runs=30, stocks={"none": 0.0, "<b>bold": 2.0}, consumers={(material, place, sector): 120.0},
        title="<img src=http://x>", question="</h1><script>",
    )  # fmt: skip
    folder = synthetic.write(tmp_path / "r", synthetic.tables(case, rng), case)
    _, text = page_of(folder)
    page = Page(text)
    assert not {"b", "img"} & set(page.tags)
    assert page.tags.count("script") == 2
    assert ", ".join(HOSTILE) in page.text
    for name in ("summary", "stockpile_curve"):
        done = subprocess.run([sys.executable, SCRIPTS / f"{name}.py", folder], capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
    assert pl.read_parquet(folder / "report/summary.parquet")["sector"].unique().to_list() == [sector]


def test_one_run_says_that_it_has_no_intervals(tmp_path: Path, rng: np.random.Generator) -> None:
    case = synthetic.Case(n_runs=1)
    _, text = page_of(synthetic.write(tmp_path / "r", synthetic.tables(case, rng), case))
    assert "one run: no interval" in text
    assert "One run: values carry no interval" in text


def test_runs_without_any_shortage_or_stock_still_make_a_page(tmp_path: Path, rng: np.random.Generator) -> None:
    case = synthetic.Case(n_runs=40, stocks={"none": 0.0, "ample": 60.0})
    frames = synthetic.tables(case, rng)
    ample = pl.col("policy").cast(pl.String) == "ample"
    served = ("outcomes", "years", "bands")
    kept = {name: frame.filter(ample) if name in served else frame.clear() for name, frame in frames.items()}
    gathered, _ = page_of(synthetic.write(tmp_path / "r", kept, case))
    first, second, third = report.sentences(gathered)
    assert "0 % (0 to 8.81 %)" in first
    assert second == "There is no other policy to compare with."
    assert third == "No stockpile was under test."


def test_figures_are_the_same_bytes_each_time(folder: Path, tmp_path: Path) -> None:
    gathered = answers.gather(results.load(folder), n_consumers=1)
    for turn in ("first", "second"):
        for name, figure in answers.pictures(gathered).items():
            figures.save(figure, tmp_path / turn, name)
    written = sorted(path.name for path in (tmp_path / "first").iterdir())
    assert len(written) == 14
    for name in written:
        assert (tmp_path / "first" / name).read_bytes() == (tmp_path / "second" / name).read_bytes(), name


def test_a_refused_folder_is_one_message_and_exit_code_3(tmp_path: Path) -> None:
    done = subprocess.run([sys.executable, SCRIPTS / "report.py", tmp_path], capture_output=True, text=True)
    assert done.returncode == 3
    assert done.stderr.startswith("error: ")
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        (0.0, "0"),
        (1234567.0, "1,230,000"),
        (0.00123, "0.00123"),
        (-12.34, "-12.3"),
        (99.96, "100"),
        (1e-15, "1.00e-15"),
    ],
)
def test_numbers_are_written_to_three_digits_with_thousands_apart(value: float | None, text: str) -> None:
    assert report.number(value) == text


def test_a_change_that_rounds_to_nothing_has_no_sign() -> None:
    assert [report.signed(value) for value in (-0.004, 0.004, -0.254, 0.1)] == ["0", "0", "-0.25", "+0.10"]


def test_long_lists_of_assumed_rows_are_cut_and_say_so() -> None:
    assert report.shorten("short") == "short"
    cut = report.shorten("lane " * 200)
    assert len(cut) < 250
    assert cut.endswith("manifest.json)")


def test_the_page_says_in_plain_words_when_a_policy_does_nothing(tmp_path: Path, rng: np.random.Generator) -> None:
    case = synthetic.Case(stocks={"none": 0.0, "reserve_60": 2.0, "idle": 1e-9})
    folder = synthetic.write(tmp_path / "r", synthetic.tables(case, rng), case)
    gathered, text = page_of(folder)
    assert "idle does nothing for it" in report.sentences(gathered)[1]
    assert '<td class="nothing">0<br>' in text


def test_names_come_from_the_tables_of_the_scenario(folder: Path) -> None:
    (folder / "scenario/places.csv").write_text("place,name\nUKR,Ukraine\nDEU,\n", encoding="utf-8")
    _, text = page_of(folder)
    assert "drone, Ukraine, defence" in text
    assert "cobalt_sulphate, DEU, civil" in text


def test_the_report_takes_the_tables_that_summary_left(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = answers.gather(results.load(folder))
    subprocess.run([sys.executable, SCRIPTS / "summary.py", folder], check=True, capture_output=True)
    monkeypatch.setattr(answers, "tables", lambda _: pytest.fail("made anew"))
    kept = answers.gather(results.load(folder))
    assert kept.table.equals(fresh.table)
    assert kept.curves.equals(fresh.curves)
