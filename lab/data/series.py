"""The data that flows: a time series, the chronological cut into train, validation and test, and labelled images."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Literal

import numpy as np

from lab.data.arrays import Array, BoolArray, FloatArray
from lab.data.calendars import Calendar, calendar

Part = Literal["train", "validation", "test"]
PARTS: tuple[Part, ...] = ("train", "validation", "test")


@dataclass(frozen=True, eq=False)
class Series:
    """Values in their own units, on a time axis.

    Args:
        values: `(time, features)` float64, NaN where a value is missing.
        index: `(time,)` datetime64, or float64 where time is a plain number (the sine wave).
        names: one name a feature.
        units: one unit a feature, for example `"USD"`; `""` where there is none.
        title: what a plot calls it.
        source: where the data come from and under which licence, one sentence.
        season_length: steps of the calendar in a season, for example 12 for months; 1 where there is none.
        frequency: a pandas offset alias (`"D"`, `"MS"`, `"h"`), or `""` where the index is a number or irregular.
        filled: `(time,)` True where the point was filled in by us and not observed.
        missing: calendar steps (or empty cells) that the source lacks, counted before any filling.
        notes: what a reader should know, a sentence each ("The dates were out of order; they were sorted.").
        decimal: the decimal mark of the file that it came from, for what is written out for its owner.
        unreadable: names of features that cannot be learned, each with the error that says why.
    """

    values: FloatArray
    index: Array
    names: tuple[str, ...]
    units: tuple[str, ...]
    title: str
    source: str
    season_length: int = 1
    frequency: str = ""
    filled: BoolArray = field(default_factory=lambda: np.zeros(0, dtype=bool))
    missing: int = 0
    notes: tuple[str, ...] = ()
    decimal: str = "."
    unreadable: tuple[tuple[str, ValueError], ...] = ()

    def __post_init__(self) -> None:
        values = np.asarray(self.values, dtype=np.float64)
        if values.ndim == 1:
            values = values[:, None]
        object.__setattr__(self, "values", values)
        if self.filled.size == 0:
            object.__setattr__(self, "filled", np.zeros(len(values), dtype=bool))
        if values.ndim != 2 or len(self.index) != len(values) or len(self.filled) != len(values):
            raise ValueError(
                f"`values` must be (time, features) with one `index` and one `filled` entry a row; "
                f"received {values.shape}, {len(self.index)} and {len(self.filled)}."
            )
        if not len(self.names) == len(self.units) == values.shape[1]:
            raise ValueError(
                f"`names` and `units` must have one entry a feature ({values.shape[1]}); "
                f"received {len(self.names)} and {len(self.units)}."
            )

    def __len__(self) -> int:
        return len(self.values)

    @property
    def is_dated(self) -> bool:
        """True where the index holds dates."""
        return bool(np.issubdtype(self.index.dtype, np.datetime64))

    @property
    def label(self) -> str:
        """What a sentence calls its first column: the title, and the column's name where that is not in the title."""
        name = self.names[0]
        return self.title if name.lower() in self.title.lower() else f"{self.title}, {name}"

    @cached_property
    def calendar(self) -> Calendar | None:
        """The calendar that its dates lie on; None where they follow none."""
        return calendar(self.index)

    @cached_property
    def positions(self) -> FloatArray:
        """`(time,)` which step of the calendar each row is; 0, 1, 2, ... where there is none."""
        return self.calendar.positions if self.calendar else np.arange(len(self), dtype=np.float64)

    def columns(self, names: Sequence[str]) -> Series:
        """The series of these features, in this order. ValueError for an unknown or unreadable one."""
        for name in names:
            self.column(name)
        where = [self.names.index(name) for name in names]
        units = tuple(self.units[k] for k in where)
        return replace(self, unreadable=(), values=self.values[:, where], names=tuple(names), units=units)

    def column(self, name: str | None) -> Series:
        """The series of one feature; the first where `name` is None. ValueError for an unknown or unreadable one."""
        if name is None:
            name = self.names[0]
        if name not in self.names:
            raise ValueError(f"`data.column` must be one of {', '.join(self.names)}; received {name!r}.")
        for unreadable, error in self.unreadable:
            if unreadable == name:
                raise error
        k = self.names.index(name)
        return replace(self, unreadable=(), values=self.values[:, [k]], names=(name,), units=(self.units[k],))

    def take(self, where: Array | slice) -> Series:
        """The rows `where` (a slice, a mask or positions)."""
        return replace(self, values=self.values[where], index=self.index[where], filled=self.filled[where])

    def position(self, stamp: float | str) -> int:
        """The step nearest to a place on the time axis: a number, or a date as text where the index holds dates."""
        at = np.datetime64(str(stamp)) if self.is_dated else float(stamp)
        return int(np.abs(self.index - at).argmin())

    def future_index(self, steps: int) -> Array:
        """`(steps,)` the time stamps after the last one, in the series' own calendar."""
        if self.calendar:
            last = np.floor(self.positions[-1])
            return np.asarray(self.calendar.stamps(last + np.arange(1, steps + 1)), dtype=self.index.dtype)
        step = np.median(np.diff(self.index)) if len(self) > 1 else np.asarray(1, dtype="timedelta64[D]")
        future: Array = self.index[-1] + step * np.arange(1, steps + 1)
        return future


@dataclass(frozen=True)
class Split:
    """Chronological cut-offs: train is `[0, train_end)`, validation `[train_end, validation_end)`, test the rest.

    `chosen_on_test`: the test part does what the validation part is for; a leak.
    """

    train_end: int
    validation_end: int
    length: int
    chosen_on_test: bool = False

    @classmethod
    def of(cls, length: int, train: float, validation: float) -> Split:
        """Cut a series of `length` steps by the shares `train` and `validation`; the rest is the test part."""
        train_end = round(length * train)
        return cls(train_end, min(length, round(length * (train + validation))), length)

    def part(self, step: int) -> Part:
        """The part that a step lies in; what comes after the last step lies in the test part too."""
        return "train" if step < self.train_end else "validation" if step < self.validation_end else "test"

    def bounds(self, part: Part) -> tuple[int, int]:
        """The first step of a part and the step after its last."""
        return {
            "train": (0, self.train_end),
            "validation": (self.validation_end, self.length)
            if self.chosen_on_test
            else (self.train_end, self.validation_end),
            "test": (self.validation_end, self.length),
        }[part]
