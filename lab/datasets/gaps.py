"""Calendars and the holes in them: which step a dated series has, which steps it lacks, and how they are filled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Literal, cast

import numpy as np

from lab.series import Array, FloatArray, Series

Gaps = Literal["leave", "ffill", "interpolate"]
ONE_DAY, ONE_MONTH = np.timedelta64(1, "D"), np.timedelta64(1, "M")
LONGEST = 1_000_000
DAY = 86_400_000_000  # microseconds
UNITS = {"D": DAY, "h": DAY // 24, "min": 60_000_000, "s": 1_000_000, "ms": 1000, "us": 1}
SEASONS = {"h": 24, "D": 7, "B": 5, "7D": 52, "MS": 12, "ME": 12, "3MS": 4, "3ME": 4}


@dataclass(frozen=True, eq=False)
class Calendar:
    """The regular calendar that dates lie on.

    Attributes:
        alias: its step as a pandas offset alias: `D`, `B` (weekdays), `MS` and `ME` (month starts, ends), `15min`, ...
        positions: `(time,)` which step of the calendar each date is, from 0; a jump is a gap.
        stamps: the dates `(steps,)` that given positions `(steps,)` stand for.
    """

    alias: str
    positions: Array
    stamps: Callable[[Array], Array]

    @property
    def steps(self) -> int:
        """The length of the calendar from the first date to the last, gaps included."""
        return int(self.positions[-1]) + 1


def calendar(index: Array) -> Calendar | None:
    """The calendar of `index` `(time,)`: sorted dates without duplicates; None where they follow none.

    The step is the most common one, and at least half of the steps must be such; every date must lie on the calendar.
    Months are counted as months, and days without any Saturday or Sunday as weekdays.
    """
    if len(index) < 2 or not np.issubdtype(index.dtype, np.datetime64):
        return None
    return _months(index) or _even(index)


def season(alias: str) -> int:
    """The steps of the season usual for a calendar (12 months, 7 days, 24 hours, ...); 1 where there is none."""
    return SEASONS.get(alias, 1)


def describe(series: Series) -> Series:
    """The same points, with `frequency` and `missing` (calendar steps and cells that the source lacks) set."""
    found = calendar(series.index)
    steps = found.steps - len(series) if found else 0
    missing = steps + int(np.isnan(series.values).sum())
    return replace(series, frequency=found.alias if found else "", missing=missing)


def fill(series: Series, how: Gaps) -> Series:
    """A series without NaN; what was filled in is flagged in `filled`, and `missing` counts what the source lacked.

    `leave` drops the rows with a NaN and adds no steps; `ffill` carries the last value forward; `interpolate` draws a
    straight line in time. What has no neighbour to be filled from (the start; for `interpolate` also the end) is
    dropped and noted. ValueError where the filled series would exceed 1,000,000 steps, or where nothing is left.
    """
    series = describe(series)
    if how != "leave":
        series = _every_step(series)
    empty = np.isnan(series.values)
    if empty.all(axis=0).any():
        raise ValueError(f"The column {series.names[int(empty.all(axis=0).argmax())]} holds no numbers in that range.")
    if how == "leave":
        kept = series.take(np.flatnonzero(~empty.any(axis=1)))
        if not len(kept):
            raise ValueError("Every row lacks a value; choose another way to treat gaps than `leave`.")
        return kept
    whole = replace(series, values=_filled(series, how), filled=np.asarray(empty.any(axis=1)))
    # Whatever lies before the first value of a column cannot be filled, nor can the end be interpolated.
    bare = np.flatnonzero(~np.isnan(whole.values).any(axis=1))
    first, last = int(bare[0]), int(bare[-1]) + 1
    cut = first + len(whole) - last
    if cut:
        note = f"Steps at the edge without a value to be filled from: {cut:,}; they were dropped."
        whole = replace(whole, notes=(*whole.notes, note)).take(slice(first, last))
    return whole


def _every_step(series: Series) -> Series:
    found = calendar(series.index)
    if found is None:
        if series.is_dated and len(series) > 1:
            note = "The dates follow no regular calendar, so no steps were added between them."
            return replace(series, notes=(*series.notes, note))
        return series
    if found.steps > LONGEST:
        raise ValueError(
            f"Filling the gaps would make {found.steps:,} steps ({found.alias}), more than {LONGEST:,}; "
            "set `data.gaps` to leave or choose a shorter range."
        )
    values = np.full((found.steps, series.values.shape[1]), np.nan)
    values[found.positions] = series.values
    index = found.stamps(np.arange(found.steps)).astype(series.index.dtype)
    return replace(series, values=values, index=index, filled=np.zeros(len(index), dtype=bool))


def _filled(series: Series, how: Gaps) -> FloatArray:
    values = series.values.copy()
    # Exact integers up to here; as distances from the first date they are small enough for float64.
    time = (series.index - series.index[0]).astype(np.float64)
    for column in values.T:
        known = np.flatnonzero(~np.isnan(column))
        if how == "interpolate":
            column[:] = np.interp(time, time[known], column[known], left=np.nan, right=np.nan)
        else:
            latest = np.searchsorted(known, np.arange(len(column)), side="right") - 1
            column[:] = np.where(latest >= 0, column[known[np.maximum(latest, 0)]], np.nan)
    return values


def _common(steps: Array) -> int | None:
    """The most common step, if at least half of the steps are such and the others are multiples of it."""
    kinds, counts = np.unique(steps, return_counts=True)
    step = int(kinds[counts.argmax()])
    regular = step > 0 and 2 * int(counts.max()) >= len(steps) and not (kinds % step).any()
    return step if regular else None


def _months(index: Array) -> Calendar | None:
    days, months = index.astype("M8[D]"), index.astype("M8[M]")
    if (days != index).any():
        return None
    starts = bool((days == months.astype("M8[D]")).all())
    ends = bool((days + ONE_DAY == (months + ONE_MONTH).astype("M8[D]")).all())
    step = _common(np.diff(months).astype(np.int64)) if starts or ends else None
    if step is None:
        return None

    def stamps(positions: Array) -> Array:
        at: Array = months[0] + positions * np.timedelta64(step, "M")
        return at.astype("M8[D]") if starts else (at + ONE_MONTH).astype("M8[D]") - ONE_DAY

    alias = "MS" if starts else "ME"
    if step == 12 and months[0].astype(np.int64) % 12 == (0 if starts else 11):
        alias = "YS" if starts else "YE"
    elif step > 1:
        alias = f"{step}{alias}"
    return Calendar(alias, (months - months[0]).astype(np.int64) // step, stamps)


def _even(index: Array) -> Calendar | None:
    ticks = index.astype("M8[us]")
    days = ticks.astype("M8[D]")
    clock = ticks[0] - days[0]
    if np.is_busday(days).all() and (ticks - days == clock).all():
        weekdays = np.busday_count(days[0], days)
        over_weekends = weekdays[-1] < (days[-1] - days[0]).astype(np.int64)
        if over_weekends and _common(np.diff(weekdays)) == 1:  # in days, weekends would count as gaps
            return Calendar("B", weekdays, lambda p: cast(Any, np.busday_offset(days[0], p)) + clock)
    step = _common(np.diff(ticks).astype(np.int64))
    if step is None:
        return None
    unit = next(u for u, size in UNITS.items() if step % size == 0)
    alias = unit if step == UNITS[unit] else f"{step // UNITS[unit]}{unit}"
    return Calendar(
        alias, (ticks - ticks[0]).astype(np.int64) // step, lambda p: ticks[0] + p * np.timedelta64(step, "us")
    )
