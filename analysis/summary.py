"""Distribution of the shortfall of every consumer under every policy: python analysis/summary.py results/NAME"""

import numpy as np

from shortfall import command, compare, export, report, results, summary


def main() -> None:
    arguments = command.parser(__doc__).parse_args()
    found = results.load(arguments.results)
    rng = np.random.default_rng(arguments.seed)
    outcomes = found.table("outcomes")
    reference = results.policies(outcomes)[0]
    table = summary.distribution(outcomes, rng)
    export.save(table, found.report, "summary")
    export.save(compare.paired(outcomes, reference, rng), found.report, "comparison")
    export.save(summary.exceedance(found.table("years")), found.report, "exceedance")
    first = summary.main_consumers(outcomes, 1, reference)[0]
    row = summary.of_consumers(table.filter(table["policy"] == reference).lazy(), [first]).collect().row(0, named=True)
    name = f"{row['policy']}: {row['material']}, {row['place']}, {row['sector']}"
    chance, mean = report.percent(row["probability"]), report.estimate(row["mean"])
    print(f"{name}: short in {chance} of {row['n']:,} runs, mean {mean} {row['unit']}")
    print(
        f"{len(table):,} distributions in {found.report}/summary.parquet and .csv; exceedance and comparison beside it"
    )


if __name__ == "__main__":
    command.run(main)
