"""How often the 95 % intervals hold the truth: samples of laws whose answers are known, again and again.

In each world a run is in crisis with some probability and then loses an exponential amount; a policy's stock covers the
first `STOCK` of it. With an outer loop, probability and mean of the loss differ between draws, and the truth is that of
all draws.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
import polars as pl
from scipy import optimize

from shortfall import intervals, risk
from shortfall.intervals import Estimate

REPEATS = 2_000
LEVEL = 0.95
STOCK = 2.0
# Samples made and judged at once.
AT_ONCE = 100
# Between these the page has the table.
START, END = "<!-- coverage: analysis/coverage.py -->\n", "<!-- end of coverage -->\n"


@dataclass(frozen=True)
class World:
    """Chances of a crisis and means of its loss, each as likely as the others, drawn anew for every draw."""

    name: str
    chances: tuple[float, ...]
    means: tuple[float, ...]
    n_draws: int
    n_runs: int

    def sample(self, n: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
        """Losses (samples by runs) and the draw of each run."""
        per_draw = self.n_runs // self.n_draws
        shape = (n, self.n_draws)
        chance = np.repeat(rng.choice(self.chances, shape), per_draw, axis=1)
        mean = np.repeat(rng.choice(self.means, shape), per_draw, axis=1)
        crisis = rng.random(chance.shape) < chance
        return np.where(crisis, mean * rng.exponential(size=mean.shape), 0.0), np.repeat(
            np.arange(self.n_draws), per_draw
        )

    def beyond(self, loss: float) -> float:
        """Chance of a larger loss."""
        return float(np.mean(self.chances) * np.mean([np.exp(-loss / mean) for mean in self.means]))

    def truths(self) -> dict[str, float]:
        """What the statistics are, over all runs and draws."""
        chance, means = float(np.mean(self.chances)), np.array(self.means)
        at = float(optimize.brentq(lambda loss: self.beyond(loss) - (1.0 - LEVEL), 0.0, 50.0 * means.max()))
        tail = chance * float(np.mean((at + means) * np.exp(-at / means))) / (1.0 - LEVEL)
        left = chance * float(np.mean(means * np.exp(-STOCK / means)))
        mean = chance * float(means.mean())
        return {
            "mean": mean,
            "quantile at 95 %": at,
            "CVaR at 95 %": tail,
            "probability": self.beyond(STOCK),
            "paired difference": left - mean,
        }


WORLDS = (
    World("always some loss", (1.0,), (3.0,), 1, 5_000),
    World("zero in most runs", (0.4,), (3.0,), 1, 5_000),
    World("always some loss, outer loop", (1.0,), (2.0, 3.0, 4.0), 200, 5_000),
    World("zero in most runs, outer loop", (0.3, 0.4, 0.5), (2.0, 3.0, 4.0), 200, 5_000),
)

Statistic = Callable[[np.ndarray, np.ndarray, np.ndarray], list[Estimate]]


def statistics() -> dict[str, Statistic]:
    """Each statistic from losses (samples by runs), weights and draws."""
    return {
        "mean": intervals.mean_estimates,
        "quantile at 95 %": lambda x, w, d: risk.quantile_estimates(x, risk.ordered(x, w), LEVEL, w, d),
        "CVaR at 95 %": lambda x, w, d: risk.cvar_estimates(x, risk.ordered(x, w), LEVEL, w, d),
        "probability": lambda x, w, d: risk.probabilities(x > STOCK, w, d),
        "paired difference": lambda x, w, d: intervals.mean_estimates(np.maximum(x - STOCK, 0.0) - x, w, d),
    }


def measured(world: World, repeats: int, rng: np.random.Generator) -> dict[str, float]:
    """Share of the samples whose interval holds the truth, by statistic."""
    truths, held = world.truths(), dict.fromkeys(statistics(), 0)
    for n in _parts(repeats):
        losses, draws = world.sample(n, rng)
        for name, statistic in statistics().items():
            found = statistic(losses, np.ones(losses.shape[1]), draws)
            held[name] += sum(_holds(estimate, truths[name]) for estimate in found)
    return {name: count / repeats for name, count in held.items()}


def table(repeats: int = REPEATS, seed: int = 0) -> pl.DataFrame:
    """One row for each statistic, one column for each world."""
    columns = {
        world.name: measured(world, repeats, np.random.default_rng([seed, number]))
        for number, world in enumerate(WORLDS)
    }
    names = list(statistics())
    return pl.DataFrame({"statistic": names} | {w: [of[name] for name in names] for w, of in columns.items()})


def markdown(found: pl.DataFrame) -> str:
    """The table as Markdown, in percent."""
    head = "| | " + " | ".join(found.columns[1:]) + " |\n|---" + "|---" * (len(found.columns) - 1) + "|\n"
    rows = [f"| {name} | " + " | ".join(f"{100.0 * share:.1f} %" for share in of) + " |" for name, *of in found.rows()]
    return head + "\n".join(rows) + "\n"


def written(page: str, found: pl.DataFrame) -> str:
    """The page with its table made anew."""
    before, _, rest = page.partition(START)
    _, _, after = rest.partition(END)
    return f"{before}{START}{markdown(found)}{END}{after}"


def _parts(repeats: int) -> Iterator[int]:
    yield from (min(AT_ONCE, repeats - first) for first in range(0, repeats, AT_ONCE))


def _holds(estimate: Estimate, truth: float) -> bool:
    low = -np.inf if estimate.low is None else estimate.low
    high = np.inf if estimate.high is None else estimate.high
    return bool(low <= truth <= high)
