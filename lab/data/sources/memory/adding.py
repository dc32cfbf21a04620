"""The adding problem."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from lab.data.arrays import Array
from lab.data.sequences import Valued
from lab.data.sources.memory.base import MemoryTask


@dataclass(frozen=True)
class Adding(MemoryTask):
    """Two numbers at each step: a value from 0 to 1, and a mark. The answer is the sum of the two marked values, one of them in the first half.

    Hochreiter & Schmidhuber 1997, in the form of Arjovsky, Shah & Bengio 2016. Always to answer 1 has a mean squared error of 1/6.
    """

    title: ClassVar[str] = "Adding problem"
    blurb: ClassVar[str] = (
        "Add the two marked numbers of a long row: each must be found, kept and not disturbed until the end."
    )
    yields = Valued
    features: ClassVar[int] = 2
    names: ClassVar[tuple[str, ...]] = ("value", "mark")
    chance: ClassVar[float] = 1 / 6
    guess: ClassVar[str] = "always 1"

    def make(self, rng: np.random.Generator, n: int) -> tuple[NDArray[np.float32], Array]:
        values = rng.random((n, self.length))
        half, rows = self.length // 2, np.arange(n)
        first, second = rng.integers(0, half, n), rng.integers(half, self.length, n)
        marks = np.zeros((n, self.length))
        marks[rows, first] = marks[rows, second] = 1
        return np.stack([values, marks], axis=2).astype(np.float32), values[rows, first] + values[rows, second]
