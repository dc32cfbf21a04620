"""The sine wave: the series whose every property is known."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from lab.config.rules import require_float, require_int
from lab.data.series import Series
from lab.data.sources.base import Dataset, Group


@dataclass(frozen=True)
class Sine(Dataset):
    """`amplitude · sin(x) + harmonic · sin(2x) + trend · x + noise` on an even grid from x = 0.

    The defaults are 501 points of sin(x) on [0, 50].

    Args:
        points: how many points, both ends included.
        periods: how many whole turns of 2π the grid spans; it ends at x = 2π · periods.
        amplitude: height of the wave itself, from its middle.
        noise: standard deviation of the Gaussian noise added to every point.
        harmonic: amplitude of the second harmonic, a wave of half the period.
        trend: rise for each unit of x (one period is 2π ≈ 6.28 units).
        seed: what the noise is drawn from.
    """

    title: ClassVar[str] = "Sine wave"
    group: ClassVar[Group] = "Synthetic"
    blurb: ClassVar[str] = (
        "A sine wave with noise, a harmonic or a trend of your choice: you know exactly what a net should learn."
    )
    default_column: ClassVar[str | None] = "sine"

    points: int = 501
    periods: float = 50 / (2 * math.pi)
    amplitude: float = 1.0
    noise: float = 0.0
    harmonic: float = 0.0
    trend: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        require_int("data.points", self.points, 10, 100_000)
        require_float("data.periods", self.periods, 0, 10_000, above=True)
        require_float("data.amplitude", self.amplitude, 0, 1e6)
        require_float("data.noise", self.noise, 0, 1e6)
        require_float("data.harmonic", self.harmonic, 0, 1e6)
        require_float("data.trend", self.trend, -1e6, 1e6)
        require_int("data.seed", self.seed, 0, 2**31 - 1)

    def load(self) -> Series:
        """`(points, 1)`; the index is x, and `season_length` the points of one period, rounded."""
        # Rounded, so that the default ends at 50 and not at 50.000000000000007.
        x = np.linspace(0, round(2 * math.pi * self.periods, 9), self.points)
        values = self.amplitude * np.sin(x) + self.harmonic * np.sin(2 * x) + self.trend * x
        values = values + self.noise * np.random.default_rng(self.seed).standard_normal(self.points)
        per_period = (self.points - 1) / self.periods
        notes = (
            () if per_period >= 4 else ("There are fewer than 4 points a period, too few to show the wave's shape.",)
        )
        return Series(
            values=values,
            index=x,
            names=("sine",),
            units=("",),
            title=self.title,
            source="Computed by RNN Lab.",
            # A period longer than the series is no season of it.
            season_length=round(per_period) if 1.5 <= per_period < self.points else 1,
            notes=notes,
        )
