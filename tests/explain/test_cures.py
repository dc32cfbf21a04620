"""Cures undone and redone on the same weights."""

from __future__ import annotations

import numpy as np
import pytest
from test_gradient_flow import WINDOW, made, truth, windows

from lab.config.model import ModelConfig
from lab.explain.cures import Cure, apply, compare
from lab.explain.gradient_flow import of_first_layer, reach, spectrum, ways


def test_nothing_changed_changes_nothing() -> None:
    network, x, y = made(ModelConfig(units=(4, 3))), windows(), truth("linear")
    found = compare(network, x, y, Cure())
    np.testing.assert_array_equal(found.before, found.after)
    assert found.norm_after == found.norm_before
    assert found.cosine == pytest.approx(1)
    np.testing.assert_array_equal(found.before, of_first_layer(ways(network, x, y)))


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_a_gradient_that_is_cut_ends_there_and_is_the_same_until_then(cell: str) -> None:
    network, x, y = made(ModelConfig(cell=cell, units=(4,))), windows(), truth("linear")
    found = compare(network, x, y, Cure(truncate=4))
    np.testing.assert_array_equal(found.after[:4], found.before[:4])
    assert not found.after[4:].any()
    assert reach(found.after) <= 4
    assert 0 < found.cosine < 1
    changed, interventions = apply(network, Cure(truncate=4), WINDOW)
    np.testing.assert_array_equal(changed.predict(x, interventions), network.predict(x))
    with pytest.raises(ValueError, match="this one reads in both"):
        compare(made(ModelConfig(cell=cell, units=(4,), bidirectional=True)), x, y, Cure(truncate=4))


@pytest.mark.trains
def test_a_gradient_that_is_cut_is_that_of_the_last_steps_alone() -> None:
    """As TensorFlow has it where the state is held fast (`stop_gradient`) before the last four steps."""
    import tensorflow as tf

    network, x, y = made(ModelConfig(cell="rnn", units=(4,))), windows(), truth("linear")
    w = {n: tf.Variable(v) for n, v in network.weights["recurrent0"].items()}
    h = tf.zeros((4, 4))
    with tf.GradientTape() as tape:
        for t in range(WINDOW):
            if t == WINDOW - 4:
                h = tf.stop_gradient(h)
            h = tf.tanh(x[:, t] @ w["kernel"] + h @ w["recurrent_kernel"] + w["bias"])
        out = h @ network.weights["output"]["kernel"] + network.weights["output"]["bias"]
        loss = tf.reduce_sum(tf.reduce_mean((out - y) ** 2, axis=1))
    changed, interventions = apply(network, Cure(truncate=4), WINDOW)
    found = changed.gradients(x, y, interventions=interventions, with_weights=True)[0].weights
    for name, expected in tape.gradient(loss, w).items():
        np.testing.assert_allclose(found[name], expected.numpy(), rtol=1e-4, atol=1e-5)


def test_forget_gates_held_at_one_carry_the_gradient_and_at_zero_lose_it() -> None:
    network, x, y = made(ModelConfig(units=(5,)), size=0.4), windows(), truth("linear")
    kept, lost = (compare(network, x, y, Cure(keeping=value)) for value in (1.0, 0.0))
    assert kept.after[-1] > kept.before[-1] > lost.after[-1]
    more = compare(network, x, y, Cure(forget_bias=3.0))
    assert more.after[-1] > more.before[-1]


def test_a_kernel_is_rescaled_and_an_activation_changed() -> None:
    network = made(ModelConfig(cell="rnn", units=(5,)))
    changed, _ = apply(network, Cure(radius=2.5, activation="relu"), WINDOW)
    assert spectrum(changed, 0).radius == pytest.approx(2.5, rel=1e-5)
    assert changed.recurrent[0].cell.activation.label == "ReLU"
    assert spectrum(network, 0).radius != pytest.approx(2.5)


def test_a_clipped_norm_keeps_its_direction() -> None:
    network, x, y = made(ModelConfig(units=(4,))), windows(), truth("linear")
    whole = compare(network, x, y, Cure())
    found = compare(network, x, y, Cure(clip=whole.norm_before / 10))
    assert found.norm_after == pytest.approx(whole.norm_before / 10)
    assert found.cosine == pytest.approx(1)
    assert compare(network, x, y, Cure(clip=1e6)).norm_after == whole.norm_before
