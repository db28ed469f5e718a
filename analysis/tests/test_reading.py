"""What the page on reading results shows, run as it stands against real results; and what `results.open` gives."""

import os
import re
import subprocess
from pathlib import Path

import polars as pl
import pytest

import shortfall

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/reading-results.md"
BINARY = os.environ.get("SHORTFALL_BIN", str(ROOT / "target/release/shortfall"))

pytestmark = pytest.mark.skipif(not Path(BINARY).is_file(), reason="the program is not built; make test builds it")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with results/cobalt-fpv in it."""
    home = tmp_path_factory.mktemp("reading")
    out = home / "results/cobalt-fpv"
    command = [BINARY, "run", ROOT / "scenarios/cobalt-fpv", "-o", out, "-n", "24", "-q"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return home


def snippet(title: str) -> str:
    text = PAGE.read_text(encoding="utf-8").partition(f"## {title}\n")[2]
    return re.search(r"```python\n(.*?)```", text, re.DOTALL).group(1)


def test_polars_duckdb_and_pandas_draw_one_curve_in_five_lines(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    curves = []
    for title in ("polars", "DuckDB", "pandas"):
        code = snippet(title)
        assert len([line for line in code.splitlines() if not line.startswith("import")]) <= 5
        names: dict = {}
        exec(code, names)
        curve = names["curve"].pl() if title == "DuckDB" else names["curve"]
        curve = pl.from_pandas(curve) if title == "pandas" else curve
        curves.append(curve.select("shortfall", "chance"))
    first, *others = curves
    assert len(first) == 24 * 5
    for other in others:
        for column in ("shortfall", "chance"):
            assert other[column].to_list() == pytest.approx(first[column].to_list(), rel=1e-9)


def test_what_the_page_shows_of_the_package_runs(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    code = PAGE.read_text(encoding="utf-8").partition("## With this package\n")[2]
    names: dict = {}
    for block in re.findall(r"```python\n(.*?)```", code, re.DOTALL):
        exec(block, names)
    found = names["found"]
    assert "outcomes" in found.names
    assert found.units("outcomes")["shortfall"] == "material"
    assert found.units("costs")["usd"] == "USD"
    assert set(found.columns("years")["column"]) == set(found.table("years").collect_schema().names())
    assert isinstance(found.table("years"), pl.LazyFrame)


def test_opening_without_check_still_sees_missing_files_but_reads_no_table(home: Path) -> None:
    folder = home / "results/cobalt-fpv"
    part = next((folder / "tables/bands").glob("*.parquet"))
    content = part.read_bytes()
    part.write_bytes(content[:-1] + b"?")
    try:
        assert shortfall.results.open(folder, check=False).names
        with pytest.raises(shortfall.results.Refused, match="content has changed"):
            shortfall.results.open(folder)
        part.unlink()
        with pytest.raises(shortfall.results.Refused, match="missing"):
            shortfall.results.open(folder, check=False)
    finally:
        part.write_bytes(content)
    with pytest.raises(shortfall.results.Refused, match="describes no table"):
        shortfall.results.open(folder).units("outcome")


def test_the_package_holds_every_file_that_it_needs() -> None:
    stated = (ROOT / "analysis/pyproject.toml").read_text(encoding="utf-8")
    package = ROOT / "analysis/shortfall"
    for path in package.rglob("*"):
        if path.is_dir() and (path / "__init__.py").is_file():
            assert f'"{path.relative_to(package.parent).as_posix().replace("/", ".")}"' in stated
        elif path.is_file() and path.suffix not in (".py", ".pyc"):
            assert f'"{path.name}"' in stated
