"""What every layer has in common: shapes, a forward pass, and the chain rule backwards.

A layer is a frozen description without weights; `lab.network.architecture` makes a stack of them from a config, and
`lab.network.network` hands each its weights. Sequences are arrays `(time, batch, features)`, time first; after the end of
the sequence they are `(batch, features)`. Weights have the names, shapes and order of the Keras layer.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from lab.network.interventions import Intervention
from lab.network.types import Float32Array, Gates, Weights

Shape = tuple[int, ...]
"""Of one example: `(time, features)`, or `(features,)`."""


@dataclass(frozen=True, eq=False)
class Backward:
    """Gradients that a layer passes down, and its own.

    Args:
        x: of what it read.
        weights: of each weight by its name; empty where none were asked for.
        states: of a recurrent layer's states at every step, `(time, batch, units)`, as the next step and the layer above
            receive them; empty for any other layer.
    """

    x: Float32Array
    weights: Gates = field(default_factory=dict)
    states: Gates = field(default_factory=dict)


@dataclass(frozen=True)
class Layer(ABC):
    """One layer.

    Args:
        name: what its weights are filed under, as in Keras.
    """

    name: str

    kind: ClassVar[str]
    """The key in `lab.network.layers.LAYERS`."""
    by_step: ClassVar[bool] = False
    """Whether each step of a sequence goes through it without a look at any other."""

    @property
    def label(self) -> str:
        """What a table of layers calls it; empty where it is not listed."""
        return ""

    def weight_shapes(self, into: Shape) -> dict[str, Shape]:  # noqa: ARG002
        """The shape of every weight, in Keras's order, given what one example looks like."""
        return {}

    @abstractmethod
    def output_shape(self, into: Shape) -> Shape:
        """What one example looks like afterwards."""

    def products(self, into: Shape) -> int:
        """Multiplications that one example takes in its matrix products."""
        return sum(math.prod(shape) for name, shape in self.weight_shapes(into).items() if name.endswith("kernel"))

    def largest(self, into: Shape) -> int:
        """Numbers in the largest array that one example takes on the way."""
        return math.prod(self.output_shape(into))

    def kept(self, into: Shape) -> int:
        """Numbers that training keeps of one example for the way back."""
        return 2 * self.largest(into)

    @abstractmethod
    def forward(
        self, weights: Weights, x: Float32Array, interventions: Sequence[Intervention] = (), *, traced: bool = False
    ) -> tuple[Float32Array, Gates]:
        """What it makes of `x`, and its trace.

        Args:
            interventions: on a recurrent layer.
            traced: whether to keep what `backward` needs, and what there is to see; without it the trace is empty.
        """

    @abstractmethod
    def backward(
        self,
        weights: Weights,
        trace: Gates,
        d_output: Float32Array,
        interventions: Sequence[Intervention] = (),
        *,
        with_weights: bool = False,
    ) -> Backward:
        """The gradients, given the trace of `forward` and the gradient of what it returned.

        Args:
            with_weights: whether to find those of the weights, of a pass without interventions.
        """


@dataclass(frozen=True)
class Plain(Layer):
    """A layer that no intervention touches: `run` and `run_back` are all there is to it."""

    def forward(
        self,
        weights: Weights,
        x: Float32Array,
        interventions: Sequence[Intervention] = (),  # noqa: ARG002
        *,
        traced: bool = False,
    ) -> tuple[Float32Array, Gates]:
        output, trace = self.run(weights, x)
        return output, trace | {"output": output} if traced else {}

    def backward(
        self,
        weights: Weights,
        trace: Gates,
        d_output: Float32Array,
        interventions: Sequence[Intervention] = (),  # noqa: ARG002
        *,
        with_weights: bool = False,
    ) -> Backward:
        d_x, d_weights = self.run_back(weights, trace, d_output)
        return Backward(d_x, d_weights if with_weights else {})

    @abstractmethod
    def run(self, weights: Weights, x: Float32Array) -> tuple[Float32Array, Gates]:
        """What it makes of `x`, and what `run_back` needs to know beside that."""

    @abstractmethod
    def run_back(self, weights: Weights, trace: Gates, d_output: Float32Array) -> tuple[Float32Array, Gates]:
        """The gradients of `x` and of each weight, given `run`'s trace with its `output`."""
