"""Labelled images."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from lab.data.arrays import Array

CLASSES = 10  # the digits 0 to 9
STEPS = 28  # rows of an image, which are the steps of its sequence


@dataclass(frozen=True, eq=False)
class Images:
    """Grey images of one size, and the class of each.

    Args:
        train_images, test_images: `(n, 28, 28)` uint8, 0 the paper and 255 the ink.
        train_labels, test_labels: `(n,)` uint8, 0 to 9.
        title: what a plot calls them.
        source: where they come from and under which licence, one sentence.
    """

    train_images: NDArray[np.uint8]
    train_labels: NDArray[np.uint8]
    test_images: NDArray[np.uint8]
    test_labels: NDArray[np.uint8]
    title: str
    source: str

    def __post_init__(self) -> None:
        for part in ("train", "test"):
            images, labels = getattr(self, f"{part}_images"), getattr(self, f"{part}_labels")
            if images.dtype != np.uint8 or images.shape[1:] != (28, 28) or len(images) == 0:
                raise ValueError(f"The {part} images must be (n, 28, 28) uint8; received {_kind(images)}.")
            if labels.dtype != np.uint8 or labels.shape != (len(images),):
                raise ValueError(f"The {part} labels must be ({len(images)},) uint8; received {_kind(labels)}.")
            if labels.max() > 9:
                raise ValueError(f"The {part} labels must be from 0 to 9; received {labels.max()}.")

    @property
    def size(self) -> str:
        """How many there are, in words: `6,000 to learn from, 1,000 to test on`."""
        return f"{len(self.train_images):,} to learn from, {len(self.test_images):,} to test on"


def _kind(array: Array) -> str:
    return f"{array.shape} {array.dtype}"
