"""What weights are at first: as their names say, of the right size, and of the seed alone."""

from __future__ import annotations

import typing

import keras
import numpy as np
import pytest

from lab.config.model import Initializer, ModelConfig, RecurrentInitializer
from lab.engine.initializers import INITIALIZERS
from lab.engine.models import build, get_weights

STOCK = {"glorot_uniform": "GlorotUniform", "glorot_normal": "GlorotNormal", "he_uniform": "HeUniform", "he_normal": "HeNormal",
         "orthogonal": "Orthogonal"}  # fmt: skip


def weights(**settings: object) -> dict[str, np.ndarray]:
    return dict(get_weights(build(ModelConfig(units=(32,), dense=(16,), **settings), 5, 3, 1, seed=1)))  # type: ignore[arg-type]


def test_each_name_of_a_config_is_there() -> None:
    assert set(typing.get_args(Initializer)) | set(typing.get_args(RecurrentInitializer)) == set(INITIALIZERS)


@pytest.mark.parametrize("name", typing.get_args(Initializer))
def test_every_kernel_is_drawn_from_it_and_no_other_weight(name: str) -> None:
    found, usual = weights(kernel_initializer=name), weights()
    for key, weight in found.items():
        same = (weight == usual[key]).all()
        assert same == (name == "glorot_uniform" or not key.endswith("/kernel")), key
    dense = found["dense0/kernel"]
    spread = {"glorot": 2 / 48, "he": 2 / 32, "orthogonal": 1 / 32, "small": 1e-4, "zeros": 0.0}[name.partition("_")[0]]
    assert dense.var() == pytest.approx(spread, rel=0.15)


@pytest.mark.parametrize("name", STOCK)
def test_it_is_that_of_keras(name: str) -> None:
    stock = getattr(keras.initializers, STOCK[name])(seed=7)
    np.testing.assert_array_equal(INITIALIZERS[name](7)((6, 8)), stock((6, 8)))


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_an_identity_passes_each_state_on(cell: str) -> None:
    kernel = weights(cell=cell, recurrent_initializer="identity")["recurrent0/recurrent_kernel"]
    for block in np.split(kernel, kernel.shape[1] // 32, axis=1):
        np.testing.assert_array_equal(block, np.eye(32))


@pytest.mark.parametrize("cell", ["lstm", "peephole"])
@pytest.mark.parametrize("value", [0.0, 1.0, -2.5])
def test_the_forget_gate_begins_with_its_bias(cell: str, value: float) -> None:
    bias = weights(cell=cell, forget_bias=value)["recurrent0/bias"]
    np.testing.assert_array_equal(bias, np.repeat([0, value, 0, 0], 32))
