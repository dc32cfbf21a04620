"""How the inputs that a network reads and does not forecast go on beyond the data: from a file of the user's own."""

from __future__ import annotations

import numpy as np

from lab.data.arrays import FloatArray
from lab.data.calendars import stamp_text
from lab.data.prepared import Prepared
from lab.data.sources.base import shown
from lab.data.sources.csv_file import CsvFormat, read_csv


def read_others(data: bytes, name: str, prepared: Prepared, steps: int) -> FloatArray:
    """`(steps, other inputs)` in their own units, in the order of `prepared.other_names`, from a CSV file.

    Of a series with dates each row is found by its date; of one without, the rows are taken as they stand.

    Args:
        data, name: the file's bytes, and what its owner calls it.
        steps: how many are needed from the end of the series on.

    Raises:
        ValueError: the file is no series, lacks a column, or does not reach as far as the forecast; one sentence.
    """
    series = read_csv(data, CsvFormat(), name).series
    lacking = [column for column in prepared.other_names if column not in series.names]
    if lacking:
        raise ValueError(
            f"The file {shown(name)} must have the columns {', '.join(prepared.other_names)}; "
            f"it has {', '.join(series.names)}."
        )
    columns = [series.names.index(column) for column in prepared.other_names]
    if not prepared.series.is_dated:
        if len(series) < steps:
            raise ValueError(f"The file {shown(name)} must have {steps} rows, one for each step; it has {len(series)}.")
        return _whole(series.values[:steps, columns], name)
    if not series.is_dated:
        raise ValueError(f"The file {shown(name)} must have a column of dates, as the run's own data do; it has none.")
    wanted = prepared.series.future_index(steps).astype(series.index.dtype)
    places = np.searchsorted(series.index, wanted).clip(max=len(series) - 1)
    absent = wanted[series.index[places] != wanted]
    if len(absent):
        first, last = stamp_text(series.index[0]), stamp_text(series.index[-1])
        raise ValueError(
            f"The file {shown(name)} must have a row for each date of the forecast, {stamp_text(wanted[0])} to "
            f"{stamp_text(wanted[-1])}; it reaches from {first} to {last}, without {stamp_text(absent[0])}."
        )
    return _whole(series.values[places][:, columns], name)


def _whole(values: FloatArray, name: str) -> FloatArray:
    if not np.isfinite(values).all():
        raise ValueError(f"The file {shown(name)} must have a number for each step of the forecast; some are missing.")
    return values
