"""Layers, one file a family, each with the way forward and the way back; `LAYERS` has them by their `kind`.

A new layer is a `Layer` of its own and one line here, and one for its Keras layer in `lab.engine.models`.
"""

from lab.network.layers.base import Backward, Layer, Shape
from lab.network.layers.conv1d import Conv1D
from lab.network.layers.dense import Dense
from lab.network.layers.norm import BatchNorm, LayerNorm
from lab.network.layers.pooling import Dropout, Flatten, GlobalPooling, Pooling
from lab.network.layers.recurrent import Recurrent

LAYERS: dict[str, type[Layer]] = {
    layer.kind: layer
    for layer in (Recurrent, Conv1D, Dense, Pooling, GlobalPooling, Flatten, Dropout, LayerNorm, BatchNorm)
}

__all__ = [
    "LAYERS", "Backward", "BatchNorm", "Conv1D", "Dense", "Dropout", "Flatten", "GlobalPooling", "Layer", "LayerNorm", "Pooling",
    "Recurrent", "Shape",
]  # fmt: skip
