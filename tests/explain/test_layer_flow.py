"""The gradient through layers: against TensorFlow's, and units that are made dead or saturated on purpose."""

from __future__ import annotations

import numpy as np
import pytest
from test_gradient_flow import FEATURES, OUTPUTS, WINDOW, made, truth, windows

from lab.config.model import ModelConfig
from lab.explain.layer_flow import in_words, layer_flow
from lab.network.network import Network


@pytest.mark.trains
def test_norms_by_layer_are_those_of_tensorflow() -> None:
    import tensorflow as tf

    from lab.engine.models import build, set_weights

    model = ModelConfig(kind="mlp", dense=(6, 5, 4), dense_activation="tanh")
    network, x, y = made(model), windows(), truth("linear")
    keras_model = build(model, WINDOW, FEATURES, OUTPUTS, seed=0)
    set_weights(keras_model, {f"{k}/{n}": v for k, w in network.weights.items() for n, v in w.items()})
    dense = [layer for layer in keras_model.layers if layer.name.startswith("dense")]
    with tf.GradientTape(persistent=True) as tape:
        values, front = [], tf.reshape(tf.constant(x), (len(x), -1))
        for layer in dense:
            front = layer(front)
            values.append(front)
        loss = tf.reduce_sum(tf.reduce_mean((keras_model.layers[-1](front) - y) ** 2, axis=1))
    for flow, value, layer in zip(layer_flow(network, x, y), values, dense, strict=True):
        of_value = np.linalg.norm(tape.gradient(loss, value).numpy(), axis=1)
        assert flow.norm == pytest.approx(np.median(of_value), rel=1e-4)
        of_weights = [g.numpy() for g in tape.gradient(loss, layer.trainable_variables)]
        assert flow.weights == pytest.approx(np.sqrt(sum((g**2).sum() for g in of_weights)) / len(x), rel=1e-4)


def with_bias(network: Network, layer: str, bias: np.ndarray) -> Network:
    weights = {k: dict(w) for k, w in network.weights.items()}
    weights[layer]["bias"] = bias.astype(np.float32)
    return Network(network.layers, weights, WINDOW, FEATURES)


def test_units_that_never_fire_are_dead() -> None:
    network = made(ModelConfig(kind="mlp", dense=(4, 3)))
    (first, second) = layer_flow(
        with_bias(network, "dense0", np.array([-99.0, 99, -99, 99])), windows(), truth("linear")
    )
    assert first.dead == 0.5
    assert first.saturated == 0.5
    assert first.inside.size == 16
    assert second.activation == "relu"
    assert (
        "Dense 1 (ReLU): 50% of its values lie where the activation is flat, and 50% of its units are dead"
        in in_words([first])
    )


def test_a_saturated_tanh_passes_nothing_on() -> None:
    network = made(ModelConfig(kind="mlp", dense=(4, 3), dense_activation="tanh"))
    found = layer_flow(with_bias(network, "dense1", np.full(3, 20.0)), windows(), truth("linear"))
    assert found[1].saturated == 1.0
    assert found[0].norm < 1e-6
    assert "shrinks to" in in_words(found)


@pytest.mark.parametrize("activation", ["tanh", "gelu"])
def test_recurrent_and_convolutional_layers_are_among_them(activation: str) -> None:
    model = ModelConfig(filters=(3,), units=(4, 5), dense=(2,), activation=activation)  # type: ignore[arg-type]
    found = layer_flow(made(model), windows(), truth("linear"))
    assert [flow.name for flow in found] == ["conv0", "recurrent0", "recurrent1", "dense0"]
    assert all(flow.norm > 0 for flow in found)
    assert [len(flow.inside) > 0 for flow in found] == [True, False, False, True]
    assert layer_flow(made(ModelConfig(kind="linear")), windows(), truth("linear")) == []
