"""docs/validation.md, written from the scores."""

# ruff: noqa: E501, RUF001

from __future__ import annotations

from shortfall.hindcast import discrepancy
from shortfall.hindcast.score import Score
from shortfall.hindcast.scoring import NAMES, EpisodeScore, Summary, bands, summary

TYPES = {"price": "price", "split": "price split", "decay": "price later", "flow": "flow", "months": "time"}


def number(value: float | None, digits: int = 2) -> str:
    return "–" if value is None or value != value else f"{value:.{digits}f}".replace("-", "−")


# Scores of all episodes, by mode or by ablation.
Scored = dict[str, list[EpisodeScore]]


def page(scored: Scored, learnt: Scored, ablated: Scored, members: int, seed: int, beside: str) -> str:
    """The page. `learnt`: with the discrepancy that episodes of other kinds teach."""
    made = {mode: summary(each) for mode, each in scored.items()}
    parts = [head(scored, members, seed), headline(made | {f"{m}, widened": summary(e) for m, e in learnt.items()})]
    parts += [
        episodes(scored),
        failures(scored),
        left_out(scored),
        ablations(made, ablated),
        kinds(scored, learnt),
        beside,
    ]
    parts += [every(mode, each, learnt[mode]) for mode, each in scored.items()]
    return "\n".join(parts)


def head(scored: dict[str, list[EpisodeScore]], members: int, seed: int) -> str:
    n = len(next(iter(scored.values())))
    return f"""# Does it reproduce what happened?

Written by `make hindcast` ({members} members, seed {seed}); every number below is that command's.

{n} historic disruptions are built as scenarios from what could be known at the time
([facts](../scenarios/hindcasts/episodes/), [worlds](../scenarios/hindcasts/worlds/)), run over one table of parameters for all of them
([parameters.csv](../scenarios/parameters/parameters.csv)), and scored against what was observed. No number is set because of a target, and
none is set for one episode; but whoever writes a world knows how it ended. Most ranges in the table are assumed. After a first scoring four
mechanisms were added, for all episodes: costs that are passed on; what a lasting price does to demand and capacity; slots, a cap on what passes a canal
whatever is ordered; and background noise as paths, which move peaks and times too. The general price spike of metals that are traded on an
exchange now comes from their monthly prices, nickel left out. So these scores are of an open set; they are no forecast, and the intervals of the model
alone are too narrow.

- **Conditional**: the severity in time is given (recorded exports, the schedule of slots, the outage); scored is what follows from it.
- **Predictive**: only the baseline, the dates and the form of the measure are given. Targets that restate the severity count here only.

Skill is 1 − CRPS / CRPS of a reference: 1 is perfect, 0 no better, below 0 worse (not counted below −1). References: R0 no effect, with a
spread of 0.3; R1 static: price (1 − s)^(−1/e), s the share of world supply lost net of six weeks of stock, e from 0.1 to 0.5, back when
supply is back; R2 climatology: what targets of the same type came to in the other episodes. A sign or a null counts 2p − 1, p the
probability given to the right side or range. Weights: volume 3, time 2, price 2, sign and null 2, rank 1.

Besides the event, prices walk at random with the volatility of past prices, use and trade with the changes of past output, and a month's trade has its
lumps (parameters `price_noise`, `activity_noise`, `trade_noise`, `split_noise`); nulls and signs have none, they ask what the event does.

The ensemble is unsure of parameters, not of the model. *Widened* adds what the model is known to miss: a share of the members is off by a
gross error, a normal one of a multiple of the root mean square error of the medians (a contaminated normal law: Tukey 1960). Share and size are
learnt for each kind on the episodes of all **other kinds**: of those under which 90 % intervals hold {100 * discrepancy.GOAL:g} % of their targets, the pair with
the best skill. That is leave-one-kind-out: an interval rests on no episode of its own kind. Nulls and signs stay as they are.
"""


