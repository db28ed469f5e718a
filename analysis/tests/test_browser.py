"""The report in a browser: it asks for nothing, complains of nothing, and its controls change what it shows."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from browser import Browser, program

from shortfall import answers, explore, report, results, synthetic

pytestmark = pytest.mark.skipif(program() is None, reason="no Chromium on this machine; SHORTFALL_BROWSER names one")

HOSTILE = ('<script>document.title="run"</script>', "</script><b>place", '"><img src=x onerror="document.title=1">')


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    opened = Browser(program() or "", tmp_path_factory.mktemp("profile"))
    yield opened
    opened.close()


def write(folder: Path, case: synthetic.Case) -> tuple[Path, answers.Answers, results.Results]:
    found = results.load(synthetic.write(folder / "r", synthetic.tables(case, np.random.default_rng(1)), case))
    gathered = answers.gather(found)
    path = folder / "index.html"
    path.write_text(report.page(gathered, found), encoding="utf-8")
    return path, gathered, found


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, answers.Answers, results.Results]:
    return write(tmp_path_factory.mktemp("page"), synthetic.Case())


def test_it_opens_without_complaint_and_asks_the_network_for_nothing(browser: Browser, made: tuple) -> None:
    path, *_ = made
    browser.open(path)
    assert browser.eval("document.getElementById('explore').hidden") is False
    assert browser.complaints == []
    assert [url for url in browser.requests if not url.startswith(("file:", "data:"))] == []
    assert [url for url in browser.requests if url.startswith("file:")] == [path.resolve().as_uri()]


def test_choosing_a_policy_with_the_keyboard_changes_picture_table_and_words(browser: Browser, made: tuple) -> None:
    path, gathered, _ = made
    browser.open(path)
    shown = "[...['curve', 'numbers', 'told'].map((id) => document.getElementById(id).innerHTML)]"
    before = browser.eval(shown)
    browser.eval("document.getElementById('policy').focus()")
    browser.press("ArrowDown")
    after = browser.eval(shown)
    assert all(old != new for old, new in zip(before, after, strict=True))
    second, first = gathered.policies[1], gathered.consumers[0]
    row = gathered.table.filter(policy=second, **{key: first[key] for key in ("material", "place", "sector")})
    said = browser.eval("document.getElementById('told').textContent").replace("\N{NO-BREAK SPACE}", " ")
    assert f"Under policy {second}" in said
    chance = report.percent(row["probability"][0]).partition(" (")[0]
    assert f"short in {chance} of the runs" in said
    assert browser.complaints == []


def test_material_place_and_sector_are_chosen_in_turn(browser: Browser, made: tuple) -> None:
    path, *_ = made
    browser.open(path)
    choose = """(id, text) => { const box = document.getElementById(id);
      box.value = [...box.options].find((option) => option.textContent === text).value;
      box.dispatchEvent(new Event('change')); return document.getElementById('told').textContent; }"""
    assert "cobalt_sulphate, DEU, defence" in browser.eval(f"({choose})('material', 'cobalt_sulphate')")
    assert "cobalt_sulphate, DEU, civil" in browser.eval(f"({choose})('sector', 'civil')")
    assert "drone, UKR, defence" in browser.eval(f"({choose})('material', 'drone')")


def test_the_slider_says_what_the_analysis_says_of_that_stock(browser: Browser, made: tuple) -> None:
    path, gathered, found = made
    browser.open(path)
    (stock, *_) = explore.stocks(gathered, found)
    marker = "document.querySelector('#cover circle').getAttribute('cx')"
    before = browser.eval(marker)
    browser.eval("document.getElementById('size').focus()")
    browser.press("Home")
    browser.press("ArrowRight", 7)
    assert browser.eval(marker) != before
    said = browser.eval("document.getElementById('covers').textContent").replace("\N{NO-BREAK SPACE}", " ")
    needed = gathered.required.filter(policy=stock["policy"])["required"].to_numpy()
    share = 100.0 * float((needed <= 7 * stock["step"]).mean())
    assert said.startswith(f"{report.number(7 * stock['step'])} t")
    assert f"would have covered {report.number(share)} % of the runs" in said
    assert "Over the horizon it costs" not in said, "the synthetic scenario does not say which policy is which stock"
    spoken = browser.eval("document.getElementById('size').getAttribute('aria-valuetext')")
    assert report.number(7 * stock["step"]) in spoken


def test_hostile_names_are_text_wherever_they_are_shown(browser: Browser, tmp_path: Path) -> None:
    stocks, title = {"none": 0.0, "<i>x": 2.0}, "</title><b>t"
    case = synthetic.Case(n_runs=30, stocks=stocks, consumers={HOSTILE: 120.0}, title=title)
    path, *_ = write(tmp_path, case)
    browser.open(path)
    assert browser.complaints == []
    assert browser.eval("document.title") == case.title
    for name, text in zip(("material", "place", "sector"), HOSTILE, strict=True):
        assert browser.eval(f"document.getElementById('{name}').selectedOptions[0].textContent") == text
    assert browser.eval("document.querySelectorAll('b, i, img').length") == 0
    assert ", ".join(HOSTILE) in browser.eval("document.getElementById('told').textContent")


def test_on_a_phone_nothing_but_tables_is_wider_than_the_page(browser: Browser, made: tuple) -> None:
    browser.open(made[0], width=360, height=740)
    assert browser.eval("document.documentElement.scrollWidth") <= 360
    assert browser.eval("[...document.querySelectorAll('select, input')].every((e) => e.offsetHeight >= 24)")


def test_in_print_the_controls_are_gone_and_the_answer_is_there(browser: Browser, made: tuple) -> None:
    browser.open(made[0])
    browser.call("Emulation.setEmulatedMedia", media="print")
    assert browser.eval("getComputedStyle(document.querySelector('.controls')).display") == "none"
    assert browser.eval("document.getElementById('answer').innerText").count(".") >= 3
    assert len(browser.call("Page.printToPDF")["data"]) > 10_000


def test_a_screen_reader_finds_names_for_every_control_and_picture(browser: Browser, made: tuple) -> None:
    browser.open(made[0])
    nodes = browser.call("Accessibility.getFullAXTree")["nodes"]
    spoken = [(node["role"]["value"], node.get("name", {}).get("value", "")) for node in nodes if not node["ignored"]]
    asked = [(role, name) for role, name in spoken if role in ("combobox", "slider", "image", "img")]
    assert {"combobox", "slider"} <= {role for role, _ in asked}
    assert all(name.strip() for _, name in asked), asked
    assert browser.eval("[...document.querySelectorAll('svg[role=img]')].every((e) => e.getAttribute('aria-label'))")
    levels = browser.eval("[...document.querySelectorAll('h1, h2, h3')].map((e) => Number(e.tagName[1]))")
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b - a <= 1 for a, b in pairwise(levels))


def test_the_keyboard_reaches_the_answer_the_controls_and_the_tables(browser: Browser, made: tuple) -> None:
    browser.open(made[0])
    seen = []
    for _ in range(60):
        browser.press("Tab")
        seen.append(browser.eval("document.activeElement.id || document.activeElement.className"))
    assert seen[0] == "skip"
    assert {"material", "place", "sector", "policy", "stock", "size", "wide"} <= set(seen)
