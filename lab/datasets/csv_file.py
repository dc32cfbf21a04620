"""Your own CSV file: from bytes that may hold anything to a series, or to one sentence that says what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from lab.datasets import gaps
from lab.datasets.base import Dataset, Group, require_text, shown
from lab.datasets.csv_cells import dates, numbers
from lab.datasets.csv_format import DECIMALS, DELIMITERS, MAX_BYTES, THOUSANDS, CsvFormat, Table, read_table, sniff
from lab.home import upload_path
from lab.series import Array, Series

__all__ = ["Csv", "CsvFormat", "parse", "sniff"]


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

    title: ClassVar[str] = "CSV file"
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
        """`(rows, numeric columns)`; ValueError, one sentence, where the file cannot be read as such."""
        data, name = self._bytes()
        return _series(read_table(data, self._given()), name)

    def decimal_mark(self) -> str:
        """`.` or `,`: the option, or what is found in the file; a point where that can no longer be read."""
        given = self._given()
        if "decimal" in given:
            return str(given["decimal"])
        try:
            return sniff(self._bytes()[0], **given).decimal
        except ValueError:
            return "."

    def _bytes(self) -> tuple[bytes, str]:
        """The file and its name."""
        if not self.path:
            raise ValueError("`data.path` must be the path of a CSV file; received nothing.")
        try:
            path = upload_path(self.path) if self.path.startswith("upload:") else Path(self.path).expanduser()
            if not path.is_file():
                raise ValueError(f"There is no file {shown(self.path)}.")
            if path.stat().st_size > MAX_BYTES:
                raise ValueError(f"The file {shown(path.name)} has more than {MAX_BYTES // 2**20} MB.")
            data = path.read_bytes()
        except (OSError, RuntimeError) as error:
            reason = getattr(error, "strerror", None) or "no such place"
            raise ValueError(f"The file {shown(self.path)} cannot be read: {reason}.") from None
        return data, path.name


def parse(data: bytes, format: CsvFormat | None = None, name: str = "file.csv") -> Series:
    """The series in the bytes of a CSV file: `(rows, numeric columns)`, sorted by date, NaN where a cell is empty.

    Without a column of dates the index is 0, 1, 2, ... Columns of text are left out and noted. At most 20 MB,
    1,000,000 rows and 200 columns are read.

    Args:
        data: the whole file.
        format: how it is written; None finds out by `sniff`.
        name: the file's name, for the title.

    Raises:
        ValueError: one sentence that says what is wrong, with the lines as an editor counts them.
    """
    return _series(read_table(data, asdict(format) if format else {}), name)


def _series(table: Table, name: str) -> Series:
    index = _index(table)
    order = np.argsort(index, kind="stable")
    notes = list(table.notes)
    if (np.diff(order) < 0).any():
        notes.append("The dates were out of order; they were sorted.")
    columns = _numeric(table)
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


def _index(table: Table) -> Array:
    column = table.format.date_column
    if column is None:
        return np.arange(len(table.lines), dtype=np.float64)
    cells = table.columns[column]
    index = dates(cells, table.format.day_first)
    bad = np.flatnonzero(np.isnat(index)).tolist()
    if bad:
        raise ValueError(f"The column {shown(column)} should hold dates, but {_where(table, cells, bad)}.")
    stamps, counts = np.unique(index, return_counts=True)
    twice = stamps[counts > 1]
    if len(twice):
        lines = [str(table.lines[k]) for k in np.flatnonzero(index == twice[0])[:3]]
        stamp = str(twice[0]).replace("T00:00:00.000000", "")
        more = f"; {len(twice):,} dates do so" if len(twice) > 1 else ""
        raise ValueError(f"The date {stamp} occurs more than once, on lines {' and '.join(lines)}{more}.")
    return index


def _numeric(table: Table) -> dict[str, Array]:
    columns: dict[str, Array] = {}
    for name, cells in table.columns.items():
        if name == table.format.date_column:
            continue
        values, bad = numbers(cells, table.format.decimal, table.format.thousands)
        filled = int((~np.isnan(values)).sum()) + len(bad)
        if filled == 0 or 2 * len(bad) > filled:
            continue
        if bad:
            raise ValueError(f"The column {shown(name)} should hold numbers, but {_where(table, cells, bad)}.")
        endless = np.flatnonzero(np.isinf(values)).tolist()
        if endless:
            raise ValueError(
                f"The column {shown(name)} should hold finite numbers, but {_where(table, cells, endless)}."
            )
        columns[name] = values
    if not columns:
        raise ValueError("The file has no column of numbers.")
    return columns


def _where(table: Table, cells: Sequence[str], rows: list[int]) -> str:
    places = [f"line {table.lines[k]} has {shown(cells[k])}" for k in rows[:3]]
    return ", ".join(places) + (f", and {len(rows) - 3:,} more like that" if len(rows) > 3 else "")
