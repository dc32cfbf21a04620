"""The simple network that remembers what it said."""

from __future__ import annotations

import numpy as np

from lab.cells.base import Cell, Edit, Float32Array, Gates, State, Weights, unedited


class Jordan(Cell):
    r"""Jordan's network (Jordan 1986; 1997): it is fed its last output, where Elman's is fed its last hidden state.

    $$\begin{aligned}
    h_t &= \tanh(W x_t + U y_{t-1} + b) &&\text{hidden} \\
    y_t &= \tanh(V h_t + b_y)           &&\text{output: what the next step and the next layer see}
    \end{aligned}$$

    Shapes: $W$ `(features, units)`, $U$ and $V$ `(units, units)`, $b$ and $b_y$ `(units,)`. The output has as many units
    as the hidden state, so that layers stack as those of any other cell. Jordan's own state units also kept a decaying
    sum of earlier outputs; here they hold the last one. It has no gates.
    """

    name = "jordan"
    blocks = ("hidden",)
    gate_names = ("hidden",)
    state_names = ("output",)

    def weight_shapes(self, features: int, units: int) -> dict[str, tuple[int, ...]]:
        return super().weight_shapes(features, units) | {"output_kernel": (units, units), "output_bias": (units,)}

    def step(self, weights: Weights, wx_t: Float32Array, state: State, edit: Edit = unedited) -> tuple[State, Gates]:
        (y,) = state
        h = edit("hidden", np.tanh(wx_t + y @ weights["recurrent_kernel"]))
        y = edit("output", np.tanh(h @ weights["output_kernel"] + weights["output_bias"]))
        return (y,), {"hidden": h}
