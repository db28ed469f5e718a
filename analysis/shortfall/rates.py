"""Rates of dated events: constant, differing from year to year, and exciting each other, with what each is worth."""

from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import stats

from shortfall import branching, counts, excitation, hawkes
from shortfall.events import MONTHS_PER_YEAR, Events
from shortfall.excitation import Search
from shortfall.hawkes import Hawkes
from shortfall.intervals import ESTIMATE, Estimate
from shortfall.results import Refused

# Share of samples in which a wrong law of this kind goes unnoticed is stated at this level.
CHANCE = 0.05


@dataclass(frozen=True)
class Fitted:
    """The three fits of one table of events."""

    search: Search
    model: Hawkes
    spreads: tuple[tuple[float, float], ...]

    @property
    def events(self) -> Events:
        """What was fitted."""
        return self.search.events


def search(events: Events, decay: str | float = "shared", only: tuple[tuple[str, str], ...] = ()) -> Search:
    """What to fit: all pairs may excite, or only those named as (from, to)."""
    n = len(events.names)
    allowed = np.zeros((n, n), dtype=bool) if only else np.ones((n, n), dtype=bool)
    for pair in only:
        unknown = [name for name in pair if name not in events.names]
        if unknown:
            raise Refused(f"no series {unknown[0]!r} to excite or be excited; there are {', '.join(events.names)}")
        allowed[events.names.index(pair[0]), events.names.index(pair[1])] = True
    return Search(events, allowed, decay)


def fit(wanted: Search) -> Fitted:
    """All three by maximum likelihood."""
    events = wanted.events
    spreads = tuple(counts.gamma_fit(counts.counts(events, series)) for series in range(len(events.names)))
    return Fitted(wanted, excitation.fit(wanted), spreads)


def comparison(fitted: Fitted) -> pl.DataFrame:
    """Log-likelihood, number of parameters and AIC of each fit, best first: a gap below 2 is no reason to choose."""
    events, n = fitted.events, len(fitted.events.names)
    tables = [counts.counts(events, series) for series in range(n)]
    heights = {
        "poisson": (n, counts.poisson_log_likelihood(events)),
        "gamma_poisson": (
            2 * n,
            sum(counts.gamma_log_likelihood(t, *s) for t, s in zip(tables, fitted.spreads, strict=True)),
        ),
        "hawkes": (fitted.search.n_parameters, hawkes.log_likelihood(fitted.model, events)),
    }
    rows = [(name, k, height, 2.0 * k - 2.0 * height) for name, (k, height) in heights.items()]
    frame = pl.DataFrame(rows, schema=["fit", "n_parameters", "log_likelihood", "aic"], orient="row")
    return frame.with_columns(above_best=pl.col("aic") - pl.col("aic").min()).sort("aic")


def parameters(fitted: Fitted) -> pl.DataFrame:
    """Every fitted number with its interval at 95 %: `fit`, `of` (what), `source` (excited by), `series`, `unit`."""
    events, model, wanted = fitted.events, fitted.model, fitted.search
    rows: list[dict] = []

    def add(name: str, of: str, source: str | None, series: str | None, unit: str, value: Estimate) -> None:
        row = {"fit": name, "of": of, "source": source, "series": series, "unit": unit}
        rows.append(row | {"estimate": value.as_row()})

    for index, series in enumerate(events.names):
        add("poisson", "rate", None, series, "per year", counts.poisson_rate(events, index))
        rate, spread = counts.gamma_rate(counts.counts(events, index), *fitted.spreads[index])
        add("gamma_poisson", "rate", None, series, "per year", rate)
        add("gamma_poisson", "spread", None, series, "variance over squared mean", spread)
        add("hawkes", "base rate", None, series, "per year", excitation.base_interval(wanted, model, index))
    for source, target in np.argwhere(wanted.allowed):
        pair = (events.names[source], events.names[target])
        extra = excitation.extra_interval(wanted, model, source, target)
        add("hawkes", "extra events", *pair, "events per event", extra)
        if wanted.decay == "pair":
            add("hawkes", "decay", *pair, "months", _months(excitation.decay_interval(wanted, model, source, target)))
    if wanted.decay != "pair" and wanted.allowed.any():
        strongest = int(np.argmax(np.where(wanted.allowed, model.extra, -1.0)))
        shared = excitation.decay_interval(wanted, model, *divmod(strongest, len(events.names)))
        add("hawkes", "decay", None, None, "months", _months(shared))
    if branching.can_last(wanted):
        add("hawkes", "spectral radius", None, None, "", branching.radius_interval(wanted, model))
    keys = dict.fromkeys(["fit", "of", "source", "series", "unit"], pl.String)
    return pl.DataFrame(rows, schema=keys | {"estimate": ESTIMATE})


def _months(years: Estimate) -> Estimate:
    low, high = (None if bound is None else bound * MONTHS_PER_YEAR for bound in (years.low, years.high))
    return Estimate(years.value * MONTHS_PER_YEAR, low, high, years.n, years.how)


def goodness(fitted: Fitted) -> pl.DataFrame:
    """Time rescaling: under the right rate, expected counts between events are exponential with mean 1.

    Kolmogorov-Smirnov on those gaps, for the Poisson and the Hawkes fit of each series. The rates were fitted to the
    same events, so p errs high. `notices`: the distance between the laws from which the test, with so few gaps,
    rejects at 5 %: a departure smaller than that goes unseen more often than not.
    """
    events = fitted.events
    rows = []
    for index, series in enumerate(events.names):
        n, none = len(events.inside(index)), np.zeros_like(fitted.model.extra)
        flat = Hawkes(np.full(len(events.names), n / events.years), none, fitted.model.decay)
        for name, model in (("poisson", flat), ("hawkes", fitted.model)):
            gaps = hawkes.rescaled_gaps(model, events, index)
            if n == 0:
                rows.append((name, series, 0, None, None, None))
                continue
            test = stats.kstest(gaps, "expon")
            notices = float(stats.kstwo.ppf(1.0 - CHANCE, n))
            rows.append((name, series, n, float(test.statistic), float(test.pvalue), notices))
    kinds = {"n": pl.Int64} | dict.fromkeys(["distance", "p", "notices"], pl.Float64)
    return pl.DataFrame(rows, schema={"fit": pl.String, "series": pl.String} | kinds, orient="row")
