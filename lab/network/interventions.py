"""What a person may do to a layer while it runs: hold a gate, silence a unit, freeze or reset the state.

Ablation as a test of what a unit is for: Bau et al. 2017 ("Network dissection"), Lakretz et al. 2019 ("The emergence of
number and syntax units in LSTM language models"). Everything computed later, the prediction among it, answers.
"""

# ruff: noqa: ARG002  (an intervention looks at those arguments of a hook that it needs)
from __future__ import annotations

import math
from abc import ABC
from collections.abc import Iterable
from dataclasses import KW_ONLY, dataclass

import numpy as np
from numpy.typing import ArrayLike

from lab.network.types import Float32Array


@dataclass(frozen=True)
class Intervention(ABC):
    """One change to one layer. It has two hooks: `enter`, before a step, and `edit`, on each value within it.

    Args:
        layer: the recurrent layer, counted from 0.
        units: the units it touches; None touches all.
    """

    layer: int
    _: KW_ONLY
    units: tuple[int, ...] | None = None

    def enter(self, t: int, state: Float32Array) -> Float32Array:
        """What a state, `(batch, units)`, becomes before step `t` reads it."""
        return state

    def edit(
        self, t: int, name: str, value: Float32Array, before: Float32Array | None, backwards: bool
    ) -> Float32Array:
        """What the gate or state `name`, `(batch, units)`, becomes right after step `t` has computed it.

        Args:
            before: the same state as the step found it; None where `name` is no state.
            backwards: whether the layer reads time backwards, as one half of a bidirectional layer does.
        """
        return value

    def enter_back(self, t: int, gradient: Float32Array) -> Float32Array:
        """The gradient before `enter`, given the one behind it.

        Both hooks act on each number by itself, and as a straight line: what they keep is multiplied by 1, what they
        replace by 0. So what a hook makes of a gradient, less what it makes of nothing, is the gradient before it.
        """
        change: Float32Array = self.enter(t, gradient) - self.enter(t, np.zeros_like(gradient))
        return change

    def edit_back(
        self, t: int, name: str, gradient: Float32Array, backwards: bool, *, is_state: bool
    ) -> tuple[Float32Array, Float32Array | None]:
        """The gradients of `value` and, for a state, of `before`, given the one behind `edit`; see `enter_back`."""
        none = np.zeros_like(gradient)
        rest = none if is_state else None
        constant = self.edit(t, name, none, rest, backwards)
        of_value: Float32Array = self.edit(t, name, gradient, rest, backwards) - constant
        return of_value, self.edit(t, name, none, gradient, backwards) - constant if is_state else None

    def _put(self, new: ArrayLike, value: Float32Array) -> Float32Array:
        """`value` with `new` in the columns of the units touched."""
        touched = slice(None) if self.units is None else list(self.units)
        value = value.copy()
        value[:, touched] = np.broadcast_to(new, value.shape)[:, touched]
        return value

    def check(self, window: int, units: int, names: Iterable[str]) -> None:
        """ValueError, one sentence, where it does not fit a layer of so many units and these gates and states."""
        _require_indices("units", self.units, units)


@dataclass(frozen=True)
class Clamp(Intervention):
    """Hold a gate, a candidate or a state at `value`.

    Args:
        gate: a gate or state of the layer, for example `forget`; of a bidirectional layer that is the gate of both
            directions, and `forward/forget` or `backward/forget` that of one.
        value: what it is held at, usually within the gate's range, 0 to 1 (the candidate's, -1 to 1).
        steps: the time steps of the window, from 0; None for all.
    """

    gate: str
    value: float
    _: KW_ONLY
    steps: tuple[int, ...] | None = None

    def edit(
        self, t: int, name: str, value: Float32Array, before: Float32Array | None, backwards: bool
    ) -> Float32Array:
        names = (name, f"{'backward' if backwards else 'forward'}/{name}")
        held = self.gate in names and (self.steps is None or t in self.steps)
        return self._put(self.value, value) if held else value

    def check(self, window: int, units: int, names: Iterable[str]) -> None:
        super().check(window, units, names)
        _require_indices("steps", self.steps, window)
        if self.gate not in names:
            raise ValueError(f"`gate` must be one of {', '.join(names)}; received {self.gate!r}.")
        if not math.isfinite(self.value):
            raise ValueError(f"`value` must be a finite number; received {self.value!r}.")


@dataclass(frozen=True)
class Ablate(Intervention):
    """Silence units: their hidden state is 0, and the next step and the next layer hear nothing of them.

    Args:
        steps: the time steps of the window, from 0; None for all.
    """

    _: KW_ONLY
    steps: tuple[int, ...] | None = None

    def edit(
        self, t: int, name: str, value: Float32Array, before: Float32Array | None, backwards: bool
    ) -> Float32Array:
        silent = name == "hidden" and (self.steps is None or t in self.steps)
        return self._put(0, value) if silent else value

    def check(self, window: int, units: int, names: Iterable[str]) -> None:
        super().check(window, units, names)
        _require_indices("steps", self.steps, window)


@dataclass(frozen=True)
class Freeze(Intervention):
    """From step `start` on, units keep the state (hidden and cell) that they had before it.

    Where time is read backwards that is down to the first step of the window; elsewhere, up to the last.
    """

    start: int

    def edit(
        self, t: int, name: str, value: Float32Array, before: Float32Array | None, backwards: bool
    ) -> Float32Array:
        reached = t <= self.start if backwards else t >= self.start
        return value if before is None or not reached else self._put(before, value)

    def check(self, window: int, units: int, names: Iterable[str]) -> None:
        super().check(window, units, names)
        _require_indices("start", (self.start,), window)


@dataclass(frozen=True)
class Reset(Intervention):
    """Units begin anew at `step`: it reads a state of zeros, as the first step does."""

    step: int

    def enter(self, t: int, state: Float32Array) -> Float32Array:
        return self._put(0, state) if t == self.step else state

    def check(self, window: int, units: int, names: Iterable[str]) -> None:
        super().check(window, units, names)
        _require_indices("step", (self.step,), window)


@dataclass(frozen=True)
class Cut(Intervention):
    """The state goes on as ever, and the gradient is cut: nothing of it passes from `step` to the step before it (truncated
    backpropagation through time, Williams & Peng 1990). No prediction changes, only the way back."""

    step: int

    def enter_back(self, t: int, gradient: Float32Array) -> Float32Array:
        return self._put(0, gradient) if t == self.step else gradient

    def check(self, window: int, units: int, names: Iterable[str]) -> None:
        super().check(window, units, names)
        _require_indices("step", (self.step,), window)


def _require_indices(name: str, indices: tuple[int, ...] | None, count: int) -> None:
    for index in indices or ():
        if not 0 <= index < count:
            raise ValueError(f"`{name}` must be from 0 to {count - 1}; received {index}.")
