"""What the command line prints and pages save: tables for people, JSON and CSV for programs."""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterable, Sequence

import numpy as np

from lab.data.arrays import FloatArray
from lab.data.calendars import time_stamps
from lab.data.series import Series
from lab.runs.run import Run
from lab.scoring.forecaster import Forecast


def forecast_csv(series: Series, forecast: Forecast, ends: tuple[FloatArray, FloatArray] | None = None) -> str:
    """A forecast as a CSV file, `date` (or `time`) and `forecast` (or the targets), in the decimal mark of the user's own file.

    With the `ends` of an interval, `(steps, targets)` each, the columns `from` and `to` follow each forecast; empty where one is nan.

    Where that is a comma, semicolons stand between the cells, as spreadsheets of the same countries expect.
    """
    mark, several, out = series.decimal, forecast.mean.ndim > 1, io.StringIO()
    writer = csv.writer(out, delimiter="," if mark == "." else ";", lineterminator="\n")
    names = [in_a_cell(name) for name in forecast.names] if several else ["forecast"]
    rows = forecast.mean.reshape(len(forecast.index), -1)
    if ends is not None:
        names = [
            head for name in names for head in (name, *((f"{name} from", f"{name} to") if several else ("from", "to")))
        ]
        rows = np.stack([rows, *ends], axis=-1).reshape(len(rows), -1)
    writer.writerow(["date" if series.is_dated else "time", *names])
    for time, row in zip(time_stamps(forecast.index), rows, strict=True):
        stamp = str(time) if series.is_dated else str(time).replace(".", mark)  # a date has no decimal mark
        writer.writerow([stamp, *("" if np.isnan(value) else repr(float(value)).replace(".", mark) for value in row)])
    return out.getvalue()


def in_a_cell(text: str) -> str:
    """Somebody's text for a table that can be downloaded: a spreadsheet would take what begins so for a formula."""
    return f"'{text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text


def print_notes(notes: Iterable[str]) -> None:
    """What a reader of the data should know, on stderr."""
    for note in notes:
        print(f"note: {note}", file=sys.stderr)


def milestones(last: int) -> set[int]:
    """Epochs 0, 1, 2, 5, 10, 20, 50, ... and the last."""
    return {0, last} | {m * 10**k for k in range(6) for m in (1, 2, 5) if m * 10**k <= last}


def scores_table(run: Run) -> None:
    """The run's scores on the test part and a sentence on them, once it is over."""
    if rows := run.scores():
        report = run.task.report(rows)
        table(report.heads, report.rows)
        print(report.sentence)


def table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A table as wide as the terminal, or as 160 characters."""
    from rich.console import Console
    from rich.table import Table

    table = Table(box=None, pad_edge=False, header_style="bold")
    for head in heads:
        table.add_column(head, overflow="fold")
    for row in rows:
        table.add_row(*row)
    Console(width=None if sys.stdout.isatty() else 160, highlight=False, markup=False).print(table)


def print_json(tree: object) -> None:
    """One JSON document."""
    print(json.dumps(tree, indent=2))