def headline(made: dict[str, Summary]) -> str:
    rows = [("median skill over episodes against R0, no effect", "0.4", lambda s: number(s.skill["R0"])),
            ("… against R1, static elasticity", "0.4", lambda s: number(s.skill["R1"])),
            ("… against R2, climatology", "0.4", lambda s: number(s.skill["R2"])),
            ("targets in the 50 % interval", "50 %", lambda s: f"{100 * s.coverage[0.5]:.0f} %"),
            ("targets in the 90 % interval", "85 to 95 %", lambda s: f"{100 * s.coverage[0.9]:.0f} %"),
            ("price multiples: factor between median and observed, median", "1.5", lambda s: number(s.price_factor)),
            ("flows: distance of median from observed, median", "0.10", lambda s: number(s.flow_error)),
            ("nulls passed", "all", lambda s: f"{s.nulls[0]} of {s.nulls[1]}"),
            ("signs passed", "all", lambda s: f"{s.signs[0]} of {s.signs[1]}"),
            ("Kendall's tau of prices, flows, times", "1", lambda s: ", ".join(number(s.tau.get(k)) for k in ("price", "flow", "months"))),
            ("targets scored", "", lambda s: str(s.targets))]  # fmt: skip
    text = "## Result\n\n| | aim | " + " | ".join(made) + " |\n|---|---|" + "---|" * len(made) + "\n"
    text += "".join(
        f"| {name} | {aim} | " + " | ".join(of(s) for s in made.values()) + " |\n" for name, aim, of in rows
    )
    return (
        text
        + "\n![Every target](images/validation-targets.png)\n\nPredictive mode, not widened.\n\n![Ranks](images/validation-ranks.png)\n"
    )


def episodes(scored: dict[str, list[EpisodeScore]]) -> str:
    text = (
        "## By episode\n\n| episode | mode | targets | "
        + " | ".join(f"against {name}" for name in NAMES)
        + " | in 90 % | nulls, signs |\n"
    )
    text += "|---|---|---|" + "---|" * (len(NAMES) + 2) + "\n"
    for of in zip(*scored.values(), strict=True):
        for each in of:
            if not each.scores:
                continue
            inside = [s.covered(0.9) for s in bands(each.scores)]
            tested = [s.passed for s in each.scores if s.passed is not None]
            skills = " | ".join(number(each.skill(name)) for name in NAMES)
            text += (
                f"| {each.ran.episode.id} | {each.ran.mode} | {len(each.scores)} | {skills} | "
                f"{sum(inside)} of {len(inside)} | {f'{sum(map(bool, tested))} of {len(tested)}' if tested else ''} |\n"
            )
    return (
        text
        + "\n![Paths](images/validation-paths.png)\n\nConditional mode; dots: as recorded, over the normal level.\n"
    )


def line(s: Score, last: str, wide: str = "") -> str:
    low, high = s.interval(0.9)
    return f"| {s.episode} | {s.target.what} | {number(s.target.obs)} | {number(s.median)} | {number(low)} to {number(high)} | {wide}{last} |\n"


def missed(s: Score) -> bool:
    """Outside the 90 % interval, or a null or sign not passed."""
    return s.passed is False or (s.passed is None and not s.covered(0.9))


def failures(scored: Scored) -> str:
    text = "## What it gets wrong\n\nTargets outside their 90 % interval (not widened), nulls and signs not passed, and the cause as far as it is understood.\n\n"
    causes: dict[str, list[Score]] = {}
    tables = ""
    for mode, each in scored.items():
        tables += f"\n### {mode.capitalize()}\n\n| episode | target | observed | median | 90 % interval | what it teaches |\n|---|---|---|---|---|---|\n"
        for of in each:
            for s in filter(missed, of.scores):
                cause, lesson = of.ran.world.get("teaches", {}).get(s.target.id, ("not understood", ""))
                causes.setdefault(cause, []).append(s)
                tables += line(s, f"**{cause}**: {lesson}")
    text += "| cause | misses, both modes | episodes |\n|---|---|---|\n"
    for cause, rows in sorted(causes.items(), key=lambda item: (-len(item[1]), item[0])):
        text += f"| {cause} | {len(rows)} | {', '.join(sorted({s.episode.split('-')[0] for s in rows}))} |\n"
    return text + tables


