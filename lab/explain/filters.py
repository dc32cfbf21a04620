"""What a filter of a convolution looks for: the steps it can see, and those that excite it most.

After Zeiler & Fergus 2014 ("Visualizing and understanding convolutional networks"), who look at the patches of the data
that drive a feature map the hardest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lab.data.arrays import Array
from lab.network.layers import Conv1D, Pooling
from lab.network.network import Network


class Field(NamedTuple):
    """The steps of the window that output `t` of a layer depends on: `start + t * jump` to `size` steps further."""

    start: int
    jump: int
    size: int

    def of(self, t: int, window: int) -> slice:
        """Those steps, as far as they lie in the window; the rest is padding."""
        first = self.start + t * self.jump
        return slice(max(first, 0), min(max(first + self.size, 1), window))


@dataclass(frozen=True, eq=False)
class Excited:
    """Where a filter answers the most.

    Args:
        example: which of the examples. `position`: which output of the layer. `value`: its answer there.
        steps: of the window, that it saw.
    """

    example: int
    position: int
    value: float
    steps: slice


def receptive_field(network: Network, name: str) -> Field:
    """What the layer `name` sees (Dumoulin & Visin 2016). ValueError for one that is not in front of the first
    that takes all steps together."""
    start, jump, size, time = 0, 1, 1, network.window
    for layer in network.layers:
        if isinstance(layer, Conv1D):
            reach = (layer.kernel_size - 1) * layer.dilation
            start -= layer.padded(time)[0] * jump
            size += reach * jump
            jump *= layer.stride
        elif isinstance(layer, Pooling):
            size += jump
            jump *= 2
        elif not layer.by_step:
            break
        time = layer.output_shape((time, 1))[0]
        if layer.name == name:
            return Field(start, jump, size)
    raise ValueError(f"`name` must be a layer that sees a part of the window; received {name!r}.")


def most_exciting(network: Network, examples: Array, name: str, unit: int) -> Excited:
    """Of `examples`, `(n, window, features)` scaled, the place where filter `unit` of the layer `name` answers the most."""
    layer = next(layer for layer in network.layers if layer.name == name)
    maps = layer.forward(network.weights[name], network.inputs_of(examples, name))[0][:, :, unit].T
    example, position = np.unravel_index(int(maps.argmax()), maps.shape)
    steps = receptive_field(network, name).of(int(position), examples.shape[1])
    return Excited(int(example), int(position), float(maps[example, position]), steps)
