"""What a run can learn: a file a task, one line in `TASKS`."""

from __future__ import annotations

from typing import Any

from lab.config.run import RunConfig
from lab.config.tasks import register as _register
from lab.data.sources import DATASETS
from lab.runs.run import Run
from lab.tasks.base import Task
from lab.tasks.digits import Digits
from lab.tasks.forecast import Forecast
from lab.tasks.memory import MemoryClass, MemoryValue

TASKS: dict[str, type[Task]] = {}


def register(task: type[Task]) -> None:
    """Make a task known by its name; it learns from every data set that yields what it accepts."""
    TASKS[task.name] = task
    _register(task, tuple(name for name, source in DATASETS.items() if source.yields is task.accepts))


for _task in (Forecast, Digits, MemoryValue, MemoryClass):
    register(_task)


def task_for(config: RunConfig, data: Any) -> Task:
    """The task of a run with its data. ValueError, one sentence, where config and data do not fit."""
    cls = TASKS[config.task.name]
    if not isinstance(data, cls.accepts):
        raise ValueError(
            f"The data of data.name={config.data.name} must be {cls.accepts.__name__}; received {type(data).__name__}."
        )
    return cls(config, data)


def task_of(run: Run) -> Task:
    """The task of a run with the data that it keeps."""
    return task_for(run.config, run.data)
