"""Where the gradient goes: states against TensorFlow, chains against products of step Jacobians, parts that sum to the whole."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from lab.config.model import ModelConfig
from lab.explain.gradient_flow import in_words, reach, spectrum, ways
from lab.explain.jacobians import ABOVE, DIRECT, chain, parts
from lab.network.architecture import weight_shapes
from lab.network.cells import CELLS
from lab.network.network import Network

WINDOW, FEATURES, OUTPUTS = 9, 2, 3


def made(model: ModelConfig, head: str = "linear", seed: int = 0, size: float = 0.6) -> Network:
    rng = np.random.default_rng(seed)
    units = OUTPUTS * (9 if head == "quantiles" else 1)
    shapes = weight_shapes(model, FEATURES, units, WINDOW)
    weights = {k: rng.normal(0, size, s).astype(np.float32) for k, s in shapes.items()}
    return Network.build(model, weights, units, head=head, window=WINDOW, features=FEATURES)


def windows(n: int = 4, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, WINDOW, FEATURES)).astype(np.float32)


def truth(head: str, n: int = 4) -> np.ndarray:
    rng = np.random.default_rng(2)
    return rng.integers(0, OUTPUTS, (n, 1)) if head == "softmax" else rng.normal(size=(n, OUTPUTS)).astype(np.float32)


LOSSES = [("linear", "mse"), ("linear", "mae"), ("linear", "huber"), ("softmax", ""), ("quantiles", "")]


def loss_in_doubles(kind: str, outputs: np.ndarray, z: np.ndarray, y: np.ndarray) -> np.ndarray:
    """`(n,)` written out."""
    if kind == "softmax":
        return np.array([-np.log(p[k]) for p, (k,) in zip(outputs, y, strict=True)])
    if kind == "quantiles":
        levels = np.array([0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975])[None, :, None]
        above = y[:, None] - z.reshape(len(y), 9, -1)
        return np.where(above > 0, levels * above, (levels - 1) * above).mean(axis=(1, 2))
    e = np.abs(outputs - y)
    each = {"mse": e**2, "mae": e, "huber": np.where(e <= 1, e * e / 2, e - 0.5)}[kind]
    return each.mean(axis=1)


@pytest.mark.parametrize(("head", "loss"), LOSSES)
def test_the_gradient_of_the_loss_is_the_difference_quotient(head: str, loss: str) -> None:
    """With respect to the first window's inputs: all that lies between is the way back of a prediction, tested elsewhere."""
    from dataclasses import replace

    network, x, y = made(ModelConfig(units=(4,), dense=(3,)), head), windows(), truth(head)
    exact = replace(
        network, weights={k: {n: v.astype(float) for n, v in w.items()} for k, w in network.weights.items()}
    )

    def value(x: np.ndarray) -> np.ndarray:
        return loss_in_doubles(loss or head, exact.predict(x), exact.below_head.predict(x), y)

    found = network.gradients(x, y, loss=loss)[0].x
    for t, j in ((0, 0), (4, 1), (8, 0)):
        nudge = np.zeros_like(x, dtype=float)
        nudge[:, t, j] = 1e-6
        expected = (value(x + nudge) - value(x - nudge)) / 2e-6
        np.testing.assert_allclose(found[t, :, j], expected, rtol=2e-3, atol=1e-5)


def test_a_truth_of_another_shape_or_an_unknown_loss_is_a_sentence() -> None:
    network, x = made(ModelConfig(units=(4,))), windows()
    with pytest.raises(ValueError, match=r"`y` must be \(4, 3\); received \(4, 1\)"):
        network.gradients(x, np.zeros((4, 1)))
    with pytest.raises(ValueError, match=r"The loss must be one of mse, mae, huber, .*; received 'hinge'"):
        network.gradients(x, np.zeros((4, 3)), loss="hinge")
    with pytest.raises(ValueError, match="needs a recurrent layer"):
        ways(made(ModelConfig(kind="mlp", dense=(3,))), x)


