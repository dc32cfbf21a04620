"""Made sequences, each with its right answer: a number, or one of a few classes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lab.data.arrays import Array

PARTS = ("train", "validation", "test")


@dataclass(frozen=True, eq=False)
class Sequences:
    """Examples of a task that asks for memory.

    Args:
        inputs: by part, `(n, time, features)` float32.
        answers: by part, `(n, 1)`: float32 numbers, or int32 classes.
        names: of the features.
        title: what a plot calls them.
        chance: the loss of the best answer that remembers nothing: mean squared error, or cross-entropy in nats.
        guess: what that answer is, a phrase: `always 1`.
    """

    inputs: Mapping[str, NDArray[np.float32]]
    answers: Mapping[str, Array]
    names: tuple[str, ...]
    title: str
    chance: float
    guess: str


@dataclass(frozen=True, eq=False)
class Valued(Sequences):
    """The answer is a number."""


@dataclass(frozen=True, eq=False)
class Classified(Sequences):
    """The answer is a class.

    Args:
        classes: what they are called.
    """

    classes: tuple[str, ...] = ()
