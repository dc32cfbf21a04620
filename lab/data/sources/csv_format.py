"""How a CSV file is written and to be read: every option of it, and the sentences that refuse a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lab.config.rules import require_choice
from lab.data.sources.base import shown
from lab.data.sources.csv_dates import OTHERS, known_format

ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1")
DELIMITERS = {";": "semicolon", "\t": "tab", "|": "bar", ",": "comma"}
DECIMALS = {".": "point", ",": "comma"}
THOUSANDS = {"": "nothing", ",": "comma", ".": "point", " ": "space", "'": "apostrophe"}
DUPLICATES = ("first", "last", "mean", "sum")
ORIENTS = ("columns", "rows")
NO_DATES = "-"
MARKS = {"delimiter": DELIMITERS, "decimal": DECIMALS, "thousands": THOUSANDS}
MOST_LINES = 1000
TEXTS = {
    "date_column": "the names of columns, or - for none",
    "row": "the name of a row",
    "series": "the name of a series",
    "missing": "marks with commas between them",
}


@dataclass(frozen=True, kw_only=True)
class CsvFormat:
    """How a CSV file is written and read. None: it is found in the file.

    Args:
        delimiter: the mark between cells: `,`, `;`, a tab or `|`, as a setting also by name (comma, semicolon, tab, bar).
        decimal: the decimal mark: `.` or `,`, as a setting also by name (point, comma).
        thousands: the mark between groups of digits: `,`, `.`, a space or `'`, as a setting also by name (comma, point, space,
            apostrophe); `""` where there is none, as a setting nothing.
        encoding: one of utf-8, utf-8-sig (with a byte order mark), utf-16, cp1252 (Latin-1 and the euro sign), latin-1.
        skip_lines: how many lines to skip before the header, from 0 to 1000.
        header_rows: how many rows of names stand above the data, from 0 to 5.
        date_column: the column of dates, or several, with commas between them (`Date,Time`, `year,month,day`); `-` where
            there is none and the rows are numbered from 0.
        date_format: as in Python's strptime (`%d/%m/%Y %H:%M`), or one of iso, unix_s, unix_ms, unix_us, unix_ns, excel,
            decimal_year, quarter, half, week.
        day_first: whether 03/04/2020 is the third of April.
        zone: the time zone of the clock in the file, such as Europe/Berlin; times are then in UTC. None: they stay as written.
        orient: `columns`, or `rows` where each row is a series.
        row: which row is the series, where `orient` is rows.
        series: which series, of several that are stacked in one file.
        duplicates: of rows with the same date the `first`, the `last`, their `mean` or their `sum`. None: such a file is refused.
        missing: what stands for a missing value besides an empty cell, with commas between: `-200,9999`.
    """

    delimiter: str | None = None
    decimal: str | None = None
    thousands: str | None = None
    encoding: str | None = None
    skip_lines: int | None = None
    header_rows: int | None = None
    date_column: str | None = None
    date_format: str | None = None
    day_first: bool | None = None
    zone: str | None = None
    orient: str | None = None
    row: str | None = None
    series: str | None = None
    duplicates: str | None = None
    missing: str | None = None

    def __post_init__(self) -> None:
        for key, marks in MARKS.items():
            value = getattr(self, key)
            if value is not None and value not in marks:
                raise ValueError(f"`data.{key}` must be one of {', '.join(marks.values())}; received {shown(value)}.")
        if self.decimal is not None and self.decimal == self.thousands:
            raise ValueError(f"`data.thousands` must differ from `data.decimal`; received {self.decimal!r} for both.")
        for key, allowed in (("encoding", ENCODINGS), ("duplicates", DUPLICATES), ("orient", ORIENTS)):
            if getattr(self, key) is not None:
                require_choice(f"data.{key}", getattr(self, key), allowed)
        for key, most in (("skip_lines", MOST_LINES), ("header_rows", 5)):
            count = getattr(self, key)
            if count is not None and (not isinstance(count, int) or isinstance(count, bool) or not 0 <= count <= most):
                raise ValueError(f"`data.{key}` must be a whole number from 0 to {most}; received {shown(count)}.")
        if self.day_first is not None and not isinstance(self.day_first, bool):
            raise ValueError(f"`data.day_first` must be yes or no; received {shown(self.day_first)}.")
        for key in ("date_column", "row", "series", "missing"):
            text = getattr(self, key)
            if text is not None and (not isinstance(text, str) or len(text) > 400):
                raise ValueError(f"`data.{key}` must be {TEXTS[key]}, at most 400 characters; received {shown(text)}.")
        if self.date_format is not None and not (isinstance(self.date_format, str) and known_format(self.date_format)):
            raise ValueError(
                f"`data.date_format` must be a format such as %d/%m/%Y %H:%M, or one of {', '.join(OTHERS)}; "
                f"received {shown(self.date_format)}."
            )
        if self.zone is not None and not _is_zone(self.zone):
            raise ValueError(f"`data.zone` must be a time zone such as Europe/Berlin; received {shown(self.zone)}.")

    def missing_marks(self) -> tuple[str, ...]:
        """The marks that stand for a missing value."""
        return tuple(part.strip() for part in (self.missing or "").split(",") if part.strip())


def _is_zone(name: object) -> bool:
    import zoneinfo

    return (
        isinstance(name, str)
        and re.fullmatch(r"[A-Za-z0-9_+/-]+", name) is not None
        and name in zoneinfo.available_timezones()
    )


class Fault(NamedTuple):
    """One thing that is wrong with a file: a sentence, the lines that it names, as an editor counts them, the settings that
    would settle it, and what the last of them may be where that is a name out of the file."""

    sentence: str
    lines: tuple[int, ...] = ()
    settings: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()


class CsvError(ValueError):
    """A table that is no series: all its `faults`. The message has the first three."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        more = len(faults) - 3
        tail = [f"There {'is 1 more fault' if more == 1 else f'are {more:,} more faults'}."] if more > 0 else []
        super().__init__(" ".join([*(fault.sentence for fault in faults[:3]), *tail]))
        self.faults = tuple(faults)

    def __reduce__(self) -> tuple[type[CsvError], tuple[tuple[Fault, ...]]]:
        return CsvError, (self.faults,)


def some(values: Sequence[object], most: int = 8) -> str:
    """The first of `values`, as a sentence lists them."""
    listed = ", ".join(shown(value) for value in values[:most])
    return f"{listed} and {len(values) - most:,} more" if len(values) > most else listed


def on_lines(rule: str, lines: Sequence[int], cells: Sequence[str], settings: tuple[str, ...] = ()) -> Fault:
    """The fault that cells break a `rule`, with the first three of them."""
    places = [f"line {line} has {shown(cell)}" for line, cell in zip(lines[:3], cells[:3], strict=True)]
    more = f", and {len(lines) - 3:,} more like that" if len(lines) > 3 else ""
    return Fault(f"{rule}, but {', '.join(places)}{more}.", tuple(lines[:3]), settings)
