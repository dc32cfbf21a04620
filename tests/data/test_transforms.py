"""Transforms and their way back: exact for every one, step by step and along paths, with nothing seen of what is to come."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import lab
from lab.data.outliers import clipped, outliers
from lab.data.prepared import Prepared
from lab.data.series import Series
from lab.data.transforms import KINDS, Transform
from lab.network.network import Network
from lab.scoring.forecaster import one_step_ahead, path_from, paths_from

POSITIVE = arrays(np.float64, st.tuples(st.integers(30, 60), st.integers(1, 2)), elements=st.floats(0.5, 1e4))
REST = [kind for kind in KINDS if kind != "none"]


def series_of(values: np.ndarray, season: int = 7, index: np.ndarray | None = None) -> Series:
    names = ("a", "b")[: values.shape[1]]
    index = np.arange(float(len(values))) if index is None else index
    return Series(values, index, names, ("",) * len(names), "made", "made", season_length=season)


@pytest.mark.parametrize("kind", KINDS)
@given(values=POSITIVE, data=st.data())
def test_the_way_back_is_exact(kind: str, values: np.ndarray, data: st.DataObject) -> None:
    transform = Transform.of(kind, series_of(values), values.shape[1], 20)
    z = transform.forward()
    steps = data.draw(st.integers(1, 15))
    origins = np.array(
        data.draw(st.lists(st.integers(20, len(values) - steps), min_size=1, max_size=4))
        if len(values) - steps >= 20
        else [20]
    )
    steps = min(steps, len(values) - int(origins.max()))
    at = origins[:, None] + np.arange(steps)
    assert transform.back(z[at], origins) == pytest.approx(values[at], rel=1e-7)


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_after_the_origin_is_looked_at(kind: str) -> None:
    rng = np.random.default_rng(0)
    values = rng.uniform(1, 9, (60, 1))
    other = values.copy()
    other[30:] = rng.uniform(1, 9, (30, 1))
    z = rng.normal(0, 0.1, (1, 20, 1))
    first, second = (Transform.of(kind, series_of(v), 1, 30).back(z, np.array([30])) for v in (values, other))
    assert np.array_equal(first, second)


@pytest.mark.parametrize("kind", REST)
def test_each_is_what_a_loop_makes(kind: str) -> None:
    y = np.random.default_rng(1).uniform(1, 9, 40)
    transform = Transform.of(kind, series_of(y[:, None]), 1, 20)
    z = transform.forward()[:, 0]
    for t in range(transform.lag, 40):
        expected = {
            "log": np.log(y[t]),
            "difference": y[t] - y[t - 1],
            "seasonal_difference": y[t] - y[t - 7],
            "return": y[t] / y[t - 1] - 1,
            "log_return": np.log(y[t] / y[t - 1]),
            "box_cox": (y[t] ** (transform.powers or (1.0,))[0] - 1) / (transform.powers or (1.0,))[0],
        }[kind]
        assert z[t] == pytest.approx(expected)


def test_the_power_of_box_cox_is_scipys_on_the_training_part() -> None:
    from scipy.stats import boxcox

    y = np.random.default_rng(2).lognormal(0, 1, 200)
    (power,) = Transform.of("box_cox", series_of(y[:, None]), 1, 120).powers
    assert power == pytest.approx(boxcox(y[:120])[1], abs=1e-3)


def test_a_season_is_a_duration_in_a_calendar_with_holes() -> None:
    days = np.delete(np.arange("2024-01-01", "2024-04-01", dtype="M8[D]"), [10, 11, 33])
    values = (days - days[0]).astype(float)[:, None] + 1  # how many days have passed
    series = series_of(values, 7, days.astype("M8[us]"))
    assert series.positions[10] - series.positions[9] == 3
    transform = Transform.of("seasonal_difference", series, 1, 40)
    z = transform.forward()[transform.lag :, 0]
    there = ~np.isin((days - 7)[transform.lag :], days[0] + np.array([10, 11, 33]))
    assert (z[there] == 7).all(), "a week ago, however many rows that is"
    assert (z[~there] > 7).all(), "where that day is missing, the last one before it"
    ahead = transform.back(np.full((1, 20, 1), 7.0), np.array([len(days)]))[0, :, 0]
    assert ahead == pytest.approx(values[-1, 0] + np.arange(1, 21)), "beyond the data every day is there"


@pytest.mark.parametrize(
    ("kind", "values", "season", "sentence"),
    [
        ("log", [1.0, 0.0, 3.0], 1, "for a, whose smallest value is 0; log needs values above zero."),
        ("return", [1.0, -2.0, 3.0], 1, "for a, whose smallest value is -2; return needs values above zero."),
        ("seasonal_difference", [1.0, 2.0, 3.0], 1, "which has no season to take a difference over"),
    ],
)
def test_what_a_transform_is_not_defined_for(kind: str, values: list[float], season: int, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        Transform.of(kind, series_of(np.array(values)[:, None], season), 1, 2)


class Oracle(Network):
    """Knows the scaled transformed values of all steps: the one that follows the window that it is shown."""

    @classmethod
    def of_prepared(cls, prepared: Prepared) -> Oracle:
        oracle = cls((), {}, prepared.window.size, len(prepared.names))
        object.__setattr__(oracle, "prepared", prepared)
        return oracle

    def predict(self, x: np.ndarray, interventions: object = ()) -> np.ndarray:  # noqa: ARG002
        read = self.prepared.scaled
        windows = np.lib.stride_tricks.sliding_window_view(read, x.shape[1], axis=0).swapaxes(1, 2)
        horizon = self.prepared.window.horizon
        found = []
        for window in x:
            (at,) = np.flatnonzero(np.abs(windows - window).max(axis=(1, 2)) < 1e-4)[:1] + x.shape[1]
            ahead = self.prepared.scaled_targets[at : at + horizon]
            found.append(np.pad(ahead, ((0, horizon - len(ahead)), (0, 0))).ravel())
        return np.array(found, np.float32)

    is_causal = False  # type: ignore[assignment]


def prepared_with(kind: str, horizon: int = 1, targets: int = 1) -> Prepared:
    rng = np.random.default_rng(3)
    t = np.arange(120.0)
    values = np.stack(
        [20 + 0.3 * t + 3 * np.sin(t * 2 * np.pi / 7) + rng.normal(0, 1, 120), 50 + rng.normal(0, 3, 120)], axis=1
    )
    config = lab.RunConfig().with_settings({"window.size": 10, "window.horizon": horizon, "data.transform": kind})
    names = ("a", "b")[:targets]
    return Prepared(series_of(values[:, :targets]), replace(config.data, targets=names), config.window)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("horizon", "targets"), [(1, 1), (3, 2)])
def test_who_predicts_the_transformed_values_has_no_error(kind: str, horizon: int, targets: int) -> None:
    prepared = prepared_with(kind, horizon, targets)
    oracle = Oracle.of_prepared(prepared)
    ahead = one_step_ahead(prepared, oracle, 60, 90)
    assert ahead == pytest.approx(prepared.targets[60:90], rel=1e-4)
    direct = horizon > 1
    path = path_from(prepared, oracle, 60, 6, direct=direct)
    assert path == pytest.approx(prepared.targets[60:66], rel=1e-3)
    many = paths_from(prepared, oracle, np.array([60, 70]), 6, direct=direct)
    assert many[1] == pytest.approx(prepared.targets[70:76], rel=1e-3)
    windows = prepared.windows("test")
    found = prepared.in_units(windows.targets, windows.origins)
    truth = prepared.targets[windows.origins[:, None] + np.arange(horizon)]
    assert found == pytest.approx(truth, rel=1e-4)


def test_windows_begin_where_every_value_of_theirs_is_known() -> None:
    prepared = prepared_with("seasonal_difference")
    assert prepared.transform.lag == 7
    assert prepared.windows("train").origins[0] == 17
    assert prepared_with("none").windows("train").origins[0] == 10


def test_nobody_takes_a_transform_back_without_the_level() -> None:
    prepared = prepared_with("difference")
    with pytest.raises(ValueError, match="`origins` must be given"):
        prepared.in_units(np.zeros((3, 1)))


def test_delhis_broken_pressures_are_clipped_and_the_truth_stays() -> None:
    config = lab.preset("climate").with_settings({"data.outliers": "clip"})
    series = lab.load_series(config.data)
    prepared = Prepared(series, config.data, config.window)
    honest = Prepared(series, replace(config.data, outliers="keep"), config.window)
    k = prepared.read_names.index("Pressure")
    pressures = series.columns(["Pressure"]).values[:, 0]
    changed = np.flatnonzero(prepared.raw[:, k] != honest.raw[:, k])
    assert set(outliers(pressures)) <= set(changed.tolist())
    assert len(changed) <= 12
    assert prepared.raw[:, k].min() > 950
    assert prepared.raw[:, k].max() < 1100
    assert np.array_equal(prepared.targets, honest.targets)


def test_clipping_looks_back_alone() -> None:
    rng = np.random.default_rng(4)
    values = np.cumsum(rng.normal(0, 1, 400))
    values[300] += 200
    found = clipped(values, 280)
    assert found[300] < values[300] - 100
    later = values.copy()
    later[320:] += rng.normal(0, 50, 80)
    assert np.array_equal(clipped(later, 280)[:320], found[:320])
    assert (found[:15] == values[:15]).all()


@pytest.mark.parametrize("kind", ["difference", "seasonal_difference"])
def test_no_forecast_reads_rows_that_stand_for_nothing(kind: str) -> None:
    prepared = prepared_with(kind)
    oracle = Oracle.of_prepared(prepared)
    earliest = prepared.earliest
    assert earliest == 10 + prepared.transform.lag
    assert one_step_ahead(prepared, oracle, earliest, earliest + 5) == pytest.approx(
        prepared.targets[earliest : earliest + 5], rel=1e-4
    )
    for forecast in (
        lambda: one_step_ahead(prepared, oracle, earliest - 1, 60),
        lambda: path_from(prepared, oracle, earliest - 1, 3),
    ):
        with pytest.raises(ValueError, match=f"at least one window \\({earliest}\\) into the series"):
            forecast()


def test_a_forecast_goes_on_from_the_level_that_was_read() -> None:
    rng = np.random.default_rng(5)
    values = 20 + rng.normal(0, 1, 200)
    values[149] = 90
    config = lab.RunConfig().with_settings({"window.size": 10, "data.transform": "difference", "data.outliers": "clip"})
    prepared = Prepared(series_of(values[:, None]), config.data, config.window)
    held = prepared.scaler.transform(np.zeros((1, 1)))  # no change
    assert prepared.in_units(held, np.array([150]))[0, 0, 0] < 40, "and not from the broken reading of 90"
    assert prepared.in_units(held, np.array([149]))[0, 0, 0] == pytest.approx(values[148])


@pytest.mark.parametrize("kind", REST)
def test_wild_outputs_stay_finite(kind: str) -> None:
    values = np.random.default_rng(6).uniform(1, 9, (60, 1))
    for size in (-1e4, 1e4):
        found = Transform.of(kind, series_of(values), 1, 30).back(np.full((1, 50, 1), size), np.array([40]))
        assert np.isfinite(found).all()
        assert np.isfinite(found**2).all()


def test_another_data_set_begins_without_the_transform() -> None:
    config = lab.RunConfig().with_settings({"data.name": "air_passengers", "data.transform": "log"})
    assert config.with_settings({"data.name": "sine"}).data.transform == "none"
    assert config.with_settings({"window.size": 20}).data.transform == "log"
