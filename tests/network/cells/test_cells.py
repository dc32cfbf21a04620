"""The contract of every cell: stock Keras, and the textbook's equations written out unit by unit, say the same."""

import math
from functools import partial

import keras
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.config.model import CELL_LABELS, ModelConfig
from lab.engine.models import recurrent_layer
from lab.network.activations import sigmoid
from lab.network.cells import CELLS


def random_weights(cell, features, units, seed=0):
    """Weights and biases of a size at which gates really open and close.

    What the state passes through on its way round shrinks with the units, so that its spectral radius stays near 0.8. Far
    above 1 the simple network is chaotic: two float32 computations of it, Keras's own against float64 too, drift apart.
    """
    rng = np.random.default_rng(seed)
    shapes = cell.weight_shapes(features, units)
    weights = {name: rng.normal(0, 0.8, shape).astype(np.float32) for name, shape in shapes.items()}
    round_trip = ("recurrent_kernel", "output_kernel")
    return {name: w / np.float32(units**0.5) if name in round_trip else w for name, w in weights.items()}


STOCK = {
    "lstm": keras.layers.LSTM,
    "gru": keras.layers.GRU,
    "gru_reset_before": keras.layers.GRU,
    "rnn": keras.layers.SimpleRNN,
}


def keras_layer(cell, weights, activation="tanh"):
    """The layer that trains, stock Keras's where it has one, with our weights put in."""
    features, units = len(weights["kernel"]), len(weights["recurrent_kernel"])
    made = {**STOCK, "gru_reset_before": partial(keras.layers.GRU, reset_after=False)}.get(
        cell.name, partial(recurrent_layer, cell.name)
    )
    layer = made(units, return_sequences=True, activation=activation)
    layer.build((None, None, features))
    layer.set_weights(list(weights.values()))
    return layer


def test_what_the_engine_trains_is_what_keras_has():
    for name, stock in STOCK.items():
        assert isinstance(recurrent_layer(name, 3), stock)
    assert [recurrent_layer(name, 3).reset_after for name in ("gru", "gru_reset_before")] == [True, False]


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize("units", [1, 3, 16])
@pytest.mark.parametrize("window", [1, 5, 30])
@pytest.mark.parametrize("batch", [1, 4])
def test_every_hidden_state_of_every_stacked_layer_is_that_of_stock_keras(name, units, window, batch):
    cell = CELLS[name]
    features = 2
    ours = np.random.default_rng(units + window + batch).normal(size=(batch, window, features)).astype(np.float32)
    theirs = ours
    for depth in range(3):
        weights = random_weights(cell, ours.shape[2], units, seed=depth)
        steps = [state[0] for state, _ in cell.walk(weights, ours.swapaxes(0, 1))]
        ours = np.stack(steps, axis=1)  # (batch, window, units)
        theirs = np.asarray(keras_layer(cell, weights)(theirs))
        assert ours.dtype == np.float32
        np.testing.assert_allclose(ours, theirs, rtol=0, atol=1e-5, err_msg=f"layer {depth}")


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize(("units", "window"), [(1, 1), (3, 5), (16, 30)])
def test_with_relu_too_it_says_what_stock_keras_says(name, units, window):
    cell = CELLS[name].using("relu")
    weights = random_weights(cell, 2, units)
    x = np.random.default_rng(units).normal(size=(4, window, 2)).astype(np.float32)
    ours = np.stack([state[0] for state, _ in cell.walk(weights, x.swapaxes(0, 1))], axis=1)
    theirs = np.asarray(keras_layer(cell, weights, "relu")(x))
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=1e-5 * max(1, np.abs(theirs).max()))
    assert (ours != np.stack([s[0] for s, _ in CELLS[name].walk(weights, x.swapaxes(0, 1))], axis=1)).any()


@pytest.mark.parametrize("name", CELLS)
def test_the_weights_have_the_shapes_and_the_order_of_keras(name):
    cell = CELLS[name]
    layer = keras_layer(cell, random_weights(cell, 2, 5))
    shapes = {weight.name: tuple(weight.shape) for weight in layer.weights}
    assert list(shapes.items()) == list(cell.weight_shapes(2, 5).items())


def logistic(z):
    return 1 / (1 + math.exp(-z))


