"""How a CSV file is written: encoding, delimiter, decimal mark, date column; found in the bytes, or given."""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from typing import Any, NamedTuple

from lab.datasets.base import shown
from lab.datasets.csv_cells import clean, date_of, day_order, is_missing, looks_numeric, marks
from lab.rules import require_choice

MAX_BYTES = 20 * 2**20
MAX_ROWS = 1_000_000
MAX_COLUMNS = 200
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "cp1252", "latin-1")
# In the order of preference where several fit equally: a comma may be a decimal mark, a semicolon hardly.
DELIMITERS = {";": "semicolon", "\t": "tab", "|": "bar", ",": "comma"}
DECIMALS = {".": "point", ",": "comma"}
THOUSANDS = {"": "none", ",": "comma", ".": "point", " ": "space", "'": "apostrophe"}
DATE_NAMES = re.compile(r"(date|day|month|year|quarter|period|time|timestamp|ds|datum|jahr|monat|fecha|unix|epoch)\b.*")


@dataclass(frozen=True)
class CsvFormat:
    """How a CSV file is written.

    Args:
        encoding: one of utf-8, utf-8-sig (with a byte order mark), utf-16, cp1252 (Latin-1 and the euro sign), latin-1.
        delimiter: `,`, `;`, a tab or `|`.
        decimal: `.` or `,`.
        thousands: the mark between groups of three digits: `,`, `.`, a space or `'`; `""` where there is none.
        date_column: the name of the column of dates; None where there is none and the rows are numbered from 0.
        day_first: whether 03/04/2020 is the third of April.
    """

    encoding: str = "utf-8"
    delimiter: str = ","
    decimal: str = "."
    thousands: str = ""
    date_column: str | None = None
    day_first: bool = False

    def __post_init__(self) -> None:
        require_choice("data.encoding", self.encoding, ENCODINGS)
        for key, marks_ in (("delimiter", DELIMITERS), ("decimal", DECIMALS), ("thousands", THOUSANDS)):
            if getattr(self, key) not in marks_:
                allowed = ", ".join(marks_.values())
                raise ValueError(f"`data.{key}` must be one of {allowed}; received {shown(getattr(self, key))}.")
        if self.decimal == self.thousands:
            raise ValueError(f"`data.thousands` must differ from `data.decimal`; received {self.decimal!r} for both.")
        if not isinstance(self.day_first, bool):
            raise ValueError(f"`data.day_first` must be yes or no; received {shown(self.day_first)}.")


class Fault(NamedTuple):
    """One thing that is wrong with a file: a sentence, and the lines that it names, as an editor counts them."""

    sentence: str
    lines: tuple[int, ...] = ()


