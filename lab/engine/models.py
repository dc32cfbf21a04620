"""From a `ModelConfig` to a stock Keras model, and its weights by the names that `lab.network` reads."""

from __future__ import annotations

from collections.abc import Mapping

import keras
import numpy as np

from lab.config import ModelConfig
from lab.series import FloatArray

Weights = dict[str, FloatArray]

# The sequences are short and the CPU has no cuDNN; saying so spares Keras a check at every call.
_RECURRENT = {
    "lstm": lambda units, **kw: keras.layers.LSTM(units, use_cudnn=False, **kw),
    "gru": lambda units, **kw: keras.layers.GRU(units, use_cudnn=False, reset_after=True, **kw),
    "rnn": lambda units, **kw: keras.layers.SimpleRNN(units, **kw),
}


def build(config: ModelConfig, window: int, features: int, horizon: int, seed: int) -> keras.Model:
    """A fresh Keras model, its weights drawn from `seed`: input `(batch, window, features)`, output `(batch, horizon)`.

    Dropout follows each recurrent layer; `recurrent_dropout` acts inside it (Gal & Ghahramani 2016).
    """
    keras.utils.set_random_seed(seed)
    inputs = keras.Input((window, features), name="window")
    x = inputs
    for k, units in enumerate(config.units):
        x = _RECURRENT[config.cell](
            units,
            name=f"recurrent{k}",
            return_sequences=k < len(config.units) - 1,
            recurrent_dropout=config.recurrent_dropout,
        )(x)
        if config.dropout:
            x = keras.layers.Dropout(config.dropout, name=f"dropout{k}")(x)
    for k, units in enumerate(config.dense):
        x = keras.layers.Dense(units, activation="relu", name=f"dense{k}")(x)
    return keras.Model(inputs, keras.layers.Dense(horizon, name="output")(x))


def get_weights(model: keras.Model) -> Weights:
    """Every weight by its name, for example `recurrent0/kernel`, as float32 arrays."""
    return {f"{layer.name}/{v.name}": np.asarray(v) for layer in model.layers for v in layer.weights}


def set_weights(model: keras.Model, weights: Mapping[str, FloatArray]) -> None:
    """Put the weights of `get_weights` back."""
    for layer in model.layers:
        for v in layer.weights:
            v.assign(weights[f"{layer.name}/{v.name}"])
