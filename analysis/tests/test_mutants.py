import json
import os
import random
from itertools import islice
from pathlib import Path

import pytest

from shortfall.mutants import CSV, TOML, Fault, faults, trials

SCENARIOS = Path(__file__).resolve().parents[2] / "scenarios"
needs_program = pytest.mark.skipif("SHORTFALL_BIN" not in os.environ, reason="SHORTFALL_BIN names the program")


def right(n: int, seed: int) -> None:
    shipped = trials.shipped(SCENARIOS)
    outcomes = trials.run(Path(os.environ["SHORTFALL_BIN"]), shipped, n, seed)
    wrong = [outcome for outcome in outcomes if outcome.verdict == "wrong"]
    print(trials.table(outcomes))
    assert trials.share_right(outcomes) >= trials.LEAST, wrong[:5]
    of = f"{100 * trials.share_right(outcomes):.2f} % of {n} mutants of {len(shipped)} scenarios"
    print(f"trust: single faults are refused at the right file and line | {of}")


@needs_program
def test_single_faults_are_refused_at_their_line_or_harmless() -> None:
    right(300, 2)


@needs_program
@pytest.mark.slow
def test_ten_thousand_single_faults_are_refused_at_their_line_or_harmless() -> None:
    right(10_000, 1)


def test_every_kind_of_fault_is_made_and_changes_its_file() -> None:
    folder = SCENARIOS / "cobalt-fpv"
    made = list(islice(faults(folder, random.Random(3)), 800))
    assert {fault.kind for fault in made} == {kind.__name__ for kind in [*TOML, *CSV]}
    same = [fault.kind for fault in made if fault.text == (folder / fault.file).read_bytes()]
    assert set(same) <= {"thousandfold_cell"}, "a thousand times nothing is nothing"


def test_the_judge_sees_what_it_should() -> None:
    def said(file: str, line: int) -> str:
        return json.dumps({"problems": [{"severity": "error", "file": f"x/{file}", "line": line, "message": "m"}]})

    must = Fault("slip", "lanes.csv", b"", (3,), True)
    may = Fault("slip", "lanes.csv", b"", (3,), False)
    verdict = lambda fault, code, text="": trials.judge(fault, code, text)[0]  # noqa: E731
    assert verdict(must, 3, said("lanes.csv", 3)) == "at its line"
    assert verdict(must, 3, said("lanes.csv", 4)) == verdict(must, 3, said("plants.csv", 3)) == "wrong"
    assert verdict(must, 0) == verdict(must, 101) == verdict(may, 1) == "wrong"
    assert verdict(may, 3, said("plants.csv", 9)) == "where it shows"
    assert verdict(may, 3, json.dumps({"problems": [{"message": "sums do not meet"}]})) == "unbalanced"
    assert verdict(may, 3, json.dumps({"problems": []})) == "wrong"
    assert verdict(may, 0) == "another scenario"
