"""Where the gradient goes: how much of it reaches each step of the past, along which way, and what an eigenvalue would have predicted.

Backpropagation through time multiplies the gradient by one Jacobian a step; where these shrink it vanishes, where they stretch it
explodes (Hochreiter 1991; Bengio, Simard & Frasconi 1994; Pascanu, Mikolov & Bengio 2013). All of it is computed on the network's own
weights and data.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lab.data.arrays import Array, FloatArray
from lab.network.interventions import Intervention
from lab.network.layers import Backward, Recurrent
from lab.network.network import Network
from lab.network.types import Float32Array

NOTHING = 0.01  # of the largest norm: less than that is as good as nothing


@dataclass(frozen=True, eq=False)
class Way:
    """The gradient of one state of one direction of a recurrent layer.

    Args:
        layer: counted from 0.
        direction: empty, or `forward/` or `backward/` of a bidirectional layer.
        state: `hidden` or `cell`.
        gradient: `(time, n, units)` of the state of every step, as the next step and the layer above receive it.
    """

    layer: int
    direction: str
    state: str
    gradient: Float32Array

    @property
    def label(self) -> str:
        """`layer 2, hidden state`."""
        way = f", {self.direction[:-1]}" if self.direction else ""
        return f"layer {self.layer + 1}{way}, {self.state} state"

    @property
    def by_distance(self) -> FloatArray:
        """`(time, n)` the norm at each distance back from the step that was read last."""
        norms: FloatArray = np.linalg.norm(self.gradient.astype(np.float64), axis=-1)
        return norms if self.direction == "backward/" else norms[::-1]


def reach(norms: FloatArray) -> int:
    """How far back `(time,)` norms by distance stay above a hundredth of the largest: one more than the last such distance; 0 for zeros."""
    there = np.flatnonzero(norms >= NOTHING * norms.max()) if norms.max() > 0 else np.zeros(0, np.int64)
    return int(there[-1]) + 1 if len(there) else 0


def of_first_layer(found: Sequence[Way]) -> FloatArray:
    """`(time,)` by distance the norm of the gradient of the first layer's whole state, hidden and cell together: the median of the examples.

    Of a bidirectional layer the half that reads forwards.
    """
    first = [way for way in found if (way.layer, way.direction) == (found[0].layer, found[0].direction)]
    norms: FloatArray = np.sqrt(sum(way.by_distance**2 for way in first))
    return np.median(norms, axis=1)


def ways(
    network: Network,
    x: Array,
    y: Array | None = None,
    *,
    loss: str = "",
    output: int = 0,
    interventions: Sequence[Intervention] = (),
) -> list[Way]:
    """Every state of every recurrent layer, first layer first.

    Args:
        x: `(n, window, features)` scaled.
        y: what is true: the gradient of the loss, each example's own; without it that of the prediction `output`.

    Raises:
        ValueError: the network has no recurrent layer, or as `Network.gradients`.
    """
    if not network.recurrent:
        raise ValueError("A gradient through time needs a recurrent layer, and this network has none.")
    return ways_of(network, network.gradients(x, y, loss=loss, output=output, interventions=interventions))


def ways_of(network: Network, backs: Sequence[Backward]) -> list[Way]:
    """The same, of what `Network.gradients` has found."""
    found = [back for layer, back in zip(network.layers, backs, strict=True) if isinstance(layer, Recurrent)]
    return [
        Way(k, direction, state, back.states[direction + state])
        for k, (layer, back) in enumerate(zip(network.recurrent, found, strict=True))
        for direction in layer.directions
        for state in layer.cell.state_names
    ]


@dataclass(frozen=True)
class Spectrum:
    """The recurrent kernel that leads a state into the next: of gated cells that of the candidate.

    Args:
        radius: its largest eigenvalue's size: a linear network would multiply the gradient by about that at each step, in the long run.
        stretch: its largest singular value: no step multiplies a gradient by more than that times the activation's largest slope.
        slope: that slope.
    """

    radius: float
    stretch: float
    slope: float


LARGEST_SLOPE = {"sigmoid": 0.25, "gelu": 1.129}  # of every other activation it is 1


def spectrum(network: Network, layer: int, direction: str = "") -> Spectrum:
    """Of one layer. ValueError where there is none of this number."""
    if not 0 <= layer < len(network.recurrent):
        raise ValueError(f"`layer` must be from 0 to {len(network.recurrent) - 1}; received {layer}.")
    recurrent = network.recurrent[layer]
    kernel = recurrent.way(network.weights[recurrent.name], direction)["recurrent_kernel"].astype(np.float64)
    block = recurrent.cell.blocks.index("candidate") if "candidate" in recurrent.cell.blocks else 0
    square = kernel[:, block * recurrent.units :][:, : recurrent.units]
    return Spectrum(
        float(np.abs(np.linalg.eigvals(square)).max()),
        float(np.linalg.svd(square, compute_uv=False)[0]),
        LARGEST_SLOPE.get(recurrent.activation, 1.0),
    )


def in_words(found: Sequence[Way]) -> str:
    """How far the gradient of the first layer's state reaches: the layer that reads the data."""
    norms = of_first_layer(found)
    time, far = len(norms), reach(norms)
    if not norms.max() > 0:
        return "There is no gradient at all: the prediction does not depend on what is read, or is exactly right."
    if far < time:
        after = f"after {far} step{'s' if far != 1 else ''}"
        return f"It vanishes: {after} back less than 1% is left, so that the first {time - far} of {time} steps teach the network next to nothing."
    ratio = norms[-1] / norms[0] if norms[0] > 0 else np.inf
    if ratio > 10:
        return f"It explodes: at the first of {time} steps it is {ratio:.3g} times what it is at the last."
    return (
        f"It reaches all the way: at the first of {time} steps {norms[-1] / norms.max():.0%} of the largest is there."
    )
