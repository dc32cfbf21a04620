"""An experiment that is trained within a second, and its series."""

from __future__ import annotations

import numpy as np
import pytest

from lab.config.run import RunConfig
from lab.data.series import Series
from lab.runs.events import Paused
from lab.runs.run import Control, Run

SMALL = RunConfig().with_settings(
    {"window.size": 8, "model.units": "6", "training.epochs": 3, "training.batch_size": 16, "data.points": 120}
)


def train_until_paused(run: Run, data: object, epoch: int) -> None:
    """Train, and break off after this epoch as if the worker had died there; its checkpoint is on disk."""
    from lab.engine import train

    run.send(Control(pause_after=epoch))
    for event in train(run.config, data=data, folder=run.path):
        run.append(event)
        if isinstance(event, Paused):
            break
    run.send(Control())


@pytest.fixture
def series() -> Series:
    t = np.arange(120.0)
    return Series(np.sin(t / 5)[:, None], t, ("value",), ("",), "Wave", "Made here.")
