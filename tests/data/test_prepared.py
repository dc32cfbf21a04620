"""A series of several columns as a network reads it: one scale a column, dates as circles, windows of many features."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import lab
from lab.config.sections import CALENDAR, DataConfig, WindowConfig
from lab.data.prepared import Prepared, calendar_features
from lab.data.series import Series


def prepared(**data: object) -> Prepared:
    rng = np.random.default_rng(0)
    values = rng.normal(0, 1, (100, 3)) * [1, 100, 0.1] + [5, -3, 0]
    index = np.datetime64("2020-01-01T00:00", "us") + np.arange(100) * np.timedelta64(1, "h")
    series = Series(values, index, ("a", "b", "c"), ("", "", ""), "Three", "")
    return Prepared(series, DataConfig(**data), WindowConfig(size=5, horizon=2))  # type: ignore[arg-type]


@pytest.mark.parametrize("kind", ["standard", "minmax"])
def test_each_column_has_its_own_scale_of_the_training_part(kind: str) -> None:
    found = prepared(targets=("a", "b"), inputs=("c", "a"), scaler=kind)
    train = slice(0, found.split.train_end)
    for scaled in (found.scaled[train], found.scaled_targets[train]):
        low, high = (scaled.mean(axis=0), scaled.std(axis=0)) if kind == "standard" else (scaled.min(0), scaled.max(0))
        np.testing.assert_allclose(low, 0, atol=1e-5)
        np.testing.assert_allclose(high, 1, atol=1e-5)
    np.testing.assert_allclose(found.in_units(found.scaled_targets)[:, 0], found.targets, rtol=1e-4, atol=1e-4)


def test_windows_have_every_feature_and_all_targets_of_every_step() -> None:
    found = prepared(targets=("a", "b"), inputs=("c", "a"), calendar=("hour",))
    assert found.names == ("c", "a", "hour sine", "hour cosine")
    windows = found.windows("train")
    assert windows.inputs.shape[1:] == (5, 4)
    for k in (0, 7, len(windows) - 1):
        at = windows.origins[k]
        np.testing.assert_array_equal(windows.inputs[k], found.scaled[at - 5 : at])
        np.testing.assert_array_equal(windows.targets[k], found.scaled_targets[at : at + 2].ravel())
    raw = found.windows("train", scaled=False)
    np.testing.assert_array_equal(raw.inputs[3][:, 0], found.series.values[3:8, 2])


@given(st.sampled_from(CALENDAR), st.integers(-20_000, 30_000), st.integers(0, 23))
def test_a_date_is_a_point_on_a_circle_that_comes_round(name: str, day: int, hour: int) -> None:
    at = np.array([np.datetime64(day, "D").astype("M8[us]") + np.timedelta64(hour, "h")])
    (point,) = calendar_features(at, (name,))
    assert np.hypot(*point) == pytest.approx(1)
    turn = {"hour": np.timedelta64(24, "h"), "weekday": np.timedelta64(7, "D")}.get(name)
    if turn is not None:
        np.testing.assert_allclose(calendar_features(at + turn, (name,))[0], point, atol=1e-9)


def test_monday_midnight_and_new_year_are_where_a_circle_begins() -> None:
    monday, new_year = np.array(["2024-04-08T00:00"], "M8[us]"), np.array(["2023-01-01T00:00"], "M8[us]")
    np.testing.assert_allclose(calendar_features(monday, ("hour", "weekday"))[0], [0, 1, 0, 1], atol=1e-9)
    np.testing.assert_allclose(calendar_features(new_year, ("month",))[0], [0, 1], atol=1e-9)


def test_a_constant_input_is_named() -> None:
    found = prepared(targets=("a",), inputs=("a", "b"))
    found.series.values[:80, 1] = 3
    with pytest.raises(ValueError, match=r"^b: A constant series cannot be scaled"):
        found.check()


def test_what_does_not_fit_together_is_a_sentence() -> None:
    base = lab.RunConfig().with_settings({"data.name": "delhi_climate"})
    for settings, words in (
        ({"data.targets": "Rain"}, r"`data\.targets` must be of the columns .*; received 'Rain'"),
        ({"data.inputs": "Temperature,Rain"}, r"`data\.inputs` must be of the columns .*; received 'Rain'"),
        ({"data.calendar": "century"}, r"`data\.calendar` must be"),
        ({"data.targets": "Humidity,Humidity"}, r"`data\.targets` must be different names"),
        ({"data.column": "Humidity", "data.targets": "Temperature"}, r"`data\.targets` must be left out beside data\.column"),
        ({"window.horizon": 0}, r"`window\.horizon` must be"),
        ({"window.horizon": 366}, r"`window\.horizon` must be"),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=words):
            lab.load_series(base.with_settings(settings).data)
    with pytest.raises(ValueError, match=r"`data\.calendar` must be empty for Sine wave, which has no dates"):
        lab.load_series(lab.RunConfig().with_settings({"data.calendar": "month"}).data)


@given(st.lists(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1), min_size=1, max_size=4, unique=True))
def test_names_of_columns_survive_the_address(names: list[str]) -> None:
    config = lab.RunConfig(DataConfig(name="csv", targets=tuple(names)))
    assert lab.RunConfig().with_settings(config.settings()) == config
    assert lab.RunConfig.from_json(config.to_json()) == config
