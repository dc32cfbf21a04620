"""Of several readings of a column of dates the right one: by the order of the file and its calendar; and its time zone."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from lab.data.arrays import Array
from lab.data.calendars import calendar
from lab.data.sources.base import shown
from lab.data.sources.csv_dates import field_order, read
from lab.data.sources.csv_format import CsvError, CsvFormat, Fault
from lab.data.sources.csv_words import is_missing
from lab.data.sources.csv_zones import offsets


def day_first(form: str) -> bool | None:
    """Whether a format names the day before the month; None where it has not both, or the year before them."""
    order = field_order(form)
    return None if order not in ("dmy", "mdy") else order == "dmy"


@dataclass(frozen=True, eq=False)
class _Reading:
    form: str
    stamps: Array

    @property
    def unread(self) -> int:
        return int(np.isnat(self.stamps).sum())

    @property
    def breaks(self) -> int:
        """How often the order of the file goes against this reading of it."""
        steps = np.diff(self.stamps[~np.isnat(self.stamps)]).astype(np.int64)
        return int(min((steps < 0).sum(), (steps > 0).sum()))

    @property
    def holes(self) -> float:
        """Steps of its calendar that the file lacks, as a share of those it has; endless where it follows none."""
        known = np.unique(self.stamps[~np.isnat(self.stamps)])
        found = calendar(known)
        return (found.steps - len(known)) / len(known) if found else float("inf")


def judged(
    line: int, columns: tuple[str, ...], cells: Sequence[str], forms: list[str], moved: Array
) -> tuple[str, Array, tuple[str, ...]]:
    """The reading that leaves the fewest cells unread and, of those, keeps the order of the file, then has a whole calendar.

    `moved` `(rows,)`: what is added to each stamp, a day where a cell wrote 24:00.
    """
    found = [_Reading(form, read(cells, form) + moved) for form in forms]
    fewest = min(reading.unread for reading in found)
    found = [reading for reading in found if reading.unread == fewest]
    # Nobody writes year, day, month where year, month, day reads as much.
    found = [reading for reading in found if field_order(reading.form) != "ydm"] or found
    # Seconds since 1970 would hardly all be hours of days as digits too.
    found = [reading for reading in found if reading.form == "%Y%m%d%H"] or found
    different = [found[0]]
    for reading in found[1:]:
        if not any(np.array_equal(reading.stamps, other.stamps, equal_nan=True) for other in different):
            different.append(reading)
    if len(different) == 1:
        return different[0].form, different[0].stamps, ()
    least = min(reading.breaks for reading in different)
    kept = [reading for reading in different if reading.breaks <= 2 * least]
    why = "the reading that keeps the rows in the order of time"
    if len(kept) > 1:
        whole = [reading for reading in kept if reading.holes == 0]
        kept, why = (whole, "the reading with no date missing") if whole else (kept, why)
    if len(kept) > 1 and all(
        re.fullmatch(r"\d\d?\.\d\d?\.\d\d(?:\d\d)?\b.*", cell) for cell in cells if not is_missing(cell)
    ):
        kept, why = [r for r in kept if day_first(r.form)] or kept, "as is usual where points stand between them"
    if len(kept) > 1 and len(months := [r for r in kept if _is_monthly(r.stamps)]) == 1:
        kept, why = months, "the first of each month"
    example = next(cell for cell in cells if not is_missing(cell))
    name = " and ".join(map(shown, columns))
    if len(kept) > 1:
        two = " or ".join(dict.fromkeys(_described(reading.form) for reading in kept))
        raise CsvError([
            Fault(
                f"Dates such as {shown(example)} in the column {name} can be read as {two}, and the order of the rows does "
                "not settle it; set `data.day_first` to yes or no, or give `data.date_format`.",
                (line,),
                ("data.day_first", "data.date_format"),
            )
        ])  # fmt: skip
    note = f"Dates such as {example} were read as {_described(kept[0].form)}, {why}; correct it if that is wrong."
    return kept[0].form, kept[0].stamps, (note,)


def _is_monthly(stamps: Array) -> bool:
    months = np.diff(stamps.astype("M8[M]")).astype(np.int64)
    return bool(
        (stamps.astype("M8[D]") == stamps.astype("M8[M]").astype("M8[D]")).all() and (np.abs(months) >= 1).all()
    )


def _described(form: str) -> str:
    names = {"d": "day", "m": "month", "y": "year", "j": "day of the year"}
    order = field_order(form)
    return "/".join(names[part] for part in order) if len(order) > 1 and form != "iso" else form.replace("_", " ")


def in_zone(stamps: Array, cells: Sequence[str], given: CsvFormat) -> tuple[Array, tuple[str, ...]]:
    """The stamps on one clock: as written where all cells are of one zone; in UTC where they are of several.

    Midnights, and the hours of a stock exchange, stay what they are also where summer time moves the zone: they are the hours of a day
    there.
    """
    ahead = offsets(cells)
    if given.zone and ahead is None:
        return _utc(stamps, given.zone), (f"The times of {given.zone} were turned into UTC.",)
    if ahead is None:
        return stamps, ()
    zones = sorted({float(minutes) for minutes in ahead if not np.isnan(minutes)})
    if len(zones) == 1:
        return stamps, () if zones == [0.0] else (f"Times stay as the file writes them, in {_utc_name(zones[0])}.",)
    moved = np.rint(np.nan_to_num(ahead)).astype(np.int64).astype("m8[m]")
    utc = stamps - moved
    span = f"zones from {_utc_name(zones[0])} to {_utc_name(zones[-1])}"
    in_order = np.argsort(utc, kind="stable")
    if (np.diff(stamps[in_order]).astype(np.int64) > 0).all() and _times_of_day(stamps) < _times_of_day(utc):
        return stamps, (f"Dates stay as the file writes them, in {span}.",)
    return utc, (f"Times in {span} were turned into UTC.",)


def _times_of_day(stamps: Array) -> int:
    known = stamps[~np.isnat(stamps)]
    return len(np.unique(known - known.astype("M8[D]")))


def _utc(stamps: Array, zone: str) -> Array:
    import pandas as pd

    local: Any = pd.DatetimeIndex(stamps)
    try:
        found = local.tz_localize(zone, ambiguous="infer", nonexistent="shift_forward")
    except ValueError:  # an hour of autumn that is there only once: nothing says which it is, so it is the earlier one
        found = local.tz_localize(zone, ambiguous=np.ones(len(local), dtype=bool), nonexistent="shift_forward")
    return np.asarray(found.tz_convert("UTC").tz_localize(None).to_numpy().astype("M8[us]"))


def _utc_name(minutes: float) -> str:
    sign, size = ("-" if minutes < 0 else "+"), int(abs(minutes))
    return f"UTC{sign}{size // 60:02}:{size % 60:02}"
