"""The losses, by the names that a config has for them."""

from __future__ import annotations

from typing import Any

import keras
import tensorflow as tf

from lab.network.heads import QUANTILES


def loss_of(kind: str, truth: Any, prediction: Any) -> Any:
    """The loss of each window, `(batch,)`."""
    if kind == "sparse_categorical_crossentropy":  # from the logits, which the softmax left with its output
        return keras.losses.sparse_categorical_crossentropy(truth, prediction)
    if kind == "pinball":
        return _pinball(truth, prediction)
    return tf.reduce_mean(_per_entry(kind, truth, prediction), axis=-1)


def by_quantile(prediction: Any, outputs: int) -> Any:
    """`(batch, levels, outputs)`, as `lab.network.heads.by_quantile`."""
    return tf.reshape(prediction, (-1, len(QUANTILES), outputs))


def _pinball(truth: Any, prediction: Any) -> Any:
    """Koenker & Bassett (1978), the mean over `QUANTILES`: `(batch,)`."""
    levels = tf.constant(QUANTILES)[:, None]
    above = truth[:, None] - by_quantile(prediction, truth.shape[-1])
    return tf.reduce_mean(tf.maximum(levels * above, (levels - 1.0) * above), axis=(1, 2))


def _per_entry(kind: str, truth: Any, prediction: Any) -> Any:
    error = prediction - truth
    if kind == "mse":
        return tf.square(error)
    size = tf.abs(error)
    if kind == "mae":
        return size
    return tf.where(size <= 1.0, 0.5 * tf.square(error), size - 0.5)  # Huber (1964), delta = 1 as in Keras
