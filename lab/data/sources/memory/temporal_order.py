"""In which order did the two symbols come?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from lab.data.arrays import Array
from lab.data.sequences import Classified
from lab.data.sources.memory.base import MemoryTask, one_hot


@dataclass(frozen=True)
class TemporalOrder(MemoryTask):
    """Two symbols, each A or B, in a sea of four distractors: one between a tenth and two tenths of the way, the other between four and five tenths.
    The answer is which two, in their order: four classes.

    Hochreiter & Schmidhuber 1997, as Pascanu, Mikolov & Bengio 2013 use it.
    """

    title: ClassVar[str] = "Temporal order"
    blurb: ClassVar[str] = (
        "Two symbols somewhere in a sea of others: which came first, which second? What lies between them must not disturb."
    )
    yields = Classified
    features: ClassVar[int] = 6
    names: ClassVar[tuple[str, ...]] = ("A", "B", "w", "x", "y", "z")
    classes: ClassVar[tuple[str, ...]] = ("A A", "A B", "B A", "B B")
    chance: ClassVar[float] = math.log(4)
    guess: ClassVar[str] = "one of four at random"

    def make(self, rng: np.random.Generator, n: int) -> tuple[NDArray[np.float32], Array]:
        symbols, rows = rng.integers(2, 6, (n, self.length)), np.arange(n)
        which = rng.integers(0, 2, (n, 2))
        for k, (low, high) in enumerate(((0.1, 0.2), (0.4, 0.5))):
            first = int(low * self.length)
            at = rng.integers(first, max(first + 1, int(high * self.length)), n)
            symbols[rows, at] = which[:, k]
        return one_hot(symbols, 6), 2 * which[:, 0] + which[:, 1]
