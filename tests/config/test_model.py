"""Layers come and go, and each dropout stays with its own."""

from __future__ import annotations

from lab.config.model import ModelConfig, dropout_by_layer, with_layers

MODEL = ModelConfig(units=(8, 4), dense=(3,), dropout=(0.2, 0.1, 0.3))


def test_a_new_layer_has_the_dropout_of_the_one_before_it() -> None:
    assert with_layers(MODEL, units=(8, 4, 4)).dropout == (0.2, 0.1, 0.1, 0.3)
    assert with_layers(MODEL, dense=(3, 3)).dropout == (0.2, 0.1, 0.3, 0.3)
    assert with_layers(ModelConfig(units=(8, 4), dropout=(0.2, 0.1)), dense=(3,)).dropout == (0.2, 0.1, 0.0)


def test_a_layer_that_goes_takes_its_dropout_with_it() -> None:
    assert with_layers(MODEL, units=(8,)).dropout == (0.2, 0.3)
    assert with_layers(MODEL, dense=()).dropout == (0.2, 0.1)


def test_one_number_stays_one_number() -> None:
    assert with_layers(ModelConfig(dropout=0.2), units=(8, 8)).dropout == 0.2


def test_one_for_all_and_one_a_layer_and_back() -> None:
    one = ModelConfig(units=(8, 4), dense=(3,), dropout=0.2)
    assert dropout_by_layer(one, True).dropout == (0.2, 0.2, 0.0)
    assert dropout_by_layer(dropout_by_layer(one, True), False) == one
