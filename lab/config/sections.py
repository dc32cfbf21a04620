"""The sections of a config that say which data, which windows and how to train."""

from __future__ import annotations

import typing
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from lab.config.rules import require, require_choice, require_float, require_int
from lab.config.text import is_date

CSV = "csv"  # the data set that has a path
CLIPS = ("clip_value", "clip_norm", "global_clip_norm")
OptionValue = str | int | float | bool | None
LEAKS = ("scaler", "shuffle", "epoch", "target")  # ways to let a network know what it is judged by
TransformKind = Literal["none", "log", "difference", "seasonal_difference", "return", "log_return", "box_cox"]
CALENDAR = ("hour", "weekday", "month")
MAX_COLUMNS = 50  # that a network reads, or forecasts
MAX_HORIZON = 365
Loss = Literal["auto", "mse", "mae", "huber", "pinball", "sparse_categorical_crossentropy"]


@dataclass(frozen=True)
class DataConfig:
    """Which series, which part of it, and how it is cut and scaled.

    Args:
        name: the data set, a key of `lab.data.sources.DATASETS`.
        column: the column to learn, the only input and the only target; None takes the data set's own default.
        targets: the columns to forecast, where they are several or not the only inputs; empty: the one column.
        inputs: the columns that the network reads; empty: the targets.
        calendar: inputs made of the date, each as a sine and a cosine, which are known ahead: any of `hour` (of the day),
            `weekday` and `month` (of the year).
        start: the first day, an ISO date; None leaves that side open.
        end: the last day, inclusive.
        first: the first row that is used, counted from 0, of what is left then; None for all from the start.
        stop: the row after the last that is used; None for all to the end. What follows it no part of the run ever sees.
        gaps: missing calendar steps are left out (`leave`), carried forward (`ffill`) or interpolated (`interpolate`).
        train: share of the series, from its start, that is learned from. Nothing is shuffled across.
        validation: share that follows it; what is left is the test part.
        everything: train on all parts, so that nothing is held out and nothing can be scored: for a forecast of what nobody knows yet.
        leaks: mistakes that make scores too good, to see what they are worth: any of `scaler` (fitted on all data), `shuffle` (training
            windows drawn from all parts), `epoch` (chosen on the test part) and `target` (the next value among the inputs).
        transform: of the targets, before they are scaled, and undone in every forecast and score: `log`, `box_cox` (its power fitted on the
            training part), `difference`, `seasonal_difference`, `return` or `log_return` (changes from step to step); or `none`.
        outliers: of what is read and trained on, `keep` them as they are, or `clip` them to the bound beyond which they are flagged; what
            scores compare with stays as it is.
        scaler: `standard` (mean 0, standard deviation 1) or `minmax` (0 to 1), fitted on the training part only.
        options: what is the data set's own, for example `points` of the sine wave or `path` of a CSV file.

    Images have `options` alone: `RunConfig` puts the rest back to its defaults.
    """

    name: str = "sine"
    column: str | None = None
    targets: tuple[str, ...] = ()
    inputs: tuple[str, ...] = ()
    calendar: tuple[str, ...] = ()
    start: str | None = None
    end: str | None = None
    first: int | None = None
    stop: int | None = None
    gaps: Literal["leave", "ffill", "interpolate"] = "leave"
    train: float = 0.7
    validation: float = 0.15
    everything: bool = False
    leaks: tuple[str, ...] = ()
    transform: TransformKind = "none"
    outliers: Literal["keep", "clip"] = "keep"
    scaler: Literal["standard", "minmax"] = "standard"
    options: tuple[tuple[str, OptionValue], ...] = ()

    def __post_init__(self) -> None:
        options = self.options.items() if isinstance(self.options, Mapping) else self.options
        pairs = all(isinstance(pair, tuple | list) and len(pair) == 2 for pair in options)
        require(pairs, "data.options", "names, each with a value", self.options)
        object.__setattr__(self, "options", tuple(sorted((str(k), v) for k, v in options)))
        for key, value in self.options:
            known = value is None or isinstance(value, str | int | float)
            require(known, f"data.{key}", "a text, a number, or true or false", value)
        require(isinstance(self.name, str) and bool(self.name), "data.name", "the name of a data set", self.name)
        for key in ("start", "end"):
            require(is_date(getattr(self, key)), f"data.{key}", "a date such as 2020-12-31", getattr(self, key))
        if self.start and self.end:
            require(self.start < self.end, "data.end", f"after data.start ({self.start})", self.end)
        for key in ("first", "stop"):
            if getattr(self, key) is not None:
                require_int(f"data.{key}", getattr(self, key), 0, 2**31 - 1)
        if self.stop is not None:
            require(self.stop > (self.first or 0), "data.stop", f"above data.first ({self.first or 0})", self.stop)
        for key in ("targets", "inputs", "calendar"):
            names = getattr(self, key)
            names = (names,) if isinstance(names, str) else tuple(names)
            object.__setattr__(self, key, names)
            rule = f"different names of columns, at most {MAX_COLUMNS}"
            require(len(set(names)) == len(names) <= MAX_COLUMNS, f"data.{key}", rule, names)
            require(all(isinstance(name, str) and name for name in names), f"data.{key}", rule, names)
        for name in self.calendar:
            require_choice("data.calendar", name, CALENDAR)
        object.__setattr__(self, "leaks", (self.leaks,) if isinstance(self.leaks, str) else tuple(self.leaks))
        for name in self.leaks:
            require_choice("data.leaks", name, LEAKS)
        require(len(set(self.leaks)) == len(self.leaks), "data.leaks", "different ones", self.leaks)
        require(isinstance(self.everything, bool), "data.everything", "true or false", self.everything)
        require(not (self.everything and self.leaks), "data.leaks", "empty where data.everything is true", self.leaks)
        require(
            self.column is None or not self.targets,
            "data.targets",
            f"left out beside data.column ({self.column}), which is the only target",
            self.targets,
        )
        require_choice("data.gaps", self.gaps, ("leave", "ffill", "interpolate"))
        require_float("data.train", self.train, 0.1, 0.95)
        require_float("data.validation", self.validation, 0.02, 0.5)
        total = self.train + self.validation
        if self.stop is None:
            require(
                total <= 0.98 + 1e-9, "data.validation", "small enough to leave 2 % for the test part", self.validation
            )
        else:  # a fold of a backtest, say, whose test part may be a single step
            require(total < 1, "data.validation", "small enough to leave a test part", self.validation)
        require_choice("data.transform", self.transform, typing.get_args(TransformKind))
        require_choice("data.outliers", self.outliers, ("keep", "clip"))
        require_choice("data.scaler", self.scaler, ("standard", "minmax"))


