"""Scenarios with one fault each: what people type wrong, and what the program must say of it."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from shortfall.mutants.document import TOML
from shortfall.mutants.tables import CSV, Sheet


@dataclass(frozen=True)
class Fault:
    """A file with one fault. `must` says that it is refused at one of `lines`; else it may be refused where the fault
    shows, leave a balance open, or be another scenario that is right."""

    kind: str
    file: str
    text: bytes
    lines: tuple[int, ...]
    must: bool


def faults(folder: Path, rng: random.Random) -> Iterator[Fault]:
    """Faults of a scenario's files without end, each kind as often as the others."""
    main = (folder / "scenario.toml").read_text()
    tables = {path.name: path.read_text() for path in sorted(folder.glob("*.csv"))}
    tables = {name: text for name, text in tables.items() if len(text.splitlines()) > 1}
    has_places = "places.csv" in tables
    while True:
        if rng.random() < 0.5:
            kind = rng.choice(TOML)
            found = kind(main, rng)
            if found:
                line, text, must = found
                yield Fault(kind.__name__, "scenario.toml", text.encode(), _around(line), must)
        else:
            name = rng.choice(list(tables))
            kind = rng.choice(CSV)
            found = kind(Sheet.of(name, tables[name], has_places), rng)
            if found:
                line, text, must = found
                text = text if isinstance(text, bytes) else text.encode()
                yield Fault(kind.__name__, name, text, (line,), must)


def _around(line: int | tuple[int, ...]) -> tuple[int, ...]:
    return line if isinstance(line, tuple) else (line,)
