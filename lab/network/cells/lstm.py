"""Long short-term memory."""

from __future__ import annotations

import numpy as np

from lab.network.cells.base import Cell, in_blocks
from lab.network.types import Edit, Float32Array, Gates, State, Weights, unedited


class LSTM(Cell):
    r"""Long short-term memory with a forget gate, as `keras.layers.LSTM`.

    Hochreiter & Schmidhuber 1997; the forget gate: Gers, Schmidhuber & Cummins 2000.

    $$\begin{aligned}
    i_t &= σ(W_i x_t + U_i h_{t-1} + b_i)         &&\text{input gate: how much of the candidate to write} \\
    f_t &= σ(W_f x_t + U_f h_{t-1} + b_f)         &&\text{forget gate: how much of the old cell to keep} \\
    \tilde{c}_t &= \tanh(W_c x_t + U_c h_{t-1} + b_c) &&\text{candidate} \\
    o_t &= σ(W_o x_t + U_o h_{t-1} + b_o)         &&\text{output gate: how much of the cell to show} \\
    c_t &= f_t ⊙ c_{t-1} + i_t ⊙ \tilde{c}_t     &&\text{cell} \\
    h_t &= o_t ⊙ \tanh(c_t)                      &&\text{hidden}
    \end{aligned}$$

    Shapes: $W$ `(features, 4 units)`, $U$ `(units, 4 units)`, $b$ `(4 units,)`, columns in the order i, f, c, o.
    """

    name = "lstm"
    blocks = ("input", "forget", "candidate", "output")
    gate_names = ("input", "forget", "candidate", "output")
    state_names = ("hidden", "cell")
    activated = ("candidate",)

    def step(self, weights: Weights, wx_t: Float32Array, state: State, edit: Edit = unedited) -> tuple[State, Gates]:
        h, c = state
        z_i, z_f, z_c, z_o = in_blocks(wx_t + h @ weights["recurrent_kernel"], 4)
        i = edit("input", self.gate(z_i))
        f = edit("forget", self.gate(z_f))
        candidate = edit("candidate", self.activation(z_c))
        o = edit("output", self.gate(z_o))
        c = edit("cell", f * c + i * candidate)
        h = edit("hidden", o * self.activation(c))
        return (h, c), {"input": i, "forget": f, "candidate": candidate, "output": o} | self.inside(candidate=z_c)

    def step_back(
        self, weights: Weights, before: State, now: Gates, d_now: State, edit_back: Edit = unedited
    ) -> tuple[Float32Array, State]:
        (_, c), (d_h, d_c) = before, d_now
        i, f, candidate, o = (now[name] for name in self.gate_names)
        shown = self.activation(now["cell"])
        d_h = edit_back("hidden", d_h)
        d_o = edit_back("output", d_h * shown) * self.gate_slope(o)
        d_c = edit_back("cell", d_c + d_h * o * self.activation.slope(shown, now["cell"]))
        d_i = edit_back("input", d_c * candidate) * self.gate_slope(i)
        d_f = edit_back("forget", d_c * c) * self.gate_slope(f)
        d_candidate = edit_back("candidate", d_c * i) * self.slope(now, "candidate")
        d_z = np.concatenate([d_i, d_f, d_candidate, d_o], axis=-1)
        return d_z, (d_z @ weights["recurrent_kernel"].T, d_c * f)
