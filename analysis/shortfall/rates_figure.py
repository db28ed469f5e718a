"""Fitted rates as a picture: each series over time beside what each fit expects, and its gaps after time rescaling."""

from datetime import timedelta

import matplotlib
import numpy as np
from matplotlib.axes import Axes
from matplotlib.dates import AutoDateLocator, ConciseDateFormatter
from matplotlib.figure import Figure
from scipy import stats

from shortfall import hawkes
from shortfall.events import DAYS_PER_YEAR, Events
from shortfall.figures import COLOURS, STYLE
from shortfall.hawkes import Hawkes
from shortfall.rates import CHANCE, Fitted

N_POINTS = 600


def picture(fitted: Fitted) -> Figure:
    """A row for each series: left its count and the fits' expected counts, right the test of the Hawkes fit."""
    events = fitted.events
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(8.4, 0.6 + 2.3 * len(events.names)), layout="constrained")
        axes = figure.subplots(len(events.names), 2, squeeze=False, width_ratios=(2, 1))
        for index, name in enumerate(events.names):
            _over_time(axes[index, 0], fitted, index)
            _rescaled(axes[index, 1], fitted, index)
            axes[index, 0].set_title(name, loc="left", fontweight="bold")
        axes[0, 1].set_title("time rescaling, Hawkes", loc="left")
        axes[-1, 1].set_xlabel("share expected of gaps up to it")
        axes[0, 0].legend(frameon=False, loc="upper left")
    return figure


def _over_time(axes: Axes, fitted: Fitted, index: int) -> None:
    events = fitted.events
    inside = events.inside(index)
    at = np.linspace(0.0, events.years, N_POINTS)
    expected = np.array([_expected(fitted.model, events, index, t) for t in at])
    days = at if events.start is None else [events.start + timedelta(days=t * DAYS_PER_YEAR) for t in at]
    steps = np.searchsorted(inside, at, side="right")
    axes.step(days, steps, where="post", color=COLOURS[0], lw=1.4, label="events")
    axes.plot(days, len(inside) * at / events.years, color=COLOURS[1], ls="--", lw=1.2, label="expected, Poisson")
    axes.plot(days, expected, color=COLOURS[2], lw=1.2, label="expected, Hawkes")
    if events.start is not None:
        locator = AutoDateLocator(minticks=4, maxticks=9)
        axes.xaxis.set_major_locator(locator)
        axes.xaxis.set_major_formatter(ConciseDateFormatter(locator))
    axes.set_ylabel("events so far")
    axes.set_ylim(bottom=0.0)


def _expected(model: Hawkes, events: Events, index: int, end: float) -> float:
    if end <= 0.0:
        return 0.0
    so_far = Events(events.names, tuple(times[times < end] for times in events.times), end)
    _, counts = hawkes.kernels(so_far, index, model.decay[:, index])
    return float(model.base[index] * end + counts[0] @ model.extra[:, index])


def _rescaled(axes: Axes, fitted: Fitted, index: int) -> None:
    shares = np.sort(-np.expm1(-hawkes.rescaled_gaps(fitted.model, fitted.events, index)))
    n = len(shares)
    axes.plot([0, 1], [0, 1], color="#888888", lw=0.8)
    if n:
        reach = float(stats.kstwo.ppf(1.0 - CHANCE, n))
        line = np.array([0.0, 1.0])
        axes.fill_between(line, line - reach, line + reach, color="#e4e4e4", lw=0)
        axes.step(np.concatenate([[0.0], shares, [1.0]]), np.concatenate([[0.0], np.arange(1, n + 1) / n, [1.0]]),
                  where="post", color=COLOURS[2], lw=1.4)  # fmt: skip
    axes.set_xlim(0.0, 1.0)
    axes.set_ylim(0.0, 1.0)
    axes.set_ylabel("share of gaps")
