"""Runs notebooks in Jupyter's form and keeps what they show, without Jupyter: the examples stay true to the package."""

import ast
import base64
import contextlib
import io
import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import matplotlib
from matplotlib.figure import Figure


class Failed(Exception):
    """A cell that raised; the message names notebook and cell."""


def run(path: Path) -> dict:
    """The notebook with its cells executed in order in one namespace, from its own folder."""
    notebook = json.loads(path.read_text(encoding="utf-8"))
    names: dict[str, Any] = {"__name__": "__main__"}
    number = 0
    with _in_folder(path.parent):
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                number += 1
                try:
                    outputs = _outputs("".join(cell["source"]), names, number)
                except Exception as fault:
                    raise Failed(f"{path.name}, cell {number}: {type(fault).__name__}: {fault}") from fault
                cell["outputs"], cell["execution_count"] = outputs, number
    return notebook


def save(notebook: dict, path: Path) -> None:
    """As Jupyter writes it."""
    path.write_text(json.dumps(notebook, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


def _outputs(source: str, names: dict[str, Any], number: int) -> list[dict]:
    body = ast.parse(source).body
    last = body.pop() if body and isinstance(body[-1], ast.Expr) else None
    shown = None
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(ast.Module(body, []), f"cell {number}", "exec"), names)
        if last is not None:
            shown = eval(compile(ast.Expression(last.value), f"cell {number}", "eval"), names)
    outputs = []
    if printed.getvalue():
        lines = printed.getvalue().splitlines(keepends=True)
        outputs.append({"output_type": "stream", "name": "stdout", "text": lines})
    if shown is not None:
        data = _data(shown)
        outputs.append({"output_type": "execute_result", "execution_count": number, "metadata": {}, "data": data})
    return outputs


def _data(value: Any) -> dict[str, Any]:
    if isinstance(value, Figure):
        picture = io.BytesIO()
        with matplotlib.rc_context({"svg.hashsalt": "shortfall"}):
            value.savefig(picture, format="png", dpi=80, metadata={"Software": None})
        return {"image/png": base64.b64encode(picture.getvalue()).decode(), "text/plain": ["<Figure>"]}
    return {"text/plain": repr(value).splitlines(keepends=True)}


@contextlib.contextmanager
def _in_folder(folder: Path) -> Iterator[None]:
    before = Path.cwd()
    os.chdir(folder)
    try:
        yield
    finally:
        os.chdir(before)
