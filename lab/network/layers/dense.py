"""A dense layer."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lab.network.activations import ACTIVATIONS
from lab.network.layers.base import Plain, Shape
from lab.network.types import Float32Array, Gates, Weights


@dataclass(frozen=True)
class Dense(Plain):
    r"""$y = f(x W + b)$, as `keras.layers.Dense`; $W$ `(features, units)`, $b$ `(units,)`.

    Args:
        units: how many values it makes.
        activation: $f$, a key of `lab.network.activations.ACTIVATIONS`.
        initializer: what $W$ is drawn from, a value of `model.kernel_initializer`.
    """

    units: int
    activation: str = "linear"
    initializer: str = "glorot_uniform"

    kind = "dense"
    by_step = True

    @property
    def label(self) -> str:
        if self.name == "output":
            return ""
        return f"Dense {int(self.name.removeprefix('dense')) + 1} ({ACTIVATIONS[self.activation].label})"

    def weight_shapes(self, into: Shape) -> dict[str, Shape]:
        return {"kernel": (into[-1], self.units), "bias": (self.units,)}

    def output_shape(self, into: Shape) -> Shape:
        return (*into[:-1], self.units)

    def run(self, weights: Weights, x: Float32Array) -> tuple[Float32Array, Gates]:
        z = x @ weights["kernel"] + weights["bias"]
        return ACTIVATIONS[self.activation](z), {"x": x, "z": z}

    def run_back(self, weights: Weights, trace: Gates, d_output: Float32Array) -> tuple[Float32Array, Gates]:
        d_z = d_output * ACTIVATIONS[self.activation].slope(trace["output"], trace["z"])
        rows, d_rows = trace["x"].reshape(-1, trace["x"].shape[-1]), d_z.reshape(-1, self.units)
        d_x: Float32Array = d_z @ weights["kernel"].T
        return d_x, {"kernel": rows.T @ d_rows, "bias": np.sum(d_rows, axis=0)}
