"""Tries single faults in the shipped scenarios: python analysis/mutants.py --program PROGRAM --n 10000"""

import argparse
import sys
from pathlib import Path

from shortfall.mutants import trials

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--program", default="target/release/shortfall")
    parser.add_argument("--n", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    scenarios = trials.shipped(Path(__file__).resolve().parents[1] / "scenarios")
    outcomes = trials.run(Path(args.program).resolve(), scenarios, args.n, args.seed)
    print(trials.table(outcomes))
    for outcome in [outcome for outcome in outcomes if outcome.verdict == "wrong"][:40]:
        print(
            f"wrong: {outcome.scenario} {outcome.kind} {outcome.file}:{outcome.lines}: {outcome.said}", file=sys.stderr
        )
    right = trials.share_right(outcomes)
    of = f"{100 * right:.2f} % of {len(outcomes)} mutants of {len(scenarios)} scenarios"
    print(f"trust: single faults are refused at the right file and line | {of}")
    sys.exit(right < trials.LEAST)
