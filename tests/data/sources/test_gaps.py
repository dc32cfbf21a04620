from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lab.data.arrays import Array
from lab.data.calendars import calendar
from lab.data.series import Series
from lab.data.sources.gaps import LONGEST, describe, fill

ALIASES = ["D", "B", "h", "15min", "s", "7D", "MS", "ME", "3MS", "YS", "YE", "2h"]


def series_on(index: Array, values: Array | None = None) -> Series:
    values = np.arange(len(index), dtype=float) if values is None else values
    return Series(values, np.asarray(index).astype("M8[us]"), ("x",), ("",), "Test", "Tests.")


@st.composite
def holey(draw: st.DrawFn) -> tuple[str, Array, Array]:
    """An alias, its whole calendar, and which of its steps are there: both ends and at least four in five."""
    alias = draw(st.sampled_from(ALIASES))
    year = draw(st.integers(1900, 2090))
    whole = pd.date_range(f"{year}-03-02", periods=draw(st.integers(12, 80)), freq=alias).to_numpy()
    inner = st.integers(1, len(whole) - 2)
    gone = draw(st.sets(inner, max_size=len(whole) // 5))
    return alias, whole, np.array([i for i in range(len(whole)) if i not in gone])


TWELVE_WEEKDAYS = pd.date_range("1900-03-02", periods=12, freq="B").to_numpy()


@given(holey())
@example(("B", TWELVE_WEEKDAYS, np.array([0, 1, 3, 5, 6, 7, 8, 9, 10, 11])))  # most steps cross a gap or a weekend
def test_a_calendar_is_found_and_completed_whatever_is_missing(case: tuple[str, Array, Array]) -> None:
    alias, whole, there = case
    series = series_on(whole[there], np.sin(there))
    for how in ("ffill", "interpolate"):
        full = fill(series, how)
        assert full.frequency == alias
        assert full.missing == len(whole) - len(there) == full.filled.sum()
        assert np.array_equal(full.index, whole.astype("M8[us]"))
        assert np.array_equal(full.values[there], series.values)
        assert not np.isnan(full.values).any()
        assert full.values.min() >= series.values.min()
        assert full.values.max() <= series.values.max()
    left = fill(series, "leave")
    assert np.array_equal(left.values, series.values)
    assert left.missing == len(whole) - len(there)
    assert not left.filled.any()


@given(st.lists(st.one_of(st.just(np.nan), st.floats(-1e6, 1e6)), min_size=1, max_size=40))
def test_cells_are_filled_or_dropped_without_a_calendar_too(cells: list[float]) -> None:
    values = np.array(cells)
    series = replace(
        series_on(np.arange(len(values))), values=values[:, None], index=np.arange(len(values), dtype=float)
    )
    if np.isnan(values).all():
        with pytest.raises(ValueError, match="holds no numbers"):
            fill(series, "ffill")
        return
    for how in ("leave", "ffill", "interpolate"):
        done = fill(series, how)
        assert not np.isnan(done.values).any()
        assert done.missing == np.isnan(values).sum()
        assert np.array_equal(done.values[~done.filled, 0], values[~np.isnan(values)])


def test_what_cannot_be_filled_is_dropped_and_noted() -> None:
    days = pd.date_range("2020-01-01", periods=5).to_numpy()
    series = series_on(days, np.array([np.nan, np.nan, 3, np.nan, 5.0]))
    carried = fill(series, "ffill")
    assert carried.values[:, 0].tolist() == [3, 3, 5]
    assert carried.notes == ("Steps at the edge without a value to be filled from: 2; they were dropped.",)
    ended = series_on(days, np.array([1, np.nan, 3, np.nan, np.nan]))
    assert fill(ended, "interpolate").values[:, 0].tolist() == [1, 2, 3]
    assert fill(ended, "ffill").values[:, 0].tolist() == [1, 1, 3, 3, 3]


def test_irregular_dates_follow_no_calendar() -> None:
    odd = np.array(["2020-01-01", "2020-01-03", "2020-01-08", "2020-01-09", "2020-01-20"], dtype="M8[D]")
    assert calendar(odd) is None
    filled = fill(series_on(odd), "interpolate")
    assert len(filled) == 5
    assert (filled.frequency, filled.missing) == ("", 0)
    assert filled.notes == ("The dates follow no regular calendar, so no steps were added between them.",)


def test_filling_never_explodes() -> None:
    far = np.array(["1000-01-01T00:00:00", "1000-01-01T00:00:01", "2000-01-01"], dtype="M8[s]")
    series = describe(series_on(far))
    assert series.frequency == "s"
    assert series.missing > 30_000_000_000
    assert len(fill(series, "leave")) == 3
    with pytest.raises(ValueError, match=f"more than {LONGEST:,}; set `data.gaps` to leave"):
        fill(series, "ffill")


def test_the_clock_of_weekdays_is_kept_and_five_days_are_no_weekdays() -> None:
    weekdays = pd.bdate_range("2020-01-01", periods=10).to_numpy() + np.timedelta64(9, "h")
    assert describe(series_on(weekdays)).frequency == "B"
    full = fill(series_on(np.delete(weekdays, 3)), "ffill")
    assert np.array_equal(full.index, weekdays.astype("M8[us]"))
    assert describe(series_on(pd.date_range("2020-01-06", periods=5).to_numpy())).frequency == "D"


def test_one_date_has_no_calendar() -> None:
    assert describe(series_on(np.array(["2020-01-01"], dtype="M8[D]"))).frequency == ""
