"""What moves prices and trade figures besides the event: the model has no other news, the records do.

Each series that is read is multiplied by a path of its own, the same for all that is read of it, so that a highest
month, the time until a price is back, or the months below a level feel it as records do. A price walks at random with
its material's volatility; use and trade walk with the business cycle, and a month's figure has its lumps; prices of two
places part a little.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass

import numpy as np
from scipy.stats import norm

from shortfall.hindcast.members import Members
from shortfall.hindcast.parameters import Parameters, Range

PRICES = ("price", "price_home", "contract")
# Years in which half of what parts the prices of two places is gone.
PARTED = 0.25
# The level before an event is a mean over a year of months.
BEFORE = 12.0


class Shares(Range):
    """Evenly from 0 to 1."""

    def at(self, share: float) -> float:
        return share


@dataclass(frozen=True)
class Noise:
    """Paths of the series of one outcome, by member and step."""

    times: np.ndarray
    parameters: Parameters
    members: Members

    def __call__(self, name: str) -> np.ndarray:
        """Factors on the series of a name."""
        what, material, *place = name.split(" + ")[0].split(" ")
        if what in PRICES:
            walk = self.walk(f"price {material}", "price_noise")
            return np.exp(self.later(walk) if what == "contract" else walk) * self.parted(material, place)
        return np.exp(self.walk(f"activity {material}", "activity_noise") + self.lumps(name))

    def drawn(self, name: str) -> np.ndarray:
        """A parameter by member, as a column."""
        return self.members.draw(f"{name} any", self.parameters.get(name))[:, None]

    def normal(self, name: str, n: int) -> np.ndarray:
        """`n` normal numbers for each member, by name."""
        rng = np.random.default_rng([self.members.seed, zlib.crc32(f"noise {name}".encode())])
        return rng.standard_normal((self.members.n, n))

    @property
    def years(self) -> float:
        """Length of a step."""
        return float(self.times[1] - self.times[0]) / 12.0

    def walk(self, name: str, volatility: str) -> np.ndarray:
        """ln of a random walk from 0 in the first step."""
        n = len(self.times)
        steps = self.normal(name, n)
        walk = np.cumsum(steps, axis=1) - steps[:, :1]
        # A bridge to an end that is spread evenly over its law, in place of one of chance.
        share = np.arange(n) / (n - 1)
        ends = norm.ppf(self.members.draw(f"end {name}", Shares(0.0, 0.5, 1.0)))[:, None] * (n - 1) ** 0.5
        return self.drawn(volatility) * self.years**0.5 * (walk + share * (ends - walk[:, -1:]))

    def later(self, walk: np.ndarray) -> np.ndarray:
        """The same as contracts follow it."""
        kept = np.exp(-self.years * 365.25 / self.drawn("contract_lag_days"))
        made = np.zeros_like(walk)
        for step in range(1, walk.shape[1]):
            made[:, step] = kept[:, 0] * made[:, step - 1] + (1.0 - kept[:, 0]) * walk[:, step]
        return made

    def parted(self, material: str, place: list[str]) -> np.ndarray:
        """What a place's price differs by: it comes and goes, and two places differ by `split_noise`."""
        own = self.normal(f"split {material} {' '.join(place)}", len(self.times))
        kept = 0.5 ** (self.years / PARTED)
        for step in range(1, own.shape[1]):
            own[:, step] = kept * own[:, step - 1] + (1.0 - kept**2) ** 0.5 * own[:, step]
        return np.exp(self.drawn("split_noise") / 2.0**0.5 * own)

    def lumps(self, name: str) -> np.ndarray:
        """ln of a month's figure; the first step stands for the year before."""
        month = np.floor(self.times - np.floor(self.times[0])).astype(int)
        every = self.normal(f"lumps {name}", month[-1] + 2)
        lumps = every[:, month]
        lumps[:, 0] = every[:, -1] / BEFORE**0.5
        return self.drawn("trade_noise") * lumps
