"""How much of a score is the seed: the spread of a metric over runs that differ in nothing else (Reimers & Gurevych 2017)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

EXACT = 1e-6  # of the lowest error: below it nothing is left


@dataclass(frozen=True)
class Spread:
    """A metric over several seeds: its mean, the standard deviation of the sample (0 for one seed), the least and the largest."""

    count: int
    mean: float
    deviation: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Spread:
        """ValueError for no values."""
        if not values:
            raise ValueError("A spread must have at least one value; received none.")
        found = np.asarray(values, np.float64)
        deviation = float(found.std(ddof=1)) if len(found) > 1 else 0.0
        return cls(len(found), float(found.mean()), deviation, float(found.min()), float(found.max()))


def sentence(values: Sequence[float], baseline: float, name: str, metric: str, *, higher: bool = False) -> str:
    """Whether the seeds beat a baseline, in words.

    Args:
        values: the metric of each seed; `baseline` that of the baseline called `name`.
        higher: whether a higher value is the better one.
    """
    spread = Spread.of(values)
    better = sum(value > baseline if higher else value < baseline for value in values)
    if not higher and baseline <= EXACT * spread.low:
        return f"Over {spread.count} seeds the {metric} is {spread.mean:.4g} ± {spread.deviation:.2g} (mean and standard deviation). {name} is exact."
    text = f"Over {spread.count} seeds the {metric} is {spread.mean:.4g} ± {spread.deviation:.2g} (mean and standard deviation); that of {name} is {baseline:.4g}."
    if better == spread.count:
        return f"{text} Every seed is better."
    if better == 0:
        return f"{text} No seed is better."
    return f"{text} The difference is within the spread of the seeds: {better} of {spread.count} are better."
