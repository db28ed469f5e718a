"""How often 95 % intervals hold the truth: python analysis/coverage.py [--repeats 2000]

Writes results/coverage/ and the table of docs/how-far-can-you-trust-it.md.
"""

from argparse import ArgumentParser
from pathlib import Path

from shortfall import command, coverage, export

PAGE = Path(__file__).parents[1] / "docs" / "how-far-can-you-trust-it.md"


def main() -> None:
    parser = ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=coverage.REPEATS, help="samples of each world (2,000)")
    parser.add_argument("--out", type=Path, default=Path("results/coverage"), help="folder of the table")
    parser.add_argument("--page", type=Path, default=PAGE, help="page whose table is written anew")
    arguments = parser.parse_args()
    table = coverage.table(arguments.repeats)
    export.save(table, arguments.out, "coverage")
    page = arguments.page.read_text(encoding="utf-8")
    arguments.page.write_text(coverage.written(page, table), encoding="utf-8")
    shares = [share for world in table.columns[1:] for share in table[world]]
    print(f"95 % intervals hold the truth in {100 * min(shares):.1f} to {100 * max(shares):.1f} % of the samples")
    print(f"{len(shares)} statistics and worlds, {arguments.repeats:,} samples each; {arguments.page}")


if __name__ == "__main__":
    command.run(main)
