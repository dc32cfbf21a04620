"""Our own Keras cells against loops written out, step by step, without `keras.layers.RNN`."""

from __future__ import annotations

import keras
import numpy as np
import pytest
import tensorflow as tf

from lab.config.model import ModelConfig
from lab.engine.loops import keras_cells as layers
from lab.engine.loops.keras_cells import Dropout, kept
from lab.engine.models import build, get_weights, recurrent_layer
from lab.network.cells import CELLS

OURS = ["peephole", "jordan"]


def sigmoid(z: np.ndarray) -> np.ndarray:
    return 1 / (1 + np.exp(-z))


def peephole(w: dict[str, np.ndarray], x: np.ndarray) -> np.ndarray:
    units = len(w["recurrent_kernel"])
    h = c = np.zeros((len(x), units))
    said = []
    for t in range(x.shape[1]):
        z = x[:, t] @ w["kernel"] + h @ w["recurrent_kernel"] + w["bias"]
        i = sigmoid(z[:, :units] + c @ np.diag(w["peephole_input"]))  # the diagonal matrices of the paper, whole
        f = sigmoid(z[:, units : 2 * units] + c @ np.diag(w["peephole_forget"]))
        c = f * c + i * np.tanh(z[:, 2 * units : 3 * units])
        o = sigmoid(z[:, 3 * units :] + c @ np.diag(w["peephole_output"]))
        h = o * np.tanh(c)
        said.append(h)
    return np.stack(said, axis=1)


def jordan(w: dict[str, np.ndarray], x: np.ndarray) -> np.ndarray:
    y = np.zeros((len(x), len(w["recurrent_kernel"])))
    said = []
    for t in range(x.shape[1]):
        h = np.tanh(x[:, t] @ w["kernel"] + y @ w["recurrent_kernel"] + w["bias"])
        y = np.tanh(h @ w["output_kernel"] + w["output_bias"])
        said.append(y)
    return np.stack(said, axis=1)


def random_layer(cell: str, units: int, **options: object) -> tuple[keras.Layer, dict[str, np.ndarray]]:
    layer, rng = recurrent_layer(cell, units, **options), np.random.default_rng(units)
    layer.build((None, None, 2))
    weights = {v.name: rng.normal(0, 0.6 / units**0.5, v.shape).astype(np.float32) for v in layer.weights}
    layer.set_weights(list(weights.values()))
    return layer, weights


@pytest.mark.parametrize("cell", OURS)
@pytest.mark.parametrize("units", [1, 5, 16])
@pytest.mark.parametrize("jit", [False, True])
def test_a_layer_says_what_the_loop_says(cell: str, units: int, jit: bool) -> None:
    layer, weights = random_layer(cell, units, return_sequences=True)
    x = np.random.default_rng(0).normal(size=(3, 11, 2)).astype(np.float32)
    said = tf.function(layer, jit_compile=jit)(tf.constant(x))
    np.testing.assert_allclose(said, {"peephole": peephole, "jordan": jordan}[cell](weights, x), atol=1e-5)
    assert list(weights) == list(CELLS[cell].weight_shapes(2, units))


@pytest.mark.parametrize("jit", [False, True])
def test_dropout_drops_its_share_anew_at_every_call_and_only_in_training(jit: bool) -> None:
    layer = Dropout(0.2, seed=7)
    call = tf.function(layer, jit_compile=jit)
    x = tf.fill((64, 28, 32), 2.0)
    first, second = (np.asarray(call(x, training=True)) for _ in range(2))
    assert set(np.unique(first)) == {0, np.float32(2.5)}  # what stays makes up for what goes
    for dropped in (first == 0, second == 0, (first == 0) != (second == 0)):
        n, p = dropped.size, 0.2 if dropped.mean() < 0.25 else 2 * 0.2 * 0.8
        assert abs(dropped.mean() - p) < 5 * (p * (1 - p) / n) ** 0.5
    again = Dropout(0.2, seed=7)
    np.testing.assert_array_equal(tf.function(again, jit_compile=jit)(x, training=True), first)
    np.testing.assert_array_equal(call(x, training=False), x)
    assert np.all(np.asarray(Dropout(1.0)(x, training=True)) == 0)
    assert {v.name for v in layer.variables} == {v.name for v in keras.layers.Dropout(0.2).variables}


@pytest.mark.parametrize("cell", OURS)
def test_recurrent_dropout_acts_in_training_only_and_from_the_second_step_on(
    cell: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    layer, weights = random_layer(cell, 16, return_sequences=True, recurrent_dropout=0.5)
    x = tf.constant(np.random.default_rng(0).normal(size=(3, 6, 2)).astype(np.float32))
    run = tf.function(lambda training: layer(x, training=training), jit_compile=True)
    np.testing.assert_allclose(
        run(False), {"peephole": peephole, "jordan": jordan}[cell](weights, x.numpy()), atol=1e-5
    )
    asked: list[tuple[int, ...]] = []
    monkeypatch.setattr(layers, "kept", lambda *given: asked.append(given[0]) or kept(*given))
    dropped, again = run(True).numpy(), run(True).numpy()
    assert asked == [(4 if cell == "peephole" else 1, 3, 16)], "Keras's own generator is slow"
    np.testing.assert_allclose(dropped[:, 0], run(False)[:, 0], atol=1e-6)
    assert (dropped[:, 1:] != run(False).numpy()[:, 1:]).any(axis=-1).all()
    assert (dropped[:, 1:] != again[:, 1:]).any(), "every batch has a mask of its own"


@pytest.mark.parametrize("cell", OURS)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_a_model_comes_back_from_its_config(cell: str, bidirectional: bool) -> None:
    model = build(ModelConfig(cell=cell, units=(3, 2), bidirectional=bidirectional), 5, 1, 1, seed=0)
    again = keras.models.model_from_json(model.to_json())
    again.set_weights(model.get_weights())
    x = np.random.default_rng(0).normal(size=(2, 5, 1)).astype(np.float32)
    np.testing.assert_array_equal(model(x), again(x))


def test_a_peephole_lstm_begins_as_the_lstm_of_its_seed() -> None:
    plain, peeping = (
        get_weights(build(ModelConfig(cell=c, units=(4,)), 5, 1, 1, seed=3)) for c in ("lstm", "peephole")
    )
    assert peeping.keys() - plain.keys() == {f"recurrent0/peephole_{gate}" for gate in ("input", "forget", "output")}
    assert not any(weight.any() for name, weight in peeping.items() if "peephole" in name)
    for name in plain:
        np.testing.assert_array_equal(plain[name], peeping[name])


def test_the_two_directions_begin_with_weights_of_their_own() -> None:
    weights = get_weights(build(ModelConfig(units=(4,), bidirectional=True), 5, 1, 1, seed=3))
    assert (weights["recurrent0/forward/kernel"] != weights["recurrent0/backward/kernel"]).all()
