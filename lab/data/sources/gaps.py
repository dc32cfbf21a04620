"""The holes in a calendar: which steps a dated series lacks, and how they are filled."""

from __future__ import annotations

from dataclasses import replace
from typing import Literal

import numpy as np

from lab.data.arrays import FloatArray
from lab.data.calendars import stamp_text
from lab.data.series import Series

Gaps = Literal["leave", "ffill", "interpolate"]
LONGEST = 1_000_000


def season(series: Series) -> int:
    """The steps of the season usual for a series' calendar (12 months, 7 days, 5 weekdays, a day of hours); 1 where there is none."""
    return series.calendar.season if series.calendar else 1


def describe(series: Series) -> Series:
    """The same points, with `frequency` and `missing` (calendar steps and cells that the source lacks) set."""
    found = series.calendar
    steps = found.steps - int(found.on.sum()) if found else 0
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
    found = series.calendar
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
    values[found.positions[found.on].astype(np.int64)] = series.values[found.on]
    index = found.stamps(np.arange(found.steps)).astype(series.index.dtype)
    notes, beside = series.notes, np.flatnonzero(~found.on)
    if beside.size:
        first = stamp_text(series.index[beside[0]])
        notes = (
            *notes,
            f"Dates beside the calendar ({found.alias}) that its steps leave out: {beside.size:,}, the first {first}.",
        )
    return replace(series, values=values, index=index, filled=np.zeros(len(index), dtype=bool), notes=notes)


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
