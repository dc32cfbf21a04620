"""Your own CSV file: from bytes that may hold anything to a series, or to one sentence that says what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from lab.datasets import gaps
from lab.datasets.base import Dataset, Group, require_text, shown
from lab.datasets.csv_cells import dates, numbers
from lab.datasets.csv_format import (
    DECIMALS,
    DELIMITERS,
    MAX_BYTES,
    THOUSANDS,
    CsvError,
    CsvFormat,
    Fault,
    Table,
    first_lines,
    read_table,
    sniff,
)
from lab.datasets.csv_target import likely_target
from lab.home import upload_name, upload_path
from lab.series import Array, Series

__all__ = ["Csv", "CsvError", "CsvFormat", "parse", "sniff"]


@dataclass(frozen=True)
class Csv(Dataset):
    """A CSV file on this computer. An option left at None (or empty) is found in the file.

    Args:
        path: where the file is, or `upload:` and the name that the app gave an uploaded one.
        delimiter: `,`, `;`, a tab or `|`, or its name (`comma`, `semicolon`, `tab`, `bar`).
        decimal: `.` or `,`, or its name (`point`, `comma`).
        encoding: one of utf-8, utf-8-sig, utf-16, cp1252, latin-1.
        date_column: the name of the column of dates; `-` where there is none.
        day_first: whether 03/04/2020 is the third of April.
        thousands: `,`, `.`, a space or `'`, or its name (`comma`, `point`, `space`, `apostrophe`, `none`).
    """

    title: ClassVar[str] = "Your CSV file"
    group: ClassVar[Group] = "Your own"
    blurb: ClassVar[str] = (
        "A file of your own, dates in one column and numbers in the others: the series that you know best."
    )

    path: str = ""
    delimiter: str | None = None
    decimal: str | None = None
    encoding: str | None = None
    date_column: str | None = None
    day_first: bool | None = None
    thousands: str | None = None

    def __post_init__(self) -> None:
        require_text("data.path", self.path, "the path of a CSV file", 4096)
        if self.date_column is not None:
            require_text("data.date_column", self.date_column, "the name of a column", 200)
        CsvFormat(**{key: value for key, value in self._given().items() if key != "date_column"})

    def _given(self) -> dict[str, Any]:
        given = {k: v for k, v in asdict(self).items() if k != "path" and v not in (None, "")}
        for key, names in (("delimiter", DELIMITERS), ("decimal", DECIMALS), ("thousands", THOUSANDS)):
            marks = {name: mark for mark, name in names.items()}
            if isinstance(given.get(key), str):
                given[key] = marks.get(given[key].lower(), given[key])
        if self.date_column == "-":
            given["date_column"] = None
        return given

    def load(self) -> Series:
        """`(rows, numeric columns)`; ValueError where the file cannot be read as such, a sentence for each of its faults."""
        name = upload_name(self.path) if self.path.startswith("upload:") else Path(self.path).name
        return _series(read_table(self._bytes(), self._given()), name)

    def decimal_mark(self) -> str:
        """`.` or `,`: the option, or what is found in the file; a point where that can no longer be read."""
        given = self._given()
        if "decimal" in given:
            return str(given["decimal"])
        try:
            return sniff(self._bytes(), **given).decimal
        except ValueError:
            return "."

    def _bytes(self) -> bytes:
        if not self.path:
            raise ValueError("`data.path` must be the path of a CSV file; received nothing.")
        try:
            path = upload_path(self.path) if self.path.startswith("upload:") else Path(self.path).expanduser()
            if not path.is_file():
                raise ValueError(f"There is no file {shown(self.path)}.")
            if path.stat().st_size > MAX_BYTES:
                raise ValueError(f"The file {shown(path.name)} has more than {MAX_BYTES // 2**20} MB.")
            return path.read_bytes()
        except (OSError, RuntimeError) as error:
            reason = getattr(error, "strerror", None) or "no such place"
            raise ValueError(f"The file {shown(self.path)} cannot be read: {reason}.") from None

    def first_lines(self, count: int, also: Iterable[int] = ()) -> dict[int, list[str]]:
        """The cells of the first lines of the file, and of those named, by number; ValueError where it is no text."""
        return first_lines(self._bytes(), self._given(), count, also)

    @classmethod
    def target(cls, series: Series) -> str:
        """The column that its owner most likely wants to forecast."""
        return likely_target(series)


def parse(data: bytes, format: CsvFormat | None = None, name: str = "file.csv") -> Series:
    """The series in the bytes of a CSV file: `(rows, numeric columns)`, sorted by date, NaN where a cell is empty.

    Without a column of dates the index is 0, 1, 2, ... Columns of text are left out and noted. At most 20 MB,
    1,000,000 rows and 200 columns are read.

    Args:
        data: the whole file.
        format: how it is written; None finds out by `sniff`.
        name: the file's name, for the title.

    Raises:
        ValueError: what is wrong, with the lines as an editor counts them; of a table that is no series a `CsvError`
            with all its faults.
    """
    return _series(read_table(data, asdict(format) if format else {}), name)


def _series(table: Table, name: str) -> Series:
    index, wrong_times = _index(table)
    columns, wrong_values = _numeric(table)
    if faults := [*table.faults, *wrong_times, *wrong_values]:
        raise CsvError(faults)
    order = np.argsort(index, kind="stable")
    notes = list(table.notes)
    if (np.diff(order) < 0).any():
        notes.append("The dates were out of order; they were sorted.")
    left_out = [c for c in table.columns if c not in columns and c != table.format.date_column]
    if left_out:
        more = f" and {len(left_out) - 5} more" if len(left_out) > 5 else ""
        notes.append(f"Columns without numbers were left out: {', '.join(map(shown, left_out[:5]))}{more}.")
    series = Series(
        values=np.column_stack(list(columns.values()))[order],
        index=index[order],
        names=tuple(columns),
        units=("",) * len(columns),
        title=Path(name).stem or "CSV file",
        source=f"Your own file {name}.",
        notes=tuple(notes),
    )
    series = gaps.describe(series)
    return replace(series, season_length=gaps.season(series.frequency))


def _index(table: Table) -> tuple[Array, list[Fault]]:
    """The time axis, and what is wrong with it."""
    column = table.format.date_column
    faults: list[Fault] = []
    if column is None:
        return np.arange(len(table.lines), dtype=np.float64), faults
    cells = table.columns[column]
    index = dates(cells, table.format.day_first)
    bad = np.flatnonzero(np.isnat(index)).tolist()
    if bad:
        faults.append(_fault(f"The column {shown(column)} should hold dates", table, cells, bad))
    stamps, counts = np.unique(index[~np.isnat(index)], return_counts=True)
    twice = stamps[counts > 1]
    if len(twice):
        lines = [table.lines[k] for k in np.flatnonzero(index == twice[0])[:3]]
        stamp = str(twice[0]).replace("T00:00:00.000000", "")
        more = f"; {len(twice):,} dates do so" if len(twice) > 1 else ""
        where = " and ".join(map(str, lines))
        faults.append(Fault(f"The date {stamp} occurs more than once, on lines {where}{more}.", tuple(lines)))
    return index, faults


def _numeric(table: Table) -> tuple[dict[str, Array], list[Fault]]:
    """The columns of numbers, and what is wrong with them."""
    columns: dict[str, Array] = {}
    faults: list[Fault] = []
    for name, cells in table.columns.items():
        if name == table.format.date_column:
            continue
        values, bad = numbers(cells, table.format.decimal, table.format.thousands)
        filled = int((~np.isnan(values)).sum()) + len(bad)
        if filled == 0 or 2 * len(bad) > filled:
            continue
        if bad:
            faults.append(_fault(f"The column {shown(name)} should hold numbers", table, cells, bad))
        endless = np.flatnonzero(np.isinf(values)).tolist()
        if endless:
            faults.append(_fault(f"The column {shown(name)} should hold finite numbers", table, cells, endless))
        columns[name] = values
    if not columns:
        faults.append(Fault("The file has no column of numbers."))
    return columns, faults


def _fault(rule: str, table: Table, cells: Sequence[str], rows: list[int]) -> Fault:
    places = [f"line {table.lines[k]} has {shown(cells[k])}" for k in rows[:3]]
    more = f", and {len(rows) - 3:,} more like that" if len(rows) > 3 else ""
    return Fault(f"{rule}, but {', '.join(places)}{more}.", tuple(table.lines[k] for k in rows[:3]))
