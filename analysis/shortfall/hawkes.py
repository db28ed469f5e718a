"""Mutually exciting events: Hawkes processes with exponential kernels (Hawkes 1971).

The rate of series b is base_b + Σ_a extra_ab Σ (1/decay_ab) exp(-(t - s)/decay_ab), the last sum over events s of a
before t. So `extra_ab` is the expected number of events of b that one event of a adds, in all, and `decay_ab` their
mean delay: `extra_events` and `decay_months` of a scenario.
"""

from dataclasses import dataclass

import numpy as np

from shortfall.events import Events

# Far more than any stable process of a scenario brings forth; a simulation that passes it does not end.
MOST_EVENTS = 1_000_000


@dataclass(frozen=True)
class Hawkes:
    """Base rates per year (series); expected extra events and mean delays in years (from series, to series)."""

    base: np.ndarray
    extra: np.ndarray
    decay: np.ndarray

    @property
    def radius(self) -> float:
        """Largest eigenvalue of the branching matrix in modulus; the process is stable if it is below 1."""
        return radius(self.extra)


def radius(extra: np.ndarray) -> float:
    """Spectral radius of a branching matrix."""
    return float(np.abs(np.linalg.eigvals(extra)).max())


def kernels(events: Events, target: int, decay: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What one expected extra event adds to the rate of `target`, and to its expected count over the window.

    `decay`: candidates by source. The first result is candidates by events of the target by sources; the second,
    candidates by sources.
    """
    decay = np.atleast_2d(decay)
    at = events.inside(target)
    rates = np.zeros((len(decay), len(at), len(events.names)))
    counts = np.zeros((len(decay), len(events.names)))
    for source, times in enumerate(events.times):
        lags = at[:, None] - times[None, :]
        speed = 1.0 / decay[:, source, None, None]
        rates[:, :, source] = np.where(lags > 0.0, speed * np.exp(-np.maximum(lags, 0.0) * speed), 0.0).sum(axis=2)
        speed = speed[:, :, 0]
        since, until = np.minimum(times, 0.0), times - events.years
        counts[:, source] = (np.exp(since * speed) - np.exp(until * speed)).sum(axis=1)
    return rates, counts


def log_likelihood(model: Hawkes, events: Events) -> float:
    """Logarithm of the density of the events within the window, given those before it."""
    total = 0.0
    for target, base in enumerate(model.base):
        rates, counts = kernels(events, target, model.decay[:, target])
        with np.errstate(divide="ignore"):
            total += np.log(base + rates[0] @ model.extra[:, target]).sum()
        total -= base * events.years + counts[0] @ model.extra[:, target]
    return float(total)


def slopes(model: Hawkes, events: Events) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Derivatives of the logarithm of the likelihood by base rate, extra events and the logarithm of the delays."""
    base, extra, decay = np.zeros_like(model.base), np.zeros_like(model.extra), np.zeros_like(model.decay)
    for target in range(len(model.base)):
        at, delays = events.inside(target), model.decay[:, target]
        rates, counts = kernels(events, target, delays[None])
        inverse = 1.0 / (model.base[target] + rates[0] @ model.extra[:, target])
        base[target] = inverse.sum() - events.years
        extra[:, target] = inverse @ rates[0] - counts[0]
        for source, times in enumerate(events.times):
            lags = (at[:, None] - times[None, :]) / delays[source]
            kernel = np.where(lags > 0.0, (lags - 1.0) * np.exp(-np.maximum(lags, 0.0)), 0.0) / delays[source]
            since, until = np.maximum(-times, 0.0) / delays[source], (events.years - times) / delays[source]
            count = (since * np.exp(-since) - until * np.exp(-until)).sum()
            decay[source, target] = model.extra[source, target] * (inverse @ kernel.sum(axis=1) - count)
    return base, extra, decay


def rescaled_gaps(model: Hawkes, events: Events, target: int) -> np.ndarray:
    """Expected counts of `target` between its events, from the window's start: exponential with mean 1 if it holds."""
    expected = [0.0]
    for end in events.inside(target):
        _, counts = kernels(Events(events.names, tuple(t[t < end] for t in events.times), end), target,
                            model.decay[:, target])  # fmt: skip
        expected.append(model.base[target] * end + counts[0] @ model.extra[:, target])
    return np.diff(expected)


def expected_counts(model: Hawkes, years: float) -> np.ndarray:
    """Mean events of each series a window of `years` of the stationary process holds: (1 - extraᵀ)⁻¹ base · years."""
    return np.linalg.solve(np.eye(len(model.base)) - model.extra.T, model.base) * years


def simulate(model: Hawkes, years: float, rng: np.random.Generator) -> Events:
    """One sample of the window, exact: the base events, their offspring, and the offspring of those."""
    n_series = len(model.base)
    generation = [rng.uniform(0.0, years, rng.poisson(rate * years)) for rate in model.base]
    found = [[times] for times in generation]
    while any(len(times) for times in generation):
        born: list[list[np.ndarray]] = [[] for _ in range(n_series)]
        for source, target in np.argwhere(model.extra > 0.0):
            parents = generation[source]
            children = np.repeat(parents, rng.poisson(model.extra[source, target], len(parents)))
            children = children + rng.exponential(model.decay[source, target], len(children))
            born[target].append(children[children < years])
        generation = [np.concatenate(parts) if parts else np.empty(0) for parts in born]
        for target, times in enumerate(generation):
            found[target].append(times)
        if sum(len(times) for parts in found for times in parts) > MOST_EVENTS:
            raise ValueError(f"more than {MOST_EVENTS:,} events: the branching matrix has radius {model.radius:.3g}")
    names = tuple(f"series_{index}" for index in range(n_series))
    return Events(names, tuple(np.sort(np.concatenate(parts)) for parts in found), years)
