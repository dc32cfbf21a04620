"""The recurrent layers of Keras with a faster walk through time: same variables, same config, same numbers.

A subclass changes `inner_loop` alone, so weights, serialisation and everything around the loop are Keras's own.
"""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from lab.engine.loops import walks
from lab.engine.loops.keras_cells import masks

Tensor = Any


def walks_itself(layer: keras.layers.RNN, sequences: Tensor, mask: Tensor, training: bool) -> bool:
    """Whether our walk takes this call; Keras's own loop takes what ours does not do.

    Ours does fixed lengths without masks, sigmoid gates, activations whose slope is a function of their value, and no dropout of the inputs. Where both can,
    ours was the faster in every size that `tests/benchmarks/training.py` has, so size is not asked for.
    """
    cell = layer.cell
    return (
        mask is None
        and None not in sequences.shape
        and keras.activations.serialize(cell.activation) in walks.ACTIVATIONS
        and keras.activations.serialize(getattr(cell, "recurrent_activation", keras.activations.sigmoid)) == "sigmoid"
        and not (training and cell.dropout)
        and not layer.unroll
    )


def _projected(layer: keras.layers.RNN, sequences: Tensor, bias: Tensor) -> Tensor:
    """All inputs through the kernel at once, time first: `(time, batch, blocks * units)`."""
    x = tf.transpose(sequences, (1, 0, 2))
    x = tf.reverse(x, [0]) if layer.go_backwards else x
    time, batch, features = x.shape
    flat, kernel = tf.reshape(x, (-1, features)), tf.convert_to_tensor(layer.cell.kernel)
    if features == 1 and bias is not None:
        z = _scaled(flat, kernel, tf.convert_to_tensor(bias))
    else:
        z = tf.matmul(flat, kernel)
        z = z if bias is None else z + bias
    return tf.reshape(z, (time, batch, z.shape[-1]))


@tf.custom_gradient  # type: ignore[untyped-decorator]
def _scaled(x: Tensor, kernel: Tensor, bias: Tensor) -> Any:
    """One feature `(n, 1)` through its kernel `(1, blocks * units)`: both gradients are one product, of two columns.

    XLA's own ways take four times as long: a product of one column is a slow loop to it, and a sum of products two passes.
    """

    def back(dz: Tensor) -> tuple[Tensor, ...]:
        gradients = tf.matmul(tf.concat([x, tf.ones_like(x)], 1), dz, transpose_a=True)
        return tf.matmul(dz, kernel, transpose_b=True), gradients[:1], gradients[1]

    return x * kernel + bias, back


def _returned(layer: keras.layers.RNN, out: Tensor) -> tuple[Tensor, Tensor, list[Tensor]]:
    """What `RNN.call` expects of `inner_loop`: the last output, all outputs `(batch, time, units)`, the last states."""
    if layer.return_sequences:
        return out[-1], tf.transpose(out, (1, 0, 2)), [out[-1]]
    return out, out[:, None], [out]


def _activation(layer: keras.layers.RNN) -> str:
    name: str = keras.activations.serialize(layer.cell.activation)
    return name


def _masks(layer: keras.layers.RNN, h: Tensor, blocks: int, training: bool) -> Tensor | None:
    """What recurrent dropout leaves of the state for each block of the kernel, `(blocks, batch, units)`, if it acts."""
    rate = layer.cell.recurrent_dropout
    if not (training and 0 < rate < 1):
        return None
    return masks((blocks, *h.shape), rate, layer.cell.seed_generator)


def _recurrent(layer: keras.layers.RNN) -> Tensor:
    return tf.convert_to_tensor(layer.cell.recurrent_kernel)


@keras.saving.register_keras_serializable("rnn_lab")
class LSTM(keras.layers.LSTM):  # type: ignore[misc]
    """`keras.layers.LSTM`."""

    def inner_loop(self, sequences: Tensor, initial_state: Any, mask: Any, training: bool = False) -> Any:
        if self.return_state or self.stateful or not walks_itself(self, sequences, mask, training):
            return super().inner_loop(sequences, initial_state, mask, training)
        h, c = initial_state
        zx = _projected(self, sequences, self.cell.bias)
        dropped = _masks(self, h, 4, training)
        out = walks.lstm(zx, _recurrent(self), h, c, _activation(self), self.return_sequences, dropped)
        return _returned(self, out)


@keras.saving.register_keras_serializable("rnn_lab")
class GRU(keras.layers.GRU):  # type: ignore[misc]
    """`keras.layers.GRU`, both forms."""

    def inner_loop(self, sequences: Tensor, initial_state: Any, mask: Any, training: bool = False) -> Any:
        if not (self.cell.use_bias and walks_itself(self, sequences, mask, training)):
            return super().inner_loop(sequences, initial_state, mask, training)
        (h,) = initial_state
        dropped = _masks(self, h, 3, training)
        if self.cell.reset_after:
            bias, recurrent_bias = tf.unstack(tf.convert_to_tensor(self.cell.bias))
            zx = _projected(self, sequences, bias)
            out = walks.gru(zx, _recurrent(self), recurrent_bias, h, _activation(self), self.return_sequences, dropped)
        else:
            zx = _projected(self, sequences, self.cell.bias)
            out = walks.gru_reset_before(zx, _recurrent(self), h, _activation(self), self.return_sequences, dropped)
        return _returned(self, out)


@keras.saving.register_keras_serializable("rnn_lab")
class SimpleRNN(keras.layers.SimpleRNN):  # type: ignore[misc]
    """`keras.layers.SimpleRNN`."""

    def get_config(self) -> dict[str, Any]:
        """Keras's, with the seed of dropout, which it leaves out: a copy of the layer would draw another."""
        return {**super().get_config(), "seed": self.cell.seed}

    def inner_loop(self, sequences: Tensor, initial_state: Any, mask: Any, training: bool = False) -> Any:
        if not walks_itself(self, sequences, mask, training):
            return super().inner_loop(sequences, initial_state, mask, training)
        (h,) = initial_state
        zx = _projected(self, sequences, self.cell.bias)
        dropped = _masks(self, h, 1, training)
        return _returned(self, walks.rnn(zx, _recurrent(self), h, _activation(self), self.return_sequences, dropped))
