"""The chain of Jacobians of one layer: how its last state answers to the states before it, and along which ways the gradient comes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from lab.data.arrays import Array, FloatArray
from lab.network.layers import Recurrent
from lab.network.network import Network
from lab.network.types import Edit, Float32Array, Gates, State, Weights

MOST_UNITS = 64
ABOVE = "above"  # what comes from the layer above, or the prediction
DIRECT = "direct"  # from the next step along the state itself, past every gate


@dataclass(frozen=True, eq=False)
class Chain:
    """Of one direction of a layer on one window, by distance back from the step that was read last.

    Args:
        values: by state `(time, units)` the singular values of the last hidden state's derivative with respect to that state, largest first.
        along_cell: `(time,)` of cells with a cell state the largest derivative along the cell state alone: the product of forget gates, and
            what the last output gate shows of it; None for others. Beside it stands the largest of `values["cell"]`, along all ways.
    """

    values: Mapping[str, FloatArray]
    along_cell: FloatArray | None


def chain(network: Network, x: Array, layer: int = 0, direction: str = "") -> Chain:
    """Of the window `x`, `(window, features)`.

    Raises:
        ValueError: there is no such layer, or it has more than 64 units.
    """
    recurrent, weights, trace = _traced(network, x[None], layer, direction)
    cell, units, backwards = recurrent.cell, recurrent.units, direction == "backward/"
    if units > MOST_UNITS:
        raise ValueError(f"The chain of Jacobians is found of at most {MOST_UNITS} units; this layer has {units}.")
    # A row of the identity an example: all derivatives of the last state in one walk back.
    copies = {name: np.repeat(values, units, axis=1) for name, values in trace.items()}
    d_hidden = np.zeros((len(trace["hidden"]), units, units), np.float32)
    d_hidden[0 if backwards else -1] = np.eye(units)
    found = cell.walk_back(weights, copies, d_hidden, backwards=backwards).states
    values: dict[str, FloatArray] = {
        name: np.asarray(np.linalg.svd(_by_distance(d, backwards), compute_uv=False)) for name, d in found.items()
    }
    if "cell" not in cell.state_names:
        return Chain(values, None)
    forget, output, kept = (_by_distance(trace[name][:, 0], backwards) for name in ("forget", "output", "cell"))
    shown = output[0] * cell.activation.slope(cell.activation(kept[0]), kept[0])
    along = np.abs(shown * np.cumprod(forget, axis=0)).max(axis=1)
    return Chain(values, np.concatenate([[0.0], along[:-1]]))


@dataclass(frozen=True, eq=False)
class Parts:
    """The gradient of one state, and what it is the sum of.

    Args:
        whole: `(time, n, units)`; of a cell state all that reaches it, through the hidden state of its own step too.
        by_way: the same, by `above`, `direct` and the gates of the next step.
    """

    whole: Float32Array
    by_way: Mapping[str, Float32Array]


def parts(
    network: Network,
    x: Array,
    y: Array | None = None,
    *,
    layer: int = 0,
    direction: str = "",
    loss: str = "",
    output: int = 0,
) -> dict[str, Parts]:
    """By state what reached it from above, along the state itself and through each gate of the next step, by which it came to its own step.

    A gate within another (the reset gate of a GRU acts within its candidate) has what it adds to that one.

    Args:
        x, y, loss, output: as `Network.gradients`.

    Raises:
        ValueError: as there, or there is no such layer.
    """
    recurrent, weights, trace = _traced(network, x, layer, direction)
    cell, backwards = recurrent.cell, direction == "backward/"
    backs = network.gradients(x, y, loss=loss, output=output)
    at = network.layers.index(recurrent)
    totals = {name: backs[at].states[direction + name] for name in cell.state_names}
    above = np.split(backs[at + 1].x, len(recurrent.directions), axis=-1)[recurrent.directions.index(direction)]
    time, n, units = trace["hidden"].shape
    found: dict[str, dict[str, Float32Array]] = {
        name: {way: np.zeros((time, n, units), np.float32) for way in (ABOVE, DIRECT, *_from_outside(cell.gate_names))}
        for name in cell.state_names
    }
    if recurrent.sequences:
        found["hidden"][ABOVE][:] = above
    else:
        found["hidden"][ABOVE][0 if backwards else -1] = above
    for t in range(time):
        came_from = t + 1 if backwards else t - 1
        if not 0 <= came_from < time:
            continue
        before: State = tuple(trace[name][came_from] for name in cell.state_names)
        now = {name: values[t] for name, values in trace.items()}
        d_now = tuple(totals[name][t] for name in cell.state_names)
        so_far: State | None = None
        for k, way in enumerate((DIRECT, *_from_outside(cell.gate_names))):
            open_ones = _from_outside(cell.gate_names)[:k]
            _, d_before = cell.step_back(weights, before, now, d_now, _through(open_ones, cell.gate_names))
            for i, name in enumerate(cell.state_names):
                found[name][way][came_from] = d_before[i] - (0 if so_far is None else so_far[i])
            so_far = d_before
    wholes = dict(totals)
    if "cell" in found:
        ways = {
            way: _into_cell(recurrent, weights, trace, (found["hidden"][way], found["cell"][way]), backwards)
            for way in found["cell"]
        }
        found["cell"] = ways
        wholes["cell"] = _into_cell(recurrent, weights, trace, (totals["hidden"], totals["cell"]), backwards)
    return {name: Parts(wholes[name], found[name]) for name in cell.state_names}


def _into_cell(
    recurrent: Recurrent, weights: Weights, trace: Gates, d: tuple[Float32Array, Float32Array], backwards: bool
) -> Float32Array:
    """`(time, n, units)` the gradient of the cell state within its step, given those of the states that the step hands on."""
    cell, time = recurrent.cell, len(d[0])
    found, nothing = np.zeros_like(d[1]), cell.initial_state(d[0].shape[1], recurrent.units)

    def at(t: int) -> Edit:
        def edit_back(name: str, gradient: Float32Array) -> Float32Array:
            if name == "cell":
                found[t] = gradient
            return gradient

        return edit_back

    for t in range(time):
        came_from = t + 1 if backwards else t - 1
        before = tuple(trace[name][came_from] for name in cell.state_names) if 0 <= came_from < time else nothing
        cell.step_back(weights, before, {name: values[t] for name, values in trace.items()}, (d[0][t], d[1][t]), at(t))
    return found


def _from_outside(gates: tuple[str, ...]) -> tuple[str, ...]:
    """The gates, one that another acts within first."""
    return tuple(sorted(gates, key=lambda name: name != "candidate"))


def _through(open_ones: tuple[str, ...], gates: tuple[str, ...]) -> Edit:
    """Lets the gradient through these gates alone."""

    def edit_back(name: str, gradient: Float32Array) -> Float32Array:
        return np.zeros_like(gradient) if name in gates and name not in open_ones else gradient

    return edit_back


def _by_distance(values: Array, backwards: bool) -> FloatArray:
    ordered: FloatArray = (values if backwards else values[::-1]).astype(np.float64)
    return ordered


def _traced(network: Network, x: Array, layer: int, direction: str) -> tuple[Recurrent, Weights, Gates]:
    """The layer, the weights of its direction, and all that direction keeps of the windows, `(time, n, units)`, by the cell's own names."""
    if not 0 <= layer < len(network.recurrent):
        raise ValueError(f"`layer` must be from 0 to {len(network.recurrent) - 1}; received {layer}.")
    recurrent = network.recurrent[layer]
    own = network.weights[recurrent.name]
    _, trace = recurrent.forward(own, network.inputs_of(x, recurrent.name), traced=True)
    kept = {name: trace[direction + name] for name in recurrent.cell.kept_names}
    return recurrent, recurrent.way(own, direction), kept
