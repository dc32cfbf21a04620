"""A convolution over time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from lab.network.activations import ACTIVATIONS
from lab.network.layers.base import Plain, Shape
from lab.network.types import Float32Array, Gates, Weights


@dataclass(frozen=True)
class Conv1D(Plain):
    r"""A convolution over time, as `keras.layers.Conv1D`: $y_t = f\bigl(\sum_j x_{s t + d j} W_j + b\bigr)$.

    $W$ `(kernel_size, features, filters)`, $b$ `(filters,)`; $s$ the stride, $d$ the dilation. The sequence is padded with
    zeros: in front of it (`causal`), so that no filter sees what comes later, or on both sides (`same`).

    Args:
        filters: how many values it makes at each step.
        kernel_size: steps that a filter sees.
        activation, initializer: as of `Dense`.
    """

    filters: int
    kernel_size: int = 3
    stride: int = 1
    dilation: int = 1
    padding: Literal["causal", "same"] = "causal"
    activation: str = "relu"
    initializer: str = "glorot_uniform"

    kind = "conv1d"

    @property
    def label(self) -> str:
        return f"Conv1D {int(self.name.removeprefix('conv')) + 1} ({ACTIVATIONS[self.activation].label})"

    def weight_shapes(self, into: Shape) -> dict[str, Shape]:
        return {"kernel": (self.kernel_size, into[-1], self.filters), "bias": (self.filters,)}

    def output_shape(self, into: Shape) -> Shape:
        return -(-into[0] // self.stride), self.filters

    def products(self, into: Shape) -> int:
        return self.output_shape(into)[0] * super().products(into)

    def largest(self, into: Shape) -> int:
        return self.output_shape(into)[0] * max(self.filters, self.kernel_size * into[-1])

    def run(self, weights: Weights, x: Float32Array) -> tuple[Float32Array, Gates]:
        before, after = self.padded(len(x))
        patches = np.pad(x, ((before, after), (0, 0), (0, 0)))[self._places(len(x))]  # (time', kernel, batch, features)
        z = np.einsum("tkbi,kio->tbo", patches, weights["kernel"], optimize=True) + weights["bias"]
        return ACTIVATIONS[self.activation](z), {"patches": patches, "z": z, "x": x}

    def run_back(self, weights: Weights, trace: Gates, d_output: Float32Array) -> tuple[Float32Array, Gates]:
        d_z = d_output * ACTIVATIONS[self.activation].slope(trace["output"], trace["z"])
        kernel, x = weights["kernel"], trace["x"]
        (before, after), places = self.padded(len(x)), self._places(len(x))
        d_padded = np.zeros((before + len(x) + after, *x.shape[1:]), d_z.dtype)
        for j in range(self.kernel_size):
            d_padded[places[:, j]] += d_z @ kernel[j].T
        d_kernel = np.einsum("tkbi,tbo->kio", trace["patches"], d_z, optimize=True)
        return d_padded[before : before + len(x)], {"kernel": d_kernel, "bias": d_z.sum(axis=(0, 1))}

    def padded(self, time: int) -> tuple[int, int]:
        """Zeros in front of and behind a sequence of `time` steps."""
        return zeros_around(time, self.kernel_size, self.stride, self.dilation, self.padding)

    def _places(self, time: int) -> NDArray[np.intp]:
        """`(time', kernel_size)` the steps of the padded sequence that each output sees."""
        steps = self.output_shape((time, 1))[0]
        return np.arange(steps)[:, None] * self.stride + np.arange(self.kernel_size) * self.dilation


def zeros_around(time: int, kernel_size: int, stride: int, dilation: int, padding: str) -> tuple[int, int]:
    """Zeros in front of and behind a sequence of `time` steps, as Keras pads it."""
    reach = (kernel_size - 1) * dilation
    if padding == "causal":
        return reach, 0
    total = max((-(-time // stride) - 1) * stride + reach + 1 - time, 0)
    return total // 2, total - total // 2
