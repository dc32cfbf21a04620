"""What a person gets to see of an epoch: metrics in the data's units, and forecasts, within a budget of time."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from lab.config.run import RunConfig
from lab.data.arrays import Array
from lab.data.scaling import Scaler
from lab.data.series import Series, Split
from lab.data.windows import make_windows
from lab.network.network import Network
from lab.runs.events import EpochEnded, Floats
from lab.scoring import metrics
from lab.scoring.forecaster import recursive
from lab.tasks.attention import Attention
from lab.tasks.base import Predict, Weights, digits, of_the_steps

ONE_STEP_SECONDS = 0.2  # between two one-step forecasts, at least; an eye follows no more
FIRST_SECONDS = 0.3  # at most, for the recursive forecast of the untrained network, before anything was trained
LONGEST = 2000  # steps of a forecast that an event carries


class SeriesObserver:
    """The data of a run as the network sees them, and the ruler that is laid on its predictions.

    `train` and `validation` are the scaled Windows (float32); the scaler was fitted on the training part only.
    """

    def __init__(self, config: RunConfig, series: Series) -> None:
        self.config = config
        self.values = series.values[:, 0]
        self.split = Split.of(len(series), config.data.train, config.data.validation)
        in_training = self.values[: self.split.train_end]
        self.scaler = Scaler.fit(config.data.scaler, in_training)
        scaled = self.scaler.transform(series.values).astype(np.float32)
        self.train = make_windows(scaled, config.window, self.split, "train")
        self.validation = make_windows(scaled, config.window, self.split, "validation")
        self.held_out = self.validation.inputs
        make_windows(scaled, config.window, self.split, "test")  # a test part too short is told now, not at the end
        self.train_truth = self.scaler.inverse(self.train.targets)
        self.validation_truth = self.scaler.inverse(self.validation.targets)
        self.with_mape = metrics.mape_is_meaningful(self.values)
        self.season_length = series.season_length
        self.naive_error = metrics.mase_scale(in_training)
        start, stop = self.split.bounds("validation")
        self._attention = Attention(min(stop - start, LONGEST), config.window.size)
        self._one_step_at = float("-inf")

    def untrained(
        self,
        weights: Weights,
        predict: Predict,
        rate: float,
        clock: Callable[[], float],
    ) -> EpochEnded:
        """Epoch 0: what the network says before it has learned anything."""
        network = Network.of(self.config, weights)
        validation = predict(self.held_out)
        predictions = predict(self.train.inputs)
        loss = loss_of(self.config.training.loss, self.train.targets, predictions)
        path = self._free_running(network, self._steps_within(network, FIRST_SECONDS))
        self._attention.begin()
        return self._event(
            validation,
            predictions,
            clock,
            one_step=True,
            free_running=path,
            epoch=0,
            loss=loss,
            learning_rate=digits(rate),
            seconds=0.0,
        )

    def observe(
        self,
        epoch: int,
        weights: Weights,
        predict: Predict,
        order: Array,
        records: list[Array],
        *,
        rate: float,
        seconds: float,
        trained: float,
        share: float,
        rests: bool,
        last: bool,
        clock: Callable[[], float],
    ) -> EpochEnded:
        """An epoch's event, from what the compiled loop recorded on the way and the weights after it."""
        predictions = np.empty_like(self.train.targets)
        there = order >= 0
        predictions[order[there]] = records[-1][there]
        attention = self._attention
        steps = attention.steps if last else attention.stretch(share, trained, time.perf_counter(), rests=rests)
        return self._event(
            predict(self.held_out),
            predictions,
            clock,
            one_step=steps > 0,
            free_running=self._free_running(Network.of(self.config, weights), steps) if steps else None,
            epoch=epoch,
            learning_rate=digits(rate),
            seconds=seconds,
            **of_the_steps(order, records),
        )

    def accuracy(self, order: Array, predictions: Array) -> None:
        """A forecast has none."""

    def _event(
        self,
        val_predictions: Array,
        predictions: Array,
        clock: Callable[[], float],
        *,
        one_step: bool,
        free_running: Floats | None,
        **fields: Any,
    ) -> EpochEnded:
        in_units = self.scaler.inverse(val_predictions.astype(np.float64))
        fields |= self._measure("", self.train_truth, self.scaler.inverse(predictions.astype(np.float64)))
        fields |= self._measure("val_", self.validation_truth, in_units)
        fields["one_step"] = self._one_step(in_units[:, 0], one_step)
        val_loss = loss_of(self.config.training.loss, self.validation.targets, val_predictions)
        return EpochEnded(val_loss=val_loss, free_running=free_running, elapsed=clock(), **fields)

    def _measure(self, prefix: str, truth: Array, prediction: Array) -> dict[str, Any]:
        mae = metrics.mae(truth, prediction)
        found: dict[str, float | None] = {
            "mae": mae,
            "rmse": metrics.rmse(truth, prediction),
            "mape": metrics.mape(truth, prediction) if self.with_mape else None,
            "smape": metrics.smape(truth, prediction),
            "mase": mae / self.naive_error,  # `metrics.mase`, of one step
        }
        return {prefix + k: None if v is None else digits(v) for k, v in found.items()}

    def _one_step(self, predictions: Array, always: bool) -> Floats | None:
        if not always and time.perf_counter() - self._one_step_at < ONE_STEP_SECONDS:
            return None
        self._one_step_at = time.perf_counter()
        return tuple(digits(v) for v in predictions[:LONGEST])

    def _free_running(self, network: Network, steps: int) -> Floats:
        began = time.thread_time()  # and not the wall's: on a busy machine training and forecasts both take longer
        history = self.values[: self.split.bounds("validation")[0]]
        path = recursive(network, self.scaler, history, self.config.window.size, steps)
        self._attention.drawn(steps, time.thread_time() - began, time.perf_counter())
        return tuple(digits(v) for v in path)

    def _steps_within(self, network: Network, seconds: float) -> int:
        """How much of the path fits into so many seconds: a large network's may take minutes, so its first steps are timed."""
        began = time.perf_counter()
        self._free_running(network, 2)
        a_step = (time.perf_counter() - began) / (self.config.window.size + 2)
        return int(min(self._attention.steps, max(2, seconds / a_step - self.config.window.size)))


def loss_of(kind: str, truth: Array, prediction: Array) -> float:
    """The training loss, evaluated in NumPy: mean over all entries of MSE, MAE or Huber (delta 1)."""
    size = np.abs(prediction.astype(np.float64) - truth)
    if kind == "huber":
        return float(np.where(size <= 1, 0.5 * size**2, size - 0.5).mean())
    return float((size if kind == "mae" else size**2).mean())
