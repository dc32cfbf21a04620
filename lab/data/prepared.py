"""A series as one run learns it: cut and scaled once, for training, scoring, forecasts and pages alike."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lab.config.sections import DataConfig, WindowConfig
from lab.data.arrays import FloatArray
from lab.data.scaling import Scaler
from lab.data.series import PARTS, Part, Series, Split
from lab.data.windows import Windows, make_windows


class Prepared:
    """The cut, the scale and the windows of a series; nothing is computed before it is asked for.

    Args:
        series: `(time, 1)`.
        data: the shares of the parts, and the kind of scale.
        window: how it becomes examples.
    """

    def __init__(self, series: Series, data: DataConfig, window: WindowConfig) -> None:
        self.series, self.data, self.window = series, data, window
        self.values: FloatArray = series.values[:, 0]
        self.split = Split.of(len(series), data.train, data.validation)

    def check(self) -> None:
        """ValueError, one sentence, where a part is too short for one example, or the training part cannot be scaled."""
        for part in PARTS:
            self.windows(part, scaled=False)
        self.scaler  # noqa: B018

    @property
    def in_training(self) -> FloatArray:
        """`(steps,)` the training part, in the data's units."""
        return self.values[: self.split.train_end]

    @cached_property
    def scaler(self) -> Scaler:
        """Fitted on the training part only. ValueError where that cannot be scaled."""
        return Scaler.fit(self.data.scaler, self.in_training)

    @cached_property
    def scaled(self) -> NDArray[np.float32]:
        """`(time, 1)` the series as the network reads it."""
        scaled: NDArray[np.float32] = self.scaler.transform(self.series.values).astype(np.float32)
        return scaled

    def windows(self, part: Part, *, scaled: bool = True) -> Windows:
        """The examples of a part, as the network reads them, float32, or in the data's units. ValueError where it has none."""
        return make_windows(self.scaled if scaled else self.series.values, self.window, self.split, part)

    def example(self, index: int) -> NDArray[np.float32]:
        """`(window, 1)` the scaled window that begins at step `index`; the step after the last may lie beyond the data."""
        return self.scaled[index : index + self.window.size]

    @property
    def examples(self) -> int:
        """How many there are, whatever part their targets lie in."""
        return len(self.series) - self.window.size + 1
