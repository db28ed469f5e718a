"""Faults of tables. Each gives the line, the text, and whether it must be refused there; None without a cell."""

import csv
import io
import random
from collections.abc import Callable
from dataclasses import dataclass

from shortfall.mutants.words import FREE, NUMBER, SIGNED, slip

#: Columns that define names, by table, and columns with names that are defined by being used.
DEFINES = {
    "places.csv": {"place"},
    "materials.csv": {"material"},
    "plants.csv": {"plant"},
    "chokepoints.csv": {"chokepoint"},
}
FREE_COLUMNS = FREE | {"unit", "tier", "sector", "kind", "owner"}
NAMES = {"material", "place", "from", "to", "output", "input", "plant", "host"}


@dataclass
class Sheet:
    """A table as cells; its lines are its rows, as no shipped table has a line break in a cell."""

    name: str
    rows: list[list[str]]
    has_places: bool

    @staticmethod
    def of(name: str, text: str, has_places: bool) -> "Sheet":
        return Sheet(name, list(csv.reader(io.StringIO(text))), has_places)

    def text(self) -> str:
        out = io.StringIO()
        csv.writer(out, lineterminator="\n").writerows(self.rows)
        return out.getvalue()

    def pick(self, rng: random.Random, fits: Callable[[str, str], bool]) -> tuple[int, int] | None:
        """Row and column of a cell that fits, by column name and cell."""
        cells = [
            (row, column)
            for row in range(1, len(self.rows))
            for column, name in enumerate(self.rows[0])
            if column < len(self.rows[row]) and fits(name, self.rows[row][column])
        ]
        return rng.choice(cells) if cells else None


def _amount(name: str, cell: str) -> bool:
    return bool(NUMBER.match(cell)) and name not in FREE_COLUMNS | NAMES


def _set(sheet: Sheet, at: tuple[int, int] | None, wrong: Callable[[str], str], must: Callable[[str], bool] | bool):
    if not at:
        return None
    row, column = at
    sheet.rows[row][column] = wrong(sheet.rows[row][column])
    return row + 1, sheet.text(), must if isinstance(must, bool) else must(sheet.rows[0][column])


def text_in_a_cell(sheet: Sheet, rng: random.Random):
    return _set(sheet, sheet.pick(rng, _amount), lambda cell: rng.choice(["n/a", "~" + cell, cell + " t"]), True)


def not_a_number_in_a_cell(sheet: Sheet, rng: random.Random):
    return _set(sheet, sheet.pick(rng, _amount), lambda _: rng.choice(["nan", "NaN", "inf", "-inf", "1e999"]), True)


def negative_cell(sheet: Sheet, rng: random.Random):
    at = sheet.pick(rng, lambda name, cell: _amount(name, cell) and float(cell) > 0)
    return _set(sheet, at, lambda cell: "-" + cell, lambda name: name not in SIGNED)


def decimal_comma(sheet: Sheet, rng: random.Random):
    return _set(
        sheet,
        sheet.pick(rng, lambda name, cell: _amount(name, cell) and "." in cell),
        lambda cell: cell.replace(".", ","),
        True,
    )


def thousandfold_cell(sheet: Sheet, rng: random.Random):
    return _set(sheet, sheet.pick(rng, _amount), lambda cell: f"{1000 * float(cell):g}", False)


def cell_emptied(sheet: Sheet, rng: random.Random):
    return _set(sheet, sheet.pick(rng, lambda _, cell: cell != ""), lambda _: "", False)


def unknown_name_in_a_cell(sheet: Sheet, rng: random.Random):
    at = sheet.pick(rng, lambda name, cell: name in NAMES and len(cell) > 1 and "*" not in cell)
    defines = DEFINES.get(sheet.name, set())
    free = {"place"} if not sheet.has_places else set()
    return _set(sheet, at, lambda cell: cell + "q", lambda name: name not in defines | free)


def header_misspelt(sheet: Sheet, rng: random.Random):
    column = rng.randrange(len(sheet.rows[0]))
    wrong = slip(sheet.rows[0][column], rng)
    changed = wrong != sheet.rows[0][column]
    sheet.rows[0][column] = wrong
    return (1, sheet.text(), True) if changed else None


def headers_swapped(sheet: Sheet, rng: random.Random):
    if len(sheet.rows[0]) < 2:
        return None
    a, b = rng.sample(range(len(sheet.rows[0])), 2)
    head = sheet.rows[0]
    head[a], head[b] = head[b], head[a]
    return 1, sheet.text(), False


def column_dropped(sheet: Sheet, rng: random.Random):
    column = rng.randrange(len(sheet.rows[0]))
    sheet.rows = [row[:column] + row[column + 1 :] for row in sheet.rows]
    return 1, sheet.text(), False


def row_twice(sheet: Sheet, rng: random.Random):
    row = rng.randrange(1, len(sheet.rows))
    sheet.rows.insert(row, list(sheet.rows[row]))
    return row + 2, sheet.text(), True


def row_dropped(sheet: Sheet, rng: random.Random):
    row = rng.randrange(1, len(sheet.rows))
    del sheet.rows[row]
    return row + 1, sheet.text(), False


def cell_too_many(sheet: Sheet, rng: random.Random):
    row = rng.randrange(1, len(sheet.rows))
    sheet.rows[row].insert(rng.randrange(len(sheet.rows[row])), "7")
    return row + 1, sheet.text(), True


def cell_missing(sheet: Sheet, rng: random.Random):
    row = rng.randrange(1, len(sheet.rows))
    del sheet.rows[row][rng.randrange(len(sheet.rows[row]))]
    return row + 1, sheet.text(), True


def semicolons(sheet: Sheet, _: random.Random):
    return (1, sheet.text().replace(",", ";"), True) if len(sheet.rows[0]) > 1 else None


def latin_1(sheet: Sheet, rng: random.Random):
    at = sheet.pick(rng, lambda _, cell: cell != "")
    found = _set(sheet, at, lambda cell: cell + "\u00e9", True)
    return found and (found[0], found[1].encode("latin-1", "replace"), True)


CSV = [
    text_in_a_cell,
    not_a_number_in_a_cell,
    negative_cell,
    decimal_comma,
    thousandfold_cell,
    cell_emptied,
    unknown_name_in_a_cell,
    header_misspelt,
    headers_swapped,
    column_dropped,
    row_twice,
    row_dropped,
    cell_too_many,
    cell_missing,
    semicolons,
    latin_1,
]
