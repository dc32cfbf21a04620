"""What every such task has: its length, how many examples, its seed."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray

from lab.config.rules import require, require_int
from lab.data.arrays import Array
from lab.data.sequences import PARTS, Classified, Sequences, Valued
from lab.data.sources.base import Dataset, Group

HELD_OUT = 1000  # examples of the validation part, and of the test part
MOST_NUMBERS = 40_000_000  # of all inputs together, 160 MB


@dataclass(frozen=True)
class MemoryTask(Dataset):
    """One task; a subclass says how examples are made.

    Args:
        length: steps between what must be remembered and the answer, or of the whole, 5 to 500.
        examples: to learn from; 1,000 more each are held out for validation and test.
        seed: what they are drawn from.
    """

    group: ClassVar[Group] = "Memory"
    features: ClassVar[int]
    """Values at each step."""
    classes: ClassVar[tuple[str, ...]] = ()
    """The answers by name; empty where the answer is a number."""
    names: ClassVar[tuple[str, ...]]
    """Of the features."""
    chance: ClassVar[float]
    guess: ClassVar[str]

    length: int = 50
    examples: int = 10_000
    seed: int = 0

    def __post_init__(self) -> None:
        require_int("data.length", self.length, 5, 500)
        require_int("data.examples", self.examples, 100, 100_000)
        require_int("data.seed", self.seed, 0, 2**31 - 1)
        most = MOST_NUMBERS // (self.steps * self.features)
        require(
            self.examples <= most,
            "data.examples",
            f"at most {most:,} for sequences of {self.steps} steps",
            self.examples,
        )

    @property
    def steps(self) -> int:
        """Steps of a sequence."""
        return self.length

    @abstractmethod
    def make(self, rng: np.random.Generator, n: int) -> tuple[NDArray[np.float32], Array]:
        """`n` examples: inputs `(n, steps, features)`, answers `(n,)`."""

    def load(self) -> Sequences:
        """All three parts, each made when it is asked for."""
        given = (_Parts(self, 0), _Parts(self, 1), self.names, self.title, self.chance, self.guess)
        return Classified(*given, classes=self.classes) if self.classes else Valued(*given)


class _Parts(Mapping[str, Array]):
    """The inputs (0) or the answers (1) of each part."""

    def __init__(self, task: MemoryTask, which: int) -> None:
        self._task, self._which = task, which

    def __getitem__(self, part: str) -> Array:
        return _part(self._task, PARTS.index(part))[self._which]

    def __iter__(self) -> Iterator[str]:
        return iter(PARTS)

    def __len__(self) -> int:
        return len(PARTS)


@lru_cache(maxsize=4)  # pages ask for the same ones at every click
def _part(task: MemoryTask, k: int) -> tuple[NDArray[np.float32], Array]:
    """From a stream of its own: more examples to learn from leave what is held out as it is."""
    x, y = task.make(np.random.default_rng((task.seed, k)), task.examples if k == 0 else HELD_OUT)
    made = np.ascontiguousarray(x, np.float32), y[:, None].astype(np.int32 if task.classes else np.float32)
    for array in made:
        array.flags.writeable = False
    return made


def one_hot(symbols: Array, count: int) -> NDArray[np.float32]:
    """`(..., count)` of whole numbers from 0."""
    return np.eye(count, dtype=np.float32)[symbols]
