"""The columns of numbers of a table: which there are, what they are worth, and what keeps one from being learned."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from lab.data.sources.base import shown
from lab.data.sources.csv_format import NO_DATES, THOUSANDS, CsvError, CsvFormat, Fault, on_lines, some
from lab.data.sources.csv_numbers import Column, looks_numeric, marks, numbers
from lab.data.sources.csv_shape import is_counter
from lab.data.sources.csv_table import Table
from lab.data.sources.csv_time import Time

# What instruments and archives write for a missing value.
STAND_INS = (-99.0, -99.9, -200.0, -999.0, -999.9, -9999.0, -99999.0, 9999.0, 99999.0, 999999.0)


def numeric(table: Table, time: Time) -> tuple[dict[str, Column], CsvFormat, list[str], list[Fault]]:
    """The columns of numbers, the format with what was found, notes, and what is wrong."""
    given = table.format
    values = {name: cells for name, cells in table.columns.items() if name not in time.columns}
    decimal, thousands, doubtful = marks(values.values(), given.delimiter or ",", given.decimal, given.thousands)
    format_ = replace(
        given,
        decimal=decimal,
        thousands=thousands,
        date_column=",".join(time.columns) or NO_DATES,
        date_format=time.form or None,
        orient=given.orient or "columns",
    )
    faults, notes = [], []
    if doubtful:
        name, line, cell = next(
            (name, table.lines[k], cell)
            for name, cells in values.items()
            for k, cell in enumerate(cells)
            if doubtful in cell
        )
        word = {".": "point", ",": "comma"}[doubtful]
        faults.append(
            Fault(
                f"Numbers such as {shown(cell)} on line {line}, column {shown(name)}, can have thousands or decimals; set "
                f"`data.thousands` to {word}, or `data.decimal` to {word}.",
                (line,),
                ("data.thousands", "data.decimal"),
            )
        )
    elif thousands and given.thousands is None:
        notes.append(
            f"Numbers were read with {THOUSANDS[thousands]} between thousands, so that {_example(values, thousands)}."
        )
    columns: dict[str, Column] = {}
    for name, cells in values.items():
        column = numbers(cells, decimal, thousands)
        filled = int((~np.isnan(column.values)).sum()) + len(column.bad)
        if filled and 2 * len(column.bad) <= filled and name not in time.others:
            columns[name] = column
    left_out = [name for name in values if name not in columns and name not in time.others]
    if left_out:
        more = f" and {len(left_out) - 5} more" if len(left_out) > 5 else ""
        notes.append(f"Columns without numbers were left out: {', '.join(map(shown, left_out[:5]))}{more}.")
    if time.others:
        notes.append(f"Columns of time besides the dates were left out: {some(list(time.others))}.")
    for name in [
        name
        for name, column in columns.items()
        if len(columns) > 1 and is_counter(name, column.values, unnamed=_is_unnamed(table, name))
    ]:
        if len(columns) > 1:
            del columns[name]
            notes.append(f"The column {shown(name)} only numbers the rows; it was left out.")
    notes += [note for name, column in columns.items() if (note := _stand_in(name, column))]
    if not columns:
        faults.append(
            Fault("The file has no column of numbers.", (), ("data.delimiter", "data.decimal", "data.skip_lines"))
        )
    return columns, format_, notes, faults


def _stand_in(name: str, column: Column) -> str:
    """A note where a number such as -200 or 9999 comes again and again, far from all others: it may stand for a missing value."""
    known = column.values[np.isfinite(column.values)]
    for value in STAND_INS:
        others = known[known != value]
        count = known.size - others.size
        if count < 2 or others.size < 4:
            continue
        with np.errstate(over="ignore", invalid="ignore"):
            low, high = np.percentile(others, (5, 95))
            is_far = value < others.min() - 3 * (high - low) or value > others.max() + 3 * (high - low)
        if is_far:
            return (
                f"The column {shown(name)} has {value:g} {count:,} times, far from its other values; where that stands for a "
                f"missing value, set `data.missing` to {value:g}."
            )
    return ""


def _is_unnamed(table: Table, name: str) -> bool:
    """Whether a file that has a header has none for this column."""
    return bool(table.format.header_rows) and name == "column_1"


def _example(columns: Mapping[str, Sequence[str]], mark: str) -> str:
    cell = next(cell for cells in columns.values() for cell in cells if mark in cell and looks_numeric(cell))
    return f"{cell} is {re.sub(re.escape(mark), '', cell)}"


def broken(name: str, table: Table, column: Column) -> CsvError | None:
    """What keeps a column of numbers from being learned: cells that are none."""
    cells, faults = table.columns[name], []
    endless = np.flatnonzero(np.isinf(column.values)).tolist()
    for rule, rows in (("numbers", column.bad), ("finite numbers", endless)):
        if rows:
            lines, wrong = [table.lines[k] for k in rows], [cells[k] for k in rows]
            faults.append(
                on_lines(f"The column {shown(name)} should hold {rule}", lines, wrong, ("data.decimal", "data.missing"))
            )
    return CsvError(faults) if faults else None
