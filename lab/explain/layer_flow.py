"""The gradient through the layers of a stack, and the units that let none of it pass: dead ones, and saturated ones.

A unit whose activation is flat where its input lies multiplies the gradient by nearly nothing (Glorot & Bengio 2010); one that is flat for
every example learns no more ("dead", of ReLU).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lab.data.arrays import Array, FloatArray
from lab.network.activations import ACTIVATIONS
from lab.network.layers import Conv1D, Dense, Recurrent
from lab.network.network import Network

FLAT = 0.05  # a slope under which an activation is as good as flat


@dataclass(frozen=True, eq=False)
class LayerFlow:
    """One layer, of a batch.

    Args:
        name, label: what its weights are filed under, and what a table calls it.
        norm: of the gradient of the loss with respect to what it hands on, the median of the examples.
        weights: norm of the gradient of its weights, the mean over the examples.
        activation: its own; empty for layers without one.
        inside: values in front of the activation, at most 20,000 of them; empty of recurrent layers.
        saturated: share of units and examples (and steps) whose activation is flat.
        dead: share of units that are flat for every example.
    """

    name: str
    label: str
    norm: float
    weights: float
    activation: str
    inside: FloatArray
    saturated: float
    dead: float


def layer_flow(network: Network, x: Array, y: Array | None = None, *, loss: str = "") -> list[LayerFlow]:
    """Every layer that has weights or an activation, from the input up. ValueError as `Network.gradients`."""
    backs = network.gradients(x, y, loss=loss, with_weights=True)
    found = []
    for k, layer in enumerate(network.layers[:-1]):
        if not isinstance(layer, Recurrent | Dense | Conv1D):
            continue
        handed = backs[k + 1].x  # (time, n, width) or (n, width)
        examples = handed.swapaxes(0, 1) if handed.ndim == 3 else handed
        norm = float(np.median(np.linalg.norm(examples.reshape(len(x), -1).astype(np.float64), axis=1)))
        weights = np.sqrt(sum(float((w.astype(np.float64) ** 2).sum()) for w in backs[k].weights.values())) / len(x)
        inside, flat = _inside(network, layer, x)
        found.append(
            LayerFlow(
                layer.name, layer.label, norm, float(weights), layer.activation, _thin(inside),
                float(flat.mean()), float(flat.reshape(-1, flat.shape[-1]).all(axis=0).mean()),
            )
        )  # fmt: skip
    return found


def _inside(network: Network, layer: Recurrent | Dense | Conv1D, x: Array) -> tuple[FloatArray, Array]:
    """What goes into the activation, `(..., units)`, and where that is flat; of recurrent layers, that of the candidate or the state."""
    read, own = network.inputs_of(x, layer.name), network.weights[layer.name]
    if isinstance(layer, Recurrent):
        _, trace = layer.forward(own, read, traced=True)
        name = layer.directions[0] + layer.cell.activated[0]
        slope = layer.cell.activation.slope(trace[name], trace.get(f"{name} before"))
        return np.zeros(0), np.abs(slope) < FLAT
    z = replace(layer, activation="linear").forward(own, read)[0]
    activation = ACTIVATIONS[layer.activation]
    return z.astype(np.float64), np.abs(activation.slope(activation(z), z)) < FLAT


def _thin(values: FloatArray) -> FloatArray:
    flat = values.ravel()
    return flat[:: max(1, len(flat) // 20_000)]


def in_words(found: list[LayerFlow]) -> str:
    """How much of the gradient at the top reaches the bottom, and the layer with most flat units."""
    if not found:
        return "There is no layer under the output, so the gradient has no way to lose itself on."
    top, bottom = found[-1], found[0]
    text = ""
    if len(found) > 1 and top.norm > 0:
        ratio = bottom.norm / top.norm
        fate = "shrinks to" if ratio < 0.5 else "grows to" if ratio > 2 else "arrives as"
        text = f"From the top layer to the bottom one the gradient {fate} {ratio:.2g} times its size. "
    worst = max(found, key=lambda flow: flow.saturated)
    if worst.saturated > 0.01:
        text += f"{worst.label}: {worst.saturated:.0%} of its values lie where the activation is flat"
        text += f", and {worst.dead:.0%} of its units are dead: flat for every example." if worst.dead > 0 else "."
    else:
        text += "Hardly any unit is saturated."
    return text.strip()