@dataclass(frozen=True)
class WindowConfig:
    """How the series becomes examples.

    Args:
        size: input steps: how much of the past the network sees before it predicts.
        horizon: output steps: how many steps after the window the network predicts at once.
        stride: a training example every so many steps.
    """

    size: int = 50
    horizon: int = 1
    stride: int = 1

    def __post_init__(self) -> None:
        require_int("window.size", self.size, 1, 1000)
        require_int("window.horizon", self.horizon, 1, MAX_HORIZON)
        require_int("window.stride", self.stride, 1, 1000)


@dataclass(frozen=True)
class TrainingConfig:
    """How the weights are learned.

    Args:
        epochs: passes over the training windows.
        batch_size: windows a gradient step.
        optimizer: `adam`, `rmsprop` or `sgd` (with `momentum`).
        learning_rate: size of a step.
        momentum: share of the last step's direction that is kept, by SGD alone.
        decay: the rate of gradient step k is learning_rate / (1 + decay * k), as `InverseTimeDecay`; 0: it stays.
        loss: `mse`, `mae` or `huber`, on the scaled values; `pinball`, with which the network predicts nine quantiles of what may come,
            `lab.network.heads.QUANTILES`, and so its own intervals; `sparse_categorical_crossentropy` for classes. `auto` takes
            the one that suits the data, `mse` or cross-entropy; a `RunConfig` never holds it.
        clip_value: limits each gradient entry to ±this. At most one of the three clips is set.
        clip_norm: limits the norm of each weight's gradient.
        global_clip_norm: limits the norm of all gradients together (Pascanu et al. 2013).
        patience: epochs without a better validation loss before training stops, best weights restored; 0: never.
    """

    epochs: int = 30
    batch_size: int = 32
    optimizer: Literal["adam", "rmsprop", "sgd"] = "adam"
    learning_rate: float = 1e-3
    momentum: float = 0.0
    decay: float = 0.0
    loss: Loss = "auto"
    clip_value: float | None = None
    clip_norm: float | None = None
    global_clip_norm: float | None = None
    patience: int = 0

    def __post_init__(self) -> None:
        require_int("training.epochs", self.epochs, 1, 10_000)
        require_int("training.batch_size", self.batch_size, 1, 4096)
        require_choice("training.optimizer", self.optimizer, ("adam", "rmsprop", "sgd"))
        require_float("training.learning_rate", self.learning_rate, 0.0, 10.0, above=True)
        require_float("training.momentum", self.momentum, 0.0, 0.999)
        require_float("training.decay", self.decay, 0.0, 10.0)
        require_choice("training.loss", self.loss, typing.get_args(Loss))
        clips = {k: getattr(self, k) for k in CLIPS}
        clips = {k: v for k, v in clips.items() if v is not None}
        for key, value in clips.items():
            require_float(f"training.{key}", value, 0.0, 1e6, above=True)
        require(len(clips) <= 1, "training", "given at most one of clip_value, clip_norm and global_clip_norm", clips)
        require_int("training.patience", self.patience, 0, 10_000)