def naive_lstm(w, x, h, c):
    """Sequence `x` as a list of rows; yields every gate and state as lists of Python floats."""
    n = len(h)
    for row in x:
        wx = [naive_sum(w["kernel"], row, j) + w["bias"][j] for j in range(4 * n)]
        z = [wx[j] + naive_sum(w["recurrent_kernel"], h, j) for j in range(4 * n)]
        i = [logistic(z[k]) for k in range(n)]
        f = [logistic(z[n + k]) for k in range(n)]
        g = [math.tanh(z[2 * n + k]) for k in range(n)]
        o = [logistic(z[3 * n + k]) for k in range(n)]
        c = [f[k] * c[k] + i[k] * g[k] for k in range(n)]
        h = [o[k] * math.tanh(c[k]) for k in range(n)]
        yield {"input": i, "forget": f, "candidate": g, "output": o, "hidden": h, "cell": c}


def naive_peephole(w, x, h, c):
    n = len(h)
    p_i, p_f, p_o = w["peephole_input"], w["peephole_forget"], w["peephole_output"]
    for row in x:
        z = [
            naive_sum(w["kernel"], row, j) + naive_sum(w["recurrent_kernel"], h, j) + w["bias"][j] for j in range(4 * n)
        ]
        i = [logistic(z[k] + p_i[k] * c[k]) for k in range(n)]
        f = [logistic(z[n + k] + p_f[k] * c[k]) for k in range(n)]
        g = [math.tanh(z[2 * n + k]) for k in range(n)]
        c = [f[k] * c[k] + i[k] * g[k] for k in range(n)]
        o = [logistic(z[3 * n + k] + p_o[k] * c[k]) for k in range(n)]
        h = [o[k] * math.tanh(c[k]) for k in range(n)]
        yield {"input": i, "forget": f, "candidate": g, "output": o, "hidden": h, "cell": c}


def naive_gru_reset_before(w, x, h):
    n = len(h)
    for row in x:
        wx = [naive_sum(w["kernel"], row, j) + w["bias"][j] for j in range(3 * n)]
        z = [logistic(wx[k] + naive_sum(w["recurrent_kernel"], h, k)) for k in range(n)]
        r = [logistic(wx[n + k] + naive_sum(w["recurrent_kernel"], h, n + k)) for k in range(n)]
        rh = [r[k] * h[k] for k in range(n)]
        g = [math.tanh(wx[2 * n + k] + naive_sum(w["recurrent_kernel"], rh, 2 * n + k)) for k in range(n)]
        h = [z[k] * h[k] + (1 - z[k]) * g[k] for k in range(n)]
        yield {"update": z, "reset": r, "candidate": g, "hidden": h}


def naive_jordan(w, x, y):
    n = len(y)
    for row in x:
        h = [
            math.tanh(naive_sum(w["kernel"], row, j) + naive_sum(w["recurrent_kernel"], y, j) + w["bias"][j])
            for j in range(n)
        ]
        y = [math.tanh(naive_sum(w["output_kernel"], h, j) + w["output_bias"][j]) for j in range(n)]
        yield {"inner": h, "hidden": y}


def naive_gru(w, x, h):
    n = len(h)
    for row in x:
        wx = [naive_sum(w["kernel"], row, j) + w["bias"][0][j] for j in range(3 * n)]
        uh = [naive_sum(w["recurrent_kernel"], h, j) + w["bias"][1][j] for j in range(3 * n)]
        z = [logistic(wx[k] + uh[k]) for k in range(n)]
        r = [logistic(wx[n + k] + uh[n + k]) for k in range(n)]
        g = [math.tanh(wx[2 * n + k] + r[k] * uh[2 * n + k]) for k in range(n)]
        h = [z[k] * h[k] + (1 - z[k]) * g[k] for k in range(n)]
        yield {"update": z, "reset": r, "candidate": g, "hidden": h}


def naive_rnn(w, x, h):
    for row in x:
        h = [
            math.tanh(naive_sum(w["kernel"], row, j) + naive_sum(w["recurrent_kernel"], h, j) + w["bias"][j])
            for j in range(len(h))
        ]
        yield {"hidden": h}


def naive_sum(matrix, row, column):
    return sum(row[k] * matrix[k][column] for k in range(len(row)))


NAIVE = {
    "lstm": naive_lstm, "peephole": naive_peephole, "gru": naive_gru, "gru_reset_before": naive_gru_reset_before,
    "rnn": naive_rnn, "jordan": naive_jordan,
}  # fmt: skip


