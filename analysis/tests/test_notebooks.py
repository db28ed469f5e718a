"""The notebooks run from their first cell to their last, and show what they say."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from shortfall import notebook

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "analysis/notebooks"
BINARY = os.environ.get("SHORTFALL_BIN", str(ROOT / "target/release/shortfall"))
NOTEBOOKS = sorted(path.name for path in FOLDER.glob("*.ipynb"))
N_RUNS = "30"

needs_program = pytest.mark.skipif(not Path(BINARY).is_file(), reason="the program is not built; make test builds it")


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("notebooks") / "results"
    command = [BINARY, "run", ROOT / "scenarios/cobalt-fpv", "-o", out, "-n", N_RUNS, "-q"]
    subprocess.run(command, check=True)
    return out


def outputs(cells: list[dict]) -> list[list[str]]:
    """Kinds of output of each cell of code."""
    kinds = [[kind for out in cell["outputs"] for kind in (out.get("data") or {"text": ""})] for cell in cells]
    return [kind for cell, kind in zip(cells, kinds, strict=True) if cell["cell_type"] == "code"]


@needs_program
@pytest.mark.parametrize("name", NOTEBOOKS)
def test_a_notebook_runs_and_shows_what_the_kept_one_shows(
    name: str, results: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SHORTFALL_RESULTS", str(results))
    monkeypatch.setenv("SHORTFALL_BIN", str(Path(BINARY).resolve()))
    monkeypatch.setenv("SHORTFALL_RUNS", N_RUNS)
    # The notebook leaves the kept one alone, and finds scenarios where that one does.
    home = tmp_path / "analysis/notebooks"
    home.mkdir(parents=True)
    (tmp_path / "scenarios").symlink_to(ROOT / "scenarios")
    shutil.copy(FOLDER / name, home)
    run = notebook.run(home / name)
    kept = json.loads((FOLDER / name).read_text(encoding="utf-8"))
    code = [[cell for cell in found["cells"] if cell["cell_type"] == "code"] for found in (run, kept)]
    assert [cell["source"] for cell in code[0]] == [cell["source"] for cell in code[1]]
    assert outputs(code[0]) == outputs(code[1])
    assert [cell["execution_count"] for cell in code[1]] == list(range(1, len(code[1]) + 1))


def test_there_are_three_notebooks() -> None:
    assert len(NOTEBOOKS) == 3


def test_a_cell_that_fails_is_named_with_its_fault(tmp_path: Path) -> None:
    cells = [{"cell_type": "code", "source": [line], "outputs": []} for line in ("x = 1", "x / 0")]
    path = tmp_path / "broken.ipynb"
    path.write_text(json.dumps({"cells": cells}), encoding="utf-8")
    with pytest.raises(notebook.Failed, match=r"broken\.ipynb, cell 2: ZeroDivisionError"):
        notebook.run(path)


def test_prints_values_and_figures_are_kept(tmp_path: Path) -> None:
    source = "from matplotlib.figure import Figure\nprint('said')\nFigure(figsize=(1, 1))"
    path = tmp_path / "n.ipynb"
    path.write_text(json.dumps({"cells": [{"cell_type": "code", "source": [source], "outputs": []}]}), encoding="utf-8")
    (cell,) = notebook.run(path)["cells"]
    assert cell["outputs"][0]["text"] == ["said\n"]
    assert set(cell["outputs"][1]["data"]) == {"image/png", "text/plain"}
    assert notebook.run(path)["cells"] == [cell], "the same twice"
