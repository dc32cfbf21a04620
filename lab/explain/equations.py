"""One time step of one unit, with its real numbers: each equation in symbols and with the values put in.

The sums are taken apart as the equations have them (what the input adds, what the state adds, the bias), which a forward
pass has no need to do; the values agree with the trace's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lab.network.activations import ACTIVATIONS, GATE_ACTIVATIONS, Activation
from lab.network.types import Float32Array, Weights


@dataclass(frozen=True)
class Equation:
    """`symbols` and `numbers` are LaTeX; `value` is what comes out, the gate or state `name`."""

    name: str
    symbols: str
    numbers: str
    value: float

    @property
    def latex(self) -> str:
        """Symbols and numbers under each other, aligned at the equals signs, in lines that fit a narrow column."""
        first, *rest = self.numbers.split(" = ")
        lines = [self.symbols.replace("=", "&=", 1)]
        long = len(rest) > 1 or " + " in first
        lines += [f"&= {first}", f"&= {' = '.join(rest)}"] if long else [f"&= {self.numbers}"]
        return r"\small \begin{aligned} " + r" \\ ".join(lines) + r" \end{aligned}"


def explain(
    cell: str,
    weights: Weights,
    x: Float32Array,
    states: Mapping[str, Float32Array],
    t: int,
    unit: int,
    activation: str = "tanh",
    gate_activation: str = "sigmoid",
) -> list[Equation]:
    """The equations of step `t` for one unit, in the order in which they are computed.

    Args:
        cell: a name of `lab.network.cells.CELLS`.
        weights: of the layer.
        x: `(time, features)` what the layer reads.
        states: the layer's trace, each gate and state `(time, units)`.
        activation, gate_activation: the model's.
    """
    before = {name: values[t - 1] if t else np.zeros_like(values[0]) for name, values in states.items()}
    now = {name: float(values[t, unit]) for name, values in states.items()}
    sums = _Sums(weights, x[t], before["hidden"], unit)
    sums.squash, sums.activation = ACTIVATIONS[activation].latex, ACTIVATIONS[activation]
    sums.gate = GATE_ACTIVATIONS[gate_activation].latex
    if "reset" in states:
        sums.reset_h = states["reset"][t] * before["hidden"]
    if "inner" in states:
        sums.inner = states["inner"][t]
    return _EXPLAIN[cell](sums, now, {name: float(values[unit]) for name, values in before.items()})


class _Sums:
    """What the input, the state and the bias add to block `k` of a unit, and what the sum goes through."""

    squash: str
    activation: Activation
    gate: str

    def __init__(self, weights: Weights, x_t: Float32Array, h: Float32Array, unit: int) -> None:
        self.weights, self.x_t, self.h, self.unit = weights, x_t, h, unit
        self.units = len(h)
        self.reset_h = h  # the state that a GRU's reset gate lets through
        self.inner = h  # the hidden units of a Jordan network, behind its output

    def column(self, block: int) -> int:
        return block * self.units + self.unit

    def input(self, block: int) -> float:
        return float(self.x_t @ self.weights["kernel"][:, self.column(block)])

    def state(self, block: int, h: Float32Array | None = None) -> float:
        return float((self.h if h is None else h) @ self.weights["recurrent_kernel"][:, self.column(block)])

    def bias(self, block: int, row: int | None = None) -> float:
        bias = self.weights["bias"]
        return float(bias[self.column(block)] if row is None else bias[row, self.column(block)])


def _gate(name: str, letter: str, squash: str, terms: list[tuple[str, float]], value: float) -> Equation:
    inside, total = " ".join(_signed(v, k) for k, (_, v) in enumerate(terms)), sum(v for _, v in terms)
    symbols = f"{letter}_t = {squash}({' + '.join(s for s, _ in terms)})"
    return Equation(name, symbols, f"{squash}({inside}) = {squash}({total:.2f}) = {value:.2f}", value)


def _lstm(s: _Sums, now: Mapping[str, float], before: Mapping[str, float]) -> list[Equation]:
    found = []
    for block, (name, letter) in enumerate([("input", "i"), ("forget", "f"), ("candidate", "g"), ("output", "o")]):
        terms = [(f"W_{letter} x_t", s.input(block)), (f"U_{letter} h_{{t-1}}", s.state(block))]
        if f"peephole_{name}" in s.weights:  # Gers & Schmidhuber (2000): the gates look at the cell state
            looked = now["cell"] if name == "output" else before["cell"]
            when = "t" if name == "output" else "t-1"
            terms.append((f"p_{letter} c_{{{when}}}", float(s.weights[f"peephole_{name}"][s.unit]) * looked))
        terms.append((f"b_{letter}", s.bias(block)))
        squash = s.squash if name == "candidate" else s.gate
        found.append(_gate(name, letter, squash, terms, now[name]))
    cell = Equation(
        "cell",
        "c_t = f_t c_{t-1} + i_t g_t",
        f"{_dot(now['forget'], before['cell'])} + {_dot(now['input'], now['candidate'])} = {now['cell']:.2f}",
        now["cell"],
    )
    hidden = Equation(
        "hidden",
        rf"h_t = o_t {s.squash}(c_t)",
        rf"{_dot(now['output'], float(s.activation(np.float64(now['cell']))))} = {now['hidden']:.2f}",
        now["hidden"],
    )
    return [*found[:3], cell, found[3], hidden]


def _gru(s: _Sums, now: Mapping[str, float], before: Mapping[str, float]) -> list[Equation]:
    after = s.weights["bias"].ndim == 2  # Keras's reset_after: the recurrent part has a bias of its own
    rows = (0, 1) if after else (None,)
    found = []
    for block, (name, letter) in enumerate([("update", "z"), ("reset", "r")]):
        terms = [(f"W_{letter} x_t", s.input(block)), (f"U_{letter} h_{{t-1}}", s.state(block))]
        terms.append((f"b_{letter}", sum(s.bias(block, row) for row in rows)))
        found.append(_gate(name, letter, s.gate, terms, now[name]))
    if after:
        inner = now["reset"] * (s.state(2) + s.bias(2, 1))
        terms = [("W_g x_t", s.input(2)), (r"r_t\,(U_g h_{t-1} + b'_g)", inner), ("b_g", s.bias(2, 0))]
    else:
        terms = [("W_g x_t", s.input(2)), (r"U_g (r_t \odot h_{t-1})", s.state(2, s.reset_h)), ("b_g", s.bias(2))]
    found.append(_gate("candidate", "g", s.squash, terms, now["candidate"]))
    numbers = (
        f"{_dot(now['update'], before['hidden'])} + {_dot(1 - now['update'], now['candidate'])} = {now['hidden']:.2f}"
    )
    found.append(Equation("hidden", "h_t = z_t h_{t-1} + (1 - z_t)\\, g_t", numbers, now["hidden"]))
    return found


def _rnn(s: _Sums, now: Mapping[str, float], _: Mapping[str, float]) -> list[Equation]:
    terms = [("W x_t", s.input(0)), ("U h_{t-1}", s.state(0)), ("b", s.bias(0))]
    return [_gate("hidden", "h", s.squash, terms, now["hidden"])]


def _jordan(s: _Sums, now: Mapping[str, float], _: Mapping[str, float]) -> list[Equation]:
    inner = [("W x_t", s.input(0)), ("U y_{t-1}", s.state(0)), ("b", s.bias(0))]
    v, b_y = s.weights["output_kernel"][:, s.unit], s.weights["output_bias"][s.unit]
    output = [("V h_t", float(s.inner @ v)), ("b_y", float(b_y))]
    return [_gate("inner", "h", s.squash, inner, now["inner"]), _gate("hidden", "y", s.squash, output, now["hidden"])]


_EXPLAIN = {
    "lstm": _lstm, "peephole": _lstm, "gru": _gru, "gru_reset_before": _gru, "rnn": _rnn, "jordan": _jordan,
}  # fmt: skip


def _signed(value: float, place: int) -> str:
    return f"{value:.2f}" if place == 0 else f"{'-' if value < 0 else '+'} {abs(value):.2f}"


def _dot(a: float, b: float) -> str:
    right = f"({b:.2f})" if b < 0 else f"{b:.2f}"
    return rf"{a:.2f} \cdot {right}"