class CsvError(ValueError):
    """A table that is no series: all its `faults`. The message has the first three."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        more = len(faults) - 3
        tail = [f"There {'is 1 more fault' if more == 1 else f'are {more:,} more faults'}."] if more > 0 else []
        super().__init__(" ".join([*(fault.sentence for fault in faults[:3]), *tail]))
        self.faults = tuple(faults)


@dataclass(frozen=True, eq=False)
class Table:
    """The cells of a file: the columns by name, every cell cleaned; `lines` are the rows' lines as an editor counts.

    `faults`: rows that are longer than the first one; what is over is cut off.
    """

    columns: dict[str, tuple[str, ...]]
    lines: list[int]
    format: CsvFormat
    notes: tuple[str, ...] = field(default=())
    faults: tuple[Fault, ...] = field(default=())


def sniff(data: bytes, **given: Any) -> CsvFormat:
    """The format of a CSV file: the fields of `CsvFormat` in `given` are kept, the others are detected.

    ValueError, one sentence, where the bytes are no table at all.
    """
    return read_table(data, given).format


def read_table(data: bytes, given: dict[str, Any]) -> Table:
    """Take the file apart into columns of cells; ValueError, one sentence, where it cannot be."""
    CsvFormat(**given)  # Checks what is given.
    text, encoding = _decode(data, given.get("encoding"))
    delimiter = given.get("delimiter") or _delimiter(text)
    rows, lines = _rows(text, delimiter)
    width = len(rows[0])
    has_header = _has_header(rows)
    notes = [] if has_header else ["The file has no header row; the columns were named column_1, column_2 and so on."]
    header = _names(rows[0] if has_header else [""] * width)
    if has_header:
        rows, lines = rows[1:], lines[1:]
    if not rows:
        raise ValueError("The file has a header row and no data under it.")
    short = sum(len(row) < width for row in rows)
    if short:
        notes.append(f"Rows with fewer cells than the first one: {short:,}; their last cells were taken as empty.")
    faults = []
    for k, row in enumerate(rows):
        if len(row) > width and any(row[width:]):
            faults.append(Fault(f"Line {lines[k]} has {len(row)} cells, but the first row has {width}.", (lines[k],)))
        rows[k] = (row + [""] * (width - len(row)))[:width]
    columns = dict(zip(header, zip(*rows, strict=True), strict=True))
    date_column = given["date_column"] if "date_column" in given else _date_column(columns)
    if date_column is not None and date_column not in columns:
        raise ValueError(f"`data.date_column` must be one of {_listed(header)}; received {shown(date_column)}.")
    day_first = given.get("day_first")
    if date_column is not None:
        if any(map(any, rows)) and not all(map(any, rows)):
            # A row without any cell carries no date either: spreadsheets leave such rows behind.
            kept = [k for k, row in enumerate(rows) if any(row)]
            rows, lines = [rows[k] for k in kept], [lines[k] for k in kept]
            columns = dict(zip(header, zip(*rows, strict=True), strict=True))
        if day_first is None:
            day_first, sure = day_order(columns[date_column])
            if not sure:
                notes.append("Dates such as 03/04/2020 were read as month/day/year; say so if they are day/month/year.")
    values = (c for name, column in columns.items() if name != date_column for c in column[:20_000])
    decimal, thousands = marks(values, delimiter, given.get("decimal"), given.get("thousands"))
    found = CsvFormat(encoding, delimiter, decimal, thousands, date_column, bool(day_first))
    return Table(columns, lines, found, tuple(notes), tuple(faults))


def _decode(data: bytes, encoding: str | None) -> tuple[str, str]:
    if len(data) > MAX_BYTES:
        raise ValueError(f"The file has {len(data) / 2**20:,.1f} MB; at most {MAX_BYTES // 2**20} MB can be read.")
    if not data.strip():
        raise ValueError("The file is empty.")
    if data.startswith(b"PK\x03\x04") or data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ValueError("The file is a spreadsheet or an archive and not text; save the table as CSV first.")
    marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    control = len(data) - len(data.translate(None, bytes(set(range(32)) - set(b"\t\n\r\f\x1a"))))
    if (encoding != "utf-16" and not marked and (b"\0" in data or control > len(data) / 100)) or data[:4] == b"%PDF":
        raise ValueError("The file holds binary data and not text, whatever its name says.")
    bom = "utf-8-sig" if data.startswith(codecs.BOM_UTF8) else "utf-16" if marked else "utf-8"
    for name in [encoding] if encoding else [bom, "cp1252", "latin-1"]:
        try:
            text = data.decode(name)
        except UnicodeError:
            continue
        if not text.strip("\ufeff \t\r\n"):
            raise ValueError("The file is empty.")
        return text, name
    raise ValueError(f"The file cannot be read as {encoding}; leave `data.encoding` empty to have it found.")


def _delimiter(text: str) -> str:
    sample = text[:65_536]
    best, share = "", 0.0
    for delimiter in DELIMITERS:
        try:
            rows = [row for row in islice(csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter), 200) if row]
        except csv.Error:
            continue
        # A sample cut off in the middle has an unfinished last row.
        rows = rows[:-1] if len(sample) < len(text) and len(rows) > 2 else rows
        width, count = Counter(map(len, rows)).most_common(1)[0] if rows else (0, 0)
        if width > 1 and len(rows[0]) == width and count / len(rows) > share:
            best, share = delimiter, count / len(rows)
    if best:
        return best
    head = sample.lstrip().splitlines()[0] if sample.strip() else ""
    used = max(DELIMITERS, key=head.count)
    # One column: any mark will do that is not part of its numbers.
    return used if used in head else next((d for d in (",", ";", "\t", "|") if d not in text), ",")


def _rows(text: str, delimiter: str) -> tuple[list[list[str]], list[int]]:
    rows: list[list[str]] = []
    lines: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for row in reader:
            # An empty line is no row; a line of one quoted empty cell is a row that lacks its value.
            if row:
                rows.append([clean(cell) for cell in row])
                lines.append(line)
            if len(row) > MAX_COLUMNS:
                raise ValueError(f"Line {line} has {len(row):,} columns; at most {MAX_COLUMNS} can be read.")
            if len(rows) > MAX_ROWS + 1:
                raise ValueError(f"The file has more than {MAX_ROWS:,} rows, the most that can be read.")
            line = reader.line_num + 1
    except csv.Error as error:
        if "field larger" in str(error):
            raise ValueError(
                f"Line {line} has a cell of over 131,072 characters; is a quotation mark left open?"
            ) from None
        if "unexpected end" in str(error):
            raise ValueError(f"A quotation mark opened on line {line} is never closed.") from None
        raise ValueError(f"Line {line} has text after a closing quotation mark.") from None
    if not rows:
        raise ValueError("The file is empty.")
    return rows, lines


def _has_header(rows: list[list[str]]) -> bool:
    first, rest = rows[0], rows[1:51]
    labels = numbers = 0
    for k, cell in enumerate(first):
        below = [row[k] for row in rest if k < len(row) and not is_missing(row[k])]
        if date_of(cell, False) or date_of(cell, True):
            if any(date_of(other, False) or date_of(other, True) for other in below):
                return False
        elif any(looks_numeric(other) or date_of(other, False) or date_of(other, True) for other in below):
            labels += not looks_numeric(cell) and not is_missing(cell)
            numbers += looks_numeric(cell)
    return labels > 0 or (numbers == 0 and any(cell and not looks_numeric(cell) for cell in first))


def _names(cells: list[str]) -> list[str]:
    names: list[str] = []
    for k, cell in enumerate(cells, start=1):
        name = plain = " ".join(cell.replace("\ufeff", "").split())[:100] or f"column_{k}"
        copies = 1
        while name in names:
            copies += 1
            name = f"{plain}_{copies}"
        names.append(name)
    return names


def _date_column(columns: dict[str, tuple[str, ...]]) -> str | None:
    """The first column of dates; one that a name such as Date gives away may also hold plain years or seconds."""
    named = {name: DATE_NAMES.fullmatch(name.lower()) is not None for name in columns}
    # A lone column is the values.
    for name in sorted(columns, key=lambda n: not named[n]) if len(columns) > 1 else []:
        cells = [cell for cell in columns[name][:1000] if not is_missing(cell)]
        hits = sum(bool(date_of(c, False, compact=named[name]) or date_of(c, True)) for c in cells)
        if cells and 2 * hits >= len(cells):
            return name
    first = next(iter(columns))
    years = [int(cell) for cell in columns[first] if re.fullmatch(r"1[5-9]\d\d|2[01]\d\d", cell)]
    counts_up = all(b - a == 1 for a, b in pairwise(years))
    return first if len(columns) > 1 and len(years) == len(columns[first]) > 1 and counts_up else None


def _listed(names: list[str]) -> str:
    return ", ".join(shown(name) for name in names[:8]) + (", ..." if len(names) > 8 else "")


def first_lines(data: bytes, given: dict[str, Any], count: int, also: Iterable[int] = ()) -> dict[int, list[str]]:
    """The cells of the first `count` lines, and of those `also` named, by their number: as far as anything can be read.

    ValueError, one sentence, where the bytes are no text.
    """
    text, _ = _decode(data, given.get("encoding"))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=given.get("delimiter") or _delimiter(text))
    wanted, found, line = set(also), dict[int, list[str]](), 1
    with contextlib.suppress(csv.Error):
        for row in reader:
            if row and (len(found) < count or line in wanted):
                found[line] = [clean(cell)[:100] for cell in row[:MAX_COLUMNS]]
            line = reader.line_num + 1
            if line > max(wanted, default=0) and len(found) >= count:
                break
    return found
