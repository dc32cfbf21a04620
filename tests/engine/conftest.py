"""An experiment that is trained within a second, and its series."""

from __future__ import annotations

import numpy as np
import pytest

from lab.config.run import RunConfig
from lab.data.series import Series

SMALL = RunConfig().with_settings(
    {"window.size": 8, "model.units": "6", "training.epochs": 3, "training.batch_size": 16, "data.points": 120}
)


@pytest.fixture
def series() -> Series:
    t = np.arange(120.0)
    return Series(np.sin(t / 5)[:, None], t, ("value",), ("",), "Wave", "Made here.")
