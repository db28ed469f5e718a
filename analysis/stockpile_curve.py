"""Stock against service level: python analysis/stockpile_curve.py results/NAME [--replay target/release/shortfall]"""

from pathlib import Path
from tempfile import TemporaryDirectory

from shortfall import command, export, program, report, results, sizing, stockpile


def main() -> None:
    parser = command.parser(__doc__)
    parser.add_argument("--replay", metavar="BINARY", help="the shortfall program: runs again with the size found")
    parser.add_argument("--smallest", action="store_true", help="with --replay: search the smallest stock that holds")
    parser.add_argument("--scenario", type=Path, help="scenario to replay (default: the one kept in the results)")
    parser.add_argument(
        "--level", type=float, default=0.95, choices=stockpile.LEVELS, help="service level (default 0.95)"
    )
    parser.add_argument("--stockpile", help="default: the first")
    parser.add_argument("--policy", help="default: the first that holds the stockpile")
    parser.add_argument("--runs", type=int, help="runs of the replay (default: as many as the results have)")
    arguments = parser.parse_args()
    if arguments.smallest and arguments.replay is None:
        parser.error("--smallest needs --replay BINARY")
    found = results.load(arguments.results)
    table = stockpile.sizes(found.table("required"))
    if table.is_empty():
        raise results.Refused(f"{found.folder}: no policy holds a stockpile")
    export.save(table, found.report, "stockpile_sizes", found.stamp)
    name = arguments.stockpile or table["stockpile"][0]
    policy = arguments.policy or next(iter(table.filter(table["stockpile"] == name)["policy"]), "")
    size = stockpile.size_at(table, name, policy, arguments.level)
    unit = table.filter(table["stockpile"] == name)["unit"][0]
    stock = f"{report.estimate(size.as_row())} {unit}"
    print(f"{name} under {policy}: {stock} covers {arguments.level * 100:g} % of {size.n:,} runs (estimate)")
    if arguments.replay is None:
        print(f"{len(table):,} sizes in {found.report}/stockpile_sizes.parquet and .csv; --replay checks one")
        return
    again = program.Program(arguments.replay, found, arguments.scenario, arguments.runs or size.n)
    with TemporaryDirectory() as folder:
        if arguments.smallest:
            sized = sizing.smallest(again.trial(Path(folder), name, policy), arguments.level, size.value)
            export.save(sized.table(), found.report, "stockpile_smallest", found.stamp)
            print(
                f"smallest that holds: {report.estimate(sized.size.as_row())} {unit}, {len(sized.trials)} sizes tried"
            )
            print(f"{sized.reversals} times a larger stock ran empty in a run that a smaller one held")
            return
        replayed = again.with_size(Path(folder) / "replay", name, policy, size.value)
        check = stockpile.replay(found, replayed, name, arguments.level)
    export.save(check, found.report, "stockpile_replay", found.stamp)
    row = check.row(0, named=True)
    verdict = "confirms" if row["agrees"] else "does not confirm"
    print(f"replay {verdict} it: the stock held in {report.percent(row['held'])} of the runs")


if __name__ == "__main__":
    command.run(main)
