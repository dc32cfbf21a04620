"""Keras cells that Keras has not, and its dropout made fast.

The equations of the cells are in `lab.network.cells`; `keras.layers.RNN` walks them through time.
"""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf
from keras import ops


def kept(shape: Any, rate: float, seeds: Any) -> Any:
    """Which values dropout keeps: booleans, of which a share of `rate` is false, from the next of the `seeds`.

    From the Philox generator (Salmon et al. 2011): Keras leaves the choice to TensorFlow, whose own takes XLA 220 ns a number
    on the CPU; these bits take 3.
    """
    seed = tf.cast(tf.math.floormod(seeds.next(), tf.int32.max), tf.int32)  # XLA takes no wider one
    return tf.random.stateless_uniform(shape, seed, None, None, tf.uint32, alg="philox") >= round(rate * 2**32)


def masks(shape: Any, rate: float, seeds: Any) -> Any:
    """What dropout multiplies by: 0 for a share of `rate`, and for the others what makes up for it."""
    return tf.where(kept(shape, rate, seeds), tf.fill(shape, 1 / (1 - rate)), tf.zeros(shape))


class _FastMasks:
    """A Keras cell whose dropout masks are those of `masks`."""

    def _create_dropout_mask(self, step_input: Any, dropout_rate: float) -> Any:
        count: int | None = getattr(self, "dropout_mask_count", None)
        every = masks((count or 1, *step_input.shape), dropout_rate, self.seed_generator)  # type: ignore[attr-defined]
        return tf.unstack(every) if count else every[0]


@keras.saving.register_keras_serializable("rnn_lab")
class Dropout(keras.layers.Dropout):  # type: ignore[misc]
    """`keras.layers.Dropout` (Srivastava et al. 2014) with faster masks."""

    def call(self, inputs: Any, training: bool = False) -> Any:
        if self.noise_shape or not (training and 0 < self.rate < 1):
            return super().call(inputs, training=training)
        return tf.where(
            kept(tf.shape(inputs), self.rate, self.seed_generator), inputs / (1 - self.rate), tf.zeros_like(inputs)
        )


@keras.saving.register_keras_serializable("rnn_lab")
class BatchNormalization(keras.layers.BatchNormalization):  # type: ignore[misc]
    """`keras.layers.BatchNormalization` whose mean and variance leave out the padding of a batch.

    `present` `(batch,)`, set by whoever pads, is 0 there.
    """

    present: Any = None

    def call(self, inputs: Any, training: bool = False, mask: Any = None) -> Any:
        if training and mask is None and self.present is not None:
            rows = tf.cast(self.present, tf.bool)
            mask = rows if len(inputs.shape) == 2 else tf.tile(rows[:, None], (1, inputs.shape[1]))
        return super().call(inputs, training=training, mask=mask)


@keras.saving.register_keras_serializable("rnn_lab")
class PeepholeLSTMCell(_FastMasks, keras.layers.LSTMCell):  # type: ignore[misc]
    """`lab.network.cells.PeepholeLSTM`. Peepholes begin at 0, so that it begins as the LSTM of the same seed."""

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
        i = self.recurrent_activation(z_i + ops.matmul(h_i, u[0]) + w_ci * c)
        f = self.recurrent_activation(z_f + ops.matmul(h_f, u[1]) + w_cf * c)
        c = f * c + i * self.activation(z_c + ops.matmul(h_c, u[2]))
        o = self.recurrent_activation(z_o + ops.matmul(h_o, u[3]) + w_co * c)
        h = o * self.activation(c)
        return h, [h, c]


@keras.saving.register_keras_serializable("rnn_lab")
class JordanCell(_FastMasks, keras.layers.SimpleRNNCell):  # type: ignore[misc]
    """`lab.network.cells.Jordan`: what goes round is the output. Recurrent dropout acts on it on its way to the next step."""

    def __init__(self, units: int, output_initializer: Any = "glorot_uniform", **options: Any) -> None:
        super().__init__(units, **options)
        self.output_initializer = keras.initializers.get(output_initializer)

    def get_config(self) -> dict[str, Any]:
        """What another like it is made from."""
        return {**super().get_config(), "output_initializer": keras.initializers.serialize(self.output_initializer)}

    def build(self, input_shape: Any) -> None:
        super().build(input_shape)
        shape = (self.units, self.units)
        self.output_kernel = self.add_weight(shape=shape, name="output_kernel", initializer=self.output_initializer)
        self.output_bias = self.add_weight(shape=(self.units,), name="output_bias", initializer="zeros")

    def call(self, inputs: Any, states: Any, training: bool = False) -> Any:
        h, _ = super().call(inputs, states, training=training)
        y = self.activation(ops.matmul(h, self.output_kernel) + self.output_bias)
        return y, [y]
