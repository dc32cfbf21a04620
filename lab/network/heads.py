"""Heads: what makes a network's outputs of its last layer, and back; a key ties each to the losses of the engine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lab.network.types import Float32Array


@dataclass(frozen=True)
class Head:
    """What a network's outputs mean.

    Args:
        kind: a key of `HEADS`.
        outputs: how many there are.
    """

    kind: str = "linear"
    outputs: int = 1


class Form(NamedTuple):
    """The arithmetic of a head.

    Args:
        forward: outputs `(n, outputs)` of the values $z$ of the last dense layer.
        backward: given outputs and the number of one of them, its gradient with respect to $z$, `(n, outputs)`.
        probabilities: whether the outputs are those of classes.
    """

    forward: Callable[[Float32Array], Float32Array]
    backward: Callable[[Float32Array, int], Float32Array]
    probabilities: bool = False


def _softmax(z: Float32Array) -> Float32Array:
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    p: Float32Array = e / e.sum(axis=-1, keepdims=True)
    return p


def _softmax_back(p: Float32Array, output: int) -> Float32Array:
    d: Float32Array = p[:, output, None] * (np.eye(p.shape[1], dtype=p.dtype)[output] - p)
    return d


def _linear_back(y: Float32Array, output: int) -> Float32Array:
    return np.broadcast_to(np.eye(y.shape[1], dtype=y.dtype)[output], y.shape)


HEADS = {
    "linear": Form(lambda z: z, _linear_back),
    "softmax": Form(_softmax, _softmax_back, probabilities=True),
}
