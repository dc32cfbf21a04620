"""Is the number of ones odd?"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from lab.data.arrays import Array
from lab.data.sequences import Classified
from lab.data.sources.memory.base import MemoryTask


@dataclass(frozen=True)
class Parity(MemoryTask):
    """Bits, 1 or -1 for one and none. The answer is whether the number of ones is odd: every single bit turns it over, so that no part of
    the row says anything of it (Minsky & Papert 1969; Hochreiter & Schmidhuber 1997 call it a task for guessing weights)."""

    title: ClassVar[str] = "Parity"
    blurb: ClassVar[str] = (
        "Is the number of ones in a row of bits odd? One bit of memory is enough, and very hard to find by gradients."
    )
    yields = Classified
    features: ClassVar[int] = 1
    names: ClassVar[tuple[str, ...]] = ("bit",)
    classes: ClassVar[tuple[str, ...]] = ("even", "odd")
    chance: ClassVar[float] = math.log(2)
    guess: ClassVar[str] = "even or odd at random"

    length: int = 10

    def make(self, rng: np.random.Generator, n: int) -> tuple[NDArray[np.float32], Array]:
        bits = rng.integers(0, 2, (n, self.length))
        return (2 * bits - 1)[:, :, None].astype(np.float32), bits.sum(axis=1) % 2
