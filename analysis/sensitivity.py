"""Which uncertain numbers matter: python analysis/sensitivity.py results/NAME [--sobol 64 --over KEY=LOW:HIGH ...]

From draws or the points of a design: PAWN and first-order Sobol indices, or Morris' effects. With --sobol it runs the
scenario again over ranges of keys, for first-order and total indices.
"""

from argparse import ArgumentTypeError
from pathlib import Path

from shortfall import answers, cases, command, export, figures, results, sensitivity, sensitivity_figure, variants


def span(text: str) -> tuple[str, float, float]:
    """`KEY=LOW:HIGH`."""
    key, _, ends = text.rpartition("=")
    try:
        low, high = (float(end) for end in ends.split(":"))
    except ValueError:
        low = high = 0.0
    if not (key and low < high):
        raise ArgumentTypeError(f"{text!r}: a dotted key and its range, KEY=LOW:HIGH")
    return key, low, high


def main() -> None:
    parser = command.parser(__doc__)
    parser.add_argument("--policy", help="default: the first")
    parser.add_argument("--sobol", type=int, metavar="N", help="runs N (keys + 2) points, N a power of 2")
    parser.add_argument("--over", type=span, action="append", default=[], metavar="KEY=LOW:HIGH")
    parser.add_argument("--binary", default="target/release/shortfall", help="the shortfall program")
    parser.add_argument("--runs", type=int, default=100, help="runs of each point (100)")
    parser.add_argument("--seed", type=int, default=0, help="of the points and of the bootstrap")
    arguments = parser.parse_args()
    if bool(arguments.sobol) != bool(arguments.over):
        parser.error("--sobol and --over go together")
    found = results.load(arguments.results)
    gathered = answers.gather(found)
    policy = variants.manifest_policy(found, arguments.policy)
    named = [{**consumer, "name": gathered.name(consumer)} for consumer in gathered.consumers]
    if arguments.sobol:
        ask = cases.Ask(str(Path(arguments.binary).resolve()), arguments.over, arguments.sobol, arguments.runs)
        table = cases.anew(found, ask, policy, gathered.consumers, arguments.seed)
    else:
        table = cases.kept(found, policy, gathered.consumers, arguments.seed)
    export.save(table, found.report, "sensitivity", found.stamp)
    figures.save(sensitivity_figure.sensitivity(table, named), found.report, "sensitivity")
    print(sensitivity.words(table, named[0]))
    most = 100.0 * float(table["noise"].max() or 0.0)
    print(f"policy {policy}: at most {most:.0f} % of the variance between cases is chance that more runs would remove")


if __name__ == "__main__":
    command.run(main)
