"""Tables that are no plain series yet: several series stacked, a row that is a series, dates that occur more than once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np

from lab.data.arrays import Array, FloatArray
from lab.data.sources.base import shown
from lab.data.sources.csv_dates import read, readings
from lab.data.sources.csv_format import CsvError, Fault, some
from lab.data.sources.csv_numbers import looks_numeric
from lab.data.sources.csv_table import Table
from lab.data.sources.csv_time import Time
from lab.data.sources.csv_words import is_missing, names_a_counter, words

MOST_CHOICES = 1000
TURNED = "time"  # what the column of the turned headings is called


def turned(table: Table) -> Table:
    """The table, or where each row is a series and `row` names one, that row as a column. CsvError where it must be asked."""
    given = table.format
    if given.row is not None and given.orient is None:
        given = replace(given, orient="rows")
    if given.orient == "columns":
        return table
    labels, steps = _labels_and_steps(table)
    dated = any(readings(table.columns[name][:500]) for name in labels)
    if given.orient is None and (dated or not (labels and len(steps) > 2 and _are_steps(steps))):
        return table
    rows = _row_names(table, labels)
    if given.orient is None or given.row is None:
        rule = (
            "Each row of the file seems to be a series" if given.orient is None else "Each row of the file is a series"
        )
        ask = "set `data.orient` to rows and `data.row` to one" if given.orient is None else "set `data.row` to one"
        settings = ("data.orient", "data.row")
        raise CsvError(
            [
                Fault(
                    f"{rule}; {ask} of {some(list(rows))}, or `data.orient` to columns.",
                    (),
                    settings,
                    tuple(rows)[:MOST_CHOICES],
                )
            ]
        )
    chosen = next((k for name, k in rows.items() if name == given.row), None)
    if chosen is None:
        chosen = next((k for name in labels for k, cell in enumerate(table.columns[name]) if cell == given.row), None)
    if chosen is None:
        raise ValueError(f"`data.row` must be one of {some(list(rows))}; received {shown(given.row)}.")
    cells = [table.columns[name][chosen] for name in steps]
    end = max((k + 1 for k, cell in enumerate(cells) if not is_missing(cell)), default=0)  # rows of unequal length
    columns = {given.row: tuple(cells[:end])}
    if readings(steps):
        columns = {TURNED: tuple(steps[:end]), **columns}
    line = table.lines[chosen]
    note = f"The row {shown(given.row)} on line {line} was read as the series."
    return Table(columns, [line] * end, given, (*table.notes, note), table.faults)


def _labels_and_steps(table: Table) -> tuple[list[str], list[str]]:
    """The columns that name a row, and those that are its steps: numbers, up to the last column."""
    names = list(table.columns)
    first = len(names)
    while first > 0 and _is_numeric(table.columns[names[first - 1]]):
        first -= 1
    # Numbers may also say where a row is from: latitude and longitude, before the dates.
    for start in range(first, min(first + 5, len(names) - 2)):
        if _are_steps(names[start:]):
            return names[:start], names[start:]
    return names[:first], names[first:]


def _is_numeric(cells: Sequence[str]) -> bool:
    known = [cell for cell in cells[:200] if not is_missing(cell)]
    return all(map(looks_numeric, known))


def _are_steps(names: list[str]) -> bool:
    """Whether headings count steps (`V1`, `V2`, ...) or are dates, one after the other."""
    counted = [re.fullmatch(r"([A-Za-z_ ]*)(\d+)", name) for name in names]
    if all(counted) and len({match[1] for match in counted if match}) == 1:
        numbers = [int(match[2]) for match in counted if match]
        if numbers[0] in (0, 1, 2) and all(b - a == 1 for a, b in pairwise(numbers)):
            return True
    forms = readings(names)
    if not forms or np.isnat(read(names, forms[0])).any():
        return False
    plain = all(name.isdecimal() for name in names)
    years = plain and all(len(name) == 4 and 1500 <= int(name) < 2200 for name in names)
    return not plain or (years and all(int(b) > int(a) for a, b in pairwise(names)))


def _row_names(table: Table, labels: list[str]) -> dict[str, int]:
    """Each row's name and position: the first column of names that are all different, else all of them together."""
    for name in labels:
        if len(set(table.columns[name])) == len(table.lines):
            return {cell: k for k, cell in enumerate(table.columns[name])}
    joined = (
        [", ".join(cells) for cells in zip(*(table.columns[name] for name in labels), strict=True)] if labels else []
    )
    return {name: k for k, name in enumerate(joined)} or {str(k + 1): k for k in range(len(table.lines))}


