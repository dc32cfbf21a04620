"""From a `ModelConfig` to a stack of layers, with their shapes, weights and costs.

`EXPAND` has a function for each `model.kind`; another kind of network is one more, and its `Kind` in `lab.config.model`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence

from lab.config.model import KINDS, Kind, ModelConfig
from lab.network.layers import (
    BatchNorm,
    Conv1D,
    Dense,
    Dropout,
    Flatten,
    GlobalPooling,
    Layer,
    LayerNorm,
    Pooling,
    Recurrent,
    Shape,
)

Layers = tuple[Layer, ...]


def architecture(model: ModelConfig, outputs: int = 1) -> Layers:
    """The layers that the data go through, first to last: the last is the dense layer `output`, under the head."""
    last = Dense("output", outputs, "linear", model.kernel_initializer)
    return (*EXPAND[model.kind](model), last)


def _recurrent(model: ModelConfig) -> Iterator[Layer]:
    rates = list(model.dropouts)
    yield from _convolutions(model, rates)
    for k, units in enumerate(model.units):
        last = k == len(model.units) - 1
        yield Recurrent(
            f"recurrent{k}", model.cell, units, model.bidirectional, not last, model.activation, model.gate_activation,
            model.recurrent_dropout, model.kernel_initializer, model.recurrent_initializer, model.forget_bias,
        )  # fmt: skip
        yield from _norm(model, f"norm{k}")
        yield from _dropout(f"dropout{k}", rates.pop(0))
    yield from _dense(model, rates)


def _conv1d(model: ModelConfig) -> Iterator[Layer]:
    rates = list(model.dropouts)
    yield from _convolutions(model, rates)
    yield (
        Flatten("flatten") if model.global_pooling == "none" else GlobalPooling("global_pooling", model.global_pooling)
    )
    yield from _dense(model, rates)


def _mlp(model: ModelConfig) -> Iterator[Layer]:
    yield Flatten("flatten")
    yield from _dense(model, list(model.dropouts))


def _linear(model: ModelConfig) -> Iterator[Layer]:  # noqa: ARG001
    yield Flatten("flatten")


def _convolutions(model: ModelConfig, rates: list[float]) -> Iterator[Layer]:
    for k, filters in enumerate(model.filters):
        yield Conv1D(
            f"conv{k}", filters, model.kernel_size, model.stride, model.dilation**k, model.padding,
            model.dense_activation, model.kernel_initializer,
        )  # fmt: skip
        yield from _norm(model, f"conv_norm{k}")
        if model.pooling != "none":
            yield Pooling(f"pooling{k}", model.pooling)
        yield from _dropout(f"conv_dropout{k}", rates.pop(0))


def _dense(model: ModelConfig, rates: list[float]) -> Iterator[Layer]:
    for k, units in enumerate(model.dense):
        yield Dense(f"dense{k}", units, model.dense_activation, model.kernel_initializer)
        yield from _norm(model, f"dense_norm{k}")
        yield from _dropout(f"dense_dropout{k}", rates.pop(0))


def _norm(model: ModelConfig, name: str) -> Iterator[Layer]:
    if model.norm != "none":
        yield (LayerNorm if model.norm == "layer" else BatchNorm)(name)


def _dropout(name: str, rate: float) -> Iterator[Layer]:
    if rate:
        yield Dropout(name, rate)


EXPAND: dict[str, Callable[[ModelConfig], Iterator[Layer]]] = {
    "recurrent": _recurrent, "conv1d": _conv1d, "mlp": _mlp, "linear": _linear,
}  # fmt: skip


def register(name: str, kind: Kind, expand: Callable[[ModelConfig], Iterator[Layer]]) -> None:
    """Make a kind of network known: its settings, and the layers under the output that it makes of them."""
    KINDS[name], EXPAND[name] = kind, expand


def shapes(layers: Sequence[Layer], into: Shape) -> list[Shape]:
    """What one example looks like in front of each layer, and after the last."""
    found = [into]
    for layer in layers:
        found.append(layer.output_shape(found[-1]))
    return found


def products(layers: Sequence[Layer], into: Shape) -> int:
    """Multiplications that one example takes in the matrix products of all layers."""
    return sum(layer.products(front) for layer, front in zip(layers, shapes(layers, into), strict=False))


def weight_shapes(model: ModelConfig, features: int = 1, outputs: int = 1, window: int = 1) -> dict[str, Shape]:
    """The name and shape of every weight, first layer to last: `recurrent0/kernel`, ..., `output/bias`.

    Args:
        window: steps that the network reads; recurrent layers ask for none.
    """
    layers = architecture(model, outputs)
    return {
        f"{layer.name}/{name}": shape
        for layer, into in zip(layers, shapes(layers, (window, features)), strict=False)
        for name, shape in layer.weight_shapes(into).items()
    }


def is_trained(name: str) -> bool:
    """Whether training changes a weight of this name by its gradient; the moving averages of a batch it does not."""
    return not name.rpartition("/")[2].startswith("moving_")


def is_decayed(name: str) -> bool:
    """Whether `model.l2` keeps a weight of this name small: kernels between layers, as Keras's `kernel_regularizer`."""
    return name.rpartition("/")[2] == "kernel"


def count_parameters(model: ModelConfig, features: int = 1, outputs: int = 1, window: int = 1) -> int:
    """How many numbers training may change."""
    found = weight_shapes(model, features, outputs, window)
    return sum(math.prod(shape) for name, shape in found.items() if is_trained(name))


def summary(
    model: ModelConfig, window: int, features: int = 1, outputs: int = 1, *, head: str = "linear"
) -> list[tuple[str, str, int]]:
    """For each layer its name, the shape of its output for one example, and its number of parameters."""
    layers = architecture(model, outputs)
    rows, front = [], shapes(layers, (window, features))
    for layer, into, out in zip(layers, front, front[1:], strict=False):
        label = f"Output ({head})" if layer.name == "output" else layer.label
        if label:
            weights = layer.weight_shapes(into).items()
            shape = f"({out[0]},)" if len(out) == 1 else f"({', '.join(map(str, out))})"
            rows.append((label, shape, sum(math.prod(s) for name, s in weights if is_trained(name))))
    return rows
