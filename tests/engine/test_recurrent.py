"""Our walks through time against Keras's own loop: the same outputs, the same gradients, the same weights."""

from __future__ import annotations

from functools import partial
from typing import Any

import keras
import numpy as np
import pytest
import tensorflow as tf

from lab.engine.loops import keras_layers as recurrent
from lab.engine.loops.walks import ACTIVATIONS

PAIRS: dict[str, tuple[Any, Any, dict[str, Any]]] = {
    "lstm": (recurrent.LSTM, keras.layers.LSTM, {}),
    "gru": (recurrent.GRU, keras.layers.GRU, {"reset_after": True}),
    "gru_reset_before": (recurrent.GRU, keras.layers.GRU, {"reset_after": False}),
    "rnn": (recurrent.SimpleRNN, keras.layers.SimpleRNN, {}),
}
rng = np.random.default_rng(0)


def pair(cell: str, features: int = 3, **options: Any) -> tuple[Any, Any]:
    """Our layer and Keras's, with the same random weights, biases too."""
    ours, theirs, more = PAIRS[cell]
    layers = tuple(made(7, **more, **options) for made in (ours, theirs))
    for layer in layers:
        layer.build((None, 5, features))
    weights = [0.5 * rng.normal(size=w.shape).astype(np.float32) for w in layers[1].get_weights()]
    for layer in layers:
        layer.set_weights(weights)
    return layers