@pytest.mark.trains
@pytest.mark.parametrize(("activation", "norm"), [("tanh", "none"), ("gelu", "none"), ("tanh", "layer")])
@pytest.mark.parametrize("cell", CELLS)
def test_the_gradient_of_every_state_is_that_of_tensorflow(cell: str, activation: Any, norm: Any) -> None:
    """Each state of each step is nudged by a variable of its own in a loop of Keras's own cell."""
    import tensorflow as tf

    from lab.engine.models import build, set_weights

    model = ModelConfig(cell=cell, units=(4, 3), activation=activation, norm=norm)
    network, x = made(model), windows()
    keras_model = build(model, WINDOW, FEATURES, OUTPUTS, seed=0)
    set_weights(keras_model, {f"{k}/{n}": v for k, w in network.weights.items() for n, v in w.items()})
    y = tf.constant(truth("linear"))
    cells = [layer.cell for layer in keras_model.layers if hasattr(layer, "cell")]
    states = [[tf.zeros((4, size)) for size in tf.nest.flatten(c.state_size)] for c in cells]
    nudges: list[list[list[Any]]] = []
    with tf.GradientTape() as tape:
        for t in range(WINDOW):
            below, row = tf.constant(x[:, t]), []
            for k, c in enumerate(cells):
                _, new = c(below, states[k])
                new = tf.nest.flatten(new)
                own = [tf.Variable(tf.zeros_like(s)) for s in new]
                states[k] = [s + v for s, v in zip(new, own, strict=True)]
                below = states[k][0]
                if norm == "layer":
                    below = keras_model.get_layer(f"norm{k}")(below)
                row.append(own)
            nudges.append(row)
        out = keras_model.layers[-1](below)
        loss = tf.reduce_sum(tf.reduce_mean((out - y) ** 2, axis=1))
    expected = tape.gradient(loss, nudges)
    names = CELLS[cell].state_names
    for way in ways(network, x, y.numpy()):
        for t in range(WINDOW):
            theirs = expected[t][way.layer][names.index(way.state)]
            theirs = np.zeros((4, model.units[way.layer])) if theirs is None else theirs.numpy()
            np.testing.assert_allclose(way.gradient[t], theirs, rtol=1e-4, atol=1e-6, err_msg=f"{way.label} at {t}")


def product_of_jacobians(network: Network, x: np.ndarray, layer: int, state: int) -> list[np.ndarray]:
    """The derivative of the last hidden state by each state, from difference quotients of the steps after it."""
    recurrent = network.recurrent[layer]
    weights = {n: v.astype(float) for n, v in network.weights[recurrent.name].items()}
    read = network.inputs_of(x[None], recurrent.name)[:, 0].astype(float)
    cell, units = recurrent.cell, recurrent.units
    states = [tuple(np.zeros((1, units)) for _ in cell.state_names)]
    for row in read:
        states.append(cell.step(weights, cell.project(weights, row[None]), states[-1])[0])

    def last(t: int, start: tuple[np.ndarray, ...]) -> np.ndarray:
        for row in read[t + 1 :]:
            start = cell.step(weights, cell.project(weights, row[None]), start)[0]
        return start[0][0]

    found = []
    for t in reversed(range(len(read))):
        columns = []
        for u in range(units):
            nudge = np.zeros((1, units))
            nudge[0, u] = 1e-6
            moved = [
                tuple(s + sign * nudge if i == state else s for i, s in enumerate(states[t + 1])) for sign in (1, -1)
            ]
            columns.append((last(t, moved[0]) - last(t, moved[1])) / 2e-6)
        found.append(np.array(columns).T)
    return found


@pytest.mark.parametrize("cell", ["rnn", "gru", "lstm", "peephole"])
def test_the_chain_is_the_product_of_the_steps(cell: str) -> None:
    network, x = made(ModelConfig(cell=cell, units=(5, 4))), windows()[0]
    found = chain(network, x, 1)
    for i, name in enumerate(CELLS[cell].state_names):
        for k, jacobian in enumerate(product_of_jacobians(network, x, 1, i)):
            expected = np.linalg.svd(jacobian, compute_uv=False)
            np.testing.assert_allclose(found.values[name][k], expected, rtol=1e-3, atol=1e-6)
    assert (found.along_cell is None) == (cell in ("rnn", "gru"))


def test_along_the_cell_alone_goes_the_product_of_forget_gates() -> None:
    network, x = made(ModelConfig(units=(4,))), windows()[0]
    trace = network.trace(x).layers[0]
    found = chain(network, x)
    shown = trace["output"][-1] * (1 - np.tanh(trace["cell"][-1]) ** 2)
    for k in range(1, WINDOW):
        assert found.along_cell is not None
        assert found.along_cell[k] == pytest.approx(np.abs(shown * trace["forget"][-k:].prod(axis=0)).max(), rel=1e-4)


