"""Recursive against direct: how the error grows along a path, and how much of that is the network's own feedback.

A recursive forecast reads its own predictions. So each step adds an error of its own, and what the steps before erred comes back through the
inputs, damped or magnified (Ben Taieb, Hyndman & Bontempi 2012). The first is the one-step error; the second is measured here by an
error that is put into the first prediction and followed along the path. A direct forecast has the second only where it goes on in blocks.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lab.data.arrays import Array, FloatArray
from lab.data.prepared import Prepared
from lab.network.network import Network
from lab.scoring.forecaster import Others, paths_from
from lab.scoring.intervals import spread_over, truth_at

NUDGE = 0.1  # scaled units


@dataclass(frozen=True, eq=False)
class Growth:
    """Over origins of the test part, of one target, by step ahead.

    Args:
        recursive, naive: `(steps,)` mean absolute errors in its units, of the network and of the previous value, held.
        direct: the same of the direct forecast; None for a network of one step.
        feedback: `(steps,)` what is left of an error in the first prediction, 1 at first.
        origins: how many.
    """

    recursive: FloatArray
    naive: FloatArray
    direct: FloatArray | None
    feedback: FloatArray
    origins: int


def error_growth(
    prepared: Prepared, network: Network, steps: int, target: int = 0, *, most: int = 200, others: Others = "held"
) -> Growth:
    """As far as `steps` ahead, from at most so many origins.

    Raises:
        ValueError: the test part is shorter than `steps`.
    """
    start, stop = prepared.split.bounds("test")
    origins = spread_over(prepared, "test", most)
    origins = origins[origins + steps <= stop]
    if len(origins) == 0:
        raise ValueError(f"`steps` must be at most {stop - start}, the length of the test part; received {steps}.")
    truth = truth_at(prepared, "test", origins, steps)[:, :, target]

    def error(path: FloatArray) -> FloatArray:
        found: FloatArray = np.abs(path - truth).mean(axis=0)
        return found

    recursive = paths_from(prepared, network, origins, steps, others=others)[:, :, target]
    nudged = paths_from(prepared, network, origins, steps, others=others, noise=_Nudge(len(prepared.target_names)))[
        :, :, target
    ]
    moved = np.abs(nudged - recursive).mean(axis=0)
    last = prepared.targets[origins - 1, target, None]
    direct = None
    if prepared.window.horizon > 1:
        direct = error(paths_from(prepared, network, origins, steps, direct=True, others=others)[:, :, target])
    return Growth(
        error(recursive), error(np.broadcast_to(last, truth.shape)), direct, moved / max(moved[0], 1e-12), len(origins)
    )


class _Nudge:
    """An error in the first prediction, and none after it."""

    def __init__(self, targets: int) -> None:
        self.targets, self.first = targets, True

    def __call__(self, count: int) -> Array:
        size, self.first = NUDGE if self.first else 0.0, False
        return np.full((count, 1, self.targets), size)


def sentence(growth: Growth) -> str:
    """What the error at the last step is made of, in words."""
    steps, own = len(growth.recursive), growth.feedback[-1]
    times = growth.recursive[-1] / growth.recursive[0] if growth.recursive[0] > 0 else np.inf
    grows = "magnifies" if own > 1.25 else "damps" if own < 0.8 else "carries on"
    text = (
        f"At step {steps} the recursive error is {times:.3g} times the one-step error. The network {grows} its own errors: of one made in the first "
        f"step {own:.0%} is there at step {steps}."
    )
    if growth.direct is not None:
        gap = growth.recursive[-1] / growth.direct[-1] - 1 if growth.direct[-1] > 0 else 0.0
        word = "equal to" if abs(gap) < 0.01 else f"{abs(gap):.0%} {'above' if gap > 0 else 'below'}"
        text += f" There it is {word} the direct one, which reads none of its own predictions within a block."
    return text
