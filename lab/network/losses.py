"""The losses in NumPy, by the names that a config has for them: their gradients, where backpropagation begins."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.network.heads import HEADS, QUANTILES, by_quantile
from lab.network.types import Float32Array

OF_HEAD = {"linear": "mse", "softmax": "sparse_categorical_crossentropy", "quantiles": "pinball"}
"""The loss that a head is trained with where nothing else is said."""


def of_output(head: str, outputs: Float32Array, output: int) -> Float32Array:
    """The gradient of one of the `outputs`, `(n, outputs)`, of each example, with respect to the values under the head.

    ValueError where there is no such output.
    """
    if not 0 <= output < outputs.shape[1]:
        raise ValueError(f"`output` must be from 0 to {outputs.shape[1] - 1}; received {output}.")
    return HEADS[head].backward(outputs, output)


def of_loss(kind: str, z: Float32Array, outputs: Float32Array, truth: NDArray[Any]) -> Float32Array:
    """The gradient of the loss of each example, not of their mean, with respect to the values `z` under the head, `(n, units)`.

    Args:
        truth: `(n, outputs)` scaled; of classes `(n, 1)`.

    Raises:
        ValueError: `truth` has another shape, or the loss is unknown.
    """
    classes = kind == "sparse_categorical_crossentropy"
    shape = (len(outputs), 1 if classes else outputs.shape[1])
    if np.shape(truth) != shape:
        raise ValueError(f"`y` must be {shape}; received {np.shape(truth)}.")
    if classes:
        d: Float32Array = outputs - np.eye(outputs.shape[1], dtype=outputs.dtype)[np.asarray(truth, np.int64)[:, 0]]
        return d
    count = outputs.shape[1]
    if kind == "pinball":
        levels = np.array(QUANTILES, z.dtype)[:, None]
        above = np.asarray(truth, z.dtype)[:, None] - by_quantile(z)
        slope = np.where(above > 0, -levels, np.where(above < 0, 1 - levels, 0)) / (len(QUANTILES) * count)
        of_levels: Float32Array = slope.reshape(z.shape).astype(z.dtype)
        return of_levels
    error = outputs - np.asarray(truth, outputs.dtype)
    slopes = {"mse": 2 * error, "mae": np.sign(error), "huber": np.clip(error, -1, 1)}
    if kind not in slopes:
        raise ValueError(
            f"The loss must be one of {', '.join([*slopes, *sorted(set(OF_HEAD.values()) - set(slopes))])}; received {kind!r}."
        )
    found: Float32Array = slopes[kind] / count
    return found
