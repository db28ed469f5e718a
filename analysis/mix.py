"""Best mix of stocks for a budget: python analysis/mix.py results/NAME --replay target/release/shortfall --budget 1e8

The mix grows where the next share of the budget lowers the CVaR of shortage costs most, and is then replayed with other
events, beside each stock alone for the same money.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

from shortfall import command, export, mixing, program, report, results


def main() -> None:
    parser = command.parser(__doc__)
    parser.add_argument("--replay", metavar="BINARY", required=True, help="the shortfall program")
    parser.add_argument("--budget", type=float, required=True, help="USD to fill the stocks and hold them throughout")
    parser.add_argument("--steps", type=int, default=10, help="shares of the budget (default 10)")
    parser.add_argument("--stockpiles", nargs="+", default=(), help="default: the first of each material and holder")
    parser.add_argument("--sector", help="count the shortages of one sector only, such as defence")
    parser.add_argument("--runs", type=int, default=1000, help="runs of each trial (default 1,000)")
    parser.add_argument("--scenario", type=Path, help="scenario to run (default: the one kept in the results)")
    arguments = parser.parse_args()
    found = results.load(arguments.results)
    again = program.Program(arguments.replay, found, arguments.scenario, arguments.runs)
    candidates = again.candidates(arguments.stockpiles)
    names = [candidate.stockpile for candidate in candidates]
    with TemporaryDirectory() as folder:
        run = again.losses(Path(folder) / "search", names, arguments.sector)
        steps = mixing.greedy(run, candidates, arguments.budget, arguments.steps)
        other = int(found.manifest["seed"]) + 1
        fresh = again.losses(Path(folder) / "replay", names, arguments.sector, other)
        replayed = mixing.replay(fresh, candidates, steps)
    export.save(mixing.table(steps), found.report, "mix_steps", found.stamp)
    export.save(replayed, found.report, "mix_replay", found.stamp)
    for number, step in enumerate(steps, 1):
        saved = report.estimate(step.saved_per_usd.as_row())
        print(f"{number:2}  {step.stockpile:28} CVaR {report.number(step.cvar)} USD, saved per USD {saved}")
    if not steps:
        print("no stock lowers the CVaR: nothing is bought")
    elif steps[-1].spent < 0.999 * arguments.budget:
        print(f"after {report.number(steps[-1].spent)} USD no further stock lowers the CVaR")
    for candidate in candidates:
        amount = steps[-1].mix[candidate.stockpile] if steps else 0.0
        print(f"mix: {report.number(amount)} {candidate.unit} in {candidate.stockpile}")
    for row in replayed.iter_rows(named=True):
        saved = "" if row["saved"] is None else f", saves {report.estimate(row['saved'])}"
        print(f"replayed with seed {other}: {row['plan']:28} CVaR {report.number(row['cvar'])} USD{saved}")


if __name__ == "__main__":
    command.run(main)
