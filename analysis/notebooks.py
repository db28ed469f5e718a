"""Runs the notebooks and keeps what they show: python analysis/notebooks.py [NAME.ipynb ...]

They read results/cobalt-fpv and run target/release/shortfall; SHORTFALL_RESULTS, SHORTFALL_BIN and SHORTFALL_RUNS name
others.
"""

from argparse import ArgumentParser
from pathlib import Path

from shortfall import command, notebook

FOLDER = Path(__file__).parent / "notebooks"


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("notebook", nargs="*", type=Path, help="default: all of analysis/notebooks")
    paths = parser.parse_args().notebook or sorted(FOLDER.glob("*.ipynb"))
    for path in paths:
        notebook.save(notebook.run(path), path)
    print(f"{len(paths)} notebooks run: {', '.join(path.stem for path in paths)}")
    print(f"what they show is in {FOLDER}")


if __name__ == "__main__":
    command.run(main)
