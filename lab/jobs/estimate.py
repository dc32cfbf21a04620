"""How long a run will take, estimated before it starts."""

from __future__ import annotations

import math
from collections.abc import Iterable
from statistics import median

from lab.config.model import ModelConfig
from lab.config.run import RunConfig
from lab.network.architecture import architecture, products, shapes, weight_shapes
from lab.network.layers import Layer, Recurrent, Shape
from lab.runs.run import Run

# Measured on two cores: what a step through time costs whatever its size, and how fast the matrix products run.
SECONDS_A_STEP = 3e-5
FLOPS = 1.1e11


def flops_a_window(model: ModelConfig, window: int, features: int = 1, outputs: int = 1) -> int:
    """Floating-point operations to train on one window: two a product, forward once and backward twice."""
    return 6 * products(architecture(model, outputs), (window, features))


def _layers(model: ModelConfig, window: int, features: int, outputs: int) -> list[tuple[Layer, Shape]]:
    """The layers of a network, each with what one example looks like in front of it."""
    layers = architecture(model, outputs)
    return list(zip(layers, shapes(layers, (window, features)), strict=False))


def seconds_an_epoch(config: RunConfig, length: int) -> float:
    """What an epoch of training takes on the machine that the constants were measured on."""
    windows = config.task.training_examples(config, length)
    steps = -(-windows // min(config.training.batch_size, max(windows, 1)))
    network = config.model, config.window.size, config.task.features(config), config.task.head(config).units
    layers = _layers(*network)
    # A recurrent layer waits for each step through time; without one, each layer is a step.
    turns = sum(into[0] * len(layer.directions) for layer, into in layers if isinstance(layer, Recurrent)) or len(
        layers
    )
    return steps * turns * SECONDS_A_STEP + windows * flops_a_window(*network) / FLOPS


def memory_bytes(config: RunConfig, length: int) -> int:
    """About what a training needs at its peak, TensorFlow itself (0.7 GiB) apart, for a series of `length` steps.

    The weights, seven times: with gradients, Adam's two slots, the best so far, a checkpoint and its copy. All windows,
    twice. And what a gradient step keeps of its batch: of recurrent layers at every step five arrays as wide as all gates.
    """
    model, window = config.model, config.window.size
    features, outputs = config.task.features(config), config.task.head(config).units
    weights = sum(math.prod(shape) for shape in weight_shapes(model, features, outputs, window).values())
    windows = config.task.training_examples(config, length)
    kept = sum(layer.kept(into) for layer, into in _layers(model, window, features, outputs))
    batch = min(config.training.batch_size, max(windows, 1))
    return 4 * (7 * weights + 2 * windows * window * features + batch * kept)


def memory_limit(workers: int) -> int:
    """Bytes that each of so many workers of the app's own pool may use before it is ended."""
    from distributed.system import MEMORY_LIMIT

    return int(MEMORY_LIMIT * 0.8 / workers)


def pace(runs: Iterable[Run], at_most: int = 5) -> float:
    """How much slower (above 1) this machine is than the constants say, by its own latest runs; 1 without any."""
    found: list[float] = []
    for run in runs:
        if run.is_sample or len(found) == at_most:
            continue
        summary = run.summary()
        if summary.seconds is not None:  # of images the steps tell how many, to a batch
            length = summary.length or summary.steps * run.config.training.batch_size
            found.append(summary.seconds / seconds_an_epoch(run.config, length))
    return median(found) if found else 1.0
