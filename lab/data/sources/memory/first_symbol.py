"""What was the first symbol?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from lab.data.arrays import Array
from lab.data.sequences import Classified
from lab.data.sources.memory.base import MemoryTask, one_hot

KINDS, DISTRACTORS = 4, 4


@dataclass(frozen=True)
class FirstSymbol(MemoryTask):
    """One of four symbols, then `length` distractors of four other kinds. The answer is the first symbol: the smallest thing that shows forgetting."""

    title: ClassVar[str] = "First symbol"
    blurb: ClassVar[str] = (
        "Which symbol stood first, so many distractors ago? The smallest task that shows what a network forgets."
    )
    yields = Classified
    features: ClassVar[int] = KINDS + DISTRACTORS
    names: ClassVar[tuple[str, ...]] = ("A", "B", "C", "D", "w", "x", "y", "z")
    classes: ClassVar[tuple[str, ...]] = ("A", "B", "C", "D")
    chance: ClassVar[float] = math.log(KINDS)
    guess: ClassVar[str] = "one of four at random"

    @property
    def steps(self) -> int:
        return self.length + 1

    def make(self, rng: np.random.Generator, n: int) -> tuple[NDArray[np.float32], Array]:
        symbols = rng.integers(KINDS, KINDS + DISTRACTORS, (n, self.steps))
        symbols[:, 0] = rng.integers(0, KINDS, n)
        return one_hot(symbols, self.features), symbols[:, 0]
