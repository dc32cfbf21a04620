"""Gated recurrent unit."""

from __future__ import annotations

import numpy as np

from lab.network.cells.base import Cell, WayBack, in_blocks, over_steps
from lab.network.types import Edit, Float32Array, Gates, State, Weights, unedited


class GRU(Cell):
    r"""Gated recurrent unit that resets after the product (Cho et al. 2014, in the form that cuDNN made common), as
    `keras.layers.GRU`.

    $$\begin{aligned}
    z_t &= σ(W_z x_t + U_z h_{t-1} + b_z + b'_z)  &&\text{update gate: how much of the old state to keep} \\
    r_t &= σ(W_r x_t + U_r h_{t-1} + b_r + b'_r)  &&\text{reset gate: how much of it the candidate sees} \\
    \tilde{h}_t &= \tanh(W_h x_t + b_h + r_t ⊙ (U_h h_{t-1} + b'_h)) &&\text{candidate} \\
    h_t &= z_t ⊙ h_{t-1} + (1 - z_t) ⊙ \tilde{h}_t &&\text{hidden}
    \end{aligned}$$

    Shapes: $W$ `(features, 3 units)`, $U$ `(units, 3 units)`, the two biases $b$ and $b'$ the rows of one array
    `(2, 3 units)`, columns in the order z, r, h.
    """

    name = "gru"
    blocks = ("update", "reset", "candidate")
    gate_names = ("update", "reset", "candidate")
    activated = ("candidate",)

    def weight_shapes(self, features: int, units: int) -> dict[str, tuple[int, ...]]:
        return super().weight_shapes(features, units) | {"bias": (2, 3 * units)}

    def project(self, weights: Weights, x: Float32Array) -> Float32Array:
        wx: Float32Array = x @ weights["kernel"] + weights["bias"][0]
        return wx

    def step(self, weights: Weights, wx_t: Float32Array, state: State, edit: Edit = unedited) -> tuple[State, Gates]:
        (h,) = state
        wx_z, wx_r, wx_h = in_blocks(wx_t, 3)
        uh_z, uh_r, uh_h = in_blocks(h @ weights["recurrent_kernel"] + weights["bias"][1], 3)
        z = edit("update", self.gate(wx_z + uh_z))
        r = edit("reset", self.gate(wx_r + uh_r))
        inside = wx_h + r * uh_h
        candidate = edit("candidate", self.activation(inside))
        h = edit("hidden", z * h + (1 - z) * candidate)
        return (h,), {"update": z, "reset": r, "candidate": candidate} | self.inside(candidate=inside)

    def step_back(
        self, weights: Weights, before: State, now: Gates, d_now: State, edit_back: Edit = unedited
    ) -> tuple[Float32Array, State]:
        (h,), units = before, before[0].shape[-1]
        z, r, candidate = (now[name] for name in self.gate_names)
        u, bias = weights["recurrent_kernel"], weights["bias"][1]
        uh_h = h @ u[:, 2 * units :] + bias[2 * units :]
        d_h = edit_back("hidden", d_now[0])
        d_z = edit_back("update", d_h * (h - candidate)) * self.gate_slope(z)
        d_candidate = edit_back("candidate", d_h * (1 - z)) * self.slope(now, "candidate")
        d_r = edit_back("reset", d_candidate * uh_h) * self.gate_slope(r)
        d_uh: Float32Array = np.concatenate([d_z, d_r, d_candidate * r], axis=-1)
        d_wx = np.concatenate([d_z, d_r, d_candidate], axis=-1)
        return d_wx, (d_h * z + d_uh @ u.T,)

    def weight_gradients(self, x: Float32Array, before: Gates, now: Gates, back: WayBack) -> Gates:
        d_z, d_r, d_candidate = in_blocks(back.projected, 3)
        d_uh: Float32Array = np.concatenate([d_z, d_r, d_candidate * now["reset"]], axis=-1)
        bias = np.stack([back.projected.sum(axis=(0, 1)), d_uh.sum(axis=(0, 1))])
        kernels = {"kernel": over_steps(x, back.projected), "recurrent_kernel": over_steps(before["hidden"], d_uh)}
        return kernels | {"bias": bias}
