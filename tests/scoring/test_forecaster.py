import numpy as np
import pytest

from lab.config.model import ModelConfig
from lab.data.scaling import Scaler
from lab.network.architecture import weight_shapes
from lab.network.cells import CELLS
from lab.network.network import Network
from lab.scoring.baselines import naive
from lab.scoring.forecaster import (
    FEW,
    Forecast,
    best_lag,
    lag_correlations,
    one_step,
    path_operations,
    recursive,
    steps_within,
)

VALUES = 300 + 40 * np.sin(np.arange(60) / 3) + np.random.default_rng(0).normal(0, 10, 60)
SCALER = Scaler.fit("standard", VALUES[:40])


def random_network(cell="lstm", units=(6,), dense=(), horizon=1, seed=0, bidirectional=False):
    rng = np.random.default_rng(seed)
    model = ModelConfig(cell=cell, units=units, dense=dense, bidirectional=bidirectional)
    shapes = weight_shapes(model, outputs=horizon)
    return Network.build(model, {k: rng.normal(0, 0.9, s) for k, s in shapes.items()}, horizon)


def naive_recursive(network, scaler, history, window, steps):
    """The definition: read the last `window` values from a zero state, predict, append, again."""
    scaled = [float(value) for value in scaler.transform(history)]
    for _ in range(steps):
        x = np.array(scaled[-window:], np.float32)[None, :, None]
        scaled.append(float(network.predict(x)[0, 0]))
    return scaler.inverse(scaled[len(history) :])


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("window", [1, 2, 7, 50])
@pytest.mark.parametrize(("units", "bidirectional"), [((6,), False), ((5, 4, 3), False), ((3, 2), True)])
def test_recursive_is_the_naive_loop(cell, window, units, bidirectional):
    network = random_network(cell, units, dense=(4,), seed=1, bidirectional=bidirectional)
    found = recursive(network, SCALER, VALUES, window, 25)
    expected = naive_recursive(network, SCALER, VALUES, window, 25)
    assert found.shape == (25,)
    assert np.ptp(expected) > 0
    np.testing.assert_allclose(SCALER.transform(found), SCALER.transform(expected), rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("window", [1, 7, 50])
def test_one_step_reads_the_truth_before_each_step(window):
    network = random_network()
    expected = [naive_recursive(network, SCALER, VALUES[:t], window, 1)[0] for t in range(50, 58)]
    np.testing.assert_allclose(one_step(network, SCALER, VALUES, window, 50, 58), expected, rtol=1e-5)


def test_a_one_step_forecast_does_not_see_its_own_step_or_later():
    network, changed = random_network(), VALUES.copy()
    changed[52:] = 0
    before, after = (one_step(network, SCALER, v, 7, 50, 58) for v in (VALUES, changed))
    np.testing.assert_array_equal(before[:3], after[:3])
    assert (before[3:] != after[3:]).all()


def test_a_path_that_shrinks_to_nothing_is_zero_before_its_numbers_become_slow():
    model = ModelConfig(cell="rnn", units=(1,))
    weights = {name: np.zeros(shape) for name, shape in weight_shapes(model).items()}
    weights["recurrent0/kernel"][:], weights["output/kernel"][:] = 0.01, 1.0
    path = recursive(Network.build(model, weights), Scaler.fit("minmax", [0, 1]), np.ones(3), 3, 20)
    np.testing.assert_allclose(path[:8], 0.01 ** np.arange(1, 9), rtol=1e-3)
    assert (path[9:] == 0).all()


def test_the_first_recursive_step_is_the_one_step_forecast():
    network = random_network("gru", (4, 4))
    first = recursive(network, SCALER, VALUES[:50], 7, 1)
    np.testing.assert_allclose(first, one_step(network, SCALER, VALUES, 7, 50, 51), rtol=1e-5)


def test_a_recursive_forecast_sees_only_the_last_window_and_changes_nothing():
    network, history = random_network(), VALUES.copy()
    path = recursive(network, SCALER, history, 7, 10)
    np.testing.assert_array_equal(path, recursive(network, SCALER, history[-7:], 7, 10))
    np.testing.assert_array_equal(history, VALUES)


def test_of_a_longer_horizon_the_first_step_is_used():
    network = random_network(horizon=3)
    found = recursive(network, SCALER, VALUES, 7, 9)
    np.testing.assert_allclose(found, naive_recursive(network, SCALER, VALUES, 7, 9), rtol=1e-4)
    assert one_step(network, SCALER, VALUES, 7, 50, 58).shape == (8,)


def test_no_steps_give_an_empty_forecast():
    assert recursive(random_network(), SCALER, VALUES, 7, 0).shape == (0,)
    assert one_step(random_network(), SCALER, VALUES, 7, 60, 60).shape == (0,)


@pytest.mark.parametrize(("start", "stop"), [(6, 9), (10, 61), (10, 9)])
def test_one_step_outside_the_series_is_refused(start, stop):
    with pytest.raises(ValueError, match="at least one window"):
        one_step(random_network(), SCALER, VALUES, 7, start, stop)


@pytest.mark.parametrize("window", [0, 61])
def test_a_history_without_a_whole_window_is_refused(window):
    with pytest.raises(ValueError, match="a whole window"):
        recursive(random_network(), SCALER, VALUES, window, 3)


def test_a_forecast_keeps_how_it_was_made():
    forecast = Forecast(np.arange(50, 58), naive(VALUES, 50, 58), cutoff=50, method="one-step")
    assert forecast.index.shape == forecast.mean.shape


@pytest.mark.parametrize("lag", [0, 1, 2, 7])
def test_best_lag_finds_what_was_copied(lag):
    walk = np.random.default_rng(0).normal(size=400).cumsum()
    copied = 1.1 * np.roll(walk, lag)[7:] + 3  # a scaled and shifted copy is a copy
    assert best_lag(walk[7:], copied, max_lag=8) == lag


def test_lag_correlations_are_numpys():
    truth, prediction = np.random.default_rng(1).normal(size=(2, 30))
    expected = [np.corrcoef(truth[4 - k : 30 - k], prediction[4:])[0, 1] for k in range(5)]
    np.testing.assert_allclose(lag_correlations(truth, prediction, 4), expected)


def test_a_constant_forecast_copies_nothing():
    assert np.isnan(lag_correlations(VALUES, np.full(60, 3.0), 4)).all()
    assert best_lag(VALUES, np.full(60, 3.0), 4) == 0


def test_too_few_steps_for_the_lags_are_refused():
    with pytest.raises(ValueError, match="at least 12"):
        best_lag(VALUES[:11], VALUES[:11])


@pytest.mark.parametrize("steps", [1, FEW - 1, FEW, 11, 12, 13, 40])
def test_a_path_of_any_length_is_the_naive_loop(steps: int) -> None:
    """Few steps read whole windows; more, up to a window and beyond it, read side by side."""
    network = random_network(units=(5, 4))
    ours = recursive(network, SCALER, VALUES, 12, steps)
    np.testing.assert_allclose(ours, naive_recursive(network, SCALER, VALUES, 12, steps), rtol=1e-5)


def test_so_many_steps_as_operations_allow() -> None:
    network = random_network(units=(5, 4))
    costs = [path_operations(network, 12, n) for n in range(1, 60)]
    assert costs == sorted(costs)
    assert path_operations(network, 12, 1) == 2 * network.parameters * 12
    assert path_operations(network, 12, 24, block=12) == 2 * network.parameters * 24
    for wanted in (1, 5, 20, 59):
        assert steps_within(network, 12, 59, costs[wanted - 1]) == wanted
    assert steps_within(network, 12, 59, costs[0] - 1) == 0
