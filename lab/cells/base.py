"""What every recurrent cell has in common: names, weight shapes and the walk through time.

Notation, the same in every cell: $x_t$ `(batch, features)` the input, $h_t$ `(batch, units)` the hidden state, $W$ the
kernel, $U$ the recurrent kernel, $b$ the bias, $σ$ the logistic sigmoid, $⊙$ the product element by element. Batches
are rows, so a formula's $W x_t$ is `x @ W` in the code. Weights have Keras's names, shapes and order; all is float32.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from lab.cells.interventions import Intervention

Float32Array = NDArray[np.float32]
Weights = Mapping[str, Float32Array]
State = tuple[Float32Array, ...]
Gates = dict[str, Float32Array]
Edit = Callable[[str, Float32Array], Float32Array]


def unedited(name: str, value: Float32Array) -> Float32Array:  # noqa: ARG001
    """The `edit` of a step that nobody interferes with."""
    return value


class Cell(ABC):
    """One time step of a recurrent layer, without weights of its own.

    A step has two halves. `project` is the half that needs the input alone, $W x_t + b$: it is done for all time steps
    in one matrix product. `step` is the half that needs the state, one time step after the other.
    """

    name: ClassVar[str]
    """The key in `CELLS` and in `ModelConfig.cell`."""
    blocks: ClassVar[tuple[str, ...]]
    """What the columns of the kernel feed, in Keras's order; each block is `units` wide."""
    gate_names: ClassVar[tuple[str, ...]] = ()
    """What `step` returns as gates (the candidate among them)."""
    state_names: ClassVar[tuple[str, ...]] = ("hidden",)
    """What `step` carries to the next step; the hidden state, which is what the layer says, stands first."""

    def weight_shapes(self, features: int, units: int) -> dict[str, tuple[int, ...]]:
        """The shape of every weight, in Keras's order."""
        width = len(self.blocks) * units
        return {"kernel": (features, width), "recurrent_kernel": (units, width), "bias": (width,)}

    def initial_state(self, batch: int, units: int) -> State:
        """The state before the first step: zeros `(batch, units)`, one array for each of `state_names`."""
        return tuple(np.zeros((batch, units), np.float32) for _ in self.state_names)

    def project(self, weights: Weights, x: Float32Array) -> Float32Array:
        """$W x_t + b$ of any number of steps: `(..., features)` to `(..., blocks * units)`."""
        wx: Float32Array = x @ weights["kernel"] + weights["bias"]
        return wx

    @abstractmethod
    def step(self, weights: Weights, wx_t: Float32Array, state: State, edit: Edit = unedited) -> tuple[State, Gates]:
        """One step in time.

        Args:
            wx_t: `(batch, blocks * units)` the projected input, `project(weights, x_t)`.
            state: $h_{t-1}$ (and $c_{t-1}$), each `(batch, units)`.
            edit: given the name and value of every gate and state as soon as it is computed; what it returns is used
                from there on.

        Returns:
            The new state and the gates, every array `(batch, units)`.
        """

    def walk(
        self,
        weights: Weights,
        x: Float32Array,
        interventions: Sequence[Intervention] = (),
        *,
        backwards: bool = False,
    ) -> Iterator[tuple[State, Gates]]:
        """Every step of the sequences `x`, `(time, batch, features)`, from a zero state; yields what `step` returns.

        Backwards, the first step reads the last of `x`. Interventions count time as `x` does, either way.
        """
        time, batch, features = x.shape
        state = self.initial_state(batch, len(weights["recurrent_kernel"]))
        wx = self.project(weights, x.reshape(time * batch, features))  # (time * batch, blocks * units)
        wx = wx.reshape(time, batch, wx.shape[-1])
        for t in reversed(range(time)) if backwards else range(time):
            for intervention in interventions:
                state = tuple(intervention.enter(t, s) for s in state)
            edit = self._edit(t, state, interventions, backwards) if interventions else unedited
            state, gates = self.step(weights, wx[t], state, edit)
            yield state, gates

    def _edit(self, t: int, state: State, interventions: Sequence[Intervention], backwards: bool) -> Edit:
        before = dict(zip(self.state_names, state, strict=True))

        def edit(name: str, value: Float32Array) -> Float32Array:
            for intervention in interventions:
                value = intervention.edit(t, name, value, before.get(name), backwards)
            return value

        return edit

    @property
    def trace_names(self) -> tuple[str, ...]:
        """Every gate and state, in the order in which a step computes them; the hidden state stands last."""
        return (*self.gate_names, *reversed(self.state_names))


def sigmoid(x: Float32Array) -> Float32Array:
    """σ(x) = 1 / (1 + e⁻ˣ), written with tanh, which cannot overflow."""
    y: Float32Array = 0.5 + 0.5 * np.tanh(0.5 * x)
    return y
