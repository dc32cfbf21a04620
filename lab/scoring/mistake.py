"""A test example that was taken for another class."""

from __future__ import annotations

from typing import NamedTuple


class Mistake(NamedTuple):
    """A test image taken for another class: its place in the test part, both classes, the probability of the wrong one."""

    image: int
    truth: int
    predicted: int
    probability: float
