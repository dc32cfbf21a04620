"""Statistics of predictions, summed up within the compiled loop: those of `lab.scoring.statistics` in TensorFlow."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import tensorflow as tf

from lab.scoring.statistics import CORRECT

Tensor = Any


def _symmetric(truth: Tensor, error: Tensor) -> Tensor:
    return tf.math.divide_no_nan(2 * tf.abs(error), tf.abs(truth) + tf.abs(truth + error))


_OF_VALUES: dict[str, Callable[[Tensor, Tensor], Tensor]] = {
    "absolute": lambda _, error: tf.abs(error),
    "squared": lambda _, error: tf.square(error),
    "percentage": lambda truth, error: tf.math.divide_no_nan(tf.abs(error), tf.abs(truth)),
    "symmetric": _symmetric,
}


def width(name: str, outputs: int) -> int:
    """How many numbers a statistic is."""
    return 1 if name == CORRECT else outputs


def sums(
    names: tuple[str, ...], truth: Tensor, prediction: Tensor, units: tuple[Tensor, Tensor], present: Tensor
) -> list[Tensor]:
    """The sum of each of the statistics `names` over the examples that are `present` (1, or 0 for padding).

    Args:
        truth, prediction: `(batch, outputs)` scaled; of classes `(batch, 1)` and probabilities.
        units: `(outputs,)` the scale and the shift that lead to the data's own.
    """
    found = []
    for name in names:
        if name == CORRECT:
            hits = tf.equal(tf.argmax(prediction, -1, tf.int32), tf.cast(truth[:, 0], tf.int32))
            each = tf.cast(hits, tf.float32)[:, None]
        else:
            scale, shift = units
            each = _OF_VALUES[name](truth * scale + shift, (prediction - truth) * scale)
        found.append(tf.linalg.matvec(each, present, transpose_a=True))
    return found
