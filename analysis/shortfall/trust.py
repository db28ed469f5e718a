"""The table of promises in docs/trust.md: figures that tests print, and the tests that it names."""

import re
from pathlib import Path

LINE = re.compile(r"trust: (?P<promise>[^|\n]+?) \| (?P<figure>[^|\n]+)")
TEST = re.compile(r"\[`(?P<name>\w+)`\]\(\.\./(?P<file>[^)]+)\)")


def figures(log: str) -> dict[str, str]:
    """What tests measured, by promise; of several tests in the order of the log, without repeats."""
    found: dict[str, list[str]] = {}
    for match in LINE.finditer(log):
        of = found.setdefault(match["promise"], [])
        if match["figure"].strip() not in of:
            of.append(match["figure"].strip())
    return {promise: "; ".join(of) for promise, of in found.items()}


def filled(page: str, measured: dict[str, str]) -> str:
    """The page with these figures in the rows of their promises. A promise that is no row is refused."""
    left = dict(measured)
    lines = page.splitlines()
    for number, line in enumerate(lines):
        cells = [cell.strip() for cell in line.split("|")]
        if len(cells) == 6 and cells[1] in left:
            lines[number] = "| " + " | ".join([*cells[1:4], left.pop(cells[1])]) + " |"
    if left:
        raise ValueError(f"docs/trust.md has no row for: {', '.join(sorted(left))}")
    return "\n".join(lines) + "\n"


def missing_tests(page: str, root: Path) -> list[str]:
    """Tests that the page names and that are not where it says."""
    found = []
    for match in TEST.finditer(page):
        path = root / match["file"]
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        if not re.search(rf"\b(fn|def) {match['name']}\(", text):
            found.append(f"{match['name']} in {match['file']}")
    return found
