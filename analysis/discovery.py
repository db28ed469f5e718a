"""Where a policy fails: python analysis/discovery.py results/NAME [--policy P] [--limit 0.05]

Boxes of uncertain numbers, over draws or the points of a design, in which more than the limit is missing on average.
"""

import numpy as np
import polars as pl

from shortfall import answers, cases, command, discovery, discovery_figure, export, figures, report, results, robust
from shortfall import variants as runs


def main() -> None:
    parser = command.parser(__doc__)
    parser.add_argument("--policy", help="default: the first")
    parser.add_argument("--limit", type=float, default=robust.LIMIT, help="share missing from which it fails (0.05)")
    parser.add_argument("--seed", type=int, default=0, help="of the split into cases to search and to judge by")
    arguments = parser.parse_args()
    found = results.load(arguments.results)
    gathered = answers.gather(found)
    policy = runs.manifest_policy(found, arguments.policy)
    given = cases.inputs(found)
    means, _ = cases.responses(found, given, policy, gathered.consumers)
    made = []
    for consumer, missing in zip(gathered.consumers, means, strict=True):
        failed, rng = missing > arguments.limit, np.random.default_rng(arguments.seed)
        made.append(discovery.table(consumer, policy, given.keys, given.values, given.numbers, failed, rng))
    table = pl.concat(made)
    export.save(table, found.report, "discovery", found.stamp)
    first = gathered.name(gathered.consumers[0])
    failed = means[0] > arguments.limit
    title = f"Where {policy} leaves more than {100 * arguments.limit:g} % missing: {first}"
    picture = discovery_figure.boxes(made[0], given.keys, given.numbers, failed, title)
    figures.save(picture, found.report, "discovery")
    print(f"{first}: {policy} fails in {failed.sum():,} of {len(failed):,} {given.of}s")
    if made[0].is_empty():
        print("no box: it fails in all of them, or in none")
    else:
        box = made[0].row(0, named=True)
        share, part = report.percent(box["density"]), report.percent(box["coverage"])
        print(f"{discovery.words(made[0], 0)}: fails in {share} there, which is {part} of its failures")


if __name__ == "__main__":
    command.run(main)
