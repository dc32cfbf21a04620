"""Data sets: one file a source, one line in `DATASETS`; `load` turns a `DataConfig` into the series a run learns,
`load_images` into its images."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields, replace
from typing import Any

import numpy as np

from lab.config.rules import require_choice
from lab.config.run import SECTIONS, RunConfig
from lab.config.sections import DataConfig
from lab.data.arrays import FloatArray
from lab.data.calendars import stamp_text
from lab.data.images import Images
from lab.data.series import Series
from lab.data.sources import bundled, gaps, memory
from lab.data.sources.base import Dataset, build
from lab.data.sources.csv_file import Csv
from lab.data.sources.digits import Digits
from lab.data.sources.sine import Sine
from lab.data.sources.yahoo import Yahoo

__all__ = [
    "DATASETS", "Dataset", "Digits", "between", "check_options", "columns_of", "csv_of", "digits_of", "load", "load_all", "load_data",
    "load_images", "prepare", "source_of", "target_of", "with_typed_options", "without_effect",
]  # fmt: skip

DATASETS: dict[str, type[Dataset]] = {
    "csv": Csv,
    "sine": Sine,
    "bitcoin": bundled.Bitcoin,
    "ether": bundled.Ether,
    "retail": bundled.Retail,
    "air_passengers": bundled.AirPassengers,
    "temperature": bundled.Temperature,
    "sunspots": bundled.Sunspots,
    "delhi_climate": bundled.DelhiClimate,
    "household_energy": bundled.HouseholdEnergy,
    "yahoo": Yahoo,
    "digits": Digits,
    "first_symbol": memory.FirstSymbol,
    "temporal_order": memory.TemporalOrder,
    "adding": memory.Adding,
    "parity": memory.Parity,
}
KEYS = {f"{section}.{f.name}" for section, cls in SECTIONS.items() for f in fields(cls)} - {"data.name", "data.options"}
LARGEST = 1e100  # its square is a number still


def load(config: DataConfig) -> Series:
    """The series that a run learns: `(time, columns)`, finite, the targets first, in the asked range, gaps treated.

    ValueError, one sentence, for an unknown data set, option or column, a range that holds nothing, a column without
    numbers or with infinite or only equal values, and whatever the source itself reports.
    """
    return prepare(load_all(config), config)


def load_images(config: DataConfig) -> Images:
    """The images that a run learns, from this machine; nothing is downloaded. ValueError, one sentence, where it fails."""
    return digits_of(config).load()


def source_of(config: DataConfig) -> Dataset:
    """The data set with its options; ValueError as `check_options`."""
    require_choice("data.name", config.name, DATASETS)
    return build(config.name, DATASETS[config.name], dict(config.options))


def load_data(config: DataConfig) -> Any:
    """What a run learns from, a series or images, from this machine. ValueError as `load` and `load_images`."""
    source = source_of(config)
    return load(config) if source.yields is Series else source.load()


def csv_of(config: DataConfig) -> Csv:
    """The options of a CSV file; ValueError for any other data set, as `check_options`."""
    built = source_of(config)
    if not isinstance(built, Csv):
        raise ValueError(f"`data.name` must be csv for this; received {config.name!r}.")
    return built


def target_of(raw: Series, config: DataConfig) -> str:
    """The first column that a run forecasts: the one that the config names, else the data set's own."""
    return next(iter(config.targets), None) or config.column or DATASETS[config.name].target(raw)


def columns_of(raw: Series, config: DataConfig) -> tuple[str, ...]:
    """The columns that a run learns: its targets, then whatever else it reads."""
    targets = config.targets or (target_of(raw, config),)
    return (*targets, *(name for name in config.inputs if name not in targets))


def digits_of(config: DataConfig) -> Digits:
    """The options of a data set of images: how an image becomes a sequence. ValueError for a series, as `check_options`."""
    built = source_of(config)
    if not isinstance(built, Digits):
        raise ValueError(
            f"`data.name` must be a data set of images, digits, for this; received {config.name!r}, a series."
        )
    return built


def without_effect(config: RunConfig, keys: Iterable[str]) -> list[str]:
    """Those of the settings `keys` that mean nothing for the task of the config's data, which has put them back."""
    fixed = config.task.suit(config)
    return [key for key in keys if key.partition(".")[0] in fixed and key in KEYS]


