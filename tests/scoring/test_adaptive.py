"""Adaptive intervals of a network's one-step forecasts keep their level where a series drifts; fixed ones do not."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from test_intervals import autoregression, case
from test_sampling import linear, random_network

import lab
from lab.config.model import ModelConfig
from lab.data.prepared import Prepared
from lab.data.series import Series
from lab.scoring.adaptive import one_step_intervals
from lab.scoring.forecaster import one_step_ahead
from lab.scoring.interval_methods import within
from lab.scoring.intervals import half_widths


def louder(n: int, seed: int) -> np.ndarray:
    """An autoregression whose noise is three times as loud over the last 30 %, the test part."""
    rng, values = np.random.default_rng(seed), [0.0]
    for t in range(n - 1):
        values.append(0.6 * values[-1] + rng.normal(0, 3.0 if t > 0.7 * n else 1.0))
    return np.array(values)[:, None]


def test_where_noise_grows_the_adaptive_ones_keep_their_level() -> None:
    prepared, _ = case(louder(3000, 0))
    found = one_step_intervals(prepared, linear(prepared, 0.6), 0.9)
    fixed, adaptive = found.held
    assert fixed is not None
    assert adaptive is not None
    assert fixed.share < 0.6
    assert adaptive.share == pytest.approx(0.9, abs=0.04)
    assert adaptive.width > 2 * fixed.width
    assert adaptive.winkler < fixed.winkler


def test_where_nothing_changes_both_do() -> None:
    prepared, _ = case(autoregression(4000, 2))
    found = one_step_intervals(prepared, linear(prepared, 0.6), 0.9)
    for held in found.held:
        assert held is not None
        assert held.share == pytest.approx(0.9, abs=0.03)
        assert held.width == pytest.approx(2 * 1.645, rel=0.1)


def test_the_fixed_ones_are_the_conformal_ones_of_one_step() -> None:
    prepared, network = case(autoregression(300, 3))
    found = one_step_intervals(prepared, network, 0.8)
    start, stop = prepared.split.bounds("test")
    assert found.start == start
    assert found.fixed == pytest.approx(half_widths(prepared, network, 1, 0.8)[0, 0], rel=1e-4)
    np.testing.assert_allclose(found.mean, one_step_ahead(prepared, network, start, stop)[:, 0])
    assert found.adaptive.shape == (stop - start,)


def test_of_few_errors_no_interval_is_made() -> None:
    prepared, network = case(autoregression(40, 1))
    found = one_step_intervals(prepared, network, 0.95)
    assert np.isnan(found.fixed)
    assert found.held[0] is None
    with pytest.raises(ValueError, match="above 0 and below 1"):
        one_step_intervals(prepared, network, 95.0)


@pytest.mark.parametrize("transform", ["none", "difference"])
def test_a_part_begins_where_the_first_step_can_be_forecast(transform: str) -> None:
    """A window as long as the training part, and a difference that knows nothing of the first row."""
    config = lab.RunConfig().with_settings({"window.size": 16, "data.train": 0.4, "data.validation": 0.3})
    data = replace(config.data, targets=("a",), inputs=("a",), transform=transform)
    series = Series(autoregression(40, 1), np.arange(40.0), ("a",), ("",), "made", "made")
    prepared = Prepared(series, data, config.window)
    network = random_network(ModelConfig(units=(3,)))
    found = one_step_intervals(prepared, network, 0.5)
    assert np.isfinite(found.fixed)
    assert within(prepared, network, 30, "conformal", 1e12)[0] == 30
