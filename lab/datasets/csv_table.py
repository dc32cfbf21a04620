"""From the bytes of a CSV file to its cells: encoding, delimiter, what stands before and after the table, its header."""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

from lab.datasets.csv_dates import PLAIN, formats_of
from lab.datasets.csv_dialect import delimiter_of
from lab.datasets.csv_format import CsvFormat, Fault
from lab.datasets.csv_numbers import looks_numeric
from lab.datasets.csv_words import clean, is_missing

MAX_BYTES = 20 * 2**20
MAX_ROWS = 1_000_000
MAX_COLUMNS = 200
Rows = list[list[str]]


@dataclass(frozen=True, eq=False)
class Table:
    """The cells of a file: the columns by name, every cell cleaned; `lines` are the rows' lines as an editor counts.

    `format` has what was found of encoding, delimiter, lines to skip and rows of the header. `faults`: rows that are longer than
    the header; what is over is cut off.
    """

    columns: dict[str, tuple[str, ...]]
    lines: list[int]
    format: CsvFormat
    notes: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()

    def take(self, kept: list[int]) -> Table:
        """The rows `kept`, by position."""
        columns = {name: tuple(cells[k] for k in kept) for name, cells in self.columns.items()}
        return replace(self, columns=columns, lines=[self.lines[k] for k in kept])


def read_table(data: bytes, given: CsvFormat) -> Table:
    """Take the file apart into columns of cells; ValueError, one sentence, where it cannot be."""
    text, encoding = decode(data, given.encoding)
    delimiter = given.delimiter or delimiter_of(text)
    rows, lines = _rows(text, delimiter)
    skipped, notes = _before(rows, lines, given), []
    if skipped:
        notes.append(
            f"The first {'line was' if skipped == 1 else f'{skipped} rows were'} skipped as standing before the table: "
            f"{_short(rows[0])}."
        )
    if given.skip_lines is None and skipped:
        given = replace(given, skip_lines=lines[skipped] - 1 if skipped < len(rows) else lines[-1])
    rows, lines = rows[skipped:], lines[skipped:]
    if not rows:
        raise ValueError("No line is left to be read; set `data.skip_lines` to fewer.")
    if (
        len(rows) > 1
        and Counter(map(len, rows[1:])).most_common(1)[0][0] == len(rows[0]) + 1
        and not any(map(_is_value, rows[0]))
    ):
        rows[0] = ["", *rows[0]]  # R's write.table leaves out the name of the column of row names
    rows[0] = [cell.lstrip("#").strip() if k == 0 else cell for k, cell in enumerate(rows[0])]
    count = _header_rows(rows) if given.header_rows is None else given.header_rows
    if count == 0:
        notes.append("The file has no header row; the columns were named column_1, column_2 and so on.")
    if count >= len(rows):
        raise ValueError("The file has a header row and no data under it.")
    width = max(map(len, rows[: max(count, 1)]))
    header = _names(rows[:count], width)
    rows, lines = rows[count:], lines[count:]
    rows, lines, dropped = _without_footer(rows, lines, width)
    notes += dropped
    short = sum(len(row) < width for row in rows)
    if short:
        notes.append(f"Rows with fewer cells than the first one: {short:,}; their last cells were taken as empty.")
    faults = []
    for k, row in enumerate(rows):
        if len(row) > width and any(row[width:]):
            faults.append(
                Fault(
                    f"Line {lines[k]} has {len(row)} cells, but the first row has {width}.",
                    (lines[k],),
                    ("data.delimiter", "data.skip_lines"),
                )
            )
        if len(row) != width:
            rows[k] = (row + [""] * (width - len(row)))[:width]
    columns = dict(zip(header, zip(*rows, strict=True), strict=True))
    found = replace(given, encoding=encoding, delimiter=delimiter, skip_lines=given.skip_lines or 0, header_rows=count)
    return Table(columns, lines, found, tuple(notes), tuple(faults))


def decode(data: bytes, encoding: str | None) -> tuple[str, str]:
    """The text and its encoding; ValueError, one sentence, where the bytes are none."""
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


def first_lines(data: bytes, given: CsvFormat, count: int, also: Iterable[int] = ()) -> dict[int, list[str]]:
    """The cells of the first `count` lines, and of those `also` named, by their number: as far as anything can be read.

    ValueError, one sentence, where the bytes are no text.
    """
    text, _ = decode(data, given.encoding)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=given.delimiter or delimiter_of(text))
    wanted, found, line = set(also), dict[int, list[str]](), 1
    with contextlib.suppress(csv.Error):
        for row in reader:
            if row and (len(found) < count or line in wanted):
                found[line] = [clean(cell)[:100] for cell in row[:MAX_COLUMNS]]
            line = reader.line_num + 1
            if line > max(wanted, default=0) and len(found) >= count:
                break
    return found


def _rows(text: str, delimiter: str) -> tuple[Rows, list[int]]:
    rows: Rows = []
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


def _is_value(cell: str) -> bool:
    """A number or a date, so nothing that names a column."""
    return looks_numeric(cell) or bool(formats_of(cell))


def _filled(row: list[str]) -> int:
    return sum(not is_missing(cell) for cell in row)


