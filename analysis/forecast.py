"""The forecast register: make a dated forecast of a restriction, and score it when it is known what happened.

See scenarios/forecasts/README.md.
"""

import json
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from datetime import date
from pathlib import Path

from shortfall.hindcast import forecast
from shortfall.hindcast.run import Setting

ROOT = Path(__file__).parents[1]


def main() -> None:
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    verbs = parser.add_subparsers(dest="verb", required=True)
    make = verbs.add_parser("make", help="run a forecast's world and register the result under today's date")
    make.add_argument("world", type=Path)
    make.add_argument("--program", type=Path, required=True, help="examples/series, built")
    make.add_argument("--members", type=int, default=200)
    make.add_argument("--today", default=date.today().isoformat(), help="another date than today's")
    score = verbs.add_parser("score", help="score a registered forecast")
    score.add_argument("register", type=Path)
    score.add_argument("observed", type=Path, help="CSV file: target, observed, low, high, source")
    arguments = parser.parse_args()
    work = ROOT / "results/forecasts"
    if arguments.verb == "make":
        setting = Setting(ROOT / "scenarios", work, arguments.program.resolve(), arguments.members)
        kept = forecast.make(setting, arguments.world, arguments.today)
        out = arguments.world.with_name(f"{arguments.world.stem}-{arguments.today}.json")
        if out.exists():
            raise SystemExit(f"error: {out} is registered already; a forecast is never changed")
        out.write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
        for name, of in kept["targets"].items():
            low, middle, high = (of["quantiles"][level] for level in ("0.05", "0.5", "0.95"))
            print(f"{name}: {middle:.2f} ({low:.2f} to {high:.2f})")
        return
    setting = Setting(ROOT / "scenarios", work, Path("unused"), 0)
    for found in forecast.scores(setting, arguments.register, arguments.observed):
        low, high = found.interval(0.9)
        inside = "inside" if found.covered(0.9) else "outside"
        skill = ", ".join(f"{value:.2f} against {name}" for name, value in found.skill.items())
        print(f"{found.target.what}: observed {found.target.obs:g}, {inside} {low:.2f} to {high:.2f}; skill {skill}")


if __name__ == "__main__":
    main()