@pytest.mark.parametrize("name", CELLS)
@pytest.mark.parametrize(("units", "window"), [(1, 1), (3, 5), (16, 30)])
def test_every_gate_and_state_is_that_of_the_equations_written_out(name, units, window):
    cell = CELLS[name]
    weights = random_weights(cell, 2, units)
    x = np.random.default_rng(1).normal(size=(window, 1, 2)).astype(np.float32)
    plain = {key: weight.tolist() for key, weight in weights.items()}
    zeros = [[0.0] * units for _ in cell.state_names]
    written_out = NAIVE[name](plain, x[:, 0].tolist(), *zeros)
    for (state, gates), expected in zip(cell.walk(weights, x), written_out, strict=True):
        assert tuple(gates) == cell.gate_names
        found = gates | dict(zip(cell.state_names, state, strict=True))
        assert found.keys() == expected.keys()
        for key, value in expected.items():
            np.testing.assert_allclose(found[key][0], value, rtol=0, atol=1e-5, err_msg=key)


@pytest.mark.parametrize("name", CELLS)
@given(seed=st.integers(0, 2**16), scale=st.floats(0.01, 1.0))
def test_gates_stay_in_their_range(name, seed, scale):
    cell, rng = CELLS[name], np.random.default_rng(seed)
    # All within ±1, so no sum exceeds 1 + 4 + 2 (and a peephole's 6): from about 9 on, float32 rounds tanh to 1, the end of its range.
    weights = {k: rng.uniform(-scale, scale, shape).astype(np.float32) for k, shape in cell.weight_shapes(1, 4).items()}
    x = rng.uniform(-1, 1, (6, 2, 1)).astype(np.float32)
    for state, gates in cell.walk(weights, x):
        for key, gate in gates.items():
            low = -1 if key in ("candidate", "inner") else 0
            assert low < gate.min() <= gate.max() < 1, key
        assert np.abs(state[0]).max() < 1
        assert all(array.dtype == np.float32 and array.shape == (2, 4) for array in (*state, *gates.values()))


@pytest.mark.parametrize("name", CELLS)
def test_huge_inputs_saturate_the_gates_without_a_warning(name):
    cell = CELLS[name]
    weights = random_weights(cell, 1, 3)
    for x in (1e30, -1e30):
        for state, gates in cell.walk(weights, np.full((2, 1, 1), x, np.float32)):
            assert all(np.isfinite(array).all() for array in (*state, *gates.values()))
            assert all(-1 <= gate.min() <= gate.max() <= 1 for gate in gates.values())


@given(st.floats(-(2.0**100), 2.0**100, width=32))
def test_sigmoid_is_the_logistic_function(x):
    expected = logistic(x) if x > -700 else 0.0
    assert sigmoid(np.array([x], np.float32))[0] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("name", CELLS)
def test_the_zero_state_has_one_array_for_each_name(name):
    state = CELLS[name].initial_state(2, 3)
    assert [array.shape for array in state] == [(2, 3)] * len(CELLS[name].state_names)
    assert not any(array.any() for array in state)


def test_every_cell_can_be_chosen_in_a_config():
    assert list(CELL_LABELS) == list(CELLS)
    assert [ModelConfig(cell=name).cell for name in CELLS] == list(CELLS)
    assert all(CELLS[name].name == name for name in CELLS)


def test_a_peephole_lstm_with_closed_peepholes_is_an_lstm():
    weights = random_weights(CELLS["peephole"], 2, 3)
    weights = {name: 0 * w if name.startswith("peephole") else w for name, w in weights.items()}
    x = np.random.default_rng(0).normal(size=(5, 1, 2)).astype(np.float32)
    for ours, theirs in zip(CELLS["peephole"].walk(weights, x), CELLS["lstm"].walk(weights, x), strict=True):
        np.testing.assert_array_equal(ours[0], theirs[0])


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("cell", CELLS)
def test_a_sequence_read_in_two_parts_is_the_sequence_read_at_once(cell: str, backwards: bool) -> None:
    """The state that the first part leaves is given to the second."""
    rng = np.random.default_rng(2)
    weights = {k: rng.normal(0, 0.5, shape).astype(np.float32) for k, shape in CELLS[cell].weight_shapes(2, 3).items()}
    x = rng.normal(size=(7, 4, 2)).astype(np.float32)
    whole = list(CELLS[cell].walk(weights, x, backwards=backwards))
    first, second = (x[3:], x[:3]) if backwards else (x[:3], x[3:])
    found = list(CELLS[cell].walk(weights, first, backwards=backwards))
    found += CELLS[cell].walk(weights, second, backwards=backwards, state=found[-1][0])
    for (state, _), (expected, _) in zip(found, whole, strict=True):
        for ours, theirs in zip(state, expected, strict=True):
            np.testing.assert_allclose(ours, theirs, atol=1e-6)
