"""Pooling: a sequence made shorter, or made one vector."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from lab.network.layers.base import Plain, Shape
from lab.network.types import Float32Array, Gates, Weights

Way = Literal["max", "average"]


@dataclass(frozen=True)
class Pooling(Plain):
    """The maximum or average of each pair of steps, as `MaxPooling1D` or `AveragePooling1D` of `padding="same"`: half
    the sequence; the last of an odd number stays as it is."""

    way: Way

    kind = "pooling"

    @property
    def label(self) -> str:
        return f"{self.way.capitalize()} pooling"

    def output_shape(self, into: Shape) -> Shape:
        return -(-into[0] // 2), *into[1:]

    def run(self, weights: Weights, x: Float32Array) -> tuple[Float32Array, Gates]:  # noqa: ARG002
        pairs = _pairs(x)
        return pairs.max(axis=1) if self.way == "max" else pairs.mean(axis=1, dtype=x.dtype), {"x": x}

    def run_back(self, weights: Weights, trace: Gates, d_output: Float32Array) -> tuple[Float32Array, Gates]:  # noqa: ARG002
        pairs = _pairs(trace["x"])
        if self.way == "max":
            first = pairs.argmax(axis=1)[:, None] == np.arange(2)[:, None, None]  # of two equal ones the first
            d_pairs = np.where(first, d_output[:, None], 0)
        else:
            d_pairs = np.repeat(d_output[:, None] / 2, 2, axis=1)
        d_x: Float32Array = d_pairs.reshape(-1, *d_output.shape[1:])[: len(trace["x"])].astype(d_output.dtype)
        if len(trace["x"]) % 2:
            d_x[-1] = d_output[-1]
        return d_x, {}


def _pairs(x: Float32Array) -> Float32Array:
    """`(time', 2, batch, features)`; the last of an odd number twice."""
    x = np.concatenate([x, x[-1:]]) if len(x) % 2 else x
    return x.reshape(-1, 2, *x.shape[1:])


@dataclass(frozen=True)
class GlobalPooling(Plain):
    """The maximum or average of each feature over time, as `GlobalMaxPooling1D` or `GlobalAveragePooling1D`."""

    way: Way

    kind = "global_pooling"

    @property
    def label(self) -> str:
        return f"Global {self.way} pooling"

    def output_shape(self, into: Shape) -> Shape:
        return into[1:]

    def run(self, weights: Weights, x: Float32Array) -> tuple[Float32Array, Gates]:  # noqa: ARG002
        return x.max(axis=0) if self.way == "max" else x.mean(axis=0, dtype=x.dtype), {"x": x}

    def run_back(self, weights: Weights, trace: Gates, d_output: Float32Array) -> tuple[Float32Array, Gates]:  # noqa: ARG002
        x = trace["x"]
        if self.way == "average":
            return np.repeat(d_output[None] / np.asarray(len(x), d_output.dtype), len(x), axis=0), {}
        best = x == x.max(axis=0)  # equal ones share, as in Keras
        d_x: Float32Array = best * (d_output / best.sum(axis=0).astype(d_output.dtype))
        return d_x, {}


@dataclass(frozen=True)
class Flatten(Plain):
    """All steps side by side, `(time * features,)`, as `keras.layers.Flatten`."""

    kind = "flatten"

    def output_shape(self, into: Shape) -> Shape:
        return (into[0] * into[1],)

    def run(self, weights: Weights, x: Float32Array) -> tuple[Float32Array, Gates]:  # noqa: ARG002
        return np.ascontiguousarray(x.swapaxes(0, 1)).reshape(x.shape[1], -1), {"x": x}

    def run_back(self, weights: Weights, trace: Gates, d_output: Float32Array) -> tuple[Float32Array, Gates]:  # noqa: ARG002
        time, batch, features = trace["x"].shape
        return d_output.reshape(batch, time, features).swapaxes(0, 1), {}


@dataclass(frozen=True)
class Dropout(Plain):
    """Nothing, but while training: see `model.dropout`.

    Args:
        rate: share of its values that training drops.
        noise: drop them here as well, drawn anew at each call, and make up for them as Keras does; None drops none.
    """

    rate: float
    noise: np.random.Generator | None = field(default=None, compare=False)

    kind = "dropout"
    by_step = True

    def output_shape(self, into: Shape) -> Shape:
        return into

    def run(self, weights: Weights, x: Float32Array) -> tuple[Float32Array, Gates]:  # noqa: ARG002
        if self.noise is None:
            return x, {}
        keep = self.noise.random(x.shape, np.float32) >= self.rate
        kept: Float32Array = x * (keep / np.float32(1 - self.rate)).astype(x.dtype)
        return kept, {}

    def run_back(self, weights: Weights, trace: Gates, d_output: Float32Array) -> tuple[Float32Array, Gates]:  # noqa: ARG002
        return d_output, {}
