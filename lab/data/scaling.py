"""Put a series on the scale a network likes, and its forecasts back into the data's own units."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike

from lab.config.rules import require_choice
from lab.data.arrays import FloatArray


@dataclass(frozen=True)
class Scaler:
    """The affine map `scaled = (value - shift) / scale`.

    Args:
        shift: in the data's units; what becomes 0. `(features,)` where each has its own.
        scale: in the data's units, above 0; how much becomes 1.
    """

    shift: float | FloatArray
    scale: float | FloatArray

    @classmethod
    def of_columns(cls, kind: Literal["standard", "minmax"], values: FloatArray, names: Sequence[str]) -> Scaler:
        """One scale a feature of `values`, `(time, features)`; of one feature the plain numbers. ValueError names the feature."""
        found = []
        for name, column in zip(names, values.T, strict=True):
            try:
                found.append(cls.fit(kind, column))
            except ValueError as error:
                raise error if len(names) == 1 else ValueError(f"{name}: {error}") from None
        if len(found) == 1:
            return found[0]
        return cls(np.array([s.shift for s in found]), np.array([s.scale for s in found]))

    @classmethod
    def fit(cls, kind: Literal["standard", "minmax"], values: ArrayLike) -> Scaler:
        """Choose shift and scale from `values`, of any shape.

        `standard`: mean 0, (population) standard deviation 1. `minmax`: smallest 0, largest 1.
        Give it the training part only; that is the caller's duty. A scaler that has seen the validation or test part
        shows the network where the series is going, and the scores are too good.

        Raises:
            ValueError: `kind` is unknown, or the values are none, not all finite, or all the same.
        """
        require_choice("data.scaler", kind, ("standard", "minmax"))
        values = np.asarray(values, dtype=np.float64)
        if values.size == 0 or not np.isfinite(values).all():
            raise ValueError(f"A scaler must be fitted to finite numbers; received {values.size} values, some missing.")
        low, high = float(values.min()), float(values.max())
        if kind == "standard":
            shift, scale = float(values.mean()), float(values.std())
        else:
            shift, scale = low, high - low
        # The standard deviation of equal numbers can be a rounding error above 0, so look at the range too.
        if low == high or scale == 0:
            raise ValueError(f"A constant series cannot be scaled: every value of the training part is {low:g}.")
        return cls(shift, scale)

    def transform(self, values: ArrayLike) -> FloatArray:
        """Data units to scaled; float64 of the same shape."""
        scaled: FloatArray = (np.asarray(values, dtype=np.float64) - self.shift) / self.scale
        return scaled

    def inverse(self, scaled: ArrayLike) -> FloatArray:
        """Scaled to data units; float64 of the same shape."""
        values: FloatArray = np.asarray(scaled, dtype=np.float64) * self.scale + self.shift
        return values
