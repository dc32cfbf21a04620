"""Your own CSV file: from bytes that may hold anything to a series, or to one sentence that says what is wrong."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

import numpy as np

from lab.config.home import upload_name, upload_path
from lab.data.arrays import Array, FloatArray
from lab.data.calendars import stamp_text
from lab.data.series import Series
from lab.data.sources import gaps
from lab.data.sources.base import Dataset, Group, require_text, shown
from lab.data.sources.csv_columns import broken, numeric
from lab.data.sources.csv_format import MARKS, CsvError, CsvFormat, Fault
from lab.data.sources.csv_shape import merged, one_of_stacked, turned
from lab.data.sources.csv_table import MAX_BYTES, Table, first_lines, read_table
from lab.data.sources.csv_target import likely_target
from lab.data.sources.csv_time import Time, find_time
from lab.data.sources.csv_words import is_missing

__all__ = ["Csv", "CsvError", "CsvFormat", "parse", "read_csv", "sniff"]


@dataclass(frozen=True)
class Csv(Dataset, CsvFormat):
    """A CSV file on this computer. An option left at None (or empty) is found in the file.

    Args:
        path: where the file is, or `upload:` and the name that the app gave an uploaded one.
    """

    title: ClassVar[str] = "Your CSV file"
    group: ClassVar[Group] = "Your own"
    blurb: ClassVar[str] = (
        "A file of your own, dates in one column and numbers in the others: the series that you know best."
    )

    path: str = ""

    def __post_init__(self) -> None:
        require_text("data.path", self.path, "the path of a CSV file", 4096)
        self.format()

    def format(self) -> CsvFormat:
        """The options as a format. ValueError where one of them breaks its rule."""
        given = {field.name: getattr(self, field.name) for field in fields(CsvFormat)}
        given = {key: None if value == "" else value for key, value in given.items()}
        for key, names in MARKS.items():
            marks_of = {name: mark for mark, name in names.items()}
            if isinstance(given[key], str):
                given[key] = marks_of.get(given[key].lower(), given[key])
        return CsvFormat(**given)

    def load(self) -> Series:
        """`(rows, numeric columns)`; ValueError where the file cannot be read as such, a sentence for each of its faults."""
        return self.read().series

    def read(self) -> Read:
        """The series, and how it was read. ValueError as `load`."""
        return read_csv(self._bytes(), self.format(), self.name())

    def name(self) -> str:
        """What its owner calls the file."""
        return upload_name(self.path) if self.path.startswith("upload:") else Path(self.path).name

    def read_as(self) -> CsvFormat:
        """How the file is read: the options, and what is found of the others; of a file that is refused as far as that goes.

        ValueError where the bytes are no table.
        """
        try:
            return self.read().format
        except ValueError:
            return self.table_format()

    def table_format(self) -> CsvFormat:
        """How the file is read as far as it is a table, whether or not that is a series. ValueError as `read_as`."""
        return read_table(self._bytes(), self.format()).format

    def _bytes(self) -> bytes:
        if not self.path:
            raise ValueError("`data.path` must be the path of a CSV file; received nothing.")
        try:
            path = upload_path(self.path) if self.path.startswith("upload:") else Path(self.path).expanduser()
            if not path.is_file():
                if self.path.startswith("upload:"):
                    raise ValueError(f"The uploaded file {shown(self.name())} is here no longer; upload it again.")
                raise ValueError(f"There is no file {shown(self.path)}.")
            if path.stat().st_size > MAX_BYTES:
                raise ValueError(f"The file {shown(path.name)} has more than {MAX_BYTES // 2**20} MB.")
            return path.read_bytes()
        except (OSError, RuntimeError) as error:
            reason = getattr(error, "strerror", None) or "no such place"
            raise ValueError(f"The file {shown(self.path)} cannot be read: {reason}.") from None

    def first_lines(self, count: int, also: Iterable[int] = ()) -> dict[int, list[str]]:
        """The cells of the first lines of the file, and of those named, by number; ValueError where it is no text."""
        return first_lines(self._bytes(), self.format(), count, also)

    @classmethod
    def target(cls, series: Series) -> str:
        """The column that its owner most likely wants to forecast."""
        return likely_target(series)


class Read(NamedTuple):
    """A series from a file, the format by which it was read, and the columns that were its time."""

    series: Series
    format: CsvFormat
    date_columns: tuple[str, ...]


def sniff(data: bytes, **given: Any) -> CsvFormat:
    """The format of a CSV file: the fields of `CsvFormat` in `given` are kept, the others are detected.

    ValueError where the bytes are no series at all.
    """
    return read_csv(data, CsvFormat(**given), "file.csv").format


def parse(data: bytes, format: CsvFormat | None = None, name: str = "file.csv") -> Series:
    """The series in the bytes of a CSV file: `(rows, numeric columns)`, sorted by date, NaN where a cell is empty.

    Without a column of dates the index is 0, 1, 2, ... Columns of text are left out and noted. At most 20 MB,
    1,000,000 rows and 200 columns are read. A column with cells that are no numbers is there, with NaN in their place and a
    note; `Series.column` refuses it.

    Args:
        data: the whole file.
        format: how it is written; None finds out.
        name: the file's name, for the title.

    Raises:
        ValueError: what is wrong, with the lines as an editor counts them; of a table that is no series, or where
            two readings remain, a `CsvError` with all its faults and the settings that would settle them.
    """
    series = read_csv(data, format or CsvFormat(), name).series
    series.column(likely_target(series))
    return series


@lru_cache(maxsize=1)  # a page asks for the file of the other inputs at every rerun
def read_csv(data: bytes, given: CsvFormat, name: str) -> Read:
    """The series as `parse` (but for faults of the column that is learned), and how it was read."""
    table = _with_missing(turned(read_table(data, given)))
    time = find_time(table)
    if time.columns:
        table, time = _dated_rows(table, time)
    stacked = one_of_stacked(table, time)
    if stacked is not None:
        rows, note = stacked
        table, time = replace(table.take(rows.tolist()), notes=(*table.notes, note)), _take(time, rows)
    columns, found, notes, faults = numeric(table, time)
    faulty = {key: error for key, column in columns.items() if (error := broken(key, table, column))}
    faults = [*table.faults, *_unread(table, time), *_twice(table, time), *faults]
    if faults:
        raise CsvError([*faults, *(fault for error in faulty.values() for fault in error.faults)])
    values = np.column_stack([column.values for column in columns.values()])
    index, values, order = _in_order(time.stamps, values, given.duplicates or "first")
    series = Series(
        np.where(np.isinf(values), np.nan, values),
        index,
        names=tuple(columns),
        units=tuple(column.unit for column in columns.values()),
        title=name.rpartition(".")[0] or name,
        source=f"Your own file {name}.",
        notes=(*table.notes, *time.notes, *order, *notes, *map(str, faulty.values())),
        unreadable=tuple(faulty.items()),
        decimal=found.decimal or ".",
    )
    series = gaps.describe(series)
    return Read(replace(series, season_length=gaps.season(series)), found, time.columns)


def _with_missing(table: Table) -> Table:
    """The table with the cells that the user's marks name as missing emptied: `-200` is also -200.0."""
    marks_ = table.format.missing_marks()
    if not marks_:
        return table
    worth = {float(mark) for mark in marks_ if re.fullmatch(r"[+-]?\d+(?:\.\d*)?", mark)}
    known: dict[str, str] = {}
    for cells in table.columns.values():
        for cell in cells:
            if cell not in known:
                same = cell in marks_ or (
                    re.fullmatch(r"[+-]?\d+(?:\.\d*)?", cell) is not None and float(cell) in worth
                )
                known[cell] = "" if same else cell
    return replace(table, columns={name: tuple(known[cell] for cell in cells) for name, cells in table.columns.items()})


