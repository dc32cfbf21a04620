"""Gated recurrent unit."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lab.network.cells.base import Cell, WayBack, in_blocks, over_steps
from lab.network.cells.pen import WIDTH, Pen, carries, state
from lab.network.cells.signals import CANDIDATE, HIDDEN, Signal
from lab.network.cells.working import Step, Term
from lab.network.types import Edit, Float32Array, Gates, State, Weights, unedited

UPDATE = Signal(
    "update", "update gate z", "forget_gate", "How much of the old state is kept.",
    "this network renews {rest} of its state at each step", keeps=True, place=1,
)  # fmt: skip
RESET = Signal(
    "reset", "reset gate r", "input_gate", "How much of the old state reaches the candidate.",
    "{share} of the old state reaches it at each step", place=4,
)  # fmt: skip


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
    label = "GRU"
    about = "gated recurrent unit"
    signals = (UPDATE, RESET, CANDIDATE, HIDDEN)
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

    def equations(self, step: Step) -> None:
        for block, (name, letter) in enumerate([("update", "z"), ("reset", "r")]):
            terms = [(f"W_{letter} x_t", step.input(block)), (f"U_{letter} h_{{t-1}}", step.state(block))]
            step.sum(name, letter, step.gate, [*terms, (f"b_{letter}", self.bias_of(step, block))])
        step.sum("candidate", "g", step.squash, self.candidate_terms(step))
        step.products("hidden", "h_t = z_t h_{t-1} + (1 - z_t)\\, g_t", (step.new("update"), step.old("hidden")),
                      (1 - step.new("update"), step.new("candidate")))  # fmt: skip

    def bias_of(self, step: Step, block: int) -> float:
        """Both biases together."""
        return step.bias(block, 0) + step.bias(block, 1)

    def candidate_terms(self, step: Step) -> list[Term]:
        """What the candidate is the sum of."""
        inner = step.new("reset") * (step.state(2) + step.bias(2, 1))
        return [("W_g x_t", step.input(2)), (r"r_t\,(U_g h_{t-1} + b'_g)", inner), ("b_g", step.bias(2, 0))]

    def draw(self, pen: Pen, v: Mapping[str, float]) -> None:
        top, gates, bus, out = 84, 200, 290, 418
        xs = {"reset": 110, "candidate": 214, "update": 324}
        pen.frame()
        pen.wire("hidden_state", (0, top), (WIDTH, top), state(v["hidden"]))
        pen.text(4, top - 16, "h", "t−1", v["before"], "hidden_state")
        pen.text(WIDTH - 4, top - 16, "h", "t", v["hidden"], "hidden_state", anchor="end")
        pen.wire("muted", (0, bus), (xs["update"], bus))
        pen.wire("hidden_state", (48, top), (48, bus))
        pen.text(4, bus + 28, "x", "t", v.get("x"), "truth")
        for x in xs.values():
            pen.wire("muted", (x, bus), (x, gates + 16))
        for k, x in xs.items():
            pen.gate(x, gates, k, v[k])
        # how much of the past the candidate may see
        pen.wire("input_gate", (xs["reset"] + 30, gates), (xs["candidate"] - 30, gates), carries(v["reset"]))
        # the update gate mixes the old state and the candidate
        pen.wire("forget_gate", (xs["update"], gates - 16), (xs["update"], top + 13), carries(v["update"]))
        pen.knot(xs["update"], top, "×")
        pen.wire("candidate", (xs["candidate"], gates - 16), (xs["candidate"], 140), carries(v["candidate"]))
        pen.wire("candidate", (xs["candidate"], 140), (out - 13, 140), carries(v["candidate"]))
        pen.wire("forget_gate", (xs["update"] + 30, gates), (out, gates), carries(1 - v["update"]))
        pen.wire("forget_gate", (out, gates), (out, 153), carries(1 - v["update"]))
        pen.label(WIDTH - 8, gates + 24, f"1−z = {1 - v['update']:.2f}", anchor="end")
        pen.knot(out, 140, "×")
        pen.wire("candidate", (out, 127), (out, top + 13), carries((1 - v["update"]) * v["candidate"]))
        pen.knot(out, top, "+")
