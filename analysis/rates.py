"""Rates of dated events for a scenario: python analysis/rates.py events.csv --start 2010-01-01 --end 2026-02-01

Fits constant (Poisson), yearly differing (gamma-Poisson) and mutually exciting (Hawkes) rates by maximum likelihood.
"""

from argparse import ArgumentParser, ArgumentTypeError, RawDescriptionHelpFormatter
from datetime import date
from pathlib import Path

from shortfall import command, events, export, figures, rates, rates_figure, rates_toml, rates_words


def decay(text: str) -> str | float:
    """`shared`, `pair`, or a number of months as years."""
    if text in ("shared", "pair"):
        return text
    try:
        months = float(text)
    except ValueError:
        months = 0.0
    if not months > 0.0:
        raise ArgumentTypeError(f"{text!r}: shared, pair, or a number of months above 0")
    return months / events.MONTHS_PER_YEAR


def pair(text: str) -> tuple[str, str]:
    """`FROM>TO`."""
    source, _, target = text.partition(">")
    if not (source and target):
        raise ArgumentTypeError(f"{text!r}: two series, FROM>TO")
    return source.strip(), target.strip()


def main() -> None:
    parser = ArgumentParser(description=__doc__, formatter_class=RawDescriptionHelpFormatter)
    parser.add_argument("table", type=Path, help="CSV file with a row for each event")
    parser.add_argument("--start", type=date.fromisoformat, required=True, help="first day of the window")
    parser.add_argument("--end", type=date.fromisoformat, required=True, help="last day: up to it the table is whole")
    parser.add_argument("--date", default="date", help="column of dates (default: date)")
    parser.add_argument("--column", default="series", help="column that names the series (default: series)")
    parser.add_argument("--series", nargs="+", default=(), help="series to fit, in this order (default: all)")
    parser.add_argument("--decay", type=decay, default="shared", help="shared (default), pair, or months, not fitted")
    parser.add_argument("--excites", type=pair, nargs="+", default=(), metavar="FROM>TO", help="default: all pairs")
    parser.add_argument("--out", type=Path, default=Path("results/rates"), help="folder for tables and the picture")
    given = parser.parse_args()
    read = events.read(given.table, given.start, given.end, given.date, given.column, given.series)
    fitted = rates.fit(rates.search(read, given.decay, tuple(given.excites)))
    tables = {
        "rates": rates.parameters(fitted),
        "rates_comparison": rates.comparison(fitted),
        "rates_goodness": rates.goodness(fitted),
    }
    for name, table in tables.items():
        export.save(table, given.out, name)
    figures.save(rates_figure.picture(fitted), given.out, "rates")
    print(rates_words.summary(fitted, *tables.values()))
    for form in tables["rates_comparison"]["fit"]:
        print(f"\n# --- {form} ---\n\n{rates_toml.hazards(fitted, tables['rates'], form)}")


if __name__ == "__main__":
    command.run(main)
