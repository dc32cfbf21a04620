"""Fresh models: the same seed gives the same weights, whatever else the process draws."""

from __future__ import annotations

import random

import keras
import numpy as np
import pytest

from lab.config.model import ModelConfig
from lab.engine.loops.keras_cells import Dropout
from lab.engine.models import build, recurrent_layer
from lab.network.cells import CELLS


def model_config(cell: str, **settings: object) -> ModelConfig:
    given = {"units": (4, 3), "dense": (5,), "dropout": (0.2, 0.0, 0.1), "recurrent_dropout": 0.3} | settings
    return ModelConfig(cell=cell, **given)


def built(config: ModelConfig, seed: int) -> list[np.ndarray]:
    return [np.asarray(v) for v in build(config, 7, 2, 1, seed).variables]


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("bidirectional", [False, True])
def test_another_threads_draws_change_no_weights(
    cell: str, bidirectional: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = model_config(cell, bidirectional=bidirectional)
    alone = built(config, seed=3)
    monkeypatch.setattr(random, "randint", lambda *_: 1)  # Python's own generator, after others drew from it
    for first, second in zip(alone, built(config, seed=3), strict=True):
        np.testing.assert_array_equal(first, second)
    assert any((first != second).any() for first, second in zip(alone, built(config, seed=4), strict=True))


def test_a_seed_leaves_the_processs_generators_alone() -> None:
    before = random.getstate(), np.random.get_state()[1].copy()
    build(model_config("lstm"), 7, 2, 1, seed=3)
    assert random.getstate() == before[0]
    np.testing.assert_array_equal(np.random.get_state()[1], before[1])


def test_both_ways_of_a_bidirectional_layer_begin_differently() -> None:
    model = build(model_config("gru", bidirectional=True), 7, 2, 1, seed=3)
    layer = model.get_layer("recurrent0")
    for forward, backward in zip(layer.forward_layer.weights[:2], layer.backward_layer.weights[:2], strict=True):
        assert (np.asarray(forward) != np.asarray(backward)).any()


@pytest.mark.parametrize("cell", CELLS)
def test_the_seeds_are_those_that_keras_draws(cell: str) -> None:
    config = model_config(cell)
    keras.utils.set_random_seed(3)
    x = inputs = keras.Input((7, 2))
    x = recurrent_layer(cell, 4, return_sequences=True, recurrent_dropout=0.3)(x)
    x = Dropout(0.2)(x)
    x = recurrent_layer(cell, 3, recurrent_dropout=0.3)(x)
    x = keras.layers.Dense(5, activation="relu")(x)
    x = Dropout(0.1)(x)
    stock = keras.Model(inputs, keras.layers.Dense(1)(x))
    for ours, theirs in zip(built(config, seed=3), stock.variables, strict=True):
        np.testing.assert_array_equal(ours, theirs)
