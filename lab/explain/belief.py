"""What a classifier believes while it reads an image row by row, and what to try on the image."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from lab.data.arrays import Array

Which = Literal["all", "wrong", "unsure"]
Change = Literal["top", "bottom", "left", "right", "shuffled"]
LOOKED_AT = 2000  # test images that a page asks the network about: all 10,000 would keep a person waiting
HALF = 14


@dataclass(frozen=True, eq=False)
class Belief:
    """The probabilities of each class after each step, `(steps, classes)`."""

    probabilities: Array

    @property
    def first_choices(self) -> Array:
        """`(steps,)` the most probable class after each step."""
        choices: Array = self.probabilities.argmax(axis=1)
        return choices

    @property
    def decided(self) -> int:
        """The first step, counted from 1, from which on the first choice stays what it is at the end."""
        other = np.flatnonzero(self.first_choices != self.first_choices[-1])
        return int(other[-1]) + 2 if other.size else 1

    def after(self, step: int) -> tuple[int, float]:
        """The most probable class after `step` steps, and its probability."""
        probabilities = self.probabilities[step - 1]
        return int(probabilities.argmax()), float(probabilities.max())


def choose(truth: Array, probabilities: Array, which: Which = "all", classes: Sequence[int] = ()) -> Array:
    """The places of the images that a person asks to see, at most as many as there are.

    Args:
        truth: `(n,)` the class of each image.
        probabilities: `(n, classes)` what the network predicts of it.
        which: `all` in their order; `wrong`, those taken for another class, the surest mistake first; `unsure`, all,
            with the smallest lead of the first choice over the second in front.
        classes: only images of these classes; of all, where it is empty.
    """
    best = np.sort(probabilities, axis=1)
    order = {
        "all": np.arange(len(truth)),
        "wrong": np.argsort(-best[:, -1], kind="stable"),
        "unsure": np.argsort(best[:, -1] - best[:, -2], kind="stable"),
    }[which]
    kept = np.isin(truth, classes) if len(classes) else np.ones(len(truth), bool)
    if which == "wrong":
        kept &= probabilities.argmax(axis=1) != truth
    found: Array = order[kept[order]]
    return found


def changed(image: Array, change: Change, seed: int = 1) -> Array:
    """The image with a half of it blank paper, or with its 784 pixels shuffled, the same way for the same seed."""
    new = image.copy()
    if change == "shuffled":
        shuffled: Array = image.ravel()[np.random.default_rng(seed).permutation(image.size)].reshape(image.shape)
        return shuffled
    half: Any = {
        "top": np.s_[:HALF], "bottom": np.s_[HALF:], "left": np.s_[:, :HALF], "right": np.s_[:, HALF:],
    }[change]  # fmt: skip
    new[half] = 0
    return new


def percent(probability: float) -> str:
    """A probability for people: no rounding makes it certain or impossible."""
    if 0.995 <= probability < 1:
        return ">99%"
    return "<1%" if 0 < probability < 0.005 else f"{probability:.0%}"
