"""The gradients of a run's network on the run's own data: of one example or a batch, and of the networks of earlier epochs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from lab.data.arrays import Array, FloatArray
from lab.explain.gradient_flow import Way, of_first_layer, reach, ways
from lab.network.network import Network
from lab.runs.run import Run
from lab.runs.snapshots import within

BATCH = 32


@dataclass(frozen=True, eq=False)
class Batch:
    """Examples with their answers.

    Args:
        indices: which; see `Run.window`.
        x: `(n, window, features)` scaled.
        y: `(n, outputs)` scaled, of classes `(n, 1)`; None where not all are known.
    """

    indices: tuple[int, ...]
    x: Array
    y: Array | None


def batch(run: Run, indices: Sequence[int]) -> Batch:
    """These examples. ValueError as `Run.window`."""
    answers = [run.task.answer(index) for index in indices]
    known = all(answer is not None for answer in answers)
    x = np.stack([run.window(index) for index in indices])
    return Batch(tuple(indices), x, np.stack(answers) if known else None)


def spread(run: Run, count: int = BATCH) -> list[int]:
    """So many of the examples whose answers are known, evenly over all of them; fewer where there are fewer."""
    task, last = run.task, run.task.examples - 1
    while last > 0 and task.answer(last) is None:
        last -= 1
    first = next((k for k in range(last + 1) if task.answer(k) is not None), 0)
    return sorted(set(np.linspace(first, last, count).astype(int).tolist()))


def gradient_ways(run: Run, network: Network, of: Batch) -> list[Way]:
    """Where the gradient of the loss goes, or, where no answer is known, that of the first prediction. ValueError as `ways`."""
    return ways(network, of.x, of.y, loss=run.config.training.loss)


@dataclass(frozen=True, eq=False)
class EpochReach:
    """The gradient of an epoch's network, of the state of its first layer.

    Args:
        norms: `(time,)` by distance back from the last step, the median of the batch.
        reach: how far back a hundredth of the largest is left.
        val_loss: of that epoch.
    """

    epoch: int
    norms: FloatArray
    reach: int
    val_loss: float | None


def reach_by_epoch(run: Run, of: Batch, seconds: float = 2.0) -> list[EpochReach]:
    """A row for each epoch whose weights were kept, as many as so many seconds allow, from the first to the last."""
    losses = {event.epoch: event.val_loss for event in run.history().epochs}
    found = []
    for epoch in within(run.snapshots(), seconds):
        norms = of_first_layer(gradient_ways(run, run.network(epoch), of))
        found.append(EpochReach(epoch, norms, reach(norms), losses.get(epoch)))
    return sorted(found, key=lambda row: row.epoch)
