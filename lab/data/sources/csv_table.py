"""From the bytes of a CSV file to its cells: encoding, delimiter, what stands before and after the table, its header."""

from __future__ import annotations

import codecs
import contextlib
import csv
import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, MutableSequence, Sequence
from dataclasses import dataclass, replace
from itertools import chain, islice

from lab.data.sources.csv_dialect import delimiter_of
from lab.data.sources.csv_format import CsvFormat, Fault
from lab.data.sources.csv_header import before, column_names, has_unnamed_rows, header_rows, is_footer, short_text
from lab.data.sources.csv_words import clean

MAX_BYTES = 20 * 2**20
MAX_ROWS = 1_000_000
MAX_COLUMNS = 200
HEAD = 1100  # rows; more than can be skipped
KNOWN = 50_000


@dataclass(frozen=True, eq=False)
class Table:
    """The cells of a file: the columns by name, every cell cleaned; `lines` are the rows' lines as an editor counts.

    `format` has what was found of encoding, delimiter, lines to skip and rows of the header. `faults`: rows that are longer than
    the header; what is over is cut off.
    """

    columns: Mapping[str, Sequence[str]]
    lines: Sequence[int]
    format: CsvFormat
    notes: tuple[str, ...] = ()
    faults: tuple[Fault, ...] = ()

    def take(self, kept: list[int]) -> Table:
        """The rows `kept`, by position."""
        columns = {name: [cells[k] for k in kept] for name, cells in self.columns.items()}
        return replace(self, columns=columns, lines=[self.lines[k] for k in kept])


def read_table(data: bytes, given: CsvFormat) -> Table:
    """Take the file apart into columns of cells; ValueError, one sentence, where it cannot be."""
    text, encoding = decode(data, given.encoding)
    delimiter = given.delimiter or delimiter_of(text)
    stream = _rows(text, delimiter)
    head = list(islice(stream, HEAD))  # shows what stands before the table, and its header
    if not head:
        raise ValueError("The file is empty.")
    rows, lines = [row for row, _ in head], [line for _, line in head]
    skipped, notes = before(rows, lines, given), []
    if skipped:
        notes.append(
            f"The first {'line was' if skipped == 1 else f'{skipped} rows were'} skipped as standing before the table: "
            f"{short_text(rows[0])}."
        )
    if given.skip_lines is None and skipped:
        given = replace(given, skip_lines=lines[skipped] - 1 if skipped < len(rows) else lines[-1])
    rows, head = rows[skipped:], head[skipped:]
    if not rows:
        raise ValueError("No line is left to be read; set `data.skip_lines` to fewer.")
    if has_unnamed_rows(rows):
        rows[0] = ["", *rows[0]]  # R's write.table leaves out the name of the column of row names
    rows[0] = [rows[0][0].lstrip("#").strip(), *rows[0][1:]]
    count = header_rows(rows) if given.header_rows is None else given.header_rows
    if count == 0:
        notes.append("The file has no header row; the columns were named column_1, column_2 and so on.")
    if count >= len(rows):
        raise ValueError("The file has a header row and no data under it.")
    width = max(map(len, rows[: max(count, 1)]))
    first = [(row, line) for row, (_, line) in zip(rows, head, strict=True)][count:]
    names = column_names(rows[:count], width)
    del rows, head
    columns, places, short, faults = _columns(chain(first, stream), width)
    if dropped := _without_footer(columns, places):
        notes.append(dropped)
    if short:
        notes.append(f"Rows with fewer cells than the first one: {short:,}; their last cells were taken as empty.")
    found = replace(given, encoding=encoding, delimiter=delimiter, skip_lines=given.skip_lines or 0, header_rows=count)
    return Table(dict(zip(names, columns, strict=True)), places, found, tuple(notes), tuple(faults))


def _columns(
    stream: Iterable[tuple[list[str], int]], width: int
) -> tuple[list[list[str]], MutableSequence[int], int, list[Fault]]:
    """The cells by column, the line of each row, how many rows are short, and those that are too long."""
    columns: list[list[str]] = [[] for _ in range(width)]
    add = [column.append for column in columns]
    places, short, faults = array("q"), 0, list[Fault]()
    # Values come again and again: one text for all of a kind saves the memory of the others.
    known: dict[str, str] = {}
    for row, line in stream:
        if len(row) != width:
            if len(row) > width and any(row[width:]):
                sentence = f"Line {line} has {len(row)} cells, but the first row has {width}."
                faults.append(Fault(sentence, (line,), ("data.delimiter", "data.skip_lines")))
            if len(row) < width:
                short += any(row)
            row = (row + [""] * width)[:width]
        if len(known) < KNOWN:
            row = [known.setdefault(cell, cell) for cell in row]
        else:
            row = [known.get(cell, cell) for cell in row]
        for append, cell in zip(add, row, strict=True):
            append(cell)
        places.append(line)
    return columns, places, short, faults


def _without_footer(columns: list[list[str]], places: MutableSequence[int]) -> str:
    """Drop the rows at the end that hold no data, empty words or a remark in the first cell; the note on them."""
    gone = []
    while len(places) > 1 and len(columns) > 1:
        row = [column[-1] for column in columns]
        if not is_footer(row):
            break
        gone += [row] if any(row) else []
        for column in columns:
            del column[-1]
        del places[-1]
    return f"Rows at the end without data: {len(gone)} ({short_text(gone[-1])}); they were left out." if gone else ""


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
    reader = csv.reader(_lines(text), delimiter=given.delimiter or delimiter_of(text))
    wanted, found, line = set(also), dict[int, list[str]](), 1
    with contextlib.suppress(csv.Error):
        for row in reader:
            if row and (len(found) < count or line in wanted):
                found[line] = [clean(cell)[:100] for cell in row[:MAX_COLUMNS]]
            line = reader.line_num + 1
            if line > max(wanted, default=0) and len(found) >= count:
                break
    return found


def _lines(text: str) -> Iterator[str]:
    """The lines with their ends, whatever those are; `io.StringIO` would take four bytes a character for them."""
    return (match[0] for match in re.finditer(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+", text))


def _rows(text: str, delimiter: str) -> Iterator[tuple[list[str], int]]:
    """The rows that have cells, each cleaned, with its line; ValueError, one sentence, where the text is no table."""
    reader = csv.reader(_lines(text), delimiter=delimiter, strict=True)
    tidy = str.strip if text.isascii() else clean
    line, count = 1, 0
    try:
        for row in reader:
            if len(row) > MAX_COLUMNS:
                raise ValueError(f"Line {line} has {len(row):,} columns; at most {MAX_COLUMNS} can be read.")
            # An empty line is no row; a line of one quoted empty cell is a row that lacks its value.
            if row:
                count += 1
                yield list(map(tidy, row)), line
            if count > MAX_ROWS + 1:
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
