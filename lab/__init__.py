"""A visual lab for recurrent networks: the headless package behind the app.

    import lab

    config = lab.preset("sine").with_settings({"training.epochs": 20})
    run = lab.run(config)
    print(run.scores())
    print(lab.forecast(run, steps=10).mean)

Nothing heavy is imported before it is used, and TensorFlow only when something is trained.
"""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import lab.network.cells
import lab.tasks  # noqa: F401  (a config asks which cells and tasks there are)

if TYPE_CHECKING:
    from lab.config.model import ModelConfig
    from lab.config.presets import PRESETS, preset
    from lab.config.run import RunConfig
    from lab.config.sections import DataConfig, TrainingConfig, WindowConfig
    from lab.data.images import Images
    from lab.data.series import Series, Split
    from lab.network.interventions import Ablate, Clamp, Freeze, Reset
    from lab.network.network import Network
    from lab.network.trace import GateTrace
    from lab.runs.events import Event
    from lab.runs.run import Run
    from lab.runs.store import RunStore
    from lab.scoring.forecaster import Forecast

_HOMES = {
    "DataConfig": "config.sections", "WindowConfig": "config.sections", "TrainingConfig": "config.sections",
    "ModelConfig": "config.model", "RunConfig": "config.run", "PRESETS": "config.presets", "preset": "config.presets",
    "Series": "data.series", "Split": "data.series", "Images": "data.images",
    "Run": "runs.run", "RunStore": "runs.store", "Network": "network.network", "GateTrace": "network.trace",
    "Clamp": "network.interventions", "Ablate": "network.interventions", "Freeze": "network.interventions",
    "Reset": "network.interventions", "Forecast": "scoring.forecaster",
}  # fmt: skip
__all__ = [
    "PRESETS", "Ablate", "Clamp", "DataConfig", "Forecast", "Freeze", "GateTrace", "Images", "ModelConfig", "Network", "Reset",
    "Run", "RunConfig", "RunStore", "Series", "Split", "TrainingConfig", "WindowConfig", "forecast", "load_images",
    "load_run", "load_series", "preset", "run", "train",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    if name in _HOMES:
        return getattr(importlib.import_module(f"lab.{_HOMES[name]}"), name)
    raise AttributeError(f"module 'lab' has no attribute {name!r}")


def train(
    config: RunConfig,
    *,
    series: Series | None = None,
    images: Images | None = None,
    folder: Path | str | None = None,
) -> Iterator[Event]:
    """Train and yield events; see `lab.engine.train`. The first call imports TensorFlow."""
    from lab.engine import train

    return train(config, data=series if series is not None else images, folder=folder)


def run(
    config: RunConfig, *, series: Series | None = None, images: Images | None = None, name: str | None = None
) -> Run:
    """Train a config in this process to its end and return the run, kept under `LAB_HOME`.

    Raises:
        ValueError: the config does not fit the data, or training failed; one sentence says why.
    """
    from lab import jobs
    from lab.jobs import worker
    from lab.runs.events import Failed

    made = jobs.create(config, series=series, images=images, name=name)
    worker.execute(made.path)
    final = made.history().final
    if isinstance(final, Failed):
        raise ValueError(final.message)
    return made


def load_run(run_id: str) -> Run:
    """A run of `LAB_HOME` (or a sample that ships) by its id; ValueError where there is none."""
    from lab.runs.store import RunStore

    return RunStore().open(run_id)


def load_series(config: DataConfig) -> Series:
    """The series that a DataConfig names: one column, gaps treated; ValueError in one sentence where that fails."""
    from lab.data.sources import load

    return load(config)


def load_images(config: DataConfig) -> Images:
    """The images that a DataConfig names, from this machine; ValueError in one sentence where that fails."""
    from lab.data.sources import load_images

    return load_images(config)


def forecast(run: Run, steps: int) -> Forecast:
    """The recursive forecast of `steps` steps beyond the end of a run's data, in the data's units."""
    from lab.scoring.forecaster import future

    return future(run.prepared, run.network(), steps)