def one_of_stacked(table: Table, time: Time) -> tuple[Array, str] | None:
    """The rows of the series that the format names, with a note; None where the file holds one series.

    CsvError where it holds several and the format names none: each date occurs once for each value of another column.
    """
    given = table.format
    stamps = time.stamps[~np.isnat(time.stamps)] if time.columns else time.stamps
    twice = time.columns and len(np.unique(stamps)) < len(stamps)
    if not twice and given.series is None:
        return None
    key = _key_columns(table, time)
    if not key:
        if given.series is not None:
            raise ValueError(
                f"`data.series` must be empty for a file that holds one series; received {shown(given.series)}."
            )
        return None
    labels = np.array(
        [", ".join(cells) for cells in zip(*(table.columns[name] for name in key), strict=True)], dtype=object
    )
    names = list(dict.fromkeys(labels.tolist()))
    if given.series is None:
        of = " and ".join(map(shown, key))
        raise CsvError([
            Fault(
                f"The file holds {len(names)} series, one above the other, by the column {of}; set `data.series` to one of {some(names)}.",
                (),
                ("data.series",),
                tuple(names[:MOST_CHOICES]),
            )
        ])  # fmt: skip
    rows = np.flatnonzero(labels == given.series)
    if not rows.size:
        raise ValueError(f"`data.series` must be one of {some(names)}; received {shown(given.series)}.")
    return rows, f"Of {len(names)} series in the file this is {given.series}."


def _key_columns(table: Table, time: Time) -> tuple[str, ...]:
    """The fewest columns, up to three, of whose values every date has each at most once; none where there are no such."""
    stamps = time.stamps.astype(np.int64)
    # A column of names, or of few numbers, each on many rows; where there are both, names go first.
    able = [
        name
        for name in table.columns
        if name not in time.columns and name not in time.others and _repeats(table.columns[name])
    ]
    unique, counts = np.unique(stamps, return_counts=True)
    if 2 * int((counts > 1).sum()) < len(unique):
        # Few dates occur again: by chance any column of small numbers would tell them apart, so that only names count.
        able = [name for name in able if not _is_numeric(table.columns[name])]
    able.sort(key=lambda name: _is_numeric(table.columns[name]))
    for count in (1, 2, 3):
        for names in combinations(able[:8], count):
            rows = set(zip(stamps.tolist(), *(table.columns[name] for name in names), strict=True))
            if len(rows) == len(table.lines):
                return names
    return ()


def _repeats(cells: Sequence[str]) -> bool:
    counts = Counter(cells)
    if len(counts) < 2 or any(is_missing(cell) for cell in counts):
        return False
    # Values may repeat by chance; what names a series is on at least two rows for each of its own, and is whole.
    numeric = _is_numeric(cells)
    return min(counts.values()) >= 2 and (not numeric or all(cell.isdecimal() for cell in counts))


def merged(stamps: Array, values: FloatArray, how: str) -> tuple[Array, FloatArray]:
    """One row a date, sorted: of rows with the same date the first, the last, their mean or their sum. NaN counts as absent."""
    unique, group = np.unique(stamps, return_inverse=True)
    result = np.full((len(unique), values.shape[1]), np.nan)
    if how in ("first", "last"):
        order = np.arange(len(stamps))[:: -1 if how == "first" else 1]
        result[group[order]] = values[order]
        return unique, result
    known = ~np.isnan(values)
    for k in range(values.shape[1]):
        sums = np.bincount(group, np.where(known[:, k], values[:, k], 0.0), len(unique))
        counts = np.bincount(group, known[:, k], len(unique))
        result[:, k] = np.where(counts > 0, sums / np.where((how == "mean") & (counts > 0), counts, 1), np.nan)
    return unique, result


def is_counter(name: str, values: FloatArray, *, unnamed: bool) -> bool:
    """Whether a column only numbers the rows: by its name, and by steps of one; one without a name, or called an index, may
    leave numbers out, as a table does that was cut out of another."""
    with np.errstate(over="ignore", invalid="ignore"):
        steps = np.diff(values)
    if not names_a_counter(name) or not steps.size:
        return False
    if unnamed or {"unnamed", "index", "rownames"} & set(words(name)):
        return bool((steps > 0).all()) and bool((values == np.round(values)).all())
    return bool((steps == 1).all()) and values[0] in (0.0, 1.0)
