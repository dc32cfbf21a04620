"""The calendar that dates lie on: its step, the place of each date in it, and the duration of its season."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]
FloatArray = NDArray[np.float64]
ONE_DAY, ONE_MONTH = np.timedelta64(1, "D"), np.timedelta64(1, "M")
DAY = 86_400_000_000  # microseconds
UNITS = {"D": DAY, "h": DAY // 24, "min": 60_000_000, "s": 1_000_000, "ms": 1000, "us": 1}
EXCEPTIONS = 0.05  # of the dates may lie beside a calendar that the others follow


@dataclass(frozen=True, eq=False)
class Calendar:
    """The regular calendar that dates lie on.

    Attributes:
        alias: its step as a pandas offset alias: `D`, `B` (weekdays), `MS` and `ME` (month starts, ends), `15min`, ...
        positions: `(time,)` which step of the calendar each date is, from 0; a jump is a gap. A date that lies beside the
            calendar (one Saturday among weekdays) has half a step more than the step before it.
        stamps: the dates `(steps,)` that given whole positions `(steps,)` stand for.
        season: steps in the season usual for it: a year of months or weeks, a week of days, a day of anything shorter (of
            which a session may have seven rows); 1 where there is none.
    """

    alias: str
    positions: FloatArray
    stamps: Callable[[Array], Array]
    season: int

    @property
    def steps(self) -> int:
        """The length of the calendar from the first date to the last, gaps included."""
        return int(np.floor(self.positions[-1])) + 1

    @property
    def on(self) -> Array:
        """`(time,)` True where a date lies on the calendar."""
        return np.asarray(self.positions == np.floor(self.positions))


def stamp_text(stamp: Any) -> str:
    """A date, or a place on an axis of numbers, as a sentence has it: without a time of day or seconds that are nought."""
    if not isinstance(stamp, np.datetime64):
        return f"{float(stamp):.12g}"
    day, _, time = str(stamp.astype("M8[us]")).partition("T")
    clock, _, fraction = time.partition(".")
    if fraction := fraction.rstrip("0"):
        return f"{day} {clock}.{fraction}"
    return day if clock == "00:00:00" else f"{day} {clock.removesuffix(':00')}"


def time_stamps(index: Any) -> list[Any]:
    """Dates as text, to the day, the second or the microsecond, whichever is enough; plain numbers as they are."""
    if not np.issubdtype(index.dtype, np.datetime64):
        return [float(f"{t:.12g}") for t in index]
    unit = next((u for u in ("D", "s") if (index == index.astype(f"datetime64[{u}]")).all()), "us")
    return [str(t) for t in index.astype(f"datetime64[{unit}]")]


def calendar(index: Array) -> Calendar | None:
    """The calendar of `index` `(time,)`: sorted dates without duplicates; None where they follow none.

    The step is the most common one, and at least half of the steps must be such; one date in twenty may lie beside the
    calendar. Months are counted as months, days mostly without Saturdays and Sundays as weekdays, and hours (or other short steps)
    of which only some of a day are there as sessions.
    """
    if len(index) < 2 or not np.issubdtype(index.dtype, np.datetime64):
        return None
    ticks = index.astype("M8[us]")
    return _months(ticks) or _weekdays(ticks) or _sessions(ticks) or _even(ticks)


def _common(steps: Array) -> int | None:
    """The most common step, if at least half of the steps are such."""
    kinds, counts = np.unique(steps, return_counts=True)
    step = int(kinds[counts.argmax()])
    return step if step > 0 and 2 * int(counts.max()) >= len(steps) else None


def _months(ticks: Array) -> Calendar | None:
    """Dates of which each month has one: its first day, its last, its last weekday, or another one day."""
    days, months = ticks.astype("M8[D]"), ticks.astype("M8[M]")
    clock = ticks - days
    numbers = months.astype(np.int64)
    step = _common(np.diff(numbers))
    if step is None or (np.diff(numbers) % step).any() or (clock != clock[0]).any():
        return None
    first, last = months.astype("M8[D]"), _last_day(months)
    day = (days - first).astype(np.int64)
    weekday = np.busday_offset(last, 0, roll="backward")
    if (days == first).all():
        kind, of = "MS", lambda m: m.astype("M8[D]")
    elif (days == last).all():
        kind, of = "ME", _last_day
    elif len(days) > 2 and (days == weekday).mean() >= 1 - EXCEPTIONS:
        kind, of = (
            "BME",
            lambda m: cast(Any, np.busday_offset(_last_day(m), 0, roll="backward")),
        )
    elif len(days) > 2 and (day == day[0]).all():
        kind, of = "MS", lambda m: m.astype("M8[D]") + day[0]
    else:
        return None
    origin, days_of = months[0], cast(Any, of)
    positions = (numbers - numbers[0]) // step
    if step == 12 and kind in ("MS", "ME") and numbers[0] % 12 == (0 if kind == "MS" else 11):
        alias = {"MS": "YS", "ME": "YE"}[kind]
    else:
        alias = kind if step == 1 else f"{step}{kind}"
    return Calendar(
        alias,
        positions.astype(np.float64),
        lambda p: days_of(origin + np.asarray(p).astype(np.int64) * np.timedelta64(step, "M")) + clock[0],
        12 // step if 12 % step == 0 else 1,
    )


def _last_day(months: Array) -> Array:
    return np.asarray((months + ONE_MONTH).astype("M8[D]") - ONE_DAY)


def _weekdays(ticks: Array) -> Calendar | None:
    """Days at one time of day, of which hardly one is a Saturday or a Sunday while weekends pass."""
    days = ticks.astype("M8[D]")
    clock = ticks - days
    usual = np.median(clock.astype(np.int64)).astype("m8[us]")
    working = np.is_busday(days) & (clock == usual)
    if working.mean() < 1 - EXCEPTIONS:
        return None
    origin = np.busday_offset(days[0], 0, roll="backward")
    weekdays = np.busday_count(origin, days)
    weekends = (days[-1] - days[0]).astype(np.int64) - int(weekdays[-1] - weekdays[0])
    # In days weekends would count as gaps; but of few days without a weekend nobody knows.
    if weekends <= 2 * (~working).sum() or _common(np.diff(weekdays[working])) != 1:
        return None
    beside = np.where(np.is_busday(days), weekdays, weekdays - 1) + 0.5
    positions = np.where(working, weekdays, beside).astype(np.float64)
    return Calendar(
        "B", positions, lambda p: cast(Any, np.busday_offset(origin, np.asarray(p).astype(np.int64))) + usual, 5
    )


def _sessions(ticks: Array) -> Calendar | None:
    """Short steps of which only some hours of a day are there, day after day: a stock exchange's, say."""
    days = ticks.astype("M8[D]")
    clock = (ticks - days).astype(np.int64)
    step = _common(np.diff(ticks).astype(np.int64))
    there = np.unique(days)
    if step is None or step >= DAY or DAY % step or len(there) < 5:
        return None
    kinds, times = np.unique(clock, return_counts=True)
    usual = kinds[2 * times >= len(there)]
    if len(usual) < 2 or usual[-1] - usual[0] > DAY - 4 * step:  # a night that is long enough to be meant
        return None
    within = np.isin(clock, usual)
    if within.mean() < 1 - EXCEPTIONS or (np.diff(usual) % step).any():
        return None
    grid = np.arange(usual[0], usual[-1] + 1, step)
    slots = len(grid)
    on = within & np.isin(clock, grid)
    weekly = np.is_busday(there).mean() >= 1 - EXCEPTIONS and (there[-1] - there[0]).astype(np.int64) > 6
    origin = np.busday_offset(there[0], 0, roll="backward") if weekly else there[0]
    number = np.busday_count(origin, days) if weekly else (days - origin).astype(np.int64)
    # A day off the week, or a time before, after or between the usual ones, comes half a step after the last usual one.
    late = np.searchsorted(grid, clock, side="right") - 1
    positions = number * slots + late + np.where(on, 0.0, 0.5)
    if weekly:
        positions = np.where(np.is_busday(days), positions, number * slots - 0.5)

    before = int(np.floor(positions[0]))  # slots of the first day that were over when the dates begin

    def stamps(at: Array) -> Array:
        place = np.asarray(at).astype(np.int64) + before
        day = (
            cast(Any, np.busday_offset(origin, place // slots)) if weekly else origin + (place // slots).astype("m8[D]")
        )
        return np.asarray(day.astype("M8[us]") + grid[place % slots].astype("m8[us]"))

    return Calendar(_alias(step), positions - before, stamps, slots)


def _even(ticks: Array) -> Calendar | None:
    """Steps of one length, from the phase that most dates share."""
    step = _common(np.diff(ticks).astype(np.int64))
    if step is None:
        return None
    phases, counts = np.unique((ticks - ticks[0]).astype(np.int64) % step, return_counts=True)
    phase = int(phases[counts.argmax()])
    if counts.max() < (1 - EXCEPTIONS) * len(ticks):
        return None
    origin = ticks[0] + np.timedelta64(phase if phase == 0 else phase - step, "us")
    passed = (ticks - origin).astype(np.int64)
    positions = passed // step + np.where(passed % step, 0.5, 0.0)
    season = 1
    if step < DAY and DAY % step == 0:
        season = DAY // step
    elif step == DAY:
        season = 7
    elif step == 7 * DAY:
        season = 52
    return Calendar(
        _alias(step), positions, lambda p: origin + np.asarray(p).astype(np.int64) * np.timedelta64(step, "us"), season
    )


def _alias(step: int) -> str:
    unit = next(u for u, size in UNITS.items() if step % size == 0)
    return unit if step == UNITS[unit] else f"{step // UNITS[unit]}{unit}"
