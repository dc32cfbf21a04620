"""Calendars of dates, and the season as a duration: last season is the value at that time, whatever is missing between."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from lab.data.arrays import Array
from lab.data.calendars import calendar, stamp_text
from lab.data.series import Series
from lab.data.sources.gaps import describe, fill, season
from lab.scoring import baselines


def series_on(index: Array, values: Array | None = None) -> Series:
    index = np.asarray(index).astype("M8[us]")
    values = np.arange(len(index), dtype=float) if values is None else values
    return Series(values, index, ("x",), ("",), "Test", "Tests.")


WEEKDAYS = pd.bdate_range("2023-01-02", "2023-12-29").to_numpy()
HOURS = np.array([np.datetime64(f"{str(day)[:10]}T{h:02}:30") for day in WEEKDAYS for h in range(9, 16)])


@pytest.mark.parametrize(
    ("index", "alias", "steps"),
    [
        (pd.date_range("2020-01-01", periods=30, freq="MS"), "MS", 12),
        (pd.date_range("2020-01-01", periods=30, freq="ME"), "ME", 12),
        (pd.date_range("2020-01-01", periods=30, freq="BME"), "BME", 12),
        (pd.date_range("2020-01-15", periods=30, freq="MS") + pd.Timedelta(days=14), "MS", 12),
        (pd.date_range("2020-01-01", periods=30, freq="QS"), "3MS", 4),
        (pd.date_range("2020-01-01", periods=30, freq="YS"), "YS", 1),
        (pd.date_range("2020-01-01", periods=30, freq="D"), "D", 7),
        (pd.date_range("2020-01-01", periods=30, freq="7D"), "7D", 52),
        (pd.date_range("2020-01-01", periods=60, freq="h"), "h", 24),
        (pd.date_range("2020-01-01", periods=60, freq="15min"), "15min", 96),
        (WEEKDAYS, "B", 5),
        (np.delete(WEEKDAYS, [7, 8, 40, 41, 90]), "B", 5),
        (np.sort(np.append(WEEKDAYS, np.datetime64("2023-06-17"))), "B", 5),
        (np.sort(np.append(WEEKDAYS, [np.datetime64("2023-06-17"), np.datetime64("2023-06-18")])), "B", 5),
        (HOURS, "h", 7),
        (np.delete(HOURS, [3, 50, 51, 200]), "h", 7),
        (np.append(HOURS, np.datetime64("2023-12-30T10:30")), "h", 7),
    ],
)  # fmt: skip
def test_the_calendar_and_its_season(index: Array, alias: str, steps: int) -> None:
    series = describe(series_on(np.asarray(index)))
    assert (series.frequency, season(series)) == (alias, steps)
    found = calendar(series.index)
    assert found is not None
    on = found.on
    assert np.array_equal(found.stamps(found.positions[on]).astype("M8[us]"), series.index[on])
    assert (np.diff(found.positions) >= 0).all()
    assert (np.diff(found.positions[on]) > 0).all()


def test_an_exception_leaves_the_rest_as_it_was() -> None:
    plain = series_on(WEEKDAYS, np.array([10.0 * (1 + k % 5) for k in range(len(WEEKDAYS))]))
    saturday = np.datetime64("2023-06-17")
    at = int(np.searchsorted(WEEKDAYS, saturday))
    other = series_on(np.insert(WEEKDAYS, at, saturday), np.insert(plain.values[:, 0], at, 33.0))
    for series in (plain, other):
        start = at - 20
        last = baselines.seasonal_naive(series.values[:, 0], start, len(series), 5, series.positions)
        kept = ~np.isin(series.index[start:], [saturday])
        assert np.array_equal(last[kept], series.values[start:, 0][kept])
    full = fill(describe(other), "ffill")
    assert np.array_equal(full.index, WEEKDAYS.astype("M8[us]"))
    assert "beside the calendar (B)" in full.notes[-1]
    assert "2023-06-17" in full.notes[-1]


def test_last_season_is_the_value_at_that_time_or_the_last_before_it() -> None:
    days = np.arange("2024-01-01", "2024-02-01", dtype="M8[D]")
    there = np.delete(np.arange(31), [10, 11])  # the 11th and the 12th are missing
    series = series_on(days[there], there.astype(float))
    last = baselines.seasonal_naive(series.values[:, 0], 15, len(series), 7, series.positions)
    wanted = [k - 7 if k - 7 in there else 9 for k in there[15:]]
    assert last.tolist() == wanted
    history = series.values[:20, 0]
    path = baselines.seasonal_naive_path(history, 9, 7, series.positions[:29])
    end = int(there[19])
    seasons = [int(np.ceil((k - end) / 7)) * 7 for k in there[20:29]]
    assert path.tolist() == [float(k - s) for k, s in zip(there[20:29], seasons, strict=True)]


def test_the_future_goes_on_in_the_calendar() -> None:
    hours = series_on(HOURS)
    assert hours.future_index(3).astype(str).tolist() == [f"2024-01-01T{h:02}:30:00.000000" for h in (9, 10, 11)]
    assert series_on(WEEKDAYS).future_index(2).astype("M8[D]").astype(str).tolist() == ["2024-01-01", "2024-01-02"]
    ends = series_on(pd.date_range("2024-01-01", periods=5, freq="ME").to_numpy())
    assert ends.future_index(2).astype("M8[D]").astype(str).tolist() == ["2024-06-30", "2024-07-31"]
    odd = series_on(np.array(["2020-01-01", "2020-01-03", "2020-01-08", "2020-01-09", "2020-01-20"], dtype="M8[D]"))
    assert odd.positions.tolist() == [0, 1, 2, 3, 4]
    assert len(odd.future_index(2)) == 2


@pytest.mark.parametrize("text", ["2024-01-01", "2024-01-01 02:00", "2024-01-01 02:00:05", "2024-01-01 10:00:00.25"])
def test_a_date_in_a_sentence_has_no_noughts_at_its_end(text: str) -> None:
    assert stamp_text(np.datetime64(text)) == text
    assert stamp_text(np.float64(3)) == "3"