def gradients(layer: Any, x: Any, weight: Any, **call: Any) -> tuple[Any, list[Any]]:
    """The output, and the gradients of a weighted sum of it: by the input and by every weight."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        said = layer(x, **call)
        loss = tf.reduce_sum(said * weight[..., : said.shape[-1]])
    return said, tape.gradient(loss, [x, *[v.value for v in layer.trainable_variables]])


def assert_same(ours: Any, theirs: Any, x: Any, weight: Any, **call: Any) -> None:
    said, got = gradients(ours, x, weight, **call)
    wanted, expected = gradients(theirs, x, weight, **call)
    np.testing.assert_allclose(said, wanted, atol=1e-5)
    assert len(got) == len(expected) == 1 + len(theirs.trainable_variables)
    for g, e in zip(got, expected, strict=True):
        np.testing.assert_allclose(g, e, atol=1e-4 * float(np.abs(e).max()))


@pytest.mark.parametrize("go_backwards", [False, True])
@pytest.mark.parametrize("sequences", [False, True])
@pytest.mark.parametrize("activation", ACTIVATIONS)
@pytest.mark.parametrize("cell", PAIRS)
def test_outputs_and_gradients_are_those_of_keras(
    cell: str, activation: str, sequences: bool, go_backwards: bool
) -> None:
    ours, theirs = pair(cell, activation=activation, return_sequences=sequences, go_backwards=go_backwards)
    x = tf.constant(rng.normal(size=(4, 5, 3)).astype(np.float32))
    weight = tf.constant(rng.normal(size=(4, 5, 14) if sequences else (4, 14)).astype(np.float32))
    calls: list[bool] = []
    walks_itself = recurrent.walks_itself
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recurrent, "walks_itself", lambda *a: calls.append(walks_itself(*a)) or calls[-1])
        assert_same(ours, theirs, x, weight)
    assert calls == [True], "Keras's loop was compared with itself"


@pytest.mark.parametrize("batch", [3, 4])
@pytest.mark.parametrize("use_bias", [False, True])
@pytest.mark.parametrize("cell", PAIRS)
def test_one_feature_has_the_same_gradients(cell: str, use_bias: bool, batch: int) -> None:
    ours, theirs = pair(cell, 1, use_bias=use_bias)
    x = tf.constant(rng.normal(size=(batch, 5, 1)).astype(np.float32))
    weight = tf.constant(rng.normal(size=(batch, 7)).astype(np.float32))
    assert_same(ours, theirs, x, weight)


@pytest.mark.parametrize("cell", PAIRS)
def test_the_same_compiled(cell: str) -> None:
    ours, theirs = pair(cell, return_sequences=True)
    x = tf.constant(rng.normal(size=(4, 5, 3)).astype(np.float32))
    weight = tf.constant(rng.normal(size=(4, 5, 7)).astype(np.float32))
    compiled = (tf.function(partial(gradients, layer), jit_compile=True) for layer in (ours, theirs))
    (said, got), (wanted, expected) = (f(x, weight) for f in compiled)
    np.testing.assert_allclose(said, wanted, atol=1e-5)
    for g, e in zip(got, expected, strict=True):
        np.testing.assert_allclose(g, e, atol=1e-4 * float(np.abs(e).max()))


@pytest.mark.parametrize("compiled", [False, True])
@pytest.mark.parametrize("window", [1, 5])
@pytest.mark.parametrize("cell", PAIRS)
def test_a_state_that_is_given_is_begun_with(cell: str, window: int, compiled: bool) -> None:
    x = tf.constant(rng.normal(size=(4, window, 3)).astype(np.float32))
    states = [tf.constant(rng.normal(size=(4, 7)).astype(np.float32)) for _ in range(2 if cell == "lstm" else 1)]

    def said_and_gradients(layer: Any, x: Any, *states: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch([x, *states])
            said = layer(x, initial_state=list(states))
            loss = tf.reduce_sum(said * said)
        return said, tape.gradient(loss, [x, *states, *[v.value for v in layer.trainable_variables]])

    both = [partial(said_and_gradients, layer) for layer in pair(cell)]
    ours, theirs = tf.function(both[0], jit_compile=True) if compiled else both[0], both[1]
    (said, got), (wanted, expected) = ours(x, *states), theirs(x, *states)
    np.testing.assert_allclose(said, wanted, atol=1e-5)
    for g, e in zip(got, expected, strict=True):
        np.testing.assert_allclose(g, e, atol=1e-4 * float(np.abs(e).max()))


@pytest.mark.parametrize("cell", PAIRS)
def test_in_both_directions(cell: str) -> None:
    ours, theirs = (keras.layers.Bidirectional(layer) for layer in pair(cell, return_sequences=True))
    x = tf.constant(rng.normal(size=(4, 5, 3)).astype(np.float32))
    ours.build(x.shape)
    theirs.build(x.shape)
    ours.set_weights(theirs.get_weights())
    assert_same(ours, theirs, x, tf.constant(rng.normal(size=(4, 5, 14)).astype(np.float32)))


@pytest.mark.parametrize(("features", "compiled"), [(1, False), (3, False), (3, True)])
@pytest.mark.parametrize("cell", PAIRS)
def test_recurrent_dropout_with_the_same_masks_is_that_of_keras(
    cell: str, features: int, compiled: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours, theirs = pair(cell, features, recurrent_dropout=0.4, return_sequences=True)
    blocks = theirs.cell.recurrent_kernel.shape[1] // 7
    masks = tf.constant(np.where(rng.random((blocks, 4, 7)) < 0.4, 0, 1 / 0.6).astype(np.float32))
    asked: list[int] = []
    monkeypatch.setattr(recurrent, "_masks", lambda *given: asked.append(given[2]) or masks)
    x = tf.constant(rng.normal(size=(4, 5, features)).astype(np.float32))
    weight = tf.constant(rng.normal(size=(4, 5, 7)).astype(np.float32))
    theirs.cell._recurrent_dropout_mask = masks[0] if cell == "rnn" else list(masks)
    wanted, expected = gradients(theirs, x, weight, training=True)
    call = partial(gradients, ours, training=True)
    said, got = (tf.function(call, jit_compile=True) if compiled else call)(x, weight)
    assert asked == [blocks]
    np.testing.assert_allclose(said, wanted, atol=1e-5)
    for g, e in zip(got, expected, strict=True):
        np.testing.assert_allclose(g, e, atol=1e-4 * float(np.abs(e).max()))


@pytest.mark.parametrize("cell", PAIRS)
def test_recurrent_dropout_drops_its_share_for_each_gate_anew_at_every_call(cell: str) -> None:
    layer = pair(cell, recurrent_dropout=0.3, seed=1)[0]
    h = tf.zeros((64, 50))
    masks = np.array([recurrent._masks(layer, h, 4, True) for _ in range(3)])
    assert np.unique(masks).tolist() == [0, np.float32(1 / 0.7)]
    shares = (masks == 0).mean(axis=(2, 3))
    np.testing.assert_allclose(shares, 0.3, atol=0.04)  # of 3,200 values: five standard deviations
    flat = masks.reshape(12, -1)
    assert np.abs(np.corrcoef(flat) - np.eye(12)).max() < 0.1, "gates and calls drop independently"
    assert recurrent._masks(layer, h, 4, False) is None


LEFT_TO_KERAS: list[tuple[str, dict[str, Any]]] = [
    *((cell, options) for cell in PAIRS for options in ({"dropout": 0.5}, {"activation": "gelu"}, {"unroll": True})),
    *((cell, {"recurrent_activation": "hard_sigmoid"}) for cell in PAIRS if cell != "rnn"),  # which has no gates
]  # fmt: skip


@pytest.mark.parametrize(("cell", "options"), LEFT_TO_KERAS, ids=str)
def test_what_ours_does_not_do_is_done_by_keras(cell: str, options: dict[str, Any]) -> None:
    ours, theirs = pair(cell, seed=3, **options)
    x = tf.constant(rng.normal(size=(4, 5, 3)).astype(np.float32))
    assert_same(ours, theirs, x, tf.constant(rng.normal(size=(4, 7)).astype(np.float32)), training=True)


def test_a_mask_is_kept_by_keras() -> None:
    ours, theirs = pair("lstm")
    x = tf.constant(rng.normal(size=(4, 5, 3)).astype(np.float32))
    mask = tf.constant([[True] * 5, [True] * 3 + [False] * 2] * 2)
    assert_same(ours, theirs, x, tf.constant(rng.normal(size=(4, 7)).astype(np.float32)), mask=mask)


@pytest.mark.parametrize("cell", PAIRS)
def test_weights_and_config_are_keras_own(cell: str) -> None:
    ours, theirs = pair(cell)
    assert [v.path.split("/", 1)[1] for v in ours.variables] == [v.path.split("/", 1)[1] for v in theirs.variables]
    # Keras's SimpleRNN leaves out the seed, which its copies would then draw anew.
    assert ours.get_config().keys() | {"seed"} == theirs.get_config().keys() | {"seed"}
    again = type(theirs).from_config(ours.get_config())
    again.build((None, 5, 3))
    again.set_weights(ours.get_weights())
    x = rng.normal(size=(2, 5, 3)).astype(np.float32)
    np.testing.assert_allclose(again(x), ours(tf.constant(x)), atol=1e-5)
