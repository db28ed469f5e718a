"""What drives the shortfall, hazard by hazard: python analysis/drivers.py results/NAME [--runs 500] [--orders 24]

Runs the scenario again with hazards switched off, in the same events: Shapley shares and what leaving one out spares.
"""

from pathlib import Path

import numpy as np

from shortfall import answers, command, drivers, drivers_figure, export, figures, report, results, shares, variants


def main() -> None:
    parser = command.parser(__doc__)
    parser.add_argument("--binary", default="target/release/shortfall", help="the shortfall program")
    parser.add_argument("--policy", help="default: the first")
    parser.add_argument("--runs", type=int, help="runs of each coalition (default: as the results, at most 500)")
    parser.add_argument("--by-kind", action="store_true", help="hazards of a kind go together")
    parser.add_argument("--group", action="append", default=[], metavar="NAME=GLOB,GLOB", help="these go together")
    parser.add_argument("--orders", type=int, default=drivers.ORDERS, help="orders sampled if there are many (24)")
    parser.add_argument("--exact", action="store_true", help="all orders, however many hazards there are")
    parser.add_argument("--seed", type=int, default=0, help="of the sampled orders")
    arguments = parser.parse_args()
    found = results.load(arguments.results)
    gathered = answers.gather(found)
    policy = variants.manifest_policy(found, arguments.policy)
    n_runs = arguments.runs or min(500, int(found.manifest["runs"]))
    who = drivers.players(found.scenario().get("hazard", {}), arguments.by_kind, arguments.group)
    orders = None
    if len(who) > drivers.FEW and not arguments.exact:
        orders = shares.sampled_orders(len(who), arguments.orders, np.random.default_rng(arguments.seed))
    wanted = shares.coalitions(len(who), orders)
    binary = str(Path(arguments.binary).resolve())
    played, draws = drivers.play(found, binary, who, wanted, policy, n_runs, gathered.consumers)
    table = drivers.table(played, draws, who, gathered.consumers, orders)
    export.save(table, found.report, "drivers", found.stamp)
    consumers = [{**consumer, "name": gathered.name(consumer)} for consumer in gathered.consumers]
    figures.save(drivers_figure.drivers(table, consumers), found.report, "drivers")
    top = [f"{row['driver']} {report.percent(row['share'])}" for row in table.head(min(3, len(who))).to_dicts()]
    print(f"{consumers[0]['name']}, policy {policy}: of the mean shortfall {', '.join(top)}")
    print(f"{len(wanted):,} coalitions of {len(who)} drivers, {len(draws):,} runs each, {table['method'][0]}")


if __name__ == "__main__":
    command.run(main)
