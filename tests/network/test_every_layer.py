"""Every layer against stock Keras: outputs to 1e-5; gradients of the input, of every weight and of every state to 1e-4."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from lab.config.model import KINDS, ModelConfig
from lab.engine.models import KERAS, build, named_variables
from lab.network.activations import ACTIVATIONS, GATE_ACTIVATIONS
from lab.network.architecture import EXPAND, architecture, weight_shapes
from lab.network.cells import CELLS
from lab.network.layers import LAYERS
from lab.network.layers.recurrent import Recurrent
from lab.network.network import Network

WINDOW, FEATURES, OUTPUTS, BATCH = 9, 3, 2, 4
CONV: dict[str, Any] = {"kind": "conv1d", "filters": (4, 3)}
# One shape, so that what is compiled once serves all.
CASES: dict[str, dict[str, Any]] = {
    **{f"{cell}{' both ways' * both}": {"cell": cell, "units": (4, 3), "dense": (5,), "bidirectional": both}
       for cell in CELLS for both in (False, True)},
    **{f"{cell} of {name}": {"cell": cell, "units": (4,), "activation": name} for cell in CELLS for name in ACTIVATIONS},
    **{f"{cell} of hard gates": {"cell": cell, "units": (4,), "gate_activation": "hard_sigmoid"}
       for cell in CELLS if CELLS[cell].has_sigmoid_gates},
    **{f"dense of {name}": {"kind": "mlp", "dense": (5, 4), "dense_activation": name} for name in ACTIVATIONS},
    **{f"conv of {name}": CONV | {"dense_activation": name} for name in ACTIVATIONS},
    **{f"conv {padding} {step}": CONV | {"padding": padding} | step_settings
       for padding in ("causal", "same")
       for step, step_settings in {"plain": {}, "stride 2": {"stride": 2}, "stride 3": {"stride": 3, "kernel_size": 4},
                                   "dilation": {"dilation": 3}, "even": {"kernel_size": 4}, "one": {"kernel_size": 1}}.items()},
    **{f"{way} pooling": CONV | {"pooling": way, "filters": (4, 3, 2), "dense": (4,)} for way in ("max", "average")},
    **{f"global {way} pooling": CONV | {"global_pooling": way} for way in ("max", "average")},
    **{f"{norm} norm, {kind}": {"kind": kind, "norm": norm, "dense": (5,), "dropout": 0.2} | more
       for norm in ("layer", "batch")
       for kind, more in {"recurrent": {"units": (4, 3), "filters": (2,)}, "conv1d": {"filters": (3, 2)}, "mlp": {}}.items()},
    "conv in front": {"filters": (4,), "units": (3,), "stride": 2, "pooling": "max", "cell": "gru", "bidirectional": True},
    "linear": {"kind": "linear"},
}  # fmt: skip


def case(name: str) -> tuple[Network, keras.Model, np.ndarray]:
    """A network of random weights, the Keras model with the same, and some windows."""
    rng = np.random.default_rng(3)
    model = ModelConfig(**CASES[name])
    shapes = weight_shapes(model, FEATURES, OUTPUTS, WINDOW)
    weights = {key: rng.normal(0, 0.5, shape).astype(np.float32) for key, shape in shapes.items()}
    weights |= {key: np.abs(w) + 0.5 for key, w in weights.items() if key.endswith("moving_variance")}
    stock = build(model, WINDOW, FEATURES, OUTPUTS, 0)
    names = [key for key, _ in named_variables(stock)]
    assert sorted(names) == sorted(weights)
    for key, variable in named_variables(stock):
        variable.assign(weights[key])
    network = Network.build(model, weights, OUTPUTS, window=WINDOW, features=FEATURES)
    return network, stock, rng.normal(size=(BATCH, WINDOW, FEATURES)).astype(np.float32)


def test_nothing_that_is_registered_is_left_out() -> None:
    seen = {layer.kind for settings in CASES.values() for layer in architecture(ModelConfig(**settings))}
    assert seen == set(LAYERS) == set(KERAS)
    assert {ModelConfig(**settings).kind for settings in CASES.values()} == set(KINDS) == set(EXPAND)
    for settings in CASES.values():
        for layer in architecture(ModelConfig(**settings)):
            assert type(layer) is LAYERS[layer.kind]
    assert {c.get("gate_activation", "sigmoid") for c in CASES.values()} == set(GATE_ACTIVATIONS)


@pytest.mark.parametrize("name", CASES)
def test_outputs_and_gradients_are_those_of_keras(name: str) -> None:
    network, stock, x = case(name)
    inputs = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(inputs)
        outputs = stock(inputs, training=False)
        summed = tf.reduce_sum(outputs[:, 1])
    variables = {key: v for key, v in named_variables(stock) if v.trainable}
    d_inputs, d_weights = tape.gradient(summed, (inputs, {key: v.value for key, v in variables.items()}))
    np.testing.assert_allclose(network.predict(x), outputs, rtol=0, atol=1e-5)
    backs = network.gradients(x, output=1, with_weights=True)
    ours = {
        f"{layer.name}/{key}": d
        for layer, back in zip(network.layers, backs, strict=True)
        for key, d in back.weights.items()
    }
    assert ours.keys() == variables.keys()
    _close(backs[0].x.swapaxes(0, 1), d_inputs.numpy(), "input")
    for key, expected in d_weights.items():
        _close(ours[key], np.asarray(expected), key)


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("activation", ["tanh", "gelu"])
def test_the_gradient_of_every_state_at_every_step_is_that_of_an_unrolled_keras_cell(
    cell: str, activation: str
) -> None:
    rng = np.random.default_rng(5)
    layer = Recurrent("recurrent0", cell, 4, sequences=False, activation=activation)
    weights = {k: rng.normal(0, 0.6, s).astype(np.float32) for k, s in layer.weight_shapes((WINDOW, FEATURES)).items()}
    x = rng.normal(size=(WINDOW, BATCH, FEATURES)).astype(np.float32)
    stock = build(ModelConfig(cell=cell, units=(4,), activation=activation), WINDOW, FEATURES, 1, 0)  # type: ignore[arg-type]
    for key, variable in named_variables(stock):
        if key.startswith("recurrent0/"):
            variable.assign(weights[key.removeprefix("recurrent0/")])
    inner = stock.get_layer("recurrent0").cell
    with tf.GradientTape() as tape:
        states = [tf.zeros((BATCH, 4)) for _ in layer.cell.state_names]
        seen = []
        for x_t in x:
            _, states = inner(tf.constant(x_t), states)
            states = [tf.identity(state) for state in states]
            tape.watch(states)
            seen.append(states)
        summed = tf.reduce_sum(states[0] * tf.constant([1.0, -2.0, 3.0, 0.5]))
    expected = tape.gradient(summed, seen, unconnected_gradients=tf.UnconnectedGradients.ZERO)
    output, trace = layer.forward(weights, x, traced=True)
    np.testing.assert_allclose(output, states[0], atol=1e-5)
    back = layer.backward(weights, trace, np.tile(np.float32([1, -2, 3, 0.5]), (BATCH, 1)))
    assert list(back.states) == list(layer.cell.state_names)
    for k, name in enumerate(layer.cell.state_names):
        _close(back.states[name], np.stack([np.asarray(step[k]) for step in expected]), name)


@pytest.mark.parametrize("name", ["conv in front", "batch norm, mlp", "max pooling", "linear", "layer norm, recurrent"])
def test_a_network_of_doubles_has_the_difference_quotients_as_gradients(name: str) -> None:
    network, _, x = case(name)
    doubles = {layer: {k: w.astype(np.float64) for k, w in own.items()} for layer, own in network.weights.items()}
    network = replace(network, weights=doubles)
    window = x[0].astype(np.float64)
    nudges = 1e-6 * np.eye(window.size).reshape(-1, *window.shape)
    quotients = (network.predict(window + nudges) - network.predict(window - nudges))[:, 0] / 2e-6
    gradient = network.input_gradient(window)
    np.testing.assert_allclose(gradient.ravel(), quotients, rtol=1e-5, atol=1e-7)
    shares = network.contributions(window)
    flat = np.broadcast_to(window.mean(axis=0), window.shape)
    change = network.predict(np.stack([window, flat]))[:, 0]
    assert shares.sum() == pytest.approx(change[0] - change[1], abs=2e-3)


def _close(ours: np.ndarray, expected: np.ndarray, what: str) -> None:
    scale = max(float(np.abs(expected).max()), 1.0)
    np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-4 * scale, err_msg=what)
