"""Keras cells that Keras has not, and its dropout made fast.

The equations of the cells are in `lab.cells`; `keras.layers.RNN` walks them through time.
"""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf
from keras import ops


@keras.saving.register_keras_serializable("rnn_lab")
class Dropout(keras.layers.Dropout):  # type: ignore[misc]
    """`keras.layers.Dropout` (Srivastava et al. 2014) whose masks come from the Philox generator (Salmon et al. 2011).

    Keras leaves the generator to TensorFlow, whose choice takes XLA 220 ns a number on the CPU; these bits take 3.
    """

    def call(self, inputs: Any, training: bool = False) -> Any:
        if self.noise_shape or not (training and 0 < self.rate < 1):
            return super().call(inputs, training=training)
        seed = tf.cast(tf.math.floormod(self.seed_generator.next(), tf.int32.max), tf.int32)  # XLA takes no wider one
        bits = tf.random.stateless_uniform(tf.shape(inputs), seed, None, None, tf.uint32, alg="philox")
        return tf.where(bits >= round(self.rate * 2**32), inputs / (1 - self.rate), tf.zeros_like(inputs))


@keras.saving.register_keras_serializable("rnn_lab")
class PeepholeLSTMCell(keras.layers.LSTMCell):  # type: ignore[misc]
    """`lab.cells.PeepholeLSTM`. Peepholes begin at 0, so that it begins as the LSTM of the same seed."""

    def build(self, input_shape: Any) -> None:
        super().build(input_shape)
        self.peepholes = [
            self.add_weight(shape=(self.units,), name=f"peephole_{gate}", initializer="zeros")
            for gate in ("input", "forget", "output")
        ]

    def call(self, inputs: Any, states: Any, training: bool = False) -> Any:
        h, c = states
        z_i, z_f, z_c, z_o = ops.split(ops.matmul(inputs, self.kernel) + self.bias, 4, axis=-1)
        u = ops.split(self.recurrent_kernel, 4, axis=-1)
        dropped = (
            training and self.recurrent_dropout > 0
        )  # each gate its own mask, one for all steps, as in Keras's LSTM
        h_i, h_f, h_c, h_o = [h * mask for mask in self.get_recurrent_dropout_mask(h)] if dropped else [h] * 4
        w_ci, w_cf, w_co = self.peepholes
        i = ops.sigmoid(z_i + ops.matmul(h_i, u[0]) + w_ci * c)
        f = ops.sigmoid(z_f + ops.matmul(h_f, u[1]) + w_cf * c)
        c = f * c + i * self.activation(z_c + ops.matmul(h_c, u[2]))
        o = ops.sigmoid(z_o + ops.matmul(h_o, u[3]) + w_co * c)
        h = o * self.activation(c)
        return h, [h, c]


@keras.saving.register_keras_serializable("rnn_lab")
class JordanCell(keras.layers.SimpleRNNCell):  # type: ignore[misc]
    """`lab.cells.Jordan`: what goes round is the output. Recurrent dropout acts on it on its way to the next step."""

    def build(self, input_shape: Any) -> None:
        super().build(input_shape)
        shape = (self.units, self.units)
        self.output_kernel = self.add_weight(shape=shape, name="output_kernel", initializer="glorot_uniform")
        self.output_bias = self.add_weight(shape=(self.units,), name="output_bias", initializer="zeros")

    def call(self, inputs: Any, states: Any, training: bool = False) -> Any:
        h, _ = super().call(inputs, states, training=training)
        y = self.activation(ops.matmul(h, self.output_kernel) + self.output_bias)
        return y, [y]
