"""From a `ModelConfig` to a Keras model, and its weights by the names that `lab.network.network` reads."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

import keras
import tensorflow as tf

from lab.config.model import WITH_FORGET_BIAS, ModelConfig
from lab.data.arrays import FloatArray
from lab.engine.initializers import INITIALIZERS, ForgetBias
from lab.engine.loops import keras_layers as recurrent
from lab.engine.loops.keras_cells import BatchNormalization, Dropout, JordanCell, PeepholeLSTMCell
from lab.engine.loops.keras_conv import Conv1D as FastConv1D
from lab.network.architecture import architecture
from lab.network.heads import HEADS
from lab.network.layers import Conv1D, Dense, Layer, Recurrent
from lab.network.layers.norm import EPSILON
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
# What is random in a layer of each cell, in the order in which Keras would draw it; `seed` is dropout's.
_DRAWN = ("kernel_initializer", "recurrent_initializer", "seed")
_DRAWN_BY_CELL = {
    "rnn": ("seed", "kernel_initializer", "recurrent_initializer"),
    "jordan": ("seed", "kernel_initializer", "recurrent_initializer", "output_initializer"),
}


class Seeds:
    """A seed for everything in a model that is random: what Keras would draw after `keras.utils.set_random_seed`.

    Keras draws them from Python's own generator, which all threads of a process share; when another one drew while a model
    was built, equal configs had different weights. This generator is the model's own.
    """

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def next(self) -> int:
        return self._random.randint(1, 10**9)

    def initializer(self, name: str) -> keras.Initializer:
        """One of `model.kernel_initializer` or `model.recurrent_initializer`."""
        return INITIALIZERS[name](self.next())


def recurrent_layer(cell: str, units: int, **options: Any) -> keras.Layer:
    """The Keras layer that a cell of `lab.network.cells.CELLS` agrees with: where Keras has one, it or our faster form of it."""
    return _RECURRENT[cell](units, **options)


def _recurrent(layer: Recurrent, seeds: Seeds) -> keras.Layer:
    names = {
        "kernel_initializer": layer.initializer, "recurrent_initializer": layer.recurrent_initializer,
        "output_initializer": layer.initializer,
    }  # fmt: skip
    options: dict[str, Any] = {"recurrent_activation": layer.gate_activation} if layer.cell.has_sigmoid_gates else {}
    if layer.cell_name in WITH_FORGET_BIAS and layer.forget_bias != 1:
        options |= {"unit_forget_bias": False, "bias_initializer": ForgetBias(layer.forget_bias)}

    def one_way(**more: Any) -> keras.Layer:
        drawn = _DRAWN_BY_CELL.get(layer.cell_name, _DRAWN)
        drawn_ones = {name: seeds.initializer(names[name]) if name in names else seeds.next() for name in drawn}
        return recurrent_layer(
            layer.cell_name, layer.units, return_sequences=layer.sequences, recurrent_dropout=layer.recurrent_dropout,
            activation=layer.activation, **options, **drawn_ones, **more,
        )  # fmt: skip

    forward = one_way(name=layer.name)
    if not layer.bidirectional:
        return forward
    backward = one_way(name=f"backward_{layer.name}", go_backwards=True)
    return keras.layers.Bidirectional(forward, backward_layer=backward, name=layer.name)


def _conv1d(layer: Conv1D, seeds: Seeds) -> keras.Layer:
    return FastConv1D(
        layer.filters, layer.kernel_size, strides=layer.stride, dilation_rate=layer.dilation, padding=layer.padding,
        activation=layer.activation, kernel_initializer=seeds.initializer(layer.initializer), name=layer.name,
    )  # fmt: skip


def _dense(layer: Dense, seeds: Seeds) -> keras.Layer:
    initializer = seeds.initializer(layer.initializer)
    return keras.layers.Dense(layer.units, activation=layer.activation, kernel_initializer=initializer, name=layer.name)


_POOLING = {"max": keras.layers.MaxPooling1D, "average": keras.layers.AveragePooling1D}
_GLOBAL = {"max": keras.layers.GlobalMaxPooling1D, "average": keras.layers.GlobalAveragePooling1D}
# The Keras layer of each layer of `lab.network.layers.LAYERS`, given the seeds of the model.
KERAS: dict[str, Callable[[Any, Seeds], keras.Layer]] = {
    "recurrent": _recurrent,
    "conv1d": _conv1d,
    "dense": _dense,
    "pooling": lambda layer, _: _POOLING[layer.way](2, padding="same", name=layer.name),
    "global_pooling": lambda layer, _: _GLOBAL[layer.way](name=layer.name),
    "flatten": lambda layer, _: keras.layers.Flatten(name=layer.name),
    "dropout": lambda layer, seeds: Dropout(layer.rate, seed=seeds.next(), name=layer.name),
    "layer_norm": lambda layer, _: keras.layers.LayerNormalization(epsilon=EPSILON, name=layer.name),
    "batch_norm": lambda layer, _: BatchNormalization(epsilon=EPSILON, name=layer.name),
}


def build(
    config: ModelConfig, window: int, features: int, outputs: int, seed: int, *, head: str = "linear"
) -> keras.Model:
    """A fresh Keras model, its weights drawn from `seed`: input `(batch, window, features)`, output `(batch, outputs)`.

    Dropout follows each layer that has some; `recurrent_dropout` acts inside it (Gal & Ghahramani 2016).
    """
    seeds = Seeds(seed)
    inputs = keras.Input((window, features), name="window")
    x = inputs
    for layer in architecture(config, outputs):
        made: Layer = layer
        if isinstance(layer, Dense) and layer.name == "output" and HEADS[head].probabilities:
            made = replace(layer, activation="softmax")
        x = KERAS[layer.kind](made, seeds)(x)
    return keras.Model(inputs, x, name="network")  # Keras would count its models


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