def left_out(scored: dict[str, list[EpisodeScore]]) -> str:
    text = "## Not modelled\n\nTargets that the model has no quantity for. They are not scored.\n\n| episode | target | observed | why |\n|---|---|---|---|\n"
    for of in next(iter(scored.values())):
        for target in of.ran.episode.targets:
            why = of.ran.world["read"][target.id].get("unmodelled")
            text += f"| {of.ran.episode.id} | {target.what} | {number(target.obs)} | {why} |\n" if why else ""
    return text


def ablations(made: dict[str, Summary], ablated: dict[str, list[EpisodeScore]]) -> str:
    if not ablated:
        return ""
    text = (
        "## Without a part\n\nThe same runs with one part of the model switched off, predictive mode. A part that costs nothing when it is "
        "missing is decoration. With few episodes, differences below 0.1 mean little.\n\n"
        "| | against R0 | against R1 | against R2 | in 90 % | nulls | price factor | flow error |\n|---|---|---|---|---|---|---|---|\n"
    )
    for name, each in {"whole model": None, **ablated}.items():
        s = made["predictive"] if each is None else summary(each)
        skills = " | ".join(number(s.skill[r]) for r in NAMES)
        text += f"| {name} | {skills} | {100 * s.coverage[0.9]:.0f} % | {s.nulls[0]} of {s.nulls[1]} | {number(s.price_factor)} | {number(s.flow_error)} |\n"
    return text


def kinds(scored: Scored, learnt: Scored) -> str:
    columns = scored | {f"{mode}, widened": each for mode, each in learnt.items()}
    text = (
        "## Leaving a kind out\n\nMedian skill against R0 of the episodes of a kind. No parameter is fitted to any episode; the only fitted "
        "numbers are those that widen predictions, and they are fitted on the other kinds: share of the members with a gross error, and its "
        "size over the root mean square error.\n\n"
        "| kind | episodes | "
        + " | ".join(columns)
        + " | gross errors, both modes |\n|---|---|"
        + "---|" * (len(columns) + 1)
        + "\n"
    )
    known = [discrepancy.past(each) for each in scored.values()]
    found = sorted({each.ran.episode.kind for of in scored.values() for each in of})
    for kind in found:
        cells, n = [], 0
        for of in columns.values():
            mine = [each for each in of if each.ran.episode.kind == kind]
            n = len(mine)
            values = sorted(v for each in mine if (v := each.skill("R0")) is not None)
            cells.append(number(values[len(values) // 2] if values else None))
        cells.append(", ".join(f"{g.share:g} × {g.size:g}" for g in (discrepancy.fitted(kind, past) for past in known)))
        text += f"| {kind} | {n} | " + " | ".join(cells) + " |\n"
    return text


def every(mode: str, scored: list[EpisodeScore], learnt: list[EpisodeScore]) -> str:
    text = f"## Every target, {mode} mode\n\n| episode | target | observed | median | 90 % interval | widened | skill against R0, R1, R2 |\n|---|---|---|---|---|---|---|\n"
    for of, widened in zip(scored, learnt, strict=True):
        for s, wide in zip(of.scores, widened.scores, strict=True):
            skill = ", ".join(number(s.skill.get(name)) for name in NAMES)
            if s.probability is not None:
                text += line(s, f"p = {number(s.probability)}", " | ")
                continue
            low, high = wide.interval(0.9)
            text += line(s, skill, f"{number(low)} to {number(high)} | ")
    return text
