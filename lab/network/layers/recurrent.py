"""A recurrent layer: a cell, its weights, and the sequence it makes of a sequence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from lab.network.cells.base import Cell
from lab.network.interventions import Intervention
from lab.network.types import Float32Array, Gates, Weights

ONE_WAY = ("",)
BOTH_WAYS = ("forward/", "backward/")


@dataclass(frozen=True, eq=False)
class Layer:
    r"""A cell with weights, which says $h_1, ..., h_T$ to the sequence $x_1, ..., x_T$.

    A bidirectional layer (Schuster & Paliwal 1997) reads the sequence a second time, from its end, with weights of its
    own, and says the two hidden states of each $t$ side by side: $[\overrightarrow{h}_t, \overleftarrow{h}_t]$.

    Args:
        directions: the weights by the prefix of their names: `ONE_WAY` or `BOTH_WAYS`.
    """

    cell: Cell
    directions: Mapping[str, Weights]

    @property
    def weights(self) -> Weights:
        """Its weights, or those of its first direction."""
        return next(iter(self.directions.values()))

    @property
    def features(self) -> int:
        """Values it sees at each time step."""
        return len(self.weights["kernel"])

    @property
    def units(self) -> int:
        """Units of each direction."""
        return len(self.weights["recurrent_kernel"])

    @property
    def is_causal(self) -> bool:
        """Whether it says at each step only what it knows by then."""
        return len(self.directions) == 1

    @property
    def names(self) -> tuple[str, ...]:
        """The gates and states of its trace."""
        return tuple(prefix + name for prefix in self.directions for name in self.cell.trace_names)

    def run(
        self, x: Float32Array, interventions: Sequence[Intervention] = (), *, traced: bool = False
    ) -> tuple[Float32Array, Gates]:
        """What it says at every step, `(time, batch, directions * units)`, and its trace.

        Args:
            x: `(time, batch, features)`.
            traced: whether to keep every gate and state, each `(time, batch, units)` under its name in `names`, in the
                order of time; without it the trace is empty.
        """
        kept = self.cell.trace_names if traced else ("hidden",)
        trace: Gates = {}
        for prefix, weights in self.directions.items():
            backwards = prefix == "backward/"
            steps = []
            for state, gates in self.cell.walk(weights, x, interventions, backwards=backwards):
                values = gates | dict(zip(self.cell.state_names, state, strict=True))
                steps.append([values[name] for name in kept])
            for name, series in zip(kept, zip(*steps, strict=True), strict=True):
                trace[prefix + name] = np.stack(series[::-1] if backwards else series)
        said = [trace[f"{prefix}hidden"] for prefix in self.directions]
        return np.concatenate(said, axis=-1) if len(said) > 1 else said[0], trace if traced else {}

    def last(self, said: Float32Array) -> Float32Array:
        """What it says in the end, `(batch, directions * units)`: backwards, the end is the first step."""
        ways = np.split(said, len(self.directions), axis=-1)
        last: Float32Array = np.concatenate([way[end] for way, end in zip(ways, (-1, 0), strict=False)], axis=-1)
        return last

    def run_back(self, trace: Gates, d_said: Float32Array, interventions: Sequence[Intervention] = ()) -> Float32Array:
        """The gradient of the sequence it read, `(time, batch, features)`, given the one of all it said.

        Args:
            trace: what `run` traced.
            d_said: `(time, batch, directions * units)`.
        """
        ways = np.split(d_said, len(self.directions), axis=-1)
        d_x: Float32Array = sum(  # type: ignore[assignment]
            self.cell.walk_back(
                weights,
                {name: trace[prefix + name] for name in self.cell.trace_names},
                d_way,
                interventions,
                backwards=prefix == "backward/",
            )
            for (prefix, weights), d_way in zip(self.directions.items(), ways, strict=True)
        )
        return d_x

    def last_back(self, d_last: Float32Array, time: int) -> Float32Array:
        """The gradient of all it said, `(time, batch, directions * units)`, given the one of `last`."""
        d_said = np.zeros((time, *d_last.shape), d_last.dtype)
        ways = np.split(d_last, len(self.directions), axis=-1)
        for d_way, d_end, end in zip(np.split(d_said, len(ways), axis=-1), ways, (-1, 0), strict=False):
            d_way[end] = d_end  # np.split gives views
        return d_said
