"""Where the table in a file begins, how many rows of names it has, and what stands under it that is no data."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

from lab.data.sources.csv_dates import PLAIN, formats_of
from lab.data.sources.csv_format import CsvFormat
from lab.data.sources.csv_numbers import looks_numeric
from lab.data.sources.csv_words import is_missing

Rows = list[list[str]]


def _is_value(cell: str) -> bool:
    """A number or a date, so nothing that names a column."""
    return looks_numeric(cell) or bool(formats_of(cell))


def _filled(row: list[str]) -> int:
    return sum(not is_missing(cell) for cell in row)


def before(rows: Rows, lines: list[int], given: CsvFormat) -> int:
    """How many rows stand before the header: given as lines, or shorter than the table, or with little in them."""
    if given.skip_lines is not None:
        return sum(line <= given.skip_lines for line in lines)
    if rows[0][0].lower().startswith("sep=") and len(rows) > 1:
        return 1 + before(rows[1:], lines[1:], given)
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
        is_fact = any(map(_is_written_date, row)) and _is_heading(rows, k + 1)
        is_remark = row[0].startswith("#") and (follows[0][0].startswith("#") or len(row) < width)
        if is_short or is_bare or is_remark or is_fact:
            start = k + 1
        elif len(row) >= width:
            break
    return start if start < len(rows) - 1 else 0


def _is_written_date(cell: str) -> bool:
    return bool(formats_of(cell)) and not PLAIN.fullmatch(cell)


def _is_heading(rows: Rows, k: int) -> bool:
    """Whether a row names columns, all of them, of which the one below has values."""
    row = rows[k] if k + 1 < len(rows) else []
    return bool(row) and all(row) and not any(map(_is_value, row)) and any(map(_is_value, rows[k + 1]))


def has_unnamed_rows(rows: Rows) -> bool:
    """Whether every row begins with a name of its own, for which the header has no cell."""
    if len(rows) < 3 or len(rows[1]) != len(rows[0]) + 1:
        return False
    first = [row[0] for row in rows[1:]]
    wider = all(len(row) == len(rows[0]) + 1 for row in rows[1:])
    return wider and len(set(first)) == len(first) and not any(map(_is_value, rows[0]))


def header_rows(rows: Rows) -> int:
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


def column_names(header: Rows, width: int) -> list[str]:
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


def is_footer(row: list[str]) -> bool:
    """Whether a row at the end holds no data: nothing but words for what is missing, or a remark in the first cell."""
    filled = _filled(row)
    return not filled or (filled == 1 and bool(row[0]) and not _is_value(row[0]))


def short_text(row: list[str]) -> str:
    """A row in a sentence, short."""
    text = ", ".join(cell for cell in row if cell)
    return repr(text if len(text) <= 40 else f"{text[:37]}...")
