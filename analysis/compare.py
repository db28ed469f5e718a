"""Policy against policy in the same runs: python analysis/compare.py results/NAME [--limit 0.05]"""

from shortfall import answers, command, compare, compare_figure, export, figures, pareto, report, results, robust, users


def main() -> None:
    parser = command.parser(__doc__)
    parser.add_argument("--limit", type=float, default=robust.LIMIT, help="share missing that is good enough (0.05)")
    arguments = parser.parse_args()
    found = results.load(arguments.results)
    gathered = answers.gather(found)
    outcomes = found.table("outcomes")
    drawn = robust.by_draw(outcomes)
    made = {
        "comparison": found.kept("comparison"),
        "tradeoff": pareto.front(outcomes, found.table("costs"), found.table("stockpiles")),
        "draws_missing": drawn,
        "robustness": robust.robustness(drawn, arguments.limit),
    }
    if made["comparison"] is None:
        made["comparison"] = compare.paired(outcomes, gathered.policies[0])
    for name, table in made.items():
        export.save(table, found.report, name, found.stamp)
    point = made["tradeoff"]["point"].min()
    first = {name: table.filter(table["point"] == point) for name, table in made.items()}
    consumers = [{**consumer, "name": gathered.name(consumer)} for consumer in gathered.consumers]
    figures.save(compare_figure.front(first["tradeoff"], consumers, gathered.policies), found.report, "tradeoff")
    if drawn["draw"].n_unique() > 1:
        figures.save(compare_figure.regret(first["robustness"], consumers, gathered.policies), found.report, "regret")
    (helped,) = report.answer(gathered)[1][1][:1] or [""]
    print(helped)
    best = users.on_the_front(first["tradeoff"], gathered.consumers[0])
    print(f"{gathered.name(gathered.consumers[0])}: cheapest for what they leave missing: {', '.join(best)}")


if __name__ == "__main__":
    command.run(main)
