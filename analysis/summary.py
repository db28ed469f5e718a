"""Distribution of the shortfall of every consumer under every policy: python analysis/summary.py results/NAME"""

from shortfall import answers, command, export, report, results


def main() -> None:
    arguments = command.parser(__doc__).parse_args()
    found = results.load(arguments.results)
    tables = answers.tables(found)
    for name, table in tables.items():
        export.save(table, found.report, name, found.stamp)
    gathered = answers.gather(found, tables)
    print(report.sentences(gathered)[0].partition("; ")[0])
    print(f"{len(tables['summary']):,} distributions in {found.report}; {', '.join(tables)}, each as .parquet and .csv")


if __name__ == "__main__":
    command.run(main)
