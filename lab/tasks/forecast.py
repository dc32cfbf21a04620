"""Forecasting a series: metrics in the data's units, and forecasts within a budget of time."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import Any

import numpy as np

from lab.config.honesty import honesty
from lab.config.run import RunConfig
from lab.config.text import cell
from lab.data.arrays import Array, FloatArray
from lab.data.calendars import time_stamps
from lab.data.prepared import Prepared
from lab.data.series import Series, Split
from lab.network.heads import HEADS, QUANTILES, Head, by_quantile
from lab.network.network import Network
from lab.network.types import Float32Array
from lab.runs.events import EpochEnded
from lab.scoring import metrics
from lab.scoring.baseline_scores import Baseline, baselines
from lab.scoring.forecast_scores import Score, evaluate, verdict
from lab.scoring.forecaster import path_from
from lab.scoring.quantiles import SHOWN_LEVEL, ends_in_units, predicts_quantiles
from lab.scoring.statistics import Means, means_of
from lab.tasks.attention import Attention
from lab.tasks.base import EpochView, Examples, Metric, Report, Task, significant

ONE_STEP_SECONDS = 0.2  # between two one-step forecasts, at least; an eye follows no more
FIRST_SECONDS = 0.3  # at most, for the recursive forecast of the untrained network, before anything was trained
LONGEST = 2000  # steps of a forecast that an event carries


class Forecast(Task):
    """The next steps of one or several columns of a series from a window of the past.

    An epoch shows `one_step`, the teacher-forced predictions of the validation part, and `free_running`, the forecast from
    its start that sees nothing after it: recursive, or of a horizon of several steps in blocks of so many. With the loss `pinball` also `low`
    and `high`, the ends of the 90 % interval about `one_step`. Of several
    targets these are of the first, and `one_step_2`, `free_running_2` and so on of the others; each has its MAE, as
    `mae Humidity`, and `mase` and `scaled_mae` (in standard deviations or ranges of the training part) are means over all.
    """

    name = "forecast"
    accepts = Series
    losses = ("mse", "mae", "huber", "pinball")
    metrics = (
        Metric("mae", "MAE", unit="data", meaning="Mean absolute error, in the data's units"),
        Metric("rmse", "RMSE", unit="data", meaning="Root mean squared error, in the data's units"),
        Metric(
            "mape",
            "MAPE",
            unit="%",
            meaning="Mean absolute percentage error; it has no meaning where the truth is near zero",
        ),
        Metric("smape", "sMAPE", unit="%", meaning="Symmetric mean absolute percentage error, 0 to 200 %"),
        Metric("mase", "MASE", meaning="Mean absolute scaled error: 1 is as good as repeating the previous value"),
    )
    statistics = ("absolute", "squared", "percentage", "symmetric")
    course = ("val_mae", "val_mape", "val_mase")
    chosen_by = "val_mase"
    next_command = "forecast {run} --steps 30"

    def __init__(self, config: RunConfig, data: Series) -> None:
        super().__init__(config, data)
        self.prepared = Prepared(data, config.data, config.window)
        start, stop = self.prepared.split.bounds("validation")
        self._attention = Attention(min(stop - start, LONGEST), config.window.size)
        self._one_step_at = float("-inf")

    @classmethod
    def head(cls, config: RunConfig) -> Head:
        kind = "quantiles" if config.training.loss == "pinball" else "linear"
        return Head(kind, config.window.horizon * max(1, len(config.data.targets)))

    @classmethod
    def features(cls, config: RunConfig) -> int:
        columns = config.data.inputs or config.data.targets
        leaked = max(1, len(config.data.targets)) if "target" in config.data.leaks else 0
        return max(1, len(columns)) + 2 * len(config.data.calendar) + leaked

    @classmethod
    def training_examples(cls, config: RunConfig, length: int) -> int:
        end = (
            length if config.data.everything else Split.of(length, config.data.train, config.data.validation).train_end
        )
        within = end - config.window.size  # a transform may take a few more
        return max(0, -(-(within - config.window.horizon + 1) // config.window.stride))

    @classmethod
    def length(cls, config: RunConfig, data: Series | None) -> int:  # noqa: ARG003
        return len(data) if data is not None else 0

    def check(self) -> None:
        self.prepared.check()

    @cached_property
    def train(self) -> Examples:
        self.prepared.check()  # a test part too short is refused now, not at the end
        windows = self.prepared.windows("train")
        self._train_origins = windows.origins
        return Examples(windows.inputs, windows.targets)

    @cached_property
    def validation(self) -> Examples:
        """The windows that each epoch is judged by."""
        windows = self.prepared.windows("validation")
        self._origins = windows.origins
        return Examples(windows.inputs, windows.targets)

    @property
    def held_out(self) -> Array:
        return self.validation.inputs

    @cached_property
    def _with_mape(self) -> bool:
        return metrics.mape_is_meaningful(self.prepared.values)

    @cached_property
    def _naive_errors(self) -> list[float]:
        training = self.prepared.targets[: self.prepared.split.train_end]
        return [metrics.mase_scale(column) for column in training.T]

    @cached_property
    def _scales(self) -> FloatArray:
        """Of each target the standard deviation, or the range, of its training part, in its units."""
        training = self.prepared.targets[: self.prepared.split.train_end]
        if self.config.data.transform == "none":
            return np.broadcast_to(np.asarray(self.prepared.scaler.scale, np.float64), training.shape[1])
        return np.asarray(training.std(axis=0) if self.config.data.scaler == "standard" else np.ptp(training, axis=0))

    def observe(self, view: EpochView) -> EpochEnded:
        network, targets = Network.of(self.config, view.weights), self.train.targets
        point = HEADS[network.head].forward
        validation = view.predict(self.held_out)
        if view.order is None:
            predictions = view.predict(self.train.inputs)
            loss: float | None = loss_of(self.config.training.loss, targets, predictions)
            means = self._means(self._train_origins, point(predictions))
            path: FloatArray | None = self._free_running(network, self._steps_within(network, FIRST_SECONDS))
            self._attention.begin()
        else:
            loss, means = None, view.means
            attention = self._attention
            whole = attention.steps if view.last else 0
            steps = whole or attention.stretch(view.share, view.trained, time.perf_counter(), rests=view.rests)
            path = self._free_running(network, steps) if steps else None
        shown = self._one_step(network, validation, path is not None) | {"free_running": path}
        return view.event(
            loss=loss,
            val_loss=loss_of(self.config.training.loss, self.validation.targets, validation),
            metrics=self._metrics("", means) | self._metrics("val_", self._means(self._origins, point(validation))),
            shown={
                called if k == 0 else f"{called}_{k + 1}": tuple(significant(v) for v in column)
                for called, values in shown.items()
                if values is not None
                for k, column in enumerate(values.T)
            },
        )

    @property
    def units(self) -> tuple[Array, Array] | None:
        if self.config.data.transform != "none":
            return None  # no scale and shift lead back
        horizon, count = self.config.window.horizon, len(self.prepared.target_names)
        scaler = self.prepared.scaler
        scale, shift = (np.tile(np.broadcast_to(v, count), horizon) for v in (scaler.scale, scaler.shift))
        return scale.astype(np.float32), shift.astype(np.float32)

    def _means(self, origins: Array, outputs: Array) -> Means:
        """The statistics of scaled outputs, `(n, horizon * targets)`, of the steps from these origins on."""
        predicted = self.prepared.in_units(outputs, origins).reshape(len(outputs), -1)
        ahead = origins[:, None] + np.arange(self.config.window.horizon)
        return means_of(self.statistics, self.prepared.targets[ahead].reshape(len(outputs), -1), predicted)

    def _metrics(self, prefix: str, means: Means) -> dict[str, float | None]:
        """The metrics that the statistics of `(horizon * targets)` outputs make, in the targets' units."""
        if not prefix and self.config.data.transform != "none":
            return {}  # within the compiled loop nobody knows the level that a window begins from
        count = len(self.prepared.target_names)
        by_target = {name: values.reshape(-1, count).mean(axis=0) for name, values in means.items()}
        errors: list[float] = by_target["absolute"].tolist()
        # `metrics.mase`, of one step
        mase = [error / naive for error, naive in zip(errors, self._naive_errors, strict=True)]
        found: dict[str, float | None] = {"mase": float(np.mean(mase))}
        if count > 1:
            found["scaled_mae"] = float(np.mean(errors / self._scales))
            found |= {f"mae {name}": error for name, error in zip(self.prepared.target_names, errors, strict=True)}
        else:
            found |= {
                "mae": errors[0],
                "rmse": float(np.sqrt(by_target["squared"][0])),
                "mape": 100 * float(by_target["percentage"][0]) if self._with_mape else None,
                "smape": 100 * float(by_target["symmetric"][0]),
            }
        return {prefix + name: value for name, value in found.items()}

    def _one_step(self, network: Network, outputs: Array, always: bool) -> dict[str, FloatArray]:
        if not always and time.perf_counter() - self._one_step_at < ONE_STEP_SECONDS:
            return {}
        self._one_step_at = time.perf_counter()
        outputs, origins = outputs[:LONGEST], self._origins[:LONGEST]
        shown = {"one_step": self.prepared.in_units(HEADS[network.head].forward(outputs), origins)[:, 0]}
        if predicts_quantiles(network):
            low, high = ends_in_units(self.prepared, outputs, origins, SHOWN_LEVEL)
            shown |= {"low": low[:, 0], "high": high[:, 0]}
        return shown

    def _free_running(self, network: Network, steps: int) -> FloatArray:
        began = time.thread_time()  # and not the wall's: on a busy machine training and forecasts both take longer
        start = self.prepared.split.bounds("validation")[0]
        path = path_from(self.prepared, network, start, steps, direct=self.config.window.horizon > 1)
        self._attention.drawn(steps, time.thread_time() - began, time.perf_counter())
        return path

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

    def answer(self, index: int) -> Array | None:
        start = index + self.config.window.size
        stop = start + self.config.window.horizon
        known = self.prepared.earliest <= start and stop <= len(self.prepared.series)
        return self.prepared.scaled_targets[start:stop].ravel() if known else None

    def describe(self, index: int) -> str:
        size, series = self.config.window.size, self.prepared.series
        first, last = (time_stamps(series.index)[k] for k in (index, index + size - 1))
        return f"the window from {first} to {last}"

    @property
    def notes(self) -> Sequence[str]:
        return (*self.prepared.series.notes, *honesty(self.config.data))

    def score(self, network: Network) -> Sequence[Score]:
        if self.config.data.everything:
            return []  # it has learned from all of it
        return evaluate(self.prepared, network, self.config.model.title)

    def baselines(self) -> Mapping[str, Callable[[], Sequence[Baseline]]]:
        return {} if self.config.data.everything else baselines(self.prepared)

    def report(self, scores: Sequence[Mapping[str, Any]]) -> Report:
        units = dict(zip(self.prepared.target_names, self.prepared.target_units, strict=True))
        several, horizon = len(units) > 1, self.config.window.horizon
        unit = "" if several else self.prepared.target_units[0]
        rows = []
        for row in scores:
            own = f" {units[row['target']]}" if several and units[row["target"]] else ""
            cells = [
                cell(row[key]) + (own if key in ("mae", "rmse") else "")
                for key in ("mae", "rmse", "mape", "smape", "mase")
            ]
            rows.append([*([row["target"]] if several else []), row["name"], *cells])
        names = [f"mae {unit}".strip(), f"rmse {unit}".strip(), "mape %", "smape %", "mase"]
        ahead = "one step ahead" if horizon == 1 else f"{horizon} steps ahead"
        heads = [*(["target"] if several else []), f"test range, {ahead}", *names]
        return Report(heads, rows, verdict([Score(**row) for row in scores]))


def loss_of(kind: str, truth: Array, prediction: Array) -> float:
    """The training loss, evaluated in NumPy: mean over all entries of MSE, MAE, Huber (delta 1) or pinball (mean over `QUANTILES`)."""
    if kind == "pinball":
        return float(
            np.mean(
                [
                    metrics.pinball(truth, q, level)
                    for level, q in zip(QUANTILES, by_quantile(prediction).swapaxes(0, 1), strict=True)
                ]
            )
        )
    size = np.abs(prediction.astype(np.float64) - truth)
    if kind == "huber":
        return float(np.where(size <= 1, 0.5 * size**2, size - 0.5).mean())
    return float((size if kind == "mae" else size**2).mean())
