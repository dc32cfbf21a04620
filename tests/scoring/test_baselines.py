import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.scoring.baselines import drift_path, naive, naive_path, seasonal_naive, seasonal_naive_path

VALUES = np.random.default_rng(0).normal(size=40)


def test_naive_is_yesterday():
    assert naive(VALUES, 5, 9).tolist() == [VALUES[t - 1] for t in range(5, 9)]


@given(st.integers(1, 12), st.integers(12, 30), st.integers(0, 10))
def test_seasonal_naive_is_one_season_ago(m, start, steps):
    expected = [VALUES[t - m] for t in range(start, start + steps)]
    assert seasonal_naive(VALUES, start, start + steps, m).tolist() == expected


@given(st.integers(1, 12), st.integers(0, 40))
def test_paths_agree_with_the_naive_loops(m, steps):
    seasonal, last, drift = list(VALUES), list(VALUES), list(VALUES)
    slope = (VALUES[-1] - VALUES[0]) / 39
    for _ in range(steps):
        seasonal.append(seasonal[-m])
        last.append(last[-1])
        drift.append(drift[-1] + slope)
    assert seasonal_naive_path(VALUES, steps, m).tolist() == seasonal[40:]
    assert naive_path(VALUES, steps).tolist() == last[40:]
    np.testing.assert_allclose(drift_path(VALUES, steps), drift[40:], rtol=1e-9, atol=1e-12)


def test_drift_goes_on_along_a_straight_line():
    np.testing.assert_allclose(drift_path(np.arange(10.0), 3), [10, 11, 12])


def test_a_forecast_does_not_change_when_the_series_is_changed():
    values = VALUES.copy()
    forecast = naive(values, 5, 9)
    values[:] = 0
    assert forecast.tolist() == VALUES[4:8].tolist()


@pytest.mark.parametrize(("start", "stop", "m"), [(0, 5, 1), (11, 20, 12), (5, 41, 1), (5, 4, 1), (5, 9, 0)])
def test_a_forecast_from_outside_the_series_is_refused(start, stop, m):
    with pytest.raises(ValueError, match="at least one season"):
        seasonal_naive(VALUES, start, stop, m)


def test_a_history_too_short_is_refused():
    for forecast in (
        lambda: naive_path(VALUES[:0], 3),
        lambda: drift_path(VALUES[:1], 3),
        lambda: seasonal_naive_path(VALUES, 3, 41),
        lambda: seasonal_naive_path(VALUES, 3, 0),
    ):
        with pytest.raises(ValueError, match="history must hold"):
            forecast()
