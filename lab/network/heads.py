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

    @property
    def units(self) -> int:
        """Of the dense layer under it."""
        return self.outputs * HEADS[self.kind].units


# The levels of a forecast distribution that the head `quantiles` predicts: the median, and both ends of 50, 80, 90 and 95 %.
QUANTILES = (0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975)
MEDIAN = QUANTILES.index(0.5)


class Form(NamedTuple):
    """The arithmetic of a head.

    Args:
        forward: outputs `(n, outputs)` of the values $z$ of the last dense layer, `(n, outputs * units)`.
        backward: given outputs and the number of one of them, its gradient with respect to $z$.
        probabilities: whether the outputs are those of classes.
        units: of the dense layer, for each output.
    """

    forward: Callable[[Float32Array], Float32Array]
    backward: Callable[[Float32Array, int], Float32Array]
    probabilities: bool = False
    units: int = 1


def _softmax(z: Float32Array) -> Float32Array:
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    p: Float32Array = e / e.sum(axis=-1, keepdims=True)
    return p


def _softmax_back(p: Float32Array, output: int) -> Float32Array:
    d: Float32Array = p[:, output, None] * (np.eye(p.shape[1], dtype=p.dtype)[output] - p)
    return d


def _linear_back(y: Float32Array, output: int) -> Float32Array:
    return np.broadcast_to(np.eye(y.shape[1], dtype=y.dtype)[output], y.shape)


def by_quantile(z: Float32Array) -> Float32Array:
    """`(n, levels, outputs)` the values of the dense layer under the head `quantiles`, a row for each of the `QUANTILES`."""
    return z.reshape(*z.shape[:-1], len(QUANTILES), -1)


def _median_back(y: Float32Array, output: int) -> Float32Array:
    d = np.zeros((len(y), len(QUANTILES), y.shape[1]), y.dtype)
    d[:, MEDIAN, output] = 1
    return d.reshape(len(y), -1)


HEADS = {
    "linear": Form(lambda z: z, _linear_back),
    "softmax": Form(_softmax, _softmax_back, probabilities=True),
    # The prediction is the median; `Network.quantiles` has the others.
    "quantiles": Form(lambda z: by_quantile(z)[..., MEDIAN, :], _median_back, units=len(QUANTILES)),
}
