"""A series as one run learns it: cut and scaled once, for training, scoring, forecasts and pages alike."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lab.config.sections import DataConfig, WindowConfig
from lab.data.arrays import Array, FloatArray
from lab.data.outliers import clipped
from lab.data.scaling import Scaler
from lab.data.series import PARTS, Part, Series, Split
from lab.data.transforms import Transform
from lab.data.windows import Windows, make_windows

PERIODS = {"hour": 24.0, "weekday": 7.0, "month": 12.0}


class Prepared:
    """The cut, the scales and the windows of a series; nothing is computed before it is asked for.

    Args:
        series: `(time, columns)`, the targets first.
        data: the shares of the parts, the kind of scale, which columns are read.
        window: how it becomes examples.
    """

    def __init__(self, series: Series, data: DataConfig, window: WindowConfig) -> None:
        self.series, self.data, self.window = series, data, window
        split = Split.of(len(series), data.train, data.validation)
        self.split = replace(split, chosen_on_test="epoch" in data.leaks)
        count = max(1, len(data.targets))
        self.target_names, self.target_units = series.names[:count], series.units[:count]
        self.targets: FloatArray = series.values[:, :count]
        self.read_names = data.inputs or self.target_names
        self._read = [series.names.index(name) for name in self.read_names]

    @property
    def names(self) -> tuple[str, ...]:
        """What the network reads at each step: the columns, then the calendar's sines and cosines."""
        of_the_date = (f"{name} {wave}" for name in self.data.calendar for wave in ("sine", "cosine"))
        leaked = (f"{name}, one step ahead" for name in self.target_names[: self.leaked])
        return (*self.read_names, *of_the_date, *leaked)

    @property
    def leaked(self) -> int:
        """How many of the last features are targets of the step after: all, or none without that leak."""
        return len(self.target_names) if "target" in self.data.leaks else 0

    @property
    def scaled_by(self) -> int:
        """How many rows the scales are fitted on: those of the training part, unless the config says that all are known."""
        return len(self.series) if self.data.everything or "scaler" in self.data.leaks else self.split.train_end

    def on(self, series: Series) -> Prepared:
        """A longer series, cut where this one is and on its scales; what is longer lies in the test part."""
        longer = Prepared(series, self.data, self.window)
        longer.split = replace(self.split, length=len(series))
        longer.__dict__ |= {"scaler": self.scaler, "read_scaler": self.read_scaler}
        longer.__dict__["transform"] = replace(longer.transform, powers=self.transform.powers)
        return longer

    @property
    def values(self) -> FloatArray:
        """`(time,)` the first target, in its own units."""
        return self.targets[:, 0]

    @property
    def label(self) -> str:
        """What a sentence calls what is learned: the title, and the targets where they are not in it."""
        names = self.target_names
        if len(names) == 1:
            return self.series.label
        return f"{self.series.title}, {', '.join(names[:-1])} and {names[-1]}"

    @property
    def other_names(self) -> tuple[str, ...]:
        """The columns that are read and not forecast."""
        return tuple(name for name in self.read_names if name not in self.target_names)

    @property
    def feeds_itself(self) -> bool:
        """Whether the targets cover the columns that are read, so that a forecast can go on from its own predictions."""
        return not self.other_names

    def check(self) -> None:
        """ValueError, one sentence, where a part is too short for one example, or the training part cannot be scaled."""
        for part in PARTS:
            self.windows(part, scaled=False)
        self.scaler, self.read_scaler  # noqa: B018

    @property
    def in_training(self) -> FloatArray:
        """`(steps,)` the training part of the first target, in its own units."""
        return self.values[: self.split.train_end]

    @cached_property
    def transform(self) -> Transform:
        """That of the targets. ValueError where it is not defined for them."""
        return Transform.of(self.data.transform, self.series, len(self.target_names), self.split.train_end)

    @property
    def earliest(self) -> int:
        """The first row that can be forecast: before it lies a whole window, every value of which a transform knows."""
        return self.window.size + self.transform.lag

    @cached_property
    def transformed(self) -> FloatArray:
        """`(time, targets)` transformed, not scaled; the first `transform.lag` rows stand for nothing."""
        return self.transform.forward()

    @cached_property
    def _clipped(self) -> FloatArray:
        """`(time, columns)` the series with its outliers clipped, where the config says so."""
        if self.data.outliers == "keep":
            return self.series.values
        return np.stack([clipped(column, self.split.train_end) for column in self.series.values.T], axis=1)

    @property
    def clipped(self) -> dict[str, int]:
        """How many values of each column are clipped."""
        changed = (self._clipped != self.series.values).sum(axis=0)
        return dict(zip(self.series.names, changed.tolist(), strict=True))

    @cached_property
    def _learned(self) -> FloatArray:
        """`(time, targets)` transformed, as they are read and trained on."""
        return self.transformed if self.data.outliers == "keep" else self._of_clipped.forward()

    @cached_property
    def _of_clipped(self) -> Transform:
        """The transform of what is read: forecasts go on from a level that the network has seen, and not from a broken reading."""
        return replace(self.transform, values=self._clipped[:, : len(self.target_names)])

    @cached_property
    def raw(self) -> FloatArray:
        """`(time, features)` what the network reads before it is scaled: targets transformed, all else in its own units."""
        targets = dict(zip(self.target_names, self._learned.T, strict=True))
        columns = [
            targets[name] if name in targets else self._clipped[:, k]
            for name, k in zip(self.read_names, self._read, strict=True)
        ]
        dates = calendar_features(self.series.index, self.data.calendar)
        return np.concatenate([np.stack(columns, axis=1), dates, _next(self.transformed)[:, : self.leaked]], axis=1)

    @cached_property
    def scaler(self) -> Scaler:
        """That of the targets, one scale each, fitted on the training part only. ValueError where that cannot be scaled."""
        values = self._learned[self.transform.lag : self.scaled_by]
        return Scaler.of_columns(self.data.scaler, values, self.target_names)

    @cached_property
    def read_scaler(self) -> Scaler:
        """That of the columns that are read."""
        values = self.raw[self.transform.lag : self.scaled_by, : len(self.read_names)]
        return Scaler.of_columns(self.data.scaler, values, self.read_names)

    @cached_property
    def scaled(self) -> NDArray[np.float32]:
        """`(time, features)` the series as the network reads it."""
        count = len(self.read_names)
        columns, dates = (
            self.read_scaler.transform(self.raw[:, :count]),
            self.raw[:, count : len(self.names) - self.leaked],
        )
        return np.concatenate([columns, dates, _next(self.scaled_targets)[:, : self.leaked]], axis=1).astype(np.float32)

    @cached_property
    def scaled_targets(self) -> NDArray[np.float32]:
        """`(time, targets)` as the network is to predict them."""
        scaled: NDArray[np.float32] = self.scaler.transform(self.transformed).astype(np.float32)
        return scaled

    @cached_property
    def _trained_targets(self) -> NDArray[np.float32]:
        scaled: NDArray[np.float32] = self.scaler.transform(self._learned).astype(np.float32)
        return scaled

    def in_units(self, outputs: Array, origins: Array | None = None) -> FloatArray:
        """Outputs of the network, `(n, steps * targets)`, as `(n, steps, targets)` in the targets' own units.

        Args:
            origins: `(n,)` the row of the first step of each, which a transform needs to know the level before it.

        Raises:
            ValueError: there is a transform, and no origins.
        """
        steps = np.asarray(outputs, np.float64).reshape(len(outputs), -1, len(self.target_names))
        unscaled = self.scaler.inverse(steps)
        if self.data.transform == "none":
            return unscaled
        if origins is None:
            raise ValueError(f"`origins` must be given: what {self.data.transform} is undone from depends on them.")
        return self._of_clipped.back(unscaled, origins)

    def stamps(self, start: int, steps: int) -> Array:
        """The dates of the `steps` from `start` on, as far as there is no data as the calendar goes on."""
        index, beyond = self.series.index, start + steps - len(self.series)
        known = index[start : start + steps]
        return np.concatenate([known, self.series.future_index(beyond)]) if beyond > 0 else known

    def windows(self, part: Part, *, scaled: bool = True) -> Windows:
        """The examples of a part, as the network reads them, float32, or in the data's units. ValueError where it has none."""
        values: Array = self.scaled if scaled else self.raw
        targets: Array = self.targets
        skip = self.transform.lag
        if scaled:
            targets = self._trained_targets if part == "train" else self.scaled_targets
        split, length = self.split, len(self.series)
        if self.data.everything and part == "train":
            split = Split(length, length, length)
        found = make_windows(values, self.window, split, part, targets, skip)
        if "shuffle" not in self.data.leaks or part == "validation":
            return found
        every = make_windows(values, self.window, Split(length, length, length), "train", targets, skip)
        count = (
            len(found)
            if part == "train"
            else len(make_windows(values, self.window, self.split, "train", targets, skip))
        )
        drawn = np.sort(np.random.default_rng(0).permutation(len(every))[: min(count, len(every))])
        if part == "train":
            return every.take(drawn)
        unseen = found.take(np.flatnonzero(~np.isin(found.origins, every.origins[drawn])))
        return unseen if len(unseen) else found

    def example(self, index: int) -> NDArray[np.float32]:
        """`(window, features)` the scaled window that begins at step `index`; the step after the last may lie beyond the data."""
        return self.scaled[index : index + self.window.size]

    @property
    def examples(self) -> int:
        """How many there are, whatever part their targets lie in."""
        return len(self.series) - self.window.size + 1


def _next(targets: Array) -> Array:
    """`(time, targets)` the values of the step after each; the last has its own."""
    return np.concatenate([targets[1:], targets[-1:]])


def calendar_features(index: Array, names: tuple[str, ...]) -> FloatArray:
    """`(time, 2 * names)` sine and cosine of the place in the day (`hour`), the week and the year of each date."""
    if not names:
        return np.zeros((len(index), 0))
    days, months = index.astype("M8[D]"), index.astype("M8[M]")
    hour = (index - days) / np.timedelta64(1, "h")
    within = (days - months.astype("M8[D]")) / ((months + 1).astype("M8[D]") - months.astype("M8[D]"))
    places = {
        "hour": hour,
        "weekday": (days.astype(np.int64) - 4) % 7 + hour / 24,  # 1970-01-01 was a Thursday, and weeks begin on Mondays
        "month": months.astype(np.int64) % 12 + within,
    }
    turns = [2 * np.pi * places[name] / PERIODS[name] for name in names]
    return np.stack([wave(turn) for turn in turns for wave in (np.sin, np.cos)], axis=1)
