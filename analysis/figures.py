"""The pictures, as SVG and PNG: python analysis/figures.py results/NAME"""

from shortfall import answers, command, figures, results


def main() -> None:
    arguments = command.parser(__doc__).parse_args()
    found = results.load(arguments.results)
    gathered = answers.gather(found)
    drawn = answers.pictures(gathered)
    for name, figure in drawn.items():
        figures.save(figure, found.report, name)
    print(f"{len(gathered.policies)} policies, {len(gathered.consumers)} main consumers, {gathered.n_runs:,} runs")
    print(f"{', '.join(drawn)} in {found.report}, as .svg and .png")


if __name__ == "__main__":
    command.run(main)
