"""Forecasting a series: metrics in the data's units, and forecasts within a budget of time."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from lab.config.run import RunConfig
from lab.config.text import cell
from lab.data.arrays import Array, FloatArray
from lab.data.calendars import time_stamps
from lab.data.prepared import Prepared
from lab.data.series import Series, Split
from lab.network.heads import Head
from lab.network.network import Network
from lab.network.types import Float32Array
from lab.runs.events import EpochEnded
from lab.scoring import metrics
from lab.scoring.forecast_scores import Score, evaluate, verdict
from lab.scoring.forecaster import recursive
from lab.tasks.attention import Attention
from lab.tasks.base import EpochView, Examples, Metric, Report, Task, significant

ONE_STEP_SECONDS = 0.2  # between two one-step forecasts, at least; an eye follows no more
FIRST_SECONDS = 0.3  # at most, for the recursive forecast of the untrained network, before anything was trained
LONGEST = 2000  # steps of a forecast that an event carries
Floats = tuple[float, ...]


class Forecast(Task):
    """The next steps of a series from a window of its past.

    An epoch shows `one_step`, the teacher-forced predictions of the validation part, and `free_running`, the recursive
    forecast from its start.
    """

    name = "forecast"
    accepts = Series
    losses = ("mse", "mae", "huber")
    metrics = (
        Metric("mae", "MAE", unit="data"),
        Metric("rmse", "RMSE", unit="data"),
        Metric("mape", "MAPE", unit="%"),
        Metric("smape", "sMAPE", unit="%"),
        Metric("mase", "MASE"),
    )

    course = ("val_mae", "val_mape", "val_mase")
    next_command = "forecast {run} --steps 30"

    def __init__(self, config: RunConfig, data: Series) -> None:
        super().__init__(config, data)
        self.prepared = Prepared(data, config.data, config.window)
        start, stop = self.prepared.split.bounds("validation")
        self._attention = Attention(min(stop - start, LONGEST), config.window.size)
        self._one_step_at = float("-inf")

    @classmethod
    def head(cls, config: RunConfig) -> Head:
        return Head("linear", config.window.horizon)

    @classmethod
    def training_examples(cls, config: RunConfig, length: int) -> int:
        within = Split.of(length, config.data.train, config.data.validation).train_end - config.window.size
        return max(0, -(-(within - config.window.horizon + 1) // config.window.stride))

    @classmethod
    def length(cls, config: RunConfig, data: Series | None) -> int:  # noqa: ARG003
        return len(data) if data is not None else 0

    def check(self) -> None:
        self.prepared.check()

    @cached_property
    def train(self) -> Examples:
        self.prepared.check()  # a test part too short is told now, not at the end
        windows = self.prepared.windows("train")
        return Examples(windows.inputs, windows.targets)

    @cached_property
    def validation(self) -> Examples:
        """The windows that each epoch is judged by."""
        windows = self.prepared.windows("validation")
        return Examples(windows.inputs, windows.targets)

    @property
    def held_out(self) -> Array:
        return self.validation.inputs

    @cached_property
    def _truth(self) -> tuple[FloatArray, FloatArray]:
        scaler = self.prepared.scaler
        return scaler.inverse(self.train.targets), scaler.inverse(self.validation.targets)

    @cached_property
    def _with_mape(self) -> bool:
        return metrics.mape_is_meaningful(self.prepared.values)

    @cached_property
    def _naive_error(self) -> float:
        return metrics.mase_scale(self.prepared.in_training)

    def observe(self, view: EpochView) -> EpochEnded:
        network, targets = Network.of(self.config, view.weights), self.train.targets
        validation = view.predict(self.held_out)
        if view.order is None:
            predictions = view.predict(self.train.inputs)
            path: Floats | None = self._free_running(network, self._steps_within(network, FIRST_SECONDS))
            self._attention.begin()
        else:
            predictions, there = np.empty_like(targets), view.order >= 0
            predictions[view.order[there]] = view.records[-1][there]
            attention = self._attention
            whole = attention.steps if view.last else 0
            steps = whole or attention.stretch(view.share, view.trained, time.perf_counter(), rests=view.rests)
            path = self._free_running(network, steps) if steps else None
        in_units = self.prepared.scaler.inverse(validation.astype(np.float64))
        train_truth, validation_truth = self._truth
        return view.event(
            loss=loss_of(self.config.training.loss, targets, predictions) if view.order is None else None,
            val_loss=loss_of(self.config.training.loss, self.validation.targets, validation),
            metrics=self._measure("", train_truth, self.prepared.scaler.inverse(predictions.astype(np.float64)))
            | self._measure("val_", validation_truth, in_units),
            shown={"one_step": self._one_step(in_units[:, 0], path is not None), "free_running": path},
        )

    def _measure(self, prefix: str, truth: Array, prediction: Array) -> dict[str, float | None]:
        mae = metrics.mae(truth, prediction)
        found: dict[str, float | None] = {
            "mae": mae,
            "rmse": metrics.rmse(truth, prediction),
            "mape": metrics.mape(truth, prediction) if self._with_mape else None,
            "smape": metrics.smape(truth, prediction),
            "mase": mae / self._naive_error,  # `metrics.mase`, of one step
        }
        return {prefix + name: value for name, value in found.items()}

    def _one_step(self, predictions: Array, always: bool) -> Floats | None:
        if not always and time.perf_counter() - self._one_step_at < ONE_STEP_SECONDS:
            return None
        self._one_step_at = time.perf_counter()
        return tuple(significant(v) for v in predictions[:LONGEST])

    def _free_running(self, network: Network, steps: int) -> Floats:
        began = time.thread_time()  # and not the wall's: on a busy machine training and forecasts both take longer
        prepared = self.prepared
        history = prepared.values[: prepared.split.bounds("validation")[0]]
        path = recursive(network, prepared.scaler, history, self.config.window.size, steps)
        self._attention.drawn(steps, time.thread_time() - began, time.perf_counter())
        return tuple(significant(v) for v in path)

    def _steps_within(self, network: Network, seconds: float) -> int:
        """How much of the path fits into so many seconds: a large network's may take minutes, so its first steps are timed."""
        began = time.perf_counter()
        self._free_running(network, 2)
        a_step = (time.perf_counter() - began) / (self.config.window.size + 2)
        return int(min(self._attention.steps, max(2, seconds / a_step - self.config.window.size)))

    @property
    def examples(self) -> int:
        return self.prepared.examples

    def example(self, index: int) -> Float32Array:
        return self.prepared.example(index)

    def describe(self, index: int) -> str:
        size, series = self.config.window.size, self.prepared.series
        first, last = (time_stamps(series.index)[k] for k in (index, index + size - 1))
        return f"the window from {first} to {last}"

    @property
    def notes(self) -> Sequence[str]:
        return self.prepared.series.notes

    def score(self, network: Network) -> Sequence[Score]:
        return evaluate(self.prepared, network, self.config.model.kind)

    def report(self, scores: Sequence[Mapping[str, Any]]) -> Report:
        unit = self.prepared.series.units[0]
        names = [f"mae {unit}".strip(), f"rmse {unit}".strip(), "mape %", "smape %", "mase"]
        rows = [[row["name"], *(cell(row[metric.key]) for metric in self.metrics)] for row in scores]
        return Report(["test range, one step ahead", *names], rows, verdict([Score(**row) for row in scores]))


def loss_of(kind: str, truth: Array, prediction: Array) -> float:
    """The training loss, evaluated in NumPy: mean over all entries of MSE, MAE or Huber (delta 1)."""
    size = np.abs(prediction.astype(np.float64) - truth)
    if kind == "huber":
        return float(np.where(size <= 1, 0.5 * size**2, size - 0.5).mean())
    return float((size if kind == "mae" else size**2).mean())
