"""Undo and redo a cure without training: the gradient of the same weights with a gate held, a kernel rescaled, the way back cut or clipped.

Only the forward and the backward pass are made anew; no weight learns anything. What training would make of it is another question.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lab.config.model import WITH_FORGET_BIAS
from lab.data.arrays import Array, FloatArray
from lab.explain.gradient_flow import of_first_layer, spectrum, ways_of
from lab.network.interventions import Clamp, Cut, Intervention
from lab.network.layers import Backward, Layer, Recurrent
from lab.network.network import Network
from lab.network.types import Weights

KEEPING = {"lstm": "forget", "peephole": "forget", "gru": "update", "gru_reset_before": "update"}
"""The gate that keeps the state, by cell."""


@dataclass(frozen=True)
class Cure:
    """What is changed in every recurrent layer; None for what stays as it is.

    Args:
        keeping: what the gate that keeps the state is held at, 0 to 1.
        forget_bias: what is added to the bias of the forget gate.
        radius: the spectral radius that recurrent kernels are rescaled to.
        activation: another one, a key of `lab.network.activations.ACTIVATIONS`.
        truncate: after how many steps back the gradient is cut.
        clip: the norm that the gradient of all weights together is clipped to.
    """

    keeping: float | None = None
    forget_bias: float | None = None
    radius: float | None = None
    activation: str | None = None
    truncate: int | None = None
    clip: float | None = None


@dataclass(frozen=True, eq=False)
class Compared:
    """Before and after.

    Args:
        before, after: `(time,)` the norm of the gradient of the first layer's state by distance; see `of_first_layer`.
        norm_before, norm_after: of the gradient of all weights, the mean over the examples.
        cosine: between these two gradients; nan where one is zero.
    """

    before: FloatArray
    after: FloatArray
    norm_before: float
    norm_after: float
    cosine: float


def compare(network: Network, x: Array, y: Array | None, cure: Cure, *, loss: str = "") -> Compared:
    """The gradients of the network as it is and with the cure. ValueError as `Network.gradients`."""
    changed, interventions = apply(network, cure, x.shape[1])
    before = network.gradients(x, y, loss=loss, with_weights=True)
    after = changed.gradients(x, y, loss=loss, with_weights=True, interventions=interventions)
    ours, theirs = (_flat(backs) / len(x) for backs in (before, after))
    size, other = float(np.linalg.norm(ours)), float(np.linalg.norm(theirs))
    cosine = float(ours @ theirs) / (size * other) if size > 0 and other > 0 else float("nan")
    if cure.clip is not None:
        other = min(other, cure.clip)
    first, then = of_first_layer(ways_of(network, before)), of_first_layer(ways_of(changed, after))
    return Compared(first, then, size, other, cosine)


def apply(network: Network, cure: Cure, window: int) -> tuple[Network, list[Intervention]]:
    """The network with other layers and weights, and what happens to it while it reads so many steps."""
    layers: list[Layer] = []
    weights: dict[str, Weights] = dict(network.weights)
    interventions: list[Intervention] = []
    recurrent = 0
    for layer in network.layers:
        if isinstance(layer, Recurrent):
            weights[layer.name] = _weights(network, layer, recurrent, cure)
            if cure.keeping is not None and layer.cell_name in KEEPING:
                interventions.append(Clamp(recurrent, KEEPING[layer.cell_name], cure.keeping))
            if cure.truncate is not None and cure.truncate < window:
                if layer.bidirectional:
                    raise ValueError(
                        "The way back is cut in networks that read in one direction; this one reads in both."
                    )
                interventions.append(Cut(recurrent, window - cure.truncate))
            layer = replace(layer, activation=cure.activation or layer.activation)
            recurrent += 1
        layers.append(layer)
    return replace(network, layers=tuple(layers), weights=weights), interventions


def _weights(network: Network, layer: Recurrent, k: int, cure: Cure) -> Weights:
    own = dict(network.weights[layer.name])
    for way in layer.directions:
        if cure.radius is not None and (radius := spectrum(network, k, way).radius) > 0:
            own[f"{way}recurrent_kernel"] = (own[f"{way}recurrent_kernel"] * (cure.radius / radius)).astype(np.float32)
        if cure.forget_bias is not None and layer.cell_name in WITH_FORGET_BIAS:
            bias, block = own[f"{way}bias"].copy(), layer.cell.blocks.index("forget")
            bias[block * layer.units : (block + 1) * layer.units] += np.float32(cure.forget_bias)
            own[f"{way}bias"] = bias
    return own


def _flat(backs: tuple[Backward, ...]) -> FloatArray:
    parts = [back.weights[name].ravel() for back in backs for name in sorted(back.weights)]
    return np.concatenate(parts).astype(np.float64)
