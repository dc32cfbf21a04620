"""A recurrent layer: a cell, and the sequence it makes of a sequence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from lab.config.model import CELL_LABELS
from lab.network.cells import CELLS, Cell
from lab.network.interventions import Intervention
from lab.network.layers.base import Backward, Layer, Shape
from lab.network.types import Float32Array, Gates, Weights

ONE_WAY = ("",)
BOTH_WAYS = ("forward/", "backward/")


@dataclass(frozen=True)
class Recurrent(Layer):
    r"""A cell walked through time: from the sequence $x_1, ..., x_T$ to the hidden states $h_1, ..., h_T$, or to the last.

    A bidirectional layer (Schuster & Paliwal 1997) reads the sequence a second time, from its end, with weights of its
    own, and hands on the two hidden states of each $t$ side by side: $[\overrightarrow{h}_t, \overleftarrow{h}_t]$.

    Args:
        cell_name: a key of `lab.network.cells.CELLS`.
        units: of each direction.
        bidirectional: whether it has two directions, whose weights have `forward/` and `backward/` before their names.
        sequences: whether it hands on all hidden states, or the last alone (backwards, that is the first step's).
        activation, gate_activation: of the cell.
        recurrent_dropout: share of the state that training drops on its way to the next step.
        initializer, recurrent_initializer, forget_bias: what its weights are at first.
    """

    cell_name: str
    units: int
    bidirectional: bool = False
    sequences: bool = True
    activation: str = "tanh"
    gate_activation: str = "sigmoid"
    recurrent_dropout: float = 0.0
    initializer: str = "glorot_uniform"
    recurrent_initializer: str = "orthogonal"
    forget_bias: float = 1.0

    kind = "recurrent"

    @cached_property
    def cell(self) -> Cell:
        """Its cell, with its activations."""
        return CELLS[self.cell_name].using(self.activation, self.gate_activation)

    @property
    def directions(self) -> tuple[str, ...]:
        """What stands before the names of weights, gates and states of each direction."""
        return BOTH_WAYS if self.bidirectional else ONE_WAY

    @property
    def label(self) -> str:
        way = "Bidirectional " if self.bidirectional else ""
        return f"{way}{CELL_LABELS.get(self.cell_name, self.cell_name)} {int(self.name.removeprefix('recurrent')) + 1}"

    @property
    def names(self) -> tuple[str, ...]:
        """The gates and states of its trace that there are to see."""
        return tuple(prefix + name for prefix in self.directions for name in self.cell.trace_names)

    def weight_shapes(self, into: Shape) -> dict[str, Shape]:
        shapes = self.cell.weight_shapes(into[-1], self.units)
        return {prefix + name: shape for prefix in self.directions for name, shape in shapes.items()}

    def output_shape(self, into: Shape) -> Shape:
        width = self.units * len(self.directions)
        return (into[0], width) if self.sequences else (width,)

    def products(self, into: Shape) -> int:
        return into[0] * super().products(into)

    def largest(self, into: Shape) -> int:
        return into[0] * len(self.cell.blocks) * self.units * len(self.directions)

    def kept(self, into: Shape) -> int:
        return 5 * self.largest(into)

    def way(self, weights: Weights, prefix: str) -> Weights:
        """The weights of one direction, by the cell's own names."""
        return {name.removeprefix(prefix): weight for name, weight in weights.items() if name.startswith(prefix)}

    def forward(
        self, weights: Weights, x: Float32Array, interventions: Sequence[Intervention] = (), *, traced: bool = False
    ) -> tuple[Float32Array, Gates]:
        """The hidden states, `(time, batch, directions * units)` or the last `(batch, ...)`, and the trace.

        The trace has every gate and state, `(time, batch, units)`, under its name in `names`, in the order of time, and
        what was read as `x`.
        """
        kept = self.cell.kept_names if traced else ("hidden",)
        trace: Gates = {"x": x} if traced else {}
        hidden = []
        for prefix in self.directions:
            backwards = prefix == "backward/"
            steps = []
            for state, gates in self.cell.walk(self.way(weights, prefix), x, interventions, backwards=backwards):
                values = gates | dict(zip(self.cell.state_names, state, strict=True))
                steps.append([values[name] for name in kept])
            found = {
                name: np.stack(series[::-1] if backwards else series)
                for name, series in zip(kept, zip(*steps, strict=True), strict=True)
            }
            hidden.append(found["hidden"] if self.sequences else found["hidden"][0 if backwards else -1])
            trace |= {prefix + name: values for name, values in found.items()} if traced else {}
        return np.concatenate(hidden, axis=-1) if len(hidden) > 1 else hidden[0], trace

    def backward(
        self,
        weights: Weights,
        trace: Gates,
        d_output: Float32Array,
        interventions: Sequence[Intervention] = (),
        *,
        with_weights: bool = False,
    ) -> Backward:
        d_x: Float32Array = np.zeros((), d_output.dtype)
        d_weights: Gates = {}
        d_states: Gates = {}
        for prefix, d_way in zip(self.directions, np.split(d_output, len(self.directions), axis=-1), strict=True):
            backwards, own = prefix == "backward/", self.way(weights, prefix)
            now = {name: trace[prefix + name] for name in self.cell.kept_names}
            d_hidden = d_way
            if not self.sequences:
                d_hidden = np.zeros((len(trace["x"]), *d_way.shape), d_way.dtype)
                d_hidden[0 if backwards else -1] = d_way
            back = self.cell.walk_back(own, now, d_hidden, interventions, backwards=backwards)
            d_x = d_x + back.x
            d_states |= {prefix + name: d for name, d in back.states.items()}
            if with_weights:
                before = {name: _before(now[name], backwards) for name in self.cell.state_names}
                found = self.cell.weight_gradients(trace["x"], before, now, back)
                d_weights |= {prefix + name: d for name, d in found.items()}
        return Backward(d_x, d_weights, d_states)


def _before(values: Float32Array, backwards: bool) -> Float32Array:
    """What stood before each step, zeros before the first that was read."""
    nothing = np.zeros_like(values[:1])
    return np.concatenate([values[1:], nothing] if backwards else [nothing, values[:-1]])
