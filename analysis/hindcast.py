"""Historic disruptions as scenarios, run, scored and written up: what `make hindcast` calls.

Writes docs/validation.md, its figures, and the errors that forecasts are widened by. The program is examples/series,
built in release mode.
"""

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from pathlib import Path

import matplotlib

from shortfall import figures
from shortfall.hindcast import discrepancy, forecast, page, pictures, published, scoring, world
from shortfall.hindcast.run import MODES, Setting

ROOT = Path(__file__).parents[1]


def main() -> None:
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("--program", type=Path, required=True, help="examples/series, built")
    parser.add_argument("--members", type=int, default=200, help="members of the ensemble (default: 200)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument(
        "--work", type=Path, default=ROOT / "results/hindcasts", help="folder of the scenarios that are built"
    )
    parser.add_argument("--docs", type=Path, default=ROOT / "docs")
    parser.add_argument("--quick", action="store_true", help="no ablations")
    arguments = parser.parse_args()
    program, seed = arguments.program.resolve(), arguments.seed
    setting = Setting(ROOT / "scenarios", arguments.work, program, arguments.members, seed)
    scored = {mode: scoring.everything(setting, mode) for mode in MODES}
    off = {} if arguments.quick else world.ABLATIONS
    without = lambda name: scoring.everything(setting, "predictive", off[name], name.replace(" ", "_"))  # noqa: E731
    ablated = {name: without(name) for name in off}
    known = scoring.pool(setting)
    learnt = {mode: discrepancy.learnt(each, known) for mode, each in scored.items()}
    gross = json.dumps(discrepancy.kept(discrepancy.past(scored["predictive"])), indent=1)
    (ROOT / "scenarios" / forecast.GROSS).write_text(gross + "\n", encoding="utf-8")
    beside = published.section(published.stop(setting))
    text = page.page(scored, learnt, ablated, arguments.members, arguments.seed, beside)
    (arguments.docs / "validation.md").write_text(text, encoding="utf-8")
    images = arguments.docs / "images"
    for name, figure in {
        "targets": pictures.targets(scored["predictive"]),
        "ranks": pictures.ranks(scored),
        "paths": pictures.paths(scored["conditional"]),
    }.items():
        with matplotlib.rc_context(figures.STYLE):
            figure.savefig(images / f"validation-{name}.png", dpi=110, metadata={"Software": None})
    for mode, each in scored.items():
        found = scoring.summary(each)
        skills = ", ".join(f"{value:.2f} against {scoring.NAMES[name]}" for name, value in found.skill.items())
        print(f"{mode}: {found.targets} targets; median skill {skills}; {100 * found.coverage[0.9]:.0f} % inside 90 %")


if __name__ == "__main__":
    main()
