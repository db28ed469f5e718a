"""The official US stockpile method of 2013, run as a scenario: writes the table and picture of its README."""

import subprocess
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path

import matplotlib
import polars as pl

from shortfall import figures, official
from shortfall.chains import readme as chain_readme

ROOT = Path(__file__).parents[1]
SCENARIO = ROOT / "scenarios/us-stockpile-2013"
BEGIN, END = "<!-- table: written by analysis/stockpile_2013.py -->\n", "<!-- end of table -->\n"


def main() -> None:
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, required=True, help="shortfall, built")
    parser.add_argument("--results", type=Path, default=ROOT / "results/us-stockpile-2013")
    arguments = parser.parse_args()
    subprocess.run([SCENARIO / "build.py"], check=True)
    command = [arguments.program.resolve(), "run", SCENARIO, "-o", arguments.results, "--overwrite", "-q"]
    subprocess.run(command, check=True)
    found = official.rows(SCENARIO, pl.read_parquet(arguments.results / "tables/outcomes/*.parquet"))
    report = chain_readme.baseline(arguments.program.resolve(), SCENARIO)
    (SCENARIO / "baseline.txt").write_text(report, encoding="utf-8")
    readme = SCENARIO / "README.md"
    before, rest = readme.read_text(encoding="utf-8").split(BEGIN)
    readme.write_text(before + BEGIN + official.table(found) + END + rest.split(END)[1], encoding="utf-8")
    with matplotlib.rc_context(figures.STYLE):
        image = ROOT / "docs/images/us-stockpile-2013.png"
        official.picture(found).savefig(image, dpi=90, metadata={"Software": None})
    print(official.table(found))


if __name__ == "__main__":
    main()
