"""Long short-term memory."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from lab.network.cells.base import Cell, in_blocks
from lab.network.cells.pen import WIDTH, Pen, carries, state
from lab.network.cells.signals import CANDIDATE, HIDDEN, Signal
from lab.network.cells.working import Step, Term
from lab.network.types import Edit, Float32Array, Gates, State, Weights, unedited

INPUT = Signal(
    "input", "input gate i", "input_gate", "How much of the candidate is written into the cell.",
    "{share} of the candidate is written at each step", place=3,
)  # fmt: skip
FORGET = Signal(
    "forget", "forget gate f", "forget_gate", "How much of the cell state is kept.",
    "this network forgets {rest} of its cell at each step", keeps=True, place=0,
)  # fmt: skip
OUTPUT = Signal(
    "output", "output gate o", "output_gate", "How much of the cell state is shown.", "{share} of the cell is shown at each step",
    place=6,
)  # fmt: skip
CELL = Signal("cell", "cell state c", "cell_state", "The memory itself.", place=2)


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
    label = "LSTM"
    about = "long short-term memory"
    signals = (INPUT, FORGET, CANDIDATE, OUTPUT, CELL, HIDDEN)
    has_forget_bias = True
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

    def equations(self, step: Step) -> None:
        for block, (name, letter) in enumerate([("input", "i"), ("forget", "f"), ("candidate", "g"), ("output", "o")]):
            if name == "output":  # it comes after the cell, which those with peepholes look at
                step.products("cell", "c_t = f_t c_{t-1} + i_t g_t", (step.new("forget"), step.old("cell")),
                              (step.new("input"), step.new("candidate")))  # fmt: skip
            terms = [(f"W_{letter} x_t", step.input(block)), (f"U_{letter} h_{{t-1}}", step.state(block))]
            terms += [*self.looks_at(step, name, letter), (f"b_{letter}", step.bias(block))]
            step.sum(name, letter, step.squash if name == "candidate" else step.gate, terms)
        shown = step.activation(step.new("cell"))
        step.products("hidden", rf"h_t = o_t {step.squash}(c_t)", (step.new("output"), shown))

    def looks_at(self, step: Step, gate: str, letter: str) -> list[Term]:  # noqa: ARG002
        """What a gate sees besides the input and the hidden state."""
        return []

    def draw(self, pen: Pen, v: Mapping[str, float]) -> None:
        top, gates, bus, out = 84, 200, 290, 418
        xs = {"forget": 78, "input": 166, "candidate": 254, "output": 342}
        product = (xs["input"] + xs["candidate"]) // 2
        written = v["input"] * v["candidate"]
        pen.frame()
        # the cell state runs along the top, the only wire that nothing squashes
        pen.wire("cell_state", (0, top), (WIDTH, top), state(v["cell"]))
        pen.text(4, top - 16, "c", "t−1", v["cell_before"], "cell_state")
        pen.text(WIDTH - 4, top - 16, "c", "t", v["cell"], "cell_state", anchor="end")
        # what the gates read
        pen.wire("muted", (0, bus), (xs["output"], bus))
        pen.text(4, bus + 28, "h", "t−1", v["before"], "hidden_state")
        pen.text(158, bus + 28, "x", "t", v.get("x"), "truth")
        pen.wire("muted", (144, bus + 28), (144, bus))
        for x in xs.values():
            pen.wire("muted", (x, bus), (x, gates + 16))
        for k, x in xs.items():
            pen.gate(x, gates, k, v[k])
        # forget: c is multiplied
        pen.wire("forget_gate", (xs["forget"], gates - 16), (xs["forget"], top + 13), carries(v["forget"]))
        pen.knot(xs["forget"], top, "×")
        # input times candidate is added
        pen.wire("input_gate", (xs["input"], gates - 16), (xs["input"], 140), carries(v["input"]))
        pen.wire("input_gate", (xs["input"], 140), (product - 13, 140), carries(v["input"]))
        pen.wire("candidate", (xs["candidate"], gates - 16), (xs["candidate"], 140), carries(v["candidate"]))
        pen.wire("candidate", (xs["candidate"], 140), (product + 13, 140), carries(v["candidate"]))
        pen.wire("muted", (product, 127), (product, top + 13), carries(written))
        pen.knot(product, 140, "×")
        pen.knot(product, top, "+")
        pen.label(product + 10, 120, f"{written:+.2f}")
        # the output gate lets tanh(c) out
        pen.wire("cell_state", (out, top), (out, 127))
        pen.knot(out, 140, self.activation.symbol, wide=True)
        pen.wire("cell_state", (out, 153), (out, gates - 13))
        pen.wire("output_gate", (xs["output"] + 30, gates), (out - 13, gates), carries(v["output"]))
        pen.knot(out, gates, "×")
        pen.wire("hidden_state", (out, gates + 13), (out, bus))
        pen.wire("hidden_state", (out, bus), (WIDTH, bus), state(v["hidden"]))
        pen.text(WIDTH - 4, bus + 28, "h", "t", v["hidden"], "hidden_state", anchor="end")
