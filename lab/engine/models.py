"""From a `ModelConfig` to a Keras model, and its weights by the names that `lab.network.network` reads."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

import keras
import tensorflow as tf

from lab.config.model import ModelConfig
from lab.data.arrays import FloatArray
from lab.engine.loops import keras_layers as recurrent
from lab.engine.loops.keras_cells import Dropout, JordanCell, PeepholeLSTMCell
from lab.network.types import Float32Array, Weights


def _walked(
    cell: type[keras.Layer],
    units: int,
    *,
    name: str | None = None,
    return_sequences: bool = False,
    go_backwards: bool = False,
    **options: Any,
) -> keras.Layer:
    """A layer of Keras's own loop around a cell of ours; `options` are the cell's."""
    inner = cell(units, **options)
    return keras.layers.RNN(inner, name=name, return_sequences=return_sequences, go_backwards=go_backwards)


# The sequences are short and the CPU has no cuDNN; saying so spares Keras a check at every call.
_RECURRENT: dict[str, Callable[..., keras.Layer]] = {
    "lstm": partial(recurrent.LSTM, use_cudnn=False),
    "peephole": partial(_walked, PeepholeLSTMCell),
    "gru": partial(recurrent.GRU, use_cudnn=False, reset_after=True),
    "gru_reset_before": partial(recurrent.GRU, use_cudnn=False, reset_after=False),
    "rnn": recurrent.SimpleRNN,
    "jordan": partial(_walked, JordanCell),
}
_INITIALIZERS = {
    "kernel_initializer": keras.initializers.GlorotUniform,
    "recurrent_initializer": keras.initializers.Orthogonal,
    "output_initializer": keras.initializers.GlorotUniform,
}
# What is random in a layer of each cell, in the order in which Keras would draw it; `seed` is dropout's.
_DRAWN = ("kernel_initializer", "recurrent_initializer", "seed")
_DRAWN_BY_CELL = {
    "rnn": ("seed", "kernel_initializer", "recurrent_initializer"),
    "jordan": ("seed", "kernel_initializer", "recurrent_initializer", "output_initializer"),
}


class _Seeds:
    """A seed for everything in a model that is random: what Keras would draw after `keras.utils.set_random_seed`.

    Keras draws them from Python's own generator, which all threads of a process share; when another one drew while a model
    was built, equal configs had different weights. This generator is the model's own.
    """

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def next(self) -> int:
        return self._random.randint(1, 10**9)

    def recurrent(self, cell: str) -> dict[str, Any]:
        """Options of a recurrent layer."""
        drawn = {name: self.next() for name in _DRAWN_BY_CELL.get(cell, _DRAWN)}
        return {name: _INITIALIZERS[name](seed=n) if name in _INITIALIZERS else n for name, n in drawn.items()}

    def kernel(self) -> keras.Initializer:
        """Of a dense layer."""
        return keras.initializers.GlorotUniform(seed=self.next())


def recurrent_layer(cell: str, units: int, **options: Any) -> keras.Layer:
    """The Keras layer that a cell of `lab.network.cells.CELLS` agrees with: where Keras has one, it or our faster form of it."""
    return _RECURRENT[cell](units, **options)


def build(
    config: ModelConfig, window: int, features: int, outputs: int, seed: int, *, head: str = "linear"
) -> keras.Model:
    """A fresh Keras model, its weights drawn from `seed`: input `(batch, window, features)`, output `(batch, outputs)`.

    Dropout follows each layer that has some; `recurrent_dropout` acts inside it (Gal & Ghahramani 2016).
    """
    seeds = _Seeds(seed)
    inputs = keras.Input((window, features), name="window")
    x = inputs
    for k, units in enumerate(config.units):
        layer = partial(
            recurrent_layer,
            config.cell,
            units,
            return_sequences=k < len(config.units) - 1,
            recurrent_dropout=config.recurrent_dropout,
            activation=config.activation,
        )
        name = f"recurrent{k}"
        forward = layer(name=name, **seeds.recurrent(config.cell))
        if config.bidirectional:
            backward = layer(name=f"backward_{name}", go_backwards=True, **seeds.recurrent(config.cell))
            x = keras.layers.Bidirectional(forward, backward_layer=backward, name=name)(x)
        else:
            x = forward(x)
        if config.dropouts[k]:
            x = Dropout(config.dropouts[k], seed=seeds.next(), name=f"dropout{k}")(x)
    for k, units in enumerate(config.dense):
        x = keras.layers.Dense(units, activation="relu", kernel_initializer=seeds.kernel(), name=f"dense{k}")(x)
        if rate := config.dropouts[len(config.units) + k]:
            x = Dropout(rate, seed=seeds.next(), name=f"dense_dropout{k}")(x)
    output = keras.layers.Dense(outputs, activation=head, kernel_initializer=seeds.kernel(), name="output")
    return keras.Model(inputs, output(x), name="network")  # Keras would count its models


def get_weights(model: keras.Model) -> Weights:
    """Every weight by its name, for example `recurrent0/kernel`, as float32 arrays."""
    return {name: value_of(v) for name, v in named_variables(model)}


def value_of(variable: keras.Variable) -> Float32Array:
    """What a variable holds. Its own `numpy` takes five times as long."""
    inner = variable.value
    value: Float32Array = tf.raw_ops.ReadVariableOp(resource=inner.handle, dtype=inner.dtype).numpy()
    return value


def set_weights(model: keras.Model, weights: Mapping[str, FloatArray]) -> None:
    """Put the weights of `get_weights` back."""
    for name, v in named_variables(model):
        v.assign(weights[name])


def named_variables(model: keras.Model) -> Iterator[tuple[str, keras.Variable]]:
    """Names and variables, as `lab.network.network.weight_shapes` has them."""
    for layer in model.layers:
        parts = {layer.name: layer}
        if isinstance(layer, keras.layers.Bidirectional):
            parts = {f"{layer.name}/forward": layer.forward_layer, f"{layer.name}/backward": layer.backward_layer}
        for name, part in parts.items():
            yield from ((f"{name}/{v.name}", v) for v in part.weights)
