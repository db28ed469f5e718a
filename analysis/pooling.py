"""Joint stockpiles against the same tonnage held apart: python analysis/pooling.py results/NAME"""

import polars as pl

from shortfall import command, export, figures, pooling, pooling_figure, report, results


def main() -> None:
    found = results.load(command.parser(__doc__).parse_args().results)
    of = pooling.members(found.scenario(), found.manifest["policies"])
    pooling.same_tonnage(found, of)
    money, amounts = pooling.saved(found, of)
    judged = pooling.rules(money)
    left = pooling.withdrawal(found, of)
    for name, table in {
        "pooling": money, "pooling_shortfall": amounts, "pooling_rules": judged, "pooling_withdrawal": left,
        "pooling_funding": pooling.funding(found, of),
    }.items():  # fmt: skip
        export.save(table, found.report, name, found.stamp)
    first = pl.col("point") == money["point"].min()
    members = list(of.places)
    figures.save(pooling_figure.saved(money.filter(first), members, of.joint), found.report, "pooling")
    if not left.is_empty():
        last = left.filter(pl.col("point") == left["point"].max())
        figures.save(pooling_figure.withdrawal(last, of.joint), found.report, "pooling_withdrawal")
    rows = judged.filter(first).to_dicts()
    best = max(rows, key=lambda row: (row["all_gain_surely"], row["all_gain"], row["total"]["value"]))
    gainers = f"all {len(members)} members gain" if best["all_gain"] else f"{best['least_member']} loses"
    print(
        f"{best['policy']} saves {report.estimate(best['total'])} USD against {of.apart}: {gainers}, "
        f"{best['least_member']} least with {report.estimate(best['least'])} USD; "
        f"all gain under {sum(row['all_gain'] for row in rows)} of {len(rows)} rules, "
        f"surely under {sum(row['all_gain_surely'] for row in rows)}"
    )
    cost = {row["who"]: report.estimate(row["cost"]) for row in left.filter(policy=best["policy"]).to_dicts()}
    if cost:
        print(f"a withdrawal costs those that stay {cost['stayed']} USD, those that leave {cost['left']} USD")
    else:
        print("no withdrawal to judge: no pair of points with it and without")


if __name__ == "__main__":
    command.run(main)