def _dated_rows(table: Table, time: Time) -> tuple[Table, Time]:
    """The rows that hold anything: spreadsheets and exports leave empty ones behind."""
    empty = [
        k
        for k in np.flatnonzero(np.isnat(time.stamps)).tolist()
        if all(is_missing(c[k]) for c in table.columns.values())
    ]
    if not empty:
        return table, time
    gone = set(empty)
    kept = [k for k in range(len(table.lines)) if k not in gone]
    words = sum(any(cells[k] for cells in table.columns.values()) for k in empty)
    note = (f"Rows that hold nothing but words for a missing value: {words:,}; they were left out.",) if words else ()
    return replace(table.take(kept), notes=(*table.notes, *note)), _take(time, np.array(kept, dtype=np.int64))


def _take(time: Time, rows: Array) -> Time:
    return replace(time, stamps=time.stamps[rows], cells=[time.cells[k] for k in rows.tolist()])


def _unread(table: Table, time: Time) -> list[Fault]:
    fault = time.fault(table)
    return [fault] if fault else []


def _twice(table: Table, time: Time) -> list[Fault]:
    """Dates that occur more than once, where the format does not say what becomes of their rows."""
    if not time.columns or table.format.duplicates is not None:
        return []
    known = time.stamps[~np.isnat(time.stamps)]
    unique, counts = np.unique(known, return_counts=True)
    twice = unique[counts > 1]
    if not twice.size:
        return []
    lines = [table.lines[k] for k in np.flatnonzero(time.stamps == twice[0])[:3]]
    more = f"; {len(twice):,} dates do so" if len(twice) > 1 else ""
    where = " and ".join(map(str, lines))
    sentence = f"The date {stamp_text(twice[0])} occurs more than once, on lines {where}{more}; set `data.duplicates` to first, last, mean or sum."
    return [Fault(sentence, tuple(lines), ("data.duplicates",))]


def _in_order(stamps: Array, values: FloatArray, duplicates: str) -> tuple[Array, FloatArray, list[str]]:
    """Index and values in the order of time, one row a date, and a note where that is not the order of the file."""
    steps = np.diff(stamps)
    backwards = steps < steps.dtype.type(0)
    if backwards.any():
        turned_round = not (steps > steps.dtype.type(0)).any()
        note = [
            "The rows were newest first; they were turned round."
            if turned_round
            else "The dates were out of order; they were sorted."
        ]
    else:
        note = []
    if len(np.unique(stamps)) < len(stamps):
        rows = len(stamps)
        stamps, values = merged(stamps, values, duplicates)
        what = f"the {duplicates} was kept" if duplicates in ("first", "last") else f"their {duplicates} was taken"
        return (
            stamps,
            values,
            [*note, f"Of {rows - len(stamps):,} more rows with a date that was there already {what}."],
        )
    order = np.argsort(stamps, kind="stable")
    return stamps[order], values[order], note