def _before(rows: Rows, lines: list[int], given: CsvFormat) -> int:
    """How many rows stand before the header: given as lines, or shorter than the table, or with little in them."""
    if given.skip_lines is not None:
        return sum(line <= given.skip_lines for line in lines)
    if rows[0][0].lower().startswith("sep=") and len(rows) > 1:
        return 1 + _before(rows[1:], lines[1:], given)
    widths = Counter(map(len, rows))
    width = max(widths, key=lambda size: (widths[size], size))
    start = 0
    for k, row in enumerate(rows[:50]):
        follows = rows[k + 1 : k + 2]
        if not follows:
            break
        # A title, a comment or a line of facts: cells that the table does not have, above a row that is no data.
        is_short = len(row) < width - 1 or (
            len(row) == width - 1 and len(follows[0]) == width and not any(map(_is_value, follows[0]))
        )
        heading = next((r for r in rows[k + 1 : k + 20] if _filled(r) > 1), None)
        is_bare = _filled(row) <= 1 and heading is not None and not any(map(_is_value, heading))
        is_remark = row[0].startswith("#") and (follows[0][0].startswith("#") or len(row) < width)
        if is_short or is_bare or is_remark:
            start = k + 1
        elif len(row) >= width:
            break
    return start if start < len(rows) - 1 else 0


def _header_rows(rows: Rows) -> int:
    """How many rows of names stand above the data: none, one, or several whose cells are no values where values follow."""
    if not _has_header(rows):
        return 0
    count, width = 1, len(rows[0])
    while count < min(5, len(rows) - 1):
        row, below = rows[count], rows[count + 1 : count + 51]
        typed = [
            k for k in range(min(width, len(row))) if 2 * sum(_is_value(r[k]) for r in below if k < len(r)) > len(below)
        ]
        named = [k for k in typed if not is_missing(row[k])]
        if len(row) != width or not named or any(_is_value(row[k]) for k in range(width)):
            break
        # One wrong cell in a row of data is no header: in a header no column of values has a value.
        if len(named) < len(typed) and any(not is_missing(row[k]) for k in range(width) if k not in typed):
            break
        count += 1
    return count


def _has_header(rows: Rows) -> bool:
    first, rest = rows[0], rows[1:51]
    labels = values = 0
    for k, cell in enumerate(first):
        below = [row[k] for row in rest if k < len(row) and not is_missing(row[k])]
        if formats_of(cell) and not PLAIN.fullmatch(cell):
            if any(formats_of(other) and not PLAIN.fullmatch(other) for other in below):
                return False
        elif any(map(_is_value, below)):
            labels += not looks_numeric(cell) and not is_missing(cell)
            values += looks_numeric(cell)
    # `,0` heads a series without a name as pandas writes it: nothing above the dates, a plain count above the values.
    unnamed = first[0] == "" and first[1:] == [str(k) for k in range(len(first) - 1)]
    dated = [row[0] for row in rest if row and formats_of(row[0]) and not PLAIN.fullmatch(row[0])]
    if unnamed and dated and len(first) > 1:
        return True
    years = [int(cell) for cell in first if re.fullmatch(r"1[5-9]\d\d|20\d\d", cell)]
    if len(years) > 2 and len(years) < len(first) and all(b - a == 1 for a, b in pairwise(years)):
        return True  # a row is a series, as the World Bank has them
    return labels > 0 or (values == 0 and any(cell and not looks_numeric(cell) for cell in first))


def _names(header: Rows, width: int) -> list[str]:
    """One name a column: the first row's, with what the others say of it in brackets: `Close (XY)`."""
    names: list[str] = []
    for k in range(width):
        cells = [" ".join(row[k].replace("\ufeff", "").split())[:100] if k < len(row) else "" for row in header]
        filled = list(dict.fromkeys(cell for cell in cells if cell))
        # The column of dates has its own name lowest, under what heads the others.
        is_index = len(header) > 1 and k == 0 and not any(header[-1][1:])
        plain = (
            (filled[-1] if is_index else filled[0] + (f" ({', '.join(filled[1:])})" if filled[1:] else ""))
            if filled
            else ""
        )
        plain = plain or f"column_{k + 1}"
        name, copies = plain, 1
        while name in names:
            copies += 1
            name = f"{plain}_{copies}"
        names.append(name)
    return names


def _without_footer(rows: Rows, lines: list[int], width: int) -> tuple[Rows, list[int], list[str]]:
    """The rows without those at the end that hold no data: empty words, or a remark in the first cell."""
    end = len(rows)
    while end > 1 and width > 1:
        row = rows[end - 1]
        remark = _filled(row) == 1 and bool(row[0]) and not _is_value(row[0])
        if not remark and _filled(row):
            break
        end -= 1
    gone = [rows[k] for k in range(end, len(rows)) if any(rows[k])]
    notes = [f"Rows at the end without data: {len(gone)} ({_short(gone[0])}); they were left out."] if gone else []
    return rows[:end], lines[:end], notes


def _short(row: list[str]) -> str:
    text = ", ".join(cell for cell in row if cell)
    return repr(text if len(text) <= 40 else f"{text[:37]}...")
