"""Long short-term memory whose gates see the cell."""

from __future__ import annotations

import numpy as np

from lab.network.cells.base import WayBack, in_blocks
from lab.network.cells.lstm import LSTM
from lab.network.cells.working import Step, Term
from lab.network.types import Edit, Float32Array, Gates, State, Weights, unedited


class PeepholeLSTM(LSTM):
    r"""LSTM with peepholes (Gers & Schmidhuber 2000): each gate also sees the cell, unit by unit.

    $$\begin{aligned}
    i_t &= σ(W_i x_t + U_i h_{t-1} + w_{ci} ⊙ c_{t-1} + b_i)         &&\text{input gate} \\
    f_t &= σ(W_f x_t + U_f h_{t-1} + w_{cf} ⊙ c_{t-1} + b_f)         &&\text{forget gate} \\
    \tilde{c}_t &= \tanh(W_c x_t + U_c h_{t-1} + b_c)                &&\text{candidate} \\
    c_t &= f_t ⊙ c_{t-1} + i_t ⊙ \tilde{c}_t                        &&\text{cell} \\
    o_t &= σ(W_o x_t + U_o h_{t-1} + w_{co} ⊙ c_t + b_o)             &&\text{output gate: sees the new cell} \\
    h_t &= o_t ⊙ \tanh(c_t)                                         &&\text{hidden}
    \end{aligned}$$

    Shapes: as `LSTM`, and the peepholes $w_{ci}, w_{cf}, w_{co}$ `(units,)` each: diagonal matrices, no full ones. A gate
    sees the cell of its own unit only.
    """

    name = "peephole"
    label = "Peephole LSTM"
    about = "long short-term memory with peepholes"

    def weight_shapes(self, features: int, units: int) -> dict[str, tuple[int, ...]]:
        return super().weight_shapes(features, units) | {
            f"peephole_{gate}": (units,) for gate in ("input", "forget", "output")
        }

    def step(self, weights: Weights, wx_t: Float32Array, state: State, edit: Edit = unedited) -> tuple[State, Gates]:
        h, c = state
        z_i, z_f, z_c, z_o = in_blocks(wx_t + h @ weights["recurrent_kernel"], 4)
        i = edit("input", self.gate(z_i + weights["peephole_input"] * c))
        f = edit("forget", self.gate(z_f + weights["peephole_forget"] * c))
        candidate = edit("candidate", self.activation(z_c))
        c = edit("cell", f * c + i * candidate)
        o = edit("output", self.gate(z_o + weights["peephole_output"] * c))
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
        d_c = edit_back(
            "cell", d_c + d_h * o * self.activation.slope(shown, now["cell"]) + d_o * weights["peephole_output"]
        )
        d_i = edit_back("input", d_c * candidate) * self.gate_slope(i)
        d_f = edit_back("forget", d_c * c) * self.gate_slope(f)
        d_candidate = edit_back("candidate", d_c * i) * self.slope(now, "candidate")
        d_z = np.concatenate([d_i, d_f, d_candidate, d_o], axis=-1)
        d_c = d_c * f + d_i * weights["peephole_input"] + d_f * weights["peephole_forget"]
        return d_z, (d_z @ weights["recurrent_kernel"].T, d_c)

    def weight_gradients(self, x: Float32Array, before: Gates, now: Gates, back: WayBack) -> Gates:
        d_i, d_f, _, d_o = in_blocks(back.projected, 4)
        seen = {"input": d_i * before["cell"], "forget": d_f * before["cell"], "output": d_o * now["cell"]}
        peepholes = {f"peephole_{gate}": d.sum(axis=(0, 1)) for gate, d in seen.items()}
        return super().weight_gradients(x, before, now, back) | peepholes

    def looks_at(self, step: Step, gate: str, letter: str) -> list[Term]:
        if gate == "candidate":
            return []
        cell, when = (step.new("cell"), "t") if gate == "output" else (step.old("cell"), "t-1")
        weight = float(step.weights[f"peephole_{gate}"][step.unit])
        return [(f"p_{letter} c_{{{when}}}", weight * cell)]
