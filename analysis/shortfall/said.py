"""The answer in words: how short the main users run, which policy helps whom, how large a stock."""

import polars as pl

from shortfall.answers import Answers
from shortfall.results import CONSUMER
from shortfall.users import VERDICTS, served, verdict
from shortfall.words import estimate, listed, number, percent, percentage, plural, points

SERVICE_LEVEL = 0.95


def sentences(answers: Answers) -> list[str]:
    """The answer: how short the main users run without measures, which policy helps whom, the stock for 95 %."""
    first, *others = ["; ".join(parts) + "." for _, parts in answer(answers)]
    return [f"Under policy {answers.policies[0]}, {first}", *others]


def answer(answers: Answers) -> list[tuple[str, list[str]]]:
    reference = answers.policies[0]
    return [
        (f"How short do the main users run under policy {reference}?", _without(answers)),
        ("Which policy helps whom, and by how much?", _helped(answers)),
        (f"How large a stock covers {SERVICE_LEVEL * 100:g} % of the runs?", _stocks(answers)),
    ]


def plain(answers: Answers) -> list[str]:
    """The whole answer for the first main user in plain words: how short, which policy, which stock."""
    first, consumer = answers.policies[0], answers.consumers[0]
    name = answers.name(consumer)
    row = of_policy(answers.table, consumer, first)
    mean, tail, chance = (percentage(row[of]["value"]) for of in ("share", "tail_share", "probability"))
    short = f"Under policy {first}, {name} runs short in {chance} of the futures tried. "
    short += f"It misses {mean} of what it needs on average, {tail} in the worst twentieth of them."
    stock = _stocks(answers)[0]
    if answers.sizes.is_empty():
        return [short, _best(answers, consumer), f"{stock}."]
    stock = stock.replace(" (an estimate until replayed)", "")
    covers = f"would have covered {SERVICE_LEVEL * 100:g} % of them, by an estimate that a replay checks."
    return [short, _best(answers, consumer), f"A stock of {stock}, {covers}"]


def _best(answers: Answers, consumer: dict) -> str:
    """The policy that helps most, yardsticks without bound left out, in a sentence."""
    others = [policy for policy in answers.policies[1:] if policy not in answers.unlimited]
    if not others:
        return "There is no other policy to compare with."
    changes = {policy: of_policy(answers.changes, consumer, policy)["share"] for policy in others}
    helping = [policy for policy in others if verdict(changes[policy]) == "helps"]
    if not helping:
        return f"No policy is shown to help: {listed(others)} leave about as much missing."
    best = min(helping, key=lambda policy: changes[policy]["value"])
    left = percentage(of_policy(answers.table, consumer, best)["share"]["value"])
    spared = f"Of the policies, {best} helps most and leaves {left} missing on average"
    idle = [policy for policy in others if verdict(changes[policy]) == "nothing"]
    does = "does" if len(idle) == 1 else "do"
    return f"{spared}, while {listed(idle)} {does} nothing for it." if idle else f"{spared}."


def _without(answers: Answers) -> list[str]:
    parts = []
    for consumer in answers.consumers:
        row = of_policy(answers.table, consumer, answers.policies[0])
        tail = "" if row["tail_share"]["low"] is None else f", {percent(row['tail_share'])} in the worst 5 % of runs"
        parts.append(
            f"{answers.name(consumer)}: {percent(row['share'])} of the requirement missing on average{tail}; short "
            f"in {percent(row['probability'])} of the runs"
        )
    return parts


def _helped(answers: Answers) -> list[str]:
    if len(answers.policies) == 1:
        return ["There is no other policy to compare with"]
    parts = []
    for consumer in answers.consumers:
        changes = {policy: of_policy(answers.changes, consumer, policy)["share"] for policy in answers.policies[1:]}
        said = {word: [policy for policy in changes if verdict(changes[policy]) == word] for word in VERDICTS}
        words = [
            f"{points(changes[policy], sign, change)} under {policy}"
            for word, change, sign in (("helps", "less", -1.0), ("harms", "more", 1.0))
            for policy in said[word]
        ]
        words += [
            f"{listed(said[word])} {does if len(said[word]) == 1 else do}"
            for word, (does, do) in (
                ("nothing", ("does nothing for it", "do nothing for it")),
                ("not shown", ("is not shown to help", "are not shown to help")),
            )
            if said[word]
        ]
        parts.append(f"{answers.name(consumer)}: {', '.join(words)}")
    return parts


def _stocks(answers: Answers) -> list[str]:
    wanted = answers.sizes.filter(pl.col("service_level") == SERVICE_LEVEL)
    if wanted.is_empty():
        return ["No stockpile was under test"]
    # Of the stockpiles of a material for the same places: under the policy that holds fewest, the last of the list.
    order = {policy: index for index, policy in enumerate(answers.policies)}
    rows = wanted.with_columns(n_held=pl.len().over("policy")).to_dicts()
    chosen: dict[tuple, dict] = {}
    for row in sorted(rows, key=lambda row: (-row["n_held"], order[row["policy"]])):
        chosen[(row["material"], *answers.held.get(row["stockpile"], []))] = row
    parts = []
    by_fewest = sorted(chosen.items(), key=lambda item: (item[1]["n_held"], order[item[1]["policy"]]))
    for (material, *held), row in by_fewest:
        users = served(answers.table, material, held)["place"].unique().sort().to_list()
        places = listed([answers.names.get(place, place) for place in users or held or ["its holders"]])
        stock = f"{estimate(row['size'])} {plural(row['unit'])} of {answers.names.get(material, material)}"
        days = "" if row["days"]["value"] is None else f", or {number(row['days']['value'])} days of their use"
        parts.append(f"{stock} for the users in {places}{days} (an estimate until replayed)")
    return parts


def of_policy(table: pl.DataFrame, consumer: dict, policy: str) -> dict:
    """The row of a consumer under a policy."""
    return next(row for row in rows_of(table, consumer) if row["policy"] == policy)


def rows_of(table: pl.DataFrame, consumer: dict) -> list[dict]:
    """The rows of a consumer."""
    return table.filter(*(pl.col(name) == consumer[name] for name in CONSUMER)).to_dicts()
