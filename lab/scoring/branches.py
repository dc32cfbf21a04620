"""Many paths from one origin, each disturbed by chance on its way: they share their past, so it is read once for all of them."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from lab.data.arrays import Array, FloatArray
from lab.data.prepared import Prepared
from lab.network.layers import Dropout, Recurrent
from lab.network.network import Network
from lab.network.types import Float32Array
from lab.scoring.forecaster import NOTHING, Others, feeds, rows_from

TOGETHER = 2000  # paths that go on side by side: larger products are no faster, and leave the processor's cache
# Floating-point operations of a matrix product that take as long as the gates of one recurrent unit at one step (20 ns).
GATES = 800


def branches(
    prepared: Prepared,
    network: Network,
    origins: Array,
    draws: int,
    steps: int,
    *,
    direct: bool = False,
    others: Others = "held",
    draw: Callable[[Float32Array], Array] | None = None,
) -> FloatArray:
    """`(origins, draws, steps, targets)` paths, in the targets' units.

    At step s a window holds s values of the path and, before them, true ones, which are the same on all paths from an origin. A
    causal network reads those once for each origin, and its state there is where all paths go on: of the first `window` steps less
    than half of the work is left. Dropout below a recurrent layer draws masks on the true values too, so there every path reads all.

    Args:
        draw: what becomes of outputs `(count, outputs)` before they are fed back: scaled values, `(count, steps, targets)` of at least a
            block. Without it they are the predictions themselves.
    """
    window, targets = prepared.window.size, len(prepared.target_names)
    block = prepared.window.horizon if direct else 1
    rows = rows_from(prepared, network, origins, steps, others)
    paths = np.empty((len(origins), draws, steps, targets), np.float32)
    together = max(1, TOGETHER // draws)
    for first in range(0, len(origins), together):
        past, ours = rows[first : first + together, :window], paths[first : first + together]
        ahead = np.repeat(rows[first : first + together, window:], draws, axis=0)
        for at in range(0, steps, block):
            length = min(block, steps - at)
            outputs = _predict(network, past, ahead, at, draws)
            if draw is not None:
                outputs = draw(outputs).astype(np.float32)
            outputs = outputs.reshape(len(ahead), -1, targets)[:, :length]
            outputs = np.where(np.abs(outputs) < NOTHING, 0, outputs)
            ours[:, :, at : at + length] = outputs.reshape(len(past), draws, length, targets)
            for k, feature in feeds(prepared):
                ahead[:, at : at + length, feature] = outputs[:, :, k]
    flat = paths.reshape(len(origins) * draws, -1)
    return prepared.in_units(flat, np.repeat(origins, draws)).reshape(paths.shape)


def operations(network: Network, window: int, steps: int, block: int = 1, *, branched: bool = True) -> int:
    """About how many floating-point operations one path of so many steps takes, its gates among them.

    Args:
        branched: it is one of `branches`; else it reads its past alone.
    """
    units = sum(layer.units * (2 if layer.bidirectional else 1) for layer in network.recurrent)
    shared = branched and shares_past(network)
    read = sum(max(1, min(at, window)) if shared else window for at in range(0, steps, block))
    return read * (2 * network.parameters + GATES * units)


def shares_past(network: Network) -> bool:
    """Whether the state after the true values is the same on all paths from an origin."""
    active = [isinstance(layer, Dropout) and layer.noise is not None for layer in network.layers]
    last = max((k for k, layer in enumerate(network.layers) if isinstance(layer, Recurrent)), default=0)
    return network.is_causal and not any(active[:last])


def _predict(network: Network, past: Float32Array, ahead: Float32Array, at: int, draws: int) -> Float32Array:
    """The outputs `(origins * draws, outputs)` for the windows that end before step `at` of each path."""
    known, drawn = past[:, at:], ahead[:, max(0, at - past.shape[1]) : at]
    if not shares_past(network):
        known = np.repeat(known, draws, axis=0)
    if not network.is_causal:
        return network.predict(np.concatenate([known, drawn], axis=1))
    # Step by step, which for so many rows is faster than whole windows at once.
    states = network.initial_states(len(known))
    for t in range(known.shape[1]):
        states = network.advance(known[:, t], states)
    if len(states[0][0]) < len(ahead):
        states = [tuple(np.repeat(array, draws, axis=0) for array in state) for state in states]
    for t in range(drawn.shape[1]):
        states = network.advance(drawn[:, t], states)
    return network.read_out(states[-1][0])
