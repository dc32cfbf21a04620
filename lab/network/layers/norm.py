"""Normalisation between layers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lab.network.layers.base import Plain, Shape
from lab.network.types import Float32Array, Gates, Weights

EPSILON = 1e-3  # Keras's


@dataclass(frozen=True)
class LayerNorm(Plain):
    r"""Layer normalisation (Ba, Kiros & Hinton 2016), as `keras.layers.LayerNormalization`: each example and step by
    itself, $y = γ ⊙ (x - μ) / \sqrt{σ^2 + ε} + β$, μ and σ over its features; γ and β `(features,)`."""

    kind = "layer_norm"
    by_step = True

    @property
    def label(self) -> str:
        return "Layer normalisation"

    def weight_shapes(self, into: Shape) -> dict[str, Shape]:
        return dict.fromkeys(("gamma", "beta"), into[-1:])

    def output_shape(self, into: Shape) -> Shape:
        return into

    def run(self, weights: Weights, x: Float32Array) -> tuple[Float32Array, Gates]:
        scale = 1 / np.sqrt(x.var(axis=-1, keepdims=True) + np.asarray(EPSILON, x.dtype))
        normal = (x - x.mean(axis=-1, keepdims=True)) * scale
        return normal * weights["gamma"] + weights["beta"], {"normal": normal, "scale": scale}

    def run_back(self, weights: Weights, trace: Gates, d_output: Float32Array) -> tuple[Float32Array, Gates]:
        normal = trace["normal"]
        d = d_output * weights["gamma"]
        # Every feature moves the mean and the spread of all.
        along = d.mean(axis=-1, keepdims=True) + normal * (d * normal).mean(axis=-1, keepdims=True)
        return (d - along) * trace["scale"], _of_weights(normal, d_output)


@dataclass(frozen=True)
class BatchNorm(Plain):
    r"""Batch normalisation (Ioffe & Szegedy 2015), as `keras.layers.BatchNormalization`.

    Training takes the mean and variance of each feature over the batch, and keeps moving averages of both. Afterwards,
    which is what is computed here, those averages stand for them: $y = γ ⊙ (x - m) / \sqrt{v + ε} + β$, a straight line.
    """

    kind = "batch_norm"
    by_step = True

    @property
    def label(self) -> str:
        return "Batch normalisation"

    def weight_shapes(self, into: Shape) -> dict[str, Shape]:
        return dict.fromkeys(("gamma", "beta", "moving_mean", "moving_variance"), into[-1:])

    def output_shape(self, into: Shape) -> Shape:
        return into

    def run(self, weights: Weights, x: Float32Array) -> tuple[Float32Array, Gates]:
        normal = (x - weights["moving_mean"]) * _scale(weights)
        return normal * weights["gamma"] + weights["beta"], {"normal": normal}

    def run_back(self, weights: Weights, trace: Gates, d_output: Float32Array) -> tuple[Float32Array, Gates]:
        return d_output * weights["gamma"] * _scale(weights), _of_weights(trace["normal"], d_output)


def _scale(weights: Weights) -> Float32Array:
    variance = weights["moving_variance"]
    return np.asarray(1 / np.sqrt(variance + EPSILON), variance.dtype)


def _of_weights(normal: Float32Array, d_output: Float32Array) -> Gates:
    rest = tuple(range(d_output.ndim - 1))
    return {"gamma": (d_output * normal).sum(axis=rest), "beta": d_output.sum(axis=rest)}
