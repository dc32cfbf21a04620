"""One time step of one unit with its numbers, for a cell to put into its equations."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from lab.network.types import Float32Array, Weights

Term = tuple[str, float]
"""A part of a sum: as LaTeX, and its value."""


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


@dataclass(frozen=True, eq=False)
class Step:
    """A step: what came in, the weights, and every gate and state before and after it.

    Args:
        weights: of the layer.
        x: `(features,)` what the layer read.
        before, now: by name, each `(units,)`.
        unit: the one whose numbers are wanted.
        squash, gate: what the activation and that of the gates are called in LaTeX; empty for none.
        activation: the function.
    """

    weights: Weights
    x: Float32Array
    before: Mapping[str, Float32Array]
    now: Mapping[str, Float32Array]
    unit: int
    squash: str
    gate: str
    activation: Callable[[float], float]
    found: list[Equation] = field(default_factory=list)

    def old(self, name: str) -> float:
        """The state `name` before the step."""
        return float(self.before[name][self.unit])

    def new(self, name: str) -> float:
        """The gate or state `name` of the step."""
        return float(self.now[name][self.unit])

    def input(self, block: int) -> float:
        """What the input adds to block `block` of the kernel."""
        return float(self.x @ self.weights["kernel"][:, self._column(block)])

    def state(self, block: int, h: Float32Array | None = None) -> float:
        """What the state adds to it; the hidden state before the step, or `h`."""
        given = self.before["hidden"] if h is None else h
        return float(given @ self.weights["recurrent_kernel"][:, self._column(block)])

    def bias(self, block: int, row: int | None = None) -> float:
        """The bias of it; of two, that in row `row`."""
        bias = self.weights["bias"]
        return float(bias[self._column(block)] if row is None else bias[row, self._column(block)])

    def _column(self, block: int) -> int:
        return block * len(self.before["hidden"]) + self.unit

    def sum(self, name: str, letter: str, squash: str, terms: list[Term]) -> None:
        """An equation of the gate or state `name`: a sum that goes through `squash`."""
        value = self.new(name)
        inside, total = " ".join(_signed(v, k) for k, (_, v) in enumerate(terms)), sum(v for _, v in terms)
        symbols = f"{letter}_t = {squash}({' + '.join(s for s, _ in terms)})"
        self.found.append(Equation(name, symbols, f"{squash}({inside}) = {squash}({total:.2f}) = {value:.2f}", value))

    def products(self, name: str, symbols: str, *pairs: tuple[float, float]) -> None:
        """An equation of the gate or state `name`: a sum of products."""
        value = self.new(name)
        numbers = " + ".join(_dot(a, b) for a, b in pairs)
        self.found.append(Equation(name, symbols, f"{numbers} = {value:.2f}", value))


def _signed(value: float, place: int) -> str:
    return f"{value:.2f}" if place == 0 else f"{'-' if value < 0 else '+'} {abs(value):.2f}"


def _dot(a: float, b: float) -> str:
    right = f"({b:.2f})" if b < 0 else f"{b:.2f}"
    return rf"{a:.2f} \cdot {right}"
