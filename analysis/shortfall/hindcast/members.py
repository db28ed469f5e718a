"""Members of an ensemble: for each uncertain number its values, spread evenly over its law (Latin hypercube)."""

import zlib

import numpy as np

from shortfall.hindcast.parameters import Range


class Members:
    """Draws by name. A name's draws depend on the seed and the name alone: no other number moves them."""

    def __init__(self, n: int, seed: int) -> None:
        self.n, self.seed = n, seed
        self.drawn: dict[str, np.ndarray] = {}

    def draw(self, name: str, law: Range) -> np.ndarray:
        """One value for each member."""
        if name not in self.drawn:
            rng = np.random.default_rng([self.seed, zlib.crc32(name.encode())])
            shares = (rng.permutation(self.n) + rng.random(self.n)) / self.n
            self.drawn[name] = np.array([law.at(share) for share in shares])
        return self.drawn[name]
