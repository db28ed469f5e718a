"""One page that a planner can read: question, answer, tables, pictures, what was assumed, how precise it is."""

from collections.abc import Callable
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape
from matplotlib.figure import Figure

from shortfall import burden, chain, chain_figure, explore, figures, timeline, timeline_figure
from shortfall import report_tables as tables
from shortfall.answers import Answers, pictures
from shortfall.report_extras import extras
from shortfall.results import Results
from shortfall.said import answer, plain, sentences
from shortfall.words import estimate, number, percent, shorten, signed, unbroken

__all__ = ["answer", "estimate", "number", "page", "percent", "sentences", "shorten", "signed"]

HERE = Path(__file__).parent
CAPTIONS = {
    "distribution": "Further left is better. A bar that starts at zero means that half of the runs had no shortfall.",
    "exceedance": "Read across: how bad a year is that comes once in 10 or 100 years. A lower line is a safer policy.",
    "comparison": "Left of the line: the policy lowers the shortfall. An interval across the line settles nothing.",
    "stock_curve": "The steeper the curve, the more stock one more percent costs. An estimate until replayed.",
    "bands_shortfall_share": "When the worst runs are short, and how much of the requirement they miss.",
    "bands_price": "Prices split from the baseline before and while supply is cut.",
    "bands_stock_level": "How fast the stock is drawn down in the worst runs, and whether it is refilled.",
}


def page(answers: Answers, results: Results) -> str:
    """The page as text: every picture inside it, nothing fetched, every name escaped."""
    manifest = results.manifest
    environment = Environment(
        loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True
    )
    environment.filters |= {"number": number, "percent": _cell(percent), "estimate": _cell(estimate)}
    return environment.get_template("report.html.j2").render(
        style=Markup((HERE / "report.css").read_text(encoding="utf-8")),
        script=Markup((HERE / "report.js").read_text(encoding="utf-8")),
        data=explore.embedded(answers, results),
        title=str(manifest.get("title") or "Shortfall"),
        question=str(results.scenario().get("question") or ""),
        plain=[unbroken(sentence) for sentence in plain(answers)],
        answers=[(question, [unbroken(part) for part in parts]) for question, parts in answer(answers)],
        policies=answers.policies,
        effects=tables.effects(answers) if len(answers.policies) > 1 else [],
        halves=tables.halves(answers) if answers.n_runs > 1 else [],
        consumers=[tables.section(answers, consumer) for consumer in answers.consumers],
        step=answers.step,
        dual_use=tables.dual_use(answers, results),
        bills=[tables.bill(row) for row in burden.bills(results.table("costs")).iter_rows(named=True)],
        sizes=tables.sizes(answers, results),
        levels=tables.SHOWN,
        extras=extras(answers, results, drawing),
        story=_story(answers, results),
        chain=_chain(answers, results),
        figures=[
            {"svg": drawing(figure, CAPTIONS[name]), "reading": CAPTIONS[name], "name": name}
            for name, figure in pictures(answers).items()
        ],
        assumptions=[tables.line(item) for item in manifest.get("assumptions", [])],
        warnings=[str(item) for item in manifest.get("warnings", [])],
        adjustments=[tables.line(item) for item in manifest.get("adjustments", [])],
        precision=tables.precision(answers),
        facts={
            name: str(manifest[name]) for name in ("scenario", "scenario_sha256", "seed", "version") if name in manifest
        },
    )


def drawing(figure: Figure, label: str) -> Markup:
    """A picture inside the page, with what a screen reader says instead of it."""
    start = Markup('<svg role="img" aria-label="{}"').format(label)
    return start + Markup(figures.svg(figure).removeprefix("<svg"))


def _story(answers: Answers, results: Results) -> dict | None:
    story = timeline.worst(answers, results)
    if story is None:
        return None
    consumers = [{**consumer, "name": answers.name(consumer)} for consumer in answers.consumers]
    picture = timeline_figure.timeline(story, answers, consumers)
    parts = timeline.sentences(story, answers)
    where = "" if story.draw == 0 else f" --draw {story.draw}"
    return {
        "run": story.run,
        "policy": story.policy,
        "beyond": number(100.0 * (1.0 - timeline.LEVEL)),
        "user": consumers[0]["name"],
        "parts": {title: [unbroken(line) for line in lines] for title, lines in parts.items()},
        "svg": drawing(picture, "Time line of the run; the lists above say the same in words."),
        "command": f"shortfall story {results.folder} --run {story.run}{where} --policy {story.policy}",
    }


def _chain(answers: Answers, results: Results) -> dict | None:
    found = chain.read(results.folder / "scenario")
    if found is None:
        return None
    label = "Supply chain from the ground to the product; the table below has its numbers."
    return {
        "svg": drawing(chain_figure.chain(found, answers.names), label),
        "rows": found.table(answers.names).to_dicts(),
        "most": chain_figure.MOST,
    }


def _cell(text: Callable[[dict], str]) -> Callable[[dict], Markup]:
    def cell(row: dict) -> Markup:
        value, _, interval = unbroken(text(row)).partition(" (")
        return Markup("{}<br><small>({}</small>").format(value, interval) if interval else escape(value)

    return cell
