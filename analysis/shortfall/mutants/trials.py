"""What the program says of scenarios with one fault each."""

import json
import random
import shutil
import subprocess
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from shortfall.mutants import Fault, faults

#: Share of faults that must be refused at their line or be proven harmless.
LEAST = 0.999
#: What may come of a fault, the last of which is a failure.
VERDICTS = ["at its line", "where it shows", "unbalanced", "another scenario", "wrong"]


@dataclass(frozen=True)
class Outcome:
    """What came of one fault."""

    scenario: str
    kind: str
    file: str
    lines: tuple[int, ...]
    verdict: str
    said: str


def shipped(folder: Path) -> list[Path]:
    """Every scenario that comes with the program."""
    return sorted(path.parent for pattern in ("*", "examples/*") for path in folder.glob(f"{pattern}/scenario.toml"))


def run(program: Path, scenarios: Sequence[Path], n: int, seed: int) -> list[Outcome]:
    """Tries `n` faults, the same number in each scenario but for the rest."""
    outcomes = []
    for number, scenario in enumerate(scenarios):
        share = n // len(scenarios) + (number < n % len(scenarios))
        rng = random.Random(f"{seed} {scenario.name}")
        with tempfile.TemporaryDirectory() as scratch:
            copy = Path(scratch) / scenario.name
            shutil.copytree(scenario, copy)
            for fault in islice(faults(scenario, rng), share):
                outcomes.append(_try(program, scenario, copy, fault))
    return outcomes


def _try(program: Path, scenario: Path, copy: Path, fault: Fault) -> Outcome:
    path = copy / fault.file
    path.write_bytes(fault.text)
    done = subprocess.run([program, "check", copy, "--format", "json"], capture_output=True, timeout=600, check=False)
    path.write_bytes((scenario / fault.file).read_bytes())
    verdict, said = judge(fault, done.returncode, done.stdout.decode(errors="replace"))
    return Outcome(scenario.name, fault.kind, fault.file, fault.lines, verdict, said)


def judge(fault: Fault, code: int, said: str) -> tuple[str, str]:
    """The verdict on one fault, and what was said."""
    if code == 0:
        return ("wrong", "accepted") if fault.must else ("another scenario", "")
    if code != 3:
        return "wrong", f"exit code {code}"
    problems = [problem for problem in json.loads(said)["problems"] if problem.get("severity", "error") == "error"]
    places = [(Path(problem["file"]).name, problem["line"]) for problem in problems if problem.get("file")]
    text = "; ".join(f"{problem.get('file')}:{problem.get('line')}: {problem['message']}" for problem in problems)[:300]
    if any(place == (fault.file, line) for place in places for line in fault.lines):
        return "at its line", text
    if fault.must or not problems:
        return "wrong", text
    return ("where it shows" if places else "unbalanced"), text


def share_right(outcomes: Sequence[Outcome]) -> float:
    """Share of faults that were refused at their line or are harmless."""
    return sum(outcome.verdict != "wrong" for outcome in outcomes) / len(outcomes)


def table(outcomes: Sequence[Outcome]) -> str:
    """Verdicts by kind of fault, as Markdown."""
    counts = Counter((outcome.kind, outcome.verdict) for outcome in outcomes)
    kinds = sorted({outcome.kind for outcome in outcomes})
    lines = ["| fault | " + " | ".join(VERDICTS) + " |", "|---|" + "---|" * len(VERDICTS)]
    for kind in [*kinds, "all"]:
        of = [sum(n for (k, v), n in counts.items() if v == verdict and kind in (k, "all")) for verdict in VERDICTS]
        lines.append(f"| {kind.replace('_', ' ')} | " + " | ".join(str(n) if n else "" for n in of) + " |")
    return "\n".join(lines)
