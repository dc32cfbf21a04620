"""Our way through a convolution against Keras's own: the same outputs, the same gradients, the same weights."""

from __future__ import annotations

import itertools

import keras
import numpy as np
import pytest
import tensorflow as tf

from lab.engine.loops.keras_conv import Conv1D

SHAPES = [
    *itertools.product((1, 3, 4), (1, 2, 3), (1,)),
    (3, 1, 2),
    (2, 1, 4),
    (5, 1, 3),
]  # kernel size, stride, dilation


@pytest.mark.parametrize("padding", ["causal", "same"])
@pytest.mark.parametrize("time", [1, 7, 10])
@pytest.mark.parametrize(("size", "stride", "dilation"), SHAPES)
def test_outputs_and_gradients_are_those_of_keras(
    size: int, stride: int, dilation: int, time: int, padding: str
) -> None:
    rng = np.random.default_rng(0)
    given = {"strides": stride, "dilation_rate": dilation, "padding": padding, "activation": "tanh"}
    ours, theirs = Conv1D(4, size, **given), keras.layers.Conv1D(4, size, **given)
    x = tf.constant(rng.normal(size=(3, time, 2)).astype(np.float32))
    found = []
    for layer in (ours, theirs):
        layer.build(x.shape)
        layer.set_weights(
            found[0][2] if found else [rng.normal(size=w.shape).astype(np.float32) for w in layer.get_weights()]
        )
        with tf.GradientTape() as tape:
            tape.watch(x)
            output = layer(x)
            loss = tf.reduce_sum(output * output)
        found.append(
            (output, tape.gradient(loss, [x, *(v.value for v in layer.trainable_variables)]), layer.get_weights())
        )
    (output, gradients, _), (expected, wanted, _) = found
    np.testing.assert_allclose(output, expected, atol=1e-5)
    for gradient, target in zip(gradients, wanted, strict=True):
        np.testing.assert_allclose(gradient, target, atol=1e-4)


def test_a_model_of_it_comes_back_from_its_config() -> None:
    layer = Conv1D(4, 3, dilation_rate=2, padding="causal")
    assert Conv1D.from_config(layer.get_config()).get_config() == layer.get_config()