def test_a_chain_of_many_units_or_of_no_layer_is_a_sentence() -> None:
    with pytest.raises(ValueError, match="at most 64 units; this layer has 65"):
        chain(made(ModelConfig(units=(65,))), windows()[0])
    with pytest.raises(ValueError, match="`layer` must be from 0 to 0; received 1"):
        chain(made(ModelConfig(units=(5,))), windows()[0], 1)


@pytest.mark.parametrize("bidirectional", [False, True], ids=["uni", "bi"])
@pytest.mark.parametrize("cell", CELLS)
def test_the_parts_sum_to_the_gradient(cell: str, bidirectional: bool) -> None:
    """That of TensorFlow, by the test above; and no gate is left out."""
    network = made(ModelConfig(cell=cell, units=(4, 3), bidirectional=bidirectional))
    x, y = windows(), truth("linear")
    for way in ways(network, x, y):
        found = parts(network, x, y, layer=way.layer, direction=way.direction)[way.state]
        assert set(found.by_way) == {ABOVE, DIRECT, *CELLS[cell].gate_names}
        total = np.sum(list(found.by_way.values()), axis=0)
        np.testing.assert_allclose(total, found.whole, rtol=1e-4, atol=1e-6, err_msg=way.label)
        if way.state == "hidden":
            np.testing.assert_array_equal(found.whole, way.gradient)
        if cell in ("lstm", "gru"):
            assert all(np.abs(found.by_way[gate]).max() > 1e-5 for gate in CELLS[cell].gate_names)


@pytest.mark.parametrize("cell", ["lstm", "peephole"])
def test_the_whole_gradient_of_a_cell_state_is_the_difference_quotient(cell: str) -> None:
    """A cell state is nudged within its step, before the hidden state is made of it."""
    network, x, y = made(ModelConfig(cell=cell, units=(3,))), windows(1), truth("linear", 1)
    recurrent = network.recurrent[0]
    weights = {n: v.astype(float) for n, v in network.weights["recurrent0"].items()}
    last = {n: v.astype(float) for n, v in network.weights["output"].items()}

    def loss(at: int, unit: int, size: float) -> float:
        state = tuple(np.zeros((1, 3)) for _ in range(2))
        for t, row in enumerate(x[0].astype(float)):

            def edit(name: str, value: np.ndarray, t: int = t) -> np.ndarray:
                return value + size * np.eye(3)[[unit]] if name == "cell" and t == at else value

            state, _ = recurrent.cell.step(weights, recurrent.cell.project(weights, row[None]), state, edit)
        return float(((state[0] @ last["kernel"] + last["bias"] - y) ** 2).mean())

    found = parts(network, x, y)["cell"].whole
    for t, unit in ((0, 0), (4, 1), (7, 2), (8, 0)):
        expected = (loss(t, unit, 1e-6) - loss(t, unit, -1e-6)) / 2e-6
        assert found[t, 0, unit] == pytest.approx(expected, rel=1e-3, abs=1e-6)


def test_a_hidden_state_of_an_lstm_is_led_on_by_gates_alone() -> None:
    found = parts(made(ModelConfig(units=(4,))), windows(), truth("linear"))
    assert not np.abs(found["hidden"].by_way[DIRECT]).any()
    assert np.abs(found["cell"].by_way[DIRECT]).any()


def test_reach_is_the_last_distance_with_a_hundredth() -> None:
    assert reach(np.array([1.0, 0.5, 0.011, 0.009, 0.0])) == 3
    assert reach(np.array([0.0, 0.5, 1.0, 1.0])) == 4
    assert reach(np.zeros(3)) == 0


def test_a_weak_and_a_strong_kernel_vanish_and_explode() -> None:
    model = ModelConfig(cell="rnn", units=(3,), activation="linear")
    network, x = made(model), windows() * 0.1
    weights = {k: dict(w) for k, w in network.weights.items()}
    for factor, word in ((0.3, "vanishes: after"), (3.0, "explodes"), (1.0, "reaches all the way")):
        weights["recurrent0"]["recurrent_kernel"] = factor * np.eye(3, dtype=np.float32)
        scaled = Network(network.layers, weights, WINDOW, FEATURES)
        assert word in in_words(ways(scaled, x))
        found = spectrum(scaled, 0)
        assert (found.radius, found.stretch, found.slope) == (pytest.approx(factor), pytest.approx(factor), 1.0)
        norms = np.median(ways(scaled, x)[0].by_distance, axis=1)
        np.testing.assert_allclose(norms[1:] / norms[:-1], factor, rtol=1e-4)
