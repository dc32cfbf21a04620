"""How a CSV file is read, as a tree of plain values: for the command line, and for whoever prepares a file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np

from lab.cli.tables import table
from lab.config.run import RunConfig
from lab.config.text import cell
from lab.data.calendars import time_stamps
from lab.data.sources import between, csv_of, gaps, load_all, target_of


def inspect(path: str, settings: Mapping[str, object] | None = None) -> dict[str, Any]:
    """What the file at `path` holds, read with the `data.*` settings given.

    Returns:
        `rows`, `start`, `end` (dates as text, or row numbers), `frequency` (a pandas offset alias), `missing` (steps of the calendar
        and cells that the learned column lacks), `season` (steps), `column` (the one a run would learn), `columns` (`name`,
        `first`, `last`, `unit` of each column of numbers), `notes`, and `read`: how it was read.

    Raises:
        ValueError: it cannot be read, or something must be settled first.
    """
    given = {"data.name": "csv", "data.path": path, **(settings or {})}
    config = RunConfig().with_settings(given).data
    raw = between(load_all(config), config.start, config.end)
    column = target_of(raw, config)
    learned = gaps.describe(raw.column(column))
    stamps = time_stamps(raw.index[[0, -1]]) if raw.is_dated else [int(k) for k in raw.index[[0, -1]]]
    _, form, date_columns = csv_of(config).read()
    read = asdict(form)
    options = ("zone", "orient", "row", "series", "duplicates", "missing")
    return {
        "rows": len(raw),
        "start": stamps[0],
        "end": stamps[1],
        "frequency": raw.frequency,
        "missing": learned.missing,
        "season": raw.season_length,
        "column": column,
        "columns": [
            {"name": name, "first": _value(values[0]), "last": _value(values[-1]), "unit": unit}
            for name, values, unit in zip(raw.names, raw.values.T, raw.units, strict=True)
        ],
        "notes": list(raw.notes),
        "read": {
            "delimiter": form.delimiter,
            "decimal": form.decimal,
            "thousands": form.thousands,
            "encoding": form.encoding,
            "date_columns": list(date_columns),
            "date_format": form.date_format,
            "skipped_lines": form.skip_lines,
            "header_rows": form.header_rows,
            **{key: read[key] for key in options if read[key] is not None},
        },
    }


def print_inspection(found: Mapping[str, Any]) -> None:
    """What `inspect` found, as tables for people."""
    table(
        ["what", "value"],
        [[key, cell(found[key])] for key in ("rows", "start", "end", "frequency", "missing", "season", "column")],
    )
    table(
        ["column", "first", "last", "unit"],
        [[c["name"], cell(c["first"]), cell(c["last"]), c["unit"]] for c in found["columns"]],
    )
    read = {
        k: ", ".join(v) if isinstance(v, list) else repr(v) if isinstance(v, str) else str(v)
        for k, v in found["read"].items()
    }
    table(["read with", "value"], [[key, value] for key, value in read.items()])


def _value(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
