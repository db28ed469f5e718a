"""What a fit of rates says, in lines for a terminal."""

import polars as pl

from shortfall.rates import Fitted
from shortfall.rates_toml import said, two

NAMES = {"poisson": "constant (Poisson)", "gamma_poisson": "differing by year (gamma-Poisson)",
         "hawkes": "exciting (Hawkes)"}  # fmt: skip


def summary(fitted: Fitted, table: pl.DataFrame, compared: pl.DataFrame, tested: pl.DataFrame) -> str:
    """Events, comparison, numbers with intervals, goodness of fit, and what so few events cannot show."""
    events = fitted.events
    counts = ", ".join(f"{name} {len(events.inside(index))}" for index, name in enumerate(events.names))
    earlier = sum(len(times) for times in events.times) - events.n
    lines = [f"{events.n} events in {events.years:.1f} years: {counts}"]
    lines += [f"{earlier} earlier events excite and are not explained"] if earlier else []
    lines += [f"{events.merged} rows fell on a day of their series that another row had"] if events.merged else []
    lines += ["", "Which fit (smaller AIC is better; a gap below 2 decides nothing)"]
    for row in compared.iter_rows(named=True):
        lines.append(
            f"  {NAMES[row['fit']]:<36} AIC {row['aic']:7.1f}  (+{row['above_best']:.1f})  "
            f"{row['n_parameters']} parameters"
        )
    lines += ["", "What was fitted, with intervals at 95 %"]
    for row in table.iter_rows(named=True):
        pair = f"{row['source']} > {row['series']}" if row["source"] else row["series"] or ""
        how = f"  [{row['estimate']['how']}]"
        lines.append(f"  {row['fit']:<14} {row['of']:<16} {pair:<40} {said(row['estimate'])} {row['unit']}{how}")
    lines += ["", "Goodness of fit: Kolmogorov-Smirnov on gaps after time rescaling"]
    for row in tested.filter(pl.col("n") > 0).iter_rows(named=True):
        lines.append(
            f"  {row['fit']:<8} {row['series']:<30} p = {row['p']:.2f}, {row['n']} gaps: "
            f"sees only departures above {two(row['notices'])}"
        )
    lines.append("  The rates were fitted to these events, so p errs high: a large p is weak evidence.")
    for radius in table.filter(pl.col("of") == "spectral radius")["estimate"]:
        if radius["high"] is None or radius["high"] >= 1.0:
            lines.append("  The spectral radius may reach 1: a chain of answers without end is not excluded.")
    return "\n".join(lines)