def prepare(raw: Series, config: DataConfig) -> Series:
    """What `load` makes of a series that `load_all` has loaded: column, range, gaps. ValueError as there."""
    for name in config.targets + config.inputs:
        if name not in raw.names:
            key = "targets" if name in config.targets else "inputs"
            raise ValueError(f"`data.{key}` must be of the columns {', '.join(raw.names)}; received {name!r}.")
    series = raw.columns(columns_of(raw, config))
    series = rows(gaps.fill(between(series, config.start, config.end), config.gaps), config.first, config.stop)
    for name, values in zip(series.names, series.values.T, strict=True):
        _check_column(series, name, values)
    if config.calendar and not series.is_dated:
        raise ValueError(f"`data.calendar` must be empty for {series.title}, which has no dates.")
    return series


def _check_column(series: Series, name: str, values: FloatArray) -> None:
    infinite = np.flatnonzero(np.isinf(values))
    if infinite.size:
        where = ", ".join(stamp_text(series.index[i]) for i in infinite[:3])
        raise ValueError(f"The column {name} holds infinite values ({infinite.size:,} in all), at {where}.")
    if np.abs(values).max() > LARGEST:
        raise ValueError(
            f"The column {name} holds values beyond {LARGEST:g}, which cannot be scaled or scored; divide them first."
        )
    if (values == values[0]).all():
        raise ValueError(f"The column {name} has the same value throughout, so there is nothing to learn.")


def load_all(config: DataConfig) -> Series:
    """Every column of the data set over its whole span, NaN where a value is missing: for tables and pickers.

    Column, range and gap treatment of the config are ignored; `frequency` and `missing` (over all columns) are set.
    """
    source = source_of(config)
    if source.yields is not Series:
        what = "a data set of images" if source.yields is Images else "a task of made sequences"
        raise ValueError(f"`data.name` must be a series for this; received {config.name!r}, {what}.")
    return load_all_of(source.load())


def load_all_of(series: Series) -> Series:
    """A data set's series as `load_all` gives it."""
    return gaps.describe(replace(series, index=series.index.astype("M8[us]")) if series.is_dated else series)


def between(series: Series, start: str | None, end: str | None) -> Series:
    """The rows from the ISO date `start` to the end of the day `end`; None leaves that side open.

    ValueError where the series has no dates, or none in that range.
    """
    if start is None and end is None:
        return series
    if not series.is_dated:
        key = "start" if start else "end"
        raise ValueError(
            f"`data.{key}` must be empty for {series.title}, which has no dates; received {start or end!r}."
        )
    keep = np.ones(len(series), dtype=bool)
    if start:
        keep &= series.index >= np.datetime64(start)
    if end:
        keep &= series.index < np.datetime64(end) + np.timedelta64(1, "D")
    if not keep.any():
        first, last = (str(series.index[i].astype("M8[D]")) for i in (0, -1))
        raise ValueError(
            f"The range from {start or 'the start'} to {end or 'the end'} holds no data; "
            f"{series.title} spans {first} to {last}."
        )
    return series.take(keep)


def rows(series: Series, first: int | None, stop: int | None) -> Series:
    """The rows from `first` to the one before `stop`, with a note that says so; None leaves that side open.

    ValueError where the series has fewer.
    """
    if first is None and stop is None:
        return series
    begin, end = first or 0, len(series) if stop is None else stop
    if not begin < end <= len(series):
        key, value = ("first", first) if begin >= len(series) else ("stop", stop)
        raise ValueError(
            f"`data.{key}` must be a row of {series.title}, which has {len(series):,} in this range; received {value:,}."
        )
    note = f"Of {len(series):,} rows only those from {begin:,} to {end - 1:,} are used (data.first and data.stop)."
    return replace(series.take(slice(begin, end)), notes=(*series.notes, note))


def check_options(config: DataConfig) -> None:
    """ValueError, one sentence, for an unknown data set or an option that breaks its rule; nothing is loaded."""
    source_of(config)


def with_typed_options(config: DataConfig) -> DataConfig:
    """The config with options that came as text (from a link, say) read as their types; ValueError as `check_options`."""
    built = source_of(config)
    return replace(config, options=tuple((key, getattr(built, key)) for key, _ in config.options))
