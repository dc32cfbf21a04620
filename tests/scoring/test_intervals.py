"""Conformal intervals: exact ranks, honest coverage, and paths from many origins that are those from each."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

import lab
from lab.config.model import ModelConfig
from lab.data.prepared import Prepared
from lab.data.series import Series
from lab.network.architecture import weight_shapes
from lab.network.network import Network
from lab.scoring.forecaster import path_from, paths_from
from lab.scoring.intervals import adaptive_half_widths, conformal_quantile, coverage, coverage_of, half_widths


def case(
    values: np.ndarray, horizon: int = 1, inputs: tuple[str, ...] = ("a",), seed: int = 0
) -> tuple[Prepared, Network]:
    """A small random network on columns a, b, ..., of which the first is forecast."""
    names = ("a", "b")[: values.shape[1]]
    config = lab.RunConfig().with_settings(
        {"window.size": 6, "window.horizon": horizon, "data.train": 0.4, "data.validation": 0.3}
    )
    data = replace(config.data, targets=("a",), inputs=inputs)
    series = Series(values, np.arange(float(len(values))), names, ("",) * len(names), "made", "made", season_length=5)
    model = ModelConfig(units=(5,))
    rng = np.random.default_rng(seed)
    weights = {
        k: rng.normal(0, 0.4, s).astype(np.float32) for k, s in weight_shapes(model, len(inputs), horizon).items()
    }
    return Prepared(series, data, config.window), Network.build(model, weights, horizon)


def autoregression(n: int, seed: int) -> np.ndarray:
    rng, values = np.random.default_rng(seed), [0.0]
    for _ in range(n - 1):
        values.append(0.6 * values[-1] + rng.normal())
    return np.array(values)[:, None]


@pytest.mark.parametrize(("horizon", "direct"), [(1, False), (3, False), (3, True)])
@pytest.mark.parametrize("others", ["held", "season", "known"])
def test_paths_from_many_origins_are_those_from_each(horizon: int, direct: bool, others: str) -> None:
    values = np.column_stack([autoregression(80, 1)[:, 0], np.sin(np.arange(80.0))])
    prepared, network = case(values, horizon, ("a", "b"))
    origins = np.array([10, 33, 60])
    found = paths_from(prepared, network, origins, 11, direct=direct, others=others)  # type: ignore[arg-type]
    for row, origin in zip(found, origins.tolist(), strict=True):
        expected = path_from(prepared, network, origin, 11, direct=direct, others=others)  # type: ignore[arg-type]
        np.testing.assert_allclose(row, expected, rtol=1e-4, atol=1e-5)


def test_the_quantile_is_the_rank_that_the_theory_asks_for() -> None:
    errors = np.array([-3.0, 1.0, np.nan, 2.0, -4.0, 5.0, 6.0, 7.0, 8.0, 9.0])  # nine of them
    assert conformal_quantile(errors, 0.9) == 9.0
    assert conformal_quantile(errors, 0.5) == 5.0
    assert np.isnan(conformal_quantile(errors, 0.95)), "nine errors cannot tell of one in twenty"
    assert np.isnan(conformal_quantile(np.array([]), 0.5))


def test_widths_are_the_ranked_errors_of_the_validation_part() -> None:
    prepared, network = case(autoregression(200, 3))
    start, stop = prepared.split.bounds("validation")
    widths = half_widths(prepared, network, 4, 0.8)
    for step in range(4):
        errors = [
            prepared.values[o + step] - path_from(prepared, network, o, 4)[step, 0] for o in range(start, stop - step)
        ]
        assert widths[step, 0] == pytest.approx(conformal_quantile(np.array(errors), 0.8), rel=1e-4)
    assert np.isnan(half_widths(prepared, network, stop - start + 5, 0.8)[-6:]).all(), "no such step was ever seen"


def test_intervals_of_90_percent_hold_85_to_95_percent_of_a_stationary_series() -> None:
    shares = []
    for seed in range(10):
        prepared, network = case(autoregression(8000, 10 + seed), seed=seed)
        widths = half_widths(prepared, network, 3, 0.9, most=3000)
        found = coverage(prepared, network, widths, 0.9, most=3000)[0]
        assert found is not None
        assert found.winkler >= found.width > 0
        assert len(found.by_step) == 3
        shares.append(found.share)
    assert all(0.85 <= share <= 0.95 for share in shares), shares
    assert np.mean(shares) == pytest.approx(0.9, abs=0.01)


def test_coverage_is_counted_by_hand() -> None:
    prepared, network = case(autoregression(300, 5))
    start, stop = prepared.split.bounds("test")
    widths = np.full((2, 1), 0.8)
    inside = [
        abs(prepared.values[o + k] - path_from(prepared, network, o, 2)[k, 0]) <= 0.8
        for k in range(2)
        for o in range(start, stop - k)
    ]
    found = coverage(prepared, network, widths, 0.9)[0]
    assert found is not None
    assert found.share == pytest.approx(np.mean(inside))
    assert found.width == pytest.approx(1.6)
    assert coverage(prepared, network, np.full((2, 1), np.nan), 0.9) == [None]


def test_adaptive_intervals_keep_up_with_a_series_that_changes() -> None:
    rng = np.random.default_rng(0)
    calibration = rng.normal(0, 1, 300)
    errors = np.concatenate([rng.normal(0, 1, 500), rng.normal(0, 3, 1500)])
    fixed = conformal_quantile(calibration, 0.9)
    widths = adaptive_half_widths(calibration, errors, 0.9)
    late = slice(700, None)
    assert np.mean(np.abs(errors[late]) <= fixed) < 0.5
    assert np.mean(np.abs(errors[late]) <= widths[late]) == pytest.approx(0.9, abs=0.03)


@pytest.mark.parametrize("level", [0.0, 1.0, 90.0])
def test_a_level_that_is_no_share_is_a_sentence(level: float) -> None:
    prepared, network = case(autoregression(100, 1))
    with pytest.raises(ValueError, match=r"above 0 and below 1, for example 0.9; received"):
        half_widths(prepared, network, 2, level)


HOLES = arrays(np.float64, (7, 3), elements=st.one_of(st.floats(-9, 9), st.just(np.nan)))


@given(truth=HOLES, half=arrays(np.float64, (7, 3), elements=st.floats(0, 9)))
def test_what_each_step_held_is_counted_over_what_is_known(truth: np.ndarray, half: np.ndarray) -> None:
    found = coverage_of(truth, -half, half, 0.9)
    known = [
        (t, w, k)
        for row, wide in zip(truth, half, strict=True)
        for k, (t, w) in enumerate(zip(row, wide, strict=True))
        if t == t
    ]
    if not known:
        assert found is None
        return
    assert found is not None
    assert found.share == pytest.approx(np.mean([abs(t) <= w for t, w, _ in known]))
    for step in range(3):
        here = [(abs(t) <= w, 2 * w) for t, w, k in known if k == step]
        expected = np.mean(here, axis=0) if here else [np.nan, np.nan]
        assert [found.by_step[step], found.width_by_step[step]] == pytest.approx(list(expected), nan_ok=True)


@given(errors=arrays(np.float64, st.integers(20, 80), elements=st.floats(-100, 100)), data=st.data())
def test_more_is_held_by_what_is_wider(errors: np.ndarray, data: st.DataObject) -> None:
    low, high = sorted(data.draw(st.tuples(st.floats(0.05, 0.95), st.floats(0.05, 0.95))))
    assert conformal_quantile(errors, low) <= conformal_quantile(errors, high)
    assert np.mean(np.abs(errors) <= conformal_quantile(errors, high)) >= high
