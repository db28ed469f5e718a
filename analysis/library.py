"""Builds, runs and describes the scenarios of the library: what `make library` calls.

Writes each scenario's files (as its build.py does), runs it, and writes its baseline report, README and picture.
"""

import subprocess
import tomllib
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path

import matplotlib

from shortfall import chains, figures
from shortfall.chains import readme

ROOT = Path(__file__).parents[1]
SCENARIOS = ROOT / "scenarios"


def names() -> list[str]:
    """Scenarios that are built from a chain.toml."""
    return sorted(path.parent.name for path in SCENARIOS.glob("*/chain.toml"))


def main() -> None:
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", default=names(), help="which; all of them by default")
    parser.add_argument("--program", type=Path, required=True, help="shortfall, built")
    parser.add_argument("--results", type=Path, default=ROOT / "results/library")
    arguments = parser.parse_args()
    for name in arguments.names:
        folder, out = SCENARIOS / name, arguments.results / name
        chains.build(folder)
        subprocess.run([arguments.program.resolve(), "run", folder, "-o", out, "--overwrite", "-q"], check=True)
        (folder / "baseline.txt").write_text(readme.baseline(arguments.program.resolve(), folder), encoding="utf-8")
        describe(folder, out)
        print(f"{name}: {folder / 'README.md'}")


def describe(folder: Path, out: Path) -> None:
    """README and picture of results."""
    chain = tomllib.loads((folder / "chain.toml").read_text(encoding="utf-8"))
    frame = readme.outcomes(out, chain["headline"])
    policies = frame["policy"].unique(maintain_order=True).to_list()
    made = readme.measured(frame, chain["headline"], policies)
    runs = len(frame) // len(policies) // len(chain["headline"])
    (folder / "README.md").write_text(readme.readme(folder, chain, made, runs), encoding="utf-8")
    with matplotlib.rc_context(figures.STYLE):
        image = ROOT / f"docs/images/library-{folder.name}.png"
        readme.picture(folder, made).savefig(image, dpi=90, metadata={"Software": None})


if __name__ == "__main__":
    main()
