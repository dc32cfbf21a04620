"""A recurrent layer: a cell, its weights, and the sequence it makes of a sequence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lab.cells.base import Cell, Float32Array, Gates, Weights
from lab.cells.interventions import Intervention


@dataclass(frozen=True, eq=False)
class Layer:
    """A cell with weights, which says $h_1, ..., h_T$ to the sequence $x_1, ..., x_T$."""

    cell: Cell
    weights: Weights

    @property
    def features(self) -> int:
        """Values it sees at each time step."""
        return len(self.weights["kernel"])

    @property
    def units(self) -> int:
        """Values it says at each time step."""
        return len(self.weights["recurrent_kernel"])

    @property
    def names(self) -> tuple[str, ...]:
        """The gates and states of its trace."""
        return self.cell.trace_names

    def run(
        self, x: Float32Array, interventions: Sequence[Intervention] = (), *, traced: bool = False
    ) -> tuple[Float32Array, Gates]:
        """What it says at every step, `(time, batch, units)`, and its trace.

        Args:
            x: `(time, batch, features)`.
            traced: whether to keep every gate and state, each `(time, batch, units)` under its name in `names`; without
                it the trace is empty.
        """
        kept = self.cell.trace_names if traced else self.cell.state_names[:1]
        steps = []
        for state, gates in self.cell.walk(self.weights, x, interventions):
            values = gates | dict(zip(self.cell.state_names, state, strict=True))
            steps.append([values[name] for name in kept])
        trace = {name: np.stack(values) for name, values in zip(kept, zip(*steps, strict=True), strict=True)}
        return trace[self.cell.state_names[0]], trace if traced else {}
