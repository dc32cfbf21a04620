"""What is summed up of every prediction, so that none need be kept: the numbers that metrics are made of.

`lab.engine.statistics` adds the same up within the compiled loop; a test ties the two together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np

from lab.data.arrays import Array, FloatArray

Means = dict[str, FloatArray]
"""The mean of each statistic over the examples, by its name: `(outputs,)`, or `(1,)` for what is one number an example."""


def _percentage(truth: FloatArray, error: FloatArray) -> FloatArray:
    return np.divide(np.abs(error), np.abs(truth), out=np.zeros_like(error), where=truth != 0)


def _symmetric(truth: FloatArray, error: FloatArray) -> FloatArray:
    middle = (np.abs(truth) + np.abs(truth + error)) / 2
    return np.divide(np.abs(error), middle, out=np.zeros_like(error), where=middle > 0)


# Of values in the data's units and their errors, prediction less truth, `(n, outputs)` both.
STATISTICS: dict[str, Callable[[FloatArray, FloatArray], FloatArray]] = {
    "absolute": lambda _, error: np.abs(error),
    "squared": lambda _, error: error * error,
    "percentage": _percentage,
    "symmetric": _symmetric,
}
CORRECT = "correct"  # of classes: whether the most probable one is the true one


def means_of(names: Iterable[str], truth: Array, prediction: Array) -> Means:
    """The mean of each of the statistics `names`.

    Args:
        truth: `(n, outputs)` in the data's units; of classes `(n, 1)`.
        prediction: `(n, outputs)` likewise; the probability of each class.
    """
    found: Means = {}
    for name in names:
        if name == CORRECT:
            hits = prediction.argmax(axis=-1) == truth[:, 0]
            found[name] = np.array([hits.mean(dtype=np.float64)])
        else:
            y = np.asarray(truth, np.float64)
            found[name] = STATISTICS[name](y, np.asarray(prediction, np.float64) - y).mean(axis=0)
    return found
