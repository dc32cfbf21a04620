"""What a run can learn: a file a task."""

from __future__ import annotations

from lab.config.run import RunConfig
from lab.data.images import Images
from lab.data.series import Series
from lab.tasks.base import Observer
from lab.tasks.digits import ClassifierObserver
from lab.tasks.forecast import SeriesObserver


def observer_for(config: RunConfig, data: Series | Images) -> Observer:
    """The observer that suits the data. ValueError, one sentence, where config and data do not fit."""
    if isinstance(data, Images) != config.is_classifier:
        given = "images" if isinstance(data, Images) else "a series"
        raise ValueError(f"The data must be those of data.name={config.data.name}; received {given}.")
    return ClassifierObserver(config, data) if isinstance(data, Images) else SeriesObserver(config, data)
