"""How long a run will take, said before it starts."""

from __future__ import annotations

import math
from collections.abc import Iterable
from statistics import median

from lab.config.model import ModelConfig
from lab.config.run import RunConfig
from lab.network.cells import CELLS
from lab.network.network import weight_shapes
from lab.runs.run import Run

# Measured on two cores: what a step through time costs whatever its size, and how fast the matrix products run.
SECONDS_A_STEP = 3e-5
FLOPS = 1.1e11


def flops_a_window(model: ModelConfig, window: int, features: int = 1, outputs: int = 1) -> int:
    """Floating-point operations to train on one window: two a product, forward once and backward twice."""
    products = sum(
        math.prod(shape) * (window if name.startswith("recurrent") else 1)
        for name, shape in weight_shapes(model, features, outputs).items()
        if name.endswith("kernel")  # biases and peepholes cost next to nothing
    )
    return 6 * products


def seconds_an_epoch(config: RunConfig, length: int) -> float:
    """What an epoch of training takes on the machine that the constants were measured on."""
    windows = config.task.training_examples(config, length)
    steps = -(-windows // min(config.training.batch_size, max(windows, 1)))
    layers = len(config.model.units) * (2 if config.model.bidirectional else 1)
    waiting = steps * config.window.size * layers * SECONDS_A_STEP
    features, outputs = config.task.features(config), config.task.head(config).outputs
    return waiting + windows * flops_a_window(config.model, config.window.size, features, outputs) / FLOPS


def memory_bytes(config: RunConfig, length: int) -> int:
    """About what a training needs at its peak, TensorFlow itself (0.7 GiB) apart, for a series of `length` steps.

    The weights, seven times: with gradients, Adam's two slots, the best so far, a checkpoint and its copy. All windows,
    twice. And what a gradient step keeps of every time step of its batch, five arrays as wide as all gates.
    """
    model, window = config.model, config.window.size
    features, outputs = config.task.features(config), config.task.head(config).outputs
    weights = sum(math.prod(shape) for shape in weight_shapes(model, features, outputs).values())
    windows = config.task.training_examples(config, length)
    width = len(CELLS[model.cell].blocks) * sum(model.units) * (2 if model.bidirectional else 1)
    batch = min(config.training.batch_size, max(windows, 1))
    return 4 * (7 * weights + 2 * windows * window * features + 5 * batch * window * width)


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
