"""A forecast as a CSV file, written as the user's own file is."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import numpy as np
import pytest

import lab
from lab.cli.tables import forecast_csv
from lab.config.sections import DataConfig
from lab.data.series_file import load_series, save_series
from lab.scoring.forecaster import Forecast

DAYS = np.arange("2024-01-01", "2024-02-10", dtype="datetime64[D]")


def written(folder: Path, mark: str, delimiter: str, *, dated: bool = True) -> lab.RunConfig:
    """The config of a run on a CSV file with this decimal mark."""
    times = [str(day) for day in DAYS] if dated else range(len(DAYS))
    cells = [f"{10 + 0.25 * (k % 7):.2f}".replace(".", mark) for k in range(len(DAYS))]
    rows = "".join(f"{time}{delimiter}{cell}\n" for time, cell in zip(times, cells, strict=True))
    path = folder / "sales.csv"
    path.write_text(f"day{delimiter}sales\n{rows}", encoding="utf-8")
    return lab.RunConfig(data=DataConfig(name="csv", options=(("path", str(path)),)))


def forecast(config: lab.RunConfig) -> tuple[lab.Series, Forecast]:
    series = lab.load_series(config.data)
    return series, Forecast(series.future_index(3), np.array([1.5, -0.25, 1234567.125]), len(series), "recursive")


@pytest.mark.parametrize(("mark", "delimiter"), [(".", ","), (",", ";")])
def test_it_has_date_and_forecast_in_the_decimal_mark_of_the_file(tmp_path: Path, mark: str, delimiter: str) -> None:
    config = written(tmp_path, mark, delimiter)
    series = lab.load_series(config.data)
    assert series.decimal == mark
    save_series(tmp_path / "series.npz", series)
    assert load_series(tmp_path / "series.npz").decimal == mark
    text = forecast_csv(*forecast(config))
    rows = list(csv.reader(io.StringIO(text), delimiter=delimiter))
    assert rows[0] == ["date", "forecast"]
    assert [row[0] for row in rows[1:]] == ["2024-02-10", "2024-02-11", "2024-02-12"]
    assert [row[1] for row in rows[1:]] == [v.replace(".", mark) for v in ("1.5", "-0.25", "1234567.125")]


def test_other_data_have_a_point_and_their_time(lab_home: Path) -> None:
    config = lab.RunConfig()
    series, coming = forecast(config)
    rows = list(csv.reader(io.StringIO(forecast_csv(series, coming))))
    assert rows[0] == ["time", "forecast"]
    assert [float(row[0]) for row in rows[1:]] == pytest.approx(series.future_index(3).tolist())
    assert [float(row[1]) for row in rows[1:]] == [1.5, -0.25, 1234567.125]


def test_times_that_are_numbers_have_the_mark_too(tmp_path: Path) -> None:
    config = written(tmp_path, ",", ";", dated=False)
    series = lab.load_series(config.data)
    halves = Forecast(series.future_index(2) + 0.5, np.array([0.5, 2.0]), len(series), "recursive")
    assert forecast_csv(series, halves) == "time;forecast\n40,5;0,5\n41,5;2,0\n"
