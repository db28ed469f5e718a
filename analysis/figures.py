"""The pictures, as SVG and PNG: python analysis/figures.py results/NAME"""

from shortfall import answers, chain, chain_figure, command, export, figures, results


def main() -> None:
    arguments = command.parser(__doc__).parse_args()
    found = results.load(arguments.results)
    gathered = answers.gather(found)
    drawn = answers.pictures(gathered)
    makers = chain.read(found.folder / "scenario")
    if makers is not None:
        drawn["chain"] = chain_figure.chain(makers, gathered.names)
        export.save(makers.table(gathered.names), found.report, "concentration", found.stamp)
    for name, figure in drawn.items():
        figures.save(figure, found.report, name)
    print(f"{len(gathered.policies)} policies, {len(gathered.consumers)} main consumers, {gathered.n_runs:,} runs")
    print(f"{', '.join(drawn)} in {found.report}, as .svg and .png")


if __name__ == "__main__":
    command.run(main)
