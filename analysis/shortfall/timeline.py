"""One bad run as a story: what happened, who ran short, when it was over; the numbers are those of the tables."""

from collections.abc import Mapping
from dataclasses import dataclass

import polars as pl

from shortfall import risk
from shortfall.answers import Answers
from shortfall.results import CONSUMER, SHORT_RUN, Refused, Results
from shortfall.words import month_of, number, percentage, plural

# The run told is the one whose main user misses more than all but one run in a hundred.
LEVEL = 0.99
# A hazard with more events than this is told of in one line.
MANY = 3
# Events told of one by one.
MOST = 12
# A year has this many months, and a step of each length this many.
MONTHS = {"day": 12.0 / 365.25, "week": 84.0 / 365.25, "month": 1.0, "quarter": 3.0, "year": 12.0}


@dataclass(frozen=True)
class Story:
    """A run: its keys, its events by start, what its main users missed, over the horizon and year by year."""

    point: int
    draw: int
    run: int
    policy: str
    events: list[dict]
    users: list[dict]
    years: pl.DataFrame
    months: float
    step: str


def worst(answers: Answers, results: Results, level: float = LEVEL) -> Story | None:
    """The run at a quantile of what the first main user misses under the first policy; None if nothing is missing."""
    policy, consumer = answers.policies[0], answers.consumers[0]
    point = int(answers.table["point"].min())
    rows = results.table("outcomes").filter(pl.col("point") == point, pl.col("policy") == policy)
    of_user = rows.filter(*(pl.col(name) == consumer[name] for name in CONSUMER))
    runs = of_user.select("draw", "run", "weight", "shortfall").collect()
    at = risk.quantile(runs["shortfall"].to_numpy(), level, runs["weight"].to_numpy())
    if not at > 0.0:
        return None
    draw, run = runs.filter(pl.col("shortfall") == at).sort("draw", "run").select("draw", "run").row(0)
    return told(answers, results, point, draw, run, policy)


def told(answers: Answers, results: Results, point: int, draw: int, run: int, policy: str) -> Story:
    """Reads one run out of the tables, for the main users."""
    this = [pl.col("draw") == draw, pl.col("run") == run, pl.col("point") == point]
    under = [*this, pl.col("policy") == policy]
    wanted = pl.any_horizontal(
        [pl.all_horizontal([pl.col(key) == item[key] for key in CONSUMER]) for item in answers.consumers]
    )
    names = pl.col(pl.Categorical).cast(pl.String)
    found = results.table("outcomes").filter(*under, wanted).with_columns(names).collect().to_dicts()
    if not found:
        raise Refused(f"{results.folder}: no run {run} of draw {draw} under policy {policy!r}")
    users = [next(row for row in found if all(row[k] == item[k] for k in CONSUMER)) for item in answers.consumers]
    years = results.table("years").filter(*under, wanted).with_columns(names).sort("year").collect()
    rows = results.table("events")
    if "policy" in rows.collect_schema():
        rows = rows.filter(pl.col("policy").is_null() | (pl.col("policy") == policy))
    events = rows.filter(*this).with_columns(names).sort("start_months", "hazard").collect().to_dicts()
    months = 12.0 * (years["year"].n_unique() or 1)
    return Story(point, draw, run, policy, events, users, years, months, answers.step)


def sentences(story: Story, answers: Answers) -> dict[str, list[str]]:
    """The story in words: what happened, and who ran short."""
    users = [_user(user, story, answers) for user in story.users]
    return {"What happened": _happened(story, answers), "Who ran short": users}


def _happened(story: Story, answers: Answers) -> list[str]:
    of_hazard: dict[str, list[dict]] = {}
    for event in story.events:
        of_hazard.setdefault(event["hazard"], []).append(event)
    single = [event for event in story.events if len(of_hazard[event["hazard"]]) <= MANY][:MOST]
    lines = [_event(event, story, answers) for event in single]
    for hazard, events in of_hazard.items():
        if len(events) > MANY:
            worst_of = max(event["severity"] for event in events)
            lines.append(f"{len(events)} times {hazard} over the whole horizon, severity up to {number(worst_of)}")
    left = sum(len(events) for events in of_hazard.values() if len(events) <= MANY) - len(single)
    return [*lines, *([f"{left} more events"] if left else [])] or ["Nothing"]


def _event(event: Mapping, story: Story, answers: Answers) -> str:
    start, end = event["start_months"], event["end_months"]
    until = month_of(answers.start, end) if end < story.months else "beyond the horizon"
    because = "" if event["cause"] in ("", "onset", "schedule", "catalogue") else f"; {event['cause']}"
    severity = number(event["severity"])
    return f"{month_of(answers.start, start)} to {until}: {event['hazard']}, severity {severity}{because}"


def _user(user: Mapping, story: Story, answers: Answers) -> str:
    name = answers.name({key: user[key] for key in CONSUMER})
    if not user["shortfall_share"] > SHORT_RUN:
        return f"{name}: hardly anything missing ({percentage(user['shortfall_share'])})"
    per_step = MONTHS.get(story.step, 1.0)
    amount = f"{number(user['shortfall'])} of {number(user['requirement'])} {plural(user['unit'])}"
    text = f"{name}: {amount} missing ({percentage(user['shortfall_share'])})"
    first = user["first_short_step"]
    text += f"; short from {month_of(answers.start, first * per_step)}, {user['steps_short']} {story.step}s in all"
    text += f", {user['longest_short_steps']} in a row"
    if user["recovery_steps"] is None:
        text += "; still short at the end"
    else:
        text += f"; over by {month_of(answers.start, (first + user['recovery_steps']) * per_step)}"
    return f"{text}; price up to {number(user['price_peak'])} times the baseline's"
