"""Gated recurrent unit as it was first published."""

from __future__ import annotations

import numpy as np

from lab.network.cells.base import Cell, WayBack, in_blocks, over_steps
from lab.network.cells.gru import GRU
from lab.network.cells.working import Step, Term
from lab.network.types import Edit, Float32Array, Gates, State, Weights, unedited


class GRUResetBefore(GRU):
    r"""Gated recurrent unit that resets before the product (Cho et al. 2014), as `keras.layers.GRU(reset_after=False)`.

    $$\begin{aligned}
    z_t &= σ(W_z x_t + U_z h_{t-1} + b_z)  &&\text{update gate: how much of the old state to keep} \\
    r_t &= σ(W_r x_t + U_r h_{t-1} + b_r)  &&\text{reset gate: how much of it the candidate sees} \\
    \tilde{h}_t &= \tanh(W_h x_t + U_h (r_t ⊙ h_{t-1}) + b_h) &&\text{candidate} \\
    h_t &= z_t ⊙ h_{t-1} + (1 - z_t) ⊙ \tilde{h}_t &&\text{hidden}
    \end{aligned}$$

    It differs from `GRU` in the candidate: there $U_h$ mixes all units and each result is gated, here each unit is gated
    and then mixed. Shapes: $W$ `(features, 3 units)`, $U$ `(units, 3 units)`, $b$ `(3 units,)`, columns in the order
    z, r, h.
    """

    name = "gru_reset_before"
    label = "GRU (reset before)"

    def weight_shapes(self, features: int, units: int) -> dict[str, tuple[int, ...]]:
        return Cell.weight_shapes(self, features, units)

    def project(self, weights: Weights, x: Float32Array) -> Float32Array:
        return Cell.project(self, weights, x)

    def step(self, weights: Weights, wx_t: Float32Array, state: State, edit: Edit = unedited) -> tuple[State, Gates]:
        (h,) = state
        wx_z, wx_r, wx_h = in_blocks(wx_t, 3)
        u_z, u_r, u_h = in_blocks(weights["recurrent_kernel"], 3)
        z = edit("update", self.gate(wx_z + h @ u_z))
        r = edit("reset", self.gate(wx_r + h @ u_r))
        inside = wx_h + (r * h) @ u_h
        candidate = edit("candidate", self.activation(inside))
        h = edit("hidden", z * h + (1 - z) * candidate)
        return (h,), {"update": z, "reset": r, "candidate": candidate} | self.inside(candidate=inside)

    def step_back(
        self, weights: Weights, before: State, now: Gates, d_now: State, edit_back: Edit = unedited
    ) -> tuple[Float32Array, State]:
        (h,) = before
        z, r, candidate = (now[name] for name in self.gate_names)
        u_z, u_r, u_h = in_blocks(weights["recurrent_kernel"], 3)
        d_h = edit_back("hidden", d_now[0])
        d_z = edit_back("update", d_h * (h - candidate)) * self.gate_slope(z)
        d_candidate = edit_back("candidate", d_h * (1 - z)) * self.slope(now, "candidate")
        d_rh = d_candidate @ u_h.T
        d_r = edit_back("reset", d_rh * h) * self.gate_slope(r)
        d_wx = np.concatenate([d_z, d_r, d_candidate], axis=-1)
        d_before: Float32Array = d_wx[:, : 2 * h.shape[-1]] @ np.concatenate([u_z, u_r], axis=-1).T
        return d_wx, (d_before + d_h * z + d_rh * r,)

    def weight_gradients(self, x: Float32Array, before: Gates, now: Gates, back: WayBack) -> Gates:
        h, units = before["hidden"], before["hidden"].shape[-1]
        gates = over_steps(h, back.projected[..., : 2 * units])
        candidate = over_steps(now["reset"] * h, back.projected[..., 2 * units :])
        found = Cell.weight_gradients(self, x, before, now, back)
        return found | {"recurrent_kernel": np.concatenate([gates, candidate], axis=-1)}

    def bias_of(self, step: Step, block: int) -> float:
        return step.bias(block)

    def candidate_terms(self, step: Step) -> list[Term]:
        inner = step.state(2, step.now["reset"] * step.before["hidden"])
        return [("W_g x_t", step.input(2)), (r"U_g (r_t \odot h_{t-1})", inner), ("b_g", step.bias(2))]
