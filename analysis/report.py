"""One page that a planner can read, in a file of its own: python analysis/report.py results/NAME"""

from shortfall import answers, command, report, results


def main() -> None:
    arguments = command.parser(__doc__).parse_args()
    found = results.load(arguments.results)
    gathered = answers.gather(found)
    found.report.mkdir(parents=True, exist_ok=True)
    path = found.report / "index.html"
    path.write_text(report.page(gathered, found), encoding="utf-8")
    print(report.sentences(gathered)[0].partition("; ")[0])
    print(f"the whole answer, with pictures: {path}")


if __name__ == "__main__":
    command.run(main)
