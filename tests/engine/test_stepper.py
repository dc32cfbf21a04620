"""What the compiled loop reports of its gradients, and what it is put back to."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

from lab.config.model import ModelConfig
from lab.config.run import RunConfig
from lab.config.sections import TrainingConfig
from lab.engine.clipping import clip
from lab.engine.stepper import Stepper

SHAPES = [(1,), (7,), (1, 12), (50, 200), (48, 5), (256, 8)]
LIMITS = [{}, {"clip_value": 2.0}, {"clip_value": 9.0}, {"clip_norm": 3.0}, {"global_clip_norm": 3.0}]


@pytest.mark.parametrize("limits", LIMITS, ids=str)
def test_the_norm_and_the_share_of_clipped_are_those_of_all_gradients(limits):
    rng = np.random.default_rng(0)
    gradients = [rng.normal(size=shape).astype(np.float32) for shape in SHAPES]
    _, norm, clipped = clip(TrainingConfig(**limits), [tf.constant(g) for g in gradients])
    every = np.concatenate([g.ravel() for g in gradients])
    assert float(norm) == pytest.approx(np.linalg.norm(every.astype(np.float64)), rel=1e-5)
    largest = {
        "clip_value": np.abs(every).max(),
        "clip_norm": max(np.linalg.norm(g) for g in gradients),
        "global_clip_norm": np.linalg.norm(every),
    }
    assert bool(clipped) == any(largest[kind] > limit for kind, limit in limits.items())


def test_a_gradient_that_is_not_finite_shows_in_the_norm():
    gradients = [tf.constant(np.full((16, 3), value, np.float32)) for value in (1.0, np.inf)]
    assert not np.isfinite(float(clip(TrainingConfig(), gradients)[1]))


@pytest.mark.parametrize("decay", [0.0, 0.5])
def test_a_saved_state_brings_its_learning_rate_along(decay):
    config = RunConfig(model=ModelConfig(units=(3,)), training=TrainingConfig(batch_size=4, decay=decay))
    x, y = np.ones((8, 5, 1), np.float32), np.ones((8, 1), np.float32)
    stepper = Stepper(config, x)
    stepper.reset(config, x, y)
    stepper.set_learning_rate(0.25)
    stepper.run(np.arange(8, dtype=np.int32).reshape(2, 4), 0, 2)
    then, saved = stepper.weights(), [np.asarray(variable) for variable in stepper.state]
    stepper.set_learning_rate(0.5)
    stepper.run(np.arange(8, dtype=np.int32).reshape(2, 4), 0, 2)
    assert (stepper.learning_rate, stepper.last_rate) == (0.5, pytest.approx(0.5 / (1 + 3 * decay)))
    stepper.restore(saved)
    assert (stepper.learning_rate, stepper.last_rate) == (0.25, pytest.approx(0.25 / (1 + decay)))
    for name, weight in stepper.weights().items():
        np.testing.assert_array_equal(weight, then[name])


def test_weights_that_were_kept_predict_what_they_did_then():
    config = RunConfig(model=ModelConfig(cell="rnn", units=(3,), dropout=0.5))
    x, y = np.random.default_rng(0).normal(size=(8, 5, 1)).astype(np.float32), np.ones((8, 1), np.float32)
    stepper = Stepper(config, x)
    stepper.reset(config, x, y)
    then = stepper.weights()
    said = stepper.predict(x, then)
    assert not stepper._predict[8].captured_inputs  # a variable would be locked while `run` is at work
    stepper.run(np.arange(8, dtype=np.int32).reshape(1, 8), 0, 1)
    np.testing.assert_array_equal(stepper.predict(x, then), said)
    assert (stepper.predict(x, stepper.weights()) != said).any()


def test_each_weight_finds_its_place_in_the_model():
    model = ModelConfig(cell="gru", units=(3, 2), dense=(4,), bidirectional=True, dropout=0.5)
    x = np.random.default_rng(0).normal(size=(8, 5, 1)).astype(np.float32)
    stepper = Stepper(RunConfig(model=model), x)
    for variable in stepper.model.trainable_variables:
        variable.assign(np.random.default_rng(1).normal(size=variable.shape))
    np.testing.assert_allclose(stepper.predict(x, stepper.weights()), stepper.model(x, training=False), atol=1e-6)
