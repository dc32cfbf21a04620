"""What every recurrent cell has in common: names, weight shapes and the walk through time.

Notation, the same in every cell: $x_t$ `(batch, features)` the input, $h_t$ `(batch, units)` the hidden state, $W$ the
kernel, $U$ the recurrent kernel, $b$ the bias, $σ$ the logistic sigmoid, $⊙$ the product element by element. Batches
are rows, so a formula's $W x_t$ is `x @ W` in the code. Weights have Keras's names, shapes and order; all is float32.
In a cell `using` another activation, that stands for each $\\tanh$ of its equations, as with Keras's `activation=`, and
a gate activation for each σ.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, ClassVar, NamedTuple, Self

import numpy as np

from lab.network.activations import ACTIVATIONS, GATE_ACTIVATIONS
from lab.network.cells.pen import Pen
from lab.network.cells.signals import Signal
from lab.network.cells.working import Step
from lab.network.interrupt import breathe
from lab.network.interventions import Intervention
from lab.network.types import Edit, Float32Array, Gates, State, Weights, unedited


class Cell(ABC):
    """One time step of a recurrent layer, without weights of its own.

    A step has two halves. `project` is the half that needs the input alone, $W x_t + b$: it is done for all time steps
    in one matrix product. `step` is the half that needs the state, one time step after the other.
    """

    def __init__(self, activation: str = "tanh", gate_activation: str = "sigmoid") -> None:
        self.activation, self.gate = ACTIVATIONS[activation], GATE_ACTIVATIONS[gate_activation]

    name: ClassVar[str]
    """The key in `CELLS` and in `ModelConfig.cell`."""
    label: ClassVar[str]
    """In a word, `LSTM`."""
    about: ClassVar[str]
    """The same written out."""
    signals: ClassVar[tuple[Signal, ...]]
    """Its gates and states as people meet them, in the order of `trace_names`."""
    has_forget_bias: ClassVar[bool] = False
    """Whether `model.forget_bias` means something to it."""
    blocks: ClassVar[tuple[str, ...]]
    """What the columns of the kernel feed, in Keras's order; each block is `units` wide."""
    gate_names: ClassVar[tuple[str, ...]] = ()
    """What `step` returns as gates (the candidate among them)."""
    state_names: ClassVar[tuple[str, ...]] = ("hidden",)
    """What `step` carries to the next step; the hidden state, which is what the layer hands on, stands first."""

    activated: ClassVar[tuple[str, ...]]
    """The gates and states that the activation makes (a cell state is what goes into it and needs no other)."""

    def using(self, activation: str, gate_activation: str = "sigmoid") -> Self:
        """The same cell with these activations, of `lab.network.activations`, where its equations have tanh and σ."""
        return type(self)(activation, gate_activation)

    def slope(self, now: Gates, name: str) -> Any:
        """The slope of the activation that made the gate or state `name`, from a trace of `kept_names`."""
        return self.activation.slope(now[name], now.get(f"{name} before"))

    def gate_slope(self, gate: Float32Array) -> Float32Array:
        """The slope of the gates' activation, by the gate's value."""
        slope: Float32Array = self.gate.slope(gate, None)
        return slope

    def inside(self, **inside: Any) -> Gates:
        """What went into the activation that makes each of these, to be kept where the slope cannot be known without it."""
        return {} if self.activation.by_value else {f"{name} before": z for name, z in inside.items()}

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

    @abstractmethod
    def step_back(
        self, weights: Weights, before: State, now: Gates, d_now: State, edit_back: Edit = unedited
    ) -> tuple[Float32Array, State]:
        r"""The chain rule through one step; $\mathrm{d}a$ stands for $\partial \hat{y} / \partial a$.

        Args:
            before: the state as `step` found it.
            now: every gate and state of the step, after any edit.
            d_now: the gradients of the new state, each `(batch, units)`.
            edit_back: given a name and the gradient of the edited value, the gradient of the value before the edit.

        Returns:
            The gradients of the projected input, `(batch, blocks * units)`, and of `before`.
        """

    @abstractmethod
    def equations(self, step: Step) -> None:
        """One step of one unit with its numbers: equations in the order in which they are computed, by `step`'s methods."""

    @abstractmethod
    def draw(self, pen: Pen, v: Mapping[str, float]) -> None:
        """The cell as a diagram.

        Args:
            v: the gates and states of one unit at one step, by name; `x` (the input, where it is one number), `before`
                (its hidden state a step earlier) and `cell_before`.
        """

    def walk(
        self,
        weights: Weights,
        x: Float32Array,
        interventions: Sequence[Intervention] = (),
        *,
        backwards: bool = False,
        state: State | None = None,
    ) -> Iterator[tuple[State, Gates]]:
        """Every step of the sequences `x`, `(time, batch, features)`, from a zero state or from `state`; yields what `step` returns.

        Backwards, the first step reads the last of `x`. Interventions count time as `x` does, either way.
        """
        time, batch, features = x.shape
        state = self.initial_state(batch, len(weights["recurrent_kernel"])) if state is None else state
        wx = self.project(weights, x.reshape(time * batch, features))  # (time * batch, blocks * units)
        wx = wx.reshape(time, batch, wx.shape[-1])
        for t in reversed(range(time)) if backwards else range(time):
            breathe()
            for intervention in interventions:
                state = tuple(intervention.enter(t, s) for s in state)
            edit = self._edit(t, state, interventions, backwards) if interventions else unedited
            state, gates = self.step(weights, wx[t], state, edit)
            yield state, gates

    def walk_back(
        self,
        weights: Weights,
        trace: Gates,
        d_hidden: Float32Array,
        interventions: Sequence[Intervention] = (),
        *,
        backwards: bool = False,
    ) -> WayBack:
        """Backpropagation through time (Werbos 1990).

        Args:
            trace: all `kept_names` of the walk, `(time, batch, units)` each, in the order of time.
            d_hidden: the gradient of the hidden state of every step, `(time, batch, units)`, as far as it does not come
                from later steps of this layer.
        """
        time, batch, units = d_hidden.shape
        d_wx = np.empty((time, batch, weights["kernel"].shape[1]), d_hidden.dtype)
        d_states: Gates = {name: np.empty_like(d_hidden) for name in self.state_names}
        nothing = d_state = self.initial_state(batch, units)
        last_to_first = range(time) if backwards else reversed(range(time))
        for t in last_to_first:
            breathe()
            came_from = t + 1 if backwards else t - 1
            first = not 0 <= came_from < time
            before = nothing if first else tuple(trace[name][came_from] for name in self.state_names)
            for intervention in interventions:
                before = tuple(intervention.enter(t, s) for s in before)
            now = {name: values[t] for name, values in trace.items()}
            d_now = (d_state[0] + d_hidden[t], *d_state[1:])
            for name, d in zip(self.state_names, d_now, strict=True):
                d_states[name][t] = d
            edit_back, d_kept = self._edit_back(t, interventions, backwards) if interventions else (unedited, {})
            d_wx[t], d_state = self.step_back(weights, before, now, d_now, edit_back)
            d_state = tuple(d + d_kept.get(name, 0) for name, d in zip(self.state_names, d_state, strict=True))
            for intervention in reversed(interventions):
                d_state = tuple(intervention.enter_back(t, d) for d in d_state)
        return WayBack(d_wx @ weights["kernel"].T, d_wx, d_states)

    def weight_gradients(self, x: Float32Array, before: Gates, now: Gates, back: WayBack) -> Gates:  # noqa: ARG002
        """The gradient of every weight, of a walk without interventions.

        Args:
            x: `(time, batch, features)` what was read.
            before: the states that each step found, `(time, batch, units)`. `now`: the trace.
            back: what `walk_back` found.
        """
        return {
            "kernel": over_steps(x, back.projected),
            "recurrent_kernel": over_steps(before["hidden"], back.projected),
            "bias": back.projected.sum(axis=(0, 1)),
        }

    def _edit_back(self, t: int, interventions: Sequence[Intervention], backwards: bool) -> tuple[Edit, Gates]:
        """The way back through the edits of a step, and what they lead past the step, straight to the state before it."""
        d_kept: Gates = {}

        def edit_back(name: str, gradient: Float32Array) -> Float32Array:
            for intervention in reversed(interventions):
                is_state = name in self.state_names
                gradient, kept = intervention.edit_back(t, name, gradient, backwards, is_state=is_state)
                if kept is not None:
                    d_kept[name] = d_kept.get(name, 0) + kept
            return gradient

        return edit_back, d_kept

    def _edit(self, t: int, state: State, interventions: Sequence[Intervention], backwards: bool) -> Edit:
        before = dict(zip(self.state_names, state, strict=True))

        def edit(name: str, value: Float32Array) -> Float32Array:
            for intervention in interventions:
                value = intervention.edit(t, name, value, before.get(name), backwards)
            return value

        return edit

    @property
    def has_sigmoid_gates(self) -> bool:
        """Whether it has gates, which have an activation of their own."""
        return len(self.blocks) > 1

    @property
    def trace_names(self) -> tuple[str, ...]:
        """Every gate and state, in the order in which a step computes them; the hidden state stands last."""
        return (*self.gate_names, *reversed(self.state_names))

    @property
    def kept_names(self) -> tuple[str, ...]:
        """What the way back needs of a walk: every gate and state, and what went into the activation, where its slope depends on that."""
        return (*self.trace_names, *(f"{name} before" for name in self.activated if not self.activation.by_value))


class WayBack(NamedTuple):
    """Gradients that `Cell.walk_back` finds, time first.

    Args:
        x: of the sequence read, `(time, batch, features)`.
        projected: of `project`'s output, `(time, batch, blocks * units)`.
        states: of each state as the next step and the layer above receive it, `(time, batch, units)`.
    """

    x: Float32Array
    projected: Float32Array
    states: Gates


def over_steps(inputs: Float32Array, d_outputs: Float32Array) -> Float32Array:
    """The gradient of a kernel that all steps share: the sum of their outer products, `(features, width)`."""
    d_kernel: Float32Array = np.tensordot(inputs, d_outputs, axes=((0, 1), (0, 1)))
    return d_kernel


def in_blocks(z: Float32Array, n: int) -> tuple[Float32Array, ...]:
    """The `n` blocks of `units` columns side by side in `z`, as views; `np.split` takes a third of the time of a small step."""
    units = z.shape[-1] // n
    return tuple(z[..., k * units : (k + 1) * units] for k in range(n))
