"""What the chain hangs on: python analysis/criticality.py results/NAME [--months 12] [--kinds plant lane owner]

Runs the scenario again without its hazards and with each plant, lane, owner, imposer or chokepoint off in turn.
"""

from pathlib import Path

from shortfall import answers, command, criticality, criticality_figure, export, figures, report, results, variants


def main() -> None:
    parser = command.parser(__doc__)
    parser.add_argument("--binary", default="target/release/shortfall", help="the shortfall program")
    parser.add_argument("--policy", help="default: the first")
    parser.add_argument("--months", type=float, default=12.0, help="for so long, from the start (12)")
    parser.add_argument("--kinds", nargs="+", default=criticality.KINDS, choices=criticality.KINDS, metavar="KIND")
    arguments = parser.parse_args()
    found = results.load(arguments.results)
    gathered = answers.gather(found)
    policy = variants.manifest_policy(found, arguments.policy)
    what = criticality.items(found.folder / "scenario", arguments.kinds)
    binary = str(Path(arguments.binary).resolve())
    table = criticality.scan(found, binary, what, policy, arguments.months, gathered.consumers)
    export.save(table, found.report, "criticality", found.stamp)
    consumers = [{**consumer, "name": gathered.name(consumer)} for consumer in gathered.consumers]
    picture = criticality_figure.criticality(table, consumers)
    figures.save(picture, found.report, "criticality")
    worst = table.unique(["kind", "item"], keep="first", maintain_order=True).head(3).to_dicts()
    named = [f"{row['kind']} {row['item']} ({report.number(100.0 * row['mean_share'])} %)" for row in worst]
    print(f"missing most if off for {arguments.months:g} months: {'; '.join(named)}")
    print(f"{len(what):,} things off in turn under policy {policy}; the mean over {len(consumers)} main users")


if __name__ == "__main__":
    command.run(main)
