"""A trace in a few numbers: saturated gates, the length of memory, an order of units that shows structure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np

from lab.data.arrays import Array
from lab.network.cells import SIGNALS
from lab.network.types import Float32Array

LOW, HIGH = 0.1, 0.9
STEADY = 0.1
UnitOrder = Literal["unit", "activity", "similarity"]


def saturation(layer: Mapping[str, Float32Array]) -> list[dict[str, float | str]]:
    """For each sigmoid gate the share of its values under 0.1 (shut) and over 0.9 (open), and its mean.

    After Karpathy, Johnson and Fei-Fei 2015, "Visualizing and understanding recurrent networks".
    """
    return [
        {
            "gate": name,
            "shut": float((layer[name] < LOW).mean()),
            "open": float((layer[name] > HIGH).mean()),
            "mean": float(layer[name].mean()),
        }
        for name, signal in SIGNALS.items()
        if signal.is_gate and name in layer
    ]


@dataclass(frozen=True)
class Course:
    """How a gate or state, `(time, units)`, goes along a window; steps and units count from 0.

    Args:
        mean: over all steps and units.
        low, high: the smallest and the largest mean over the units, at the steps `low_step` and `high_step`.
        unit: the one whose values span the widest range, from `unit_low` to `unit_high`.
    """

    mean: float
    low: float
    high: float
    low_step: int
    high_step: int
    unit: int
    unit_low: float
    unit_high: float

    @property
    def is_steady(self) -> bool:
        """Whether neither the units together nor any one of them moves by what an eye would see on a scale of 0 to 1."""
        return self.high - self.low < STEADY and self.unit_high - self.unit_low < 2.5 * STEADY


def course(values: Float32Array) -> Course:
    """What a heatmap of `values`, `(time, units)`, shows, in numbers."""
    means = values.mean(axis=1, dtype=np.float64)
    low, high = values.min(axis=0), values.max(axis=0)
    unit = int((high - low).argmax())
    return Course(
        mean=float(means.mean()), low=float(means.min()), high=float(means.max()),
        low_step=int(means.argmin()), high_step=int(means.argmax()),
        unit=unit, unit_low=float(low[unit]), unit_high=float(high[unit]),
    )  # fmt: skip


def keeping_gate(layer: Mapping[str, Float32Array]) -> str | None:
    """The gate that the old state is multiplied with, if the layer has one."""
    return next((name for name in layer if name in SIGNALS and SIGNALS[name].keeps), None)


def memory_length(layer: Mapping[str, Float32Array], longest: float = 1000.0) -> float | None:
    """The median over units of $1 / (1 - \\bar f)$, in steps; None for a cell that has no such gate.

    A state that is multiplied by f at every step falls to 1/e within about 1 / (1 - f) steps. f is the forget gate, or a
    GRU's update gate, averaged over the window.
    """
    keeps = keeping_gate(layer)
    if keeps is None:
        return None
    gate = layer[keeps]
    lengths = 1 / np.maximum(1 - gate.mean(axis=0, dtype=np.float64), 1 / longest)
    return float(np.median(lengths))


def unit_order(hidden: Float32Array, how: UnitOrder) -> Array:
    """An order of the units of a layer from its hidden states `(time, units)`: `(units,)`, last drawn on top.

    `activity`: by mean size. `similarity`: by the angle of the unit's correlations with the rest in the plane of the two
    leading eigenvectors, so that units that move alike stand together (Friendly 2002, "Corrgrams").
    """
    units = hidden.shape[1]
    if how == "activity":
        return np.argsort(np.abs(hidden).mean(axis=0), kind="stable")
    if how == "unit" or units < 3 or len(hidden) < 2:
        return np.arange(units)
    centred = hidden.astype(np.float64) - hidden.mean(axis=0)
    size = np.linalg.norm(centred, axis=0)
    correlation = (centred / np.maximum(size, 1e-12)).T @ (centred / np.maximum(size, 1e-12))
    _, vectors = np.linalg.eigh(correlation)
    angles = np.arctan2(vectors[:, -2], vectors[:, -1])
    order = np.argsort(angles, kind="stable")
    gaps = np.diff(np.concatenate([angles[order], [angles[order[0]] + 2 * np.pi]]))
    return np.roll(order, -int(gaps.argmax()) - 1)  # cut the circle where it is emptiest
