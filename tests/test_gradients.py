"""How the prediction answers to its inputs: against TensorFlow's gradient, and the shares against what they must add to."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given
from hypothesis import strategies as st

from lab.cells import CELLS, Ablate, Reset
from lab.config import ModelConfig
from lab.engine.models import build, set_weights
from lab.network import Network, weight_shapes

WINDOW, FEATURES, HORIZON = 9, 2, 2


def random_network(model: ModelConfig, seed: int, size: float = 1.0) -> tuple[Network, dict[str, np.ndarray]]:
    rng = np.random.default_rng(seed)
    shapes = weight_shapes(model, FEATURES, HORIZON)
    weights = {k: (rng.normal(0, size, s) / s[0] ** 0.5).astype(np.float32) for k, s in shapes.items()}
    return Network.build(model, weights, HORIZON), weights


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(("units", "bidirectional"), [((1,), False), ((8, 5), False), ((4, 3), True)])
def test_the_gradient_is_that_of_tensorflow(cell: str, units: tuple[int, ...], bidirectional: bool) -> None:
    model = ModelConfig(cell=cell, units=units, dense=(6,) if len(units) > 1 else (), bidirectional=bidirectional)
    keras_model = build(model, WINDOW, FEATURES, HORIZON, seed=0)
    for seed in range(3):
        network, weights = random_network(model, seed)
        set_weights(keras_model, weights)
        x = np.random.default_rng(seed).normal(size=(WINDOW, FEATURES)).astype(np.float32)
        for output in range(HORIZON):
            inputs = tf.constant(x[None])
            with tf.GradientTape() as tape:
                tape.watch(inputs)
                y = keras_model(inputs)[0, output]
            expected = tape.gradient(y, inputs)[0].numpy()
            gradient = network.input_gradient(x, output=output)
            assert gradient.dtype == np.float32
            np.testing.assert_allclose(gradient, expected, rtol=1e-3, atol=1e-3 * np.abs(expected).max() + 1e-9)


@pytest.mark.parametrize("cell", CELLS)
@given(seed=st.integers(0, 999))
def test_the_shares_add_up_to_what_the_shape_of_the_window_changes(cell: str, seed: int) -> None:
    network, _ = random_network(ModelConfig(cell=cell, units=(4,)), seed, size=0.7)  # at 1 some simple RNNs are chaotic
    x = np.random.default_rng(seed).normal(size=(WINDOW, FEATURES)).astype(np.float32)
    flat = np.broadcast_to(x.mean(axis=0), x.shape)
    difference = network.predict(x[None])[0, 0] - network.predict(flat[None])[0, 0]
    assert network.contributions(x).sum() == pytest.approx(difference, abs=1e-4)


def test_a_flat_window_has_no_shares() -> None:
    network, _ = random_network(ModelConfig(units=(4,)), 0)
    np.testing.assert_allclose(network.contributions(np.full((WINDOW, FEATURES), 0.7)), 0, atol=1e-7)


def test_the_gradient_sees_interventions() -> None:
    network, _ = random_network(ModelConfig(cell="gru", units=(4, 3)), 0)
    x = np.random.default_rng(0).normal(size=(WINDOW, FEATURES))
    assert network.input_gradient(x).all()
    assert not network.input_gradient(x, (Ablate(0),)).any()
    forgetful = network.input_gradient(x, (Reset(0, 5), Reset(1, 5)))
    assert not forgetful[:5].any()
    assert forgetful[5:].all()


@pytest.mark.parametrize("call", [Network.input_gradient, Network.contributions])
def test_what_does_not_fit_is_a_sentence(call) -> None:  # type: ignore[no-untyped-def]
    network, _ = random_network(ModelConfig(units=(4,)), 0)
    with pytest.raises(ValueError, match=r"`x` must be \(window, 2\)"):
        call(network, np.zeros((WINDOW, 1)))
    with pytest.raises(ValueError, match="`output` must be from 0 to 1; received 2"):
        call(network, np.zeros((WINDOW, FEATURES)), output=2)
    with pytest.raises(ValueError, match="`layer` must be from 0 to 0; received 1"):
        call(network, np.zeros((WINDOW, FEATURES)), (Ablate(1),))
