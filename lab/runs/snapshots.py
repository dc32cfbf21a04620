"""The weights of a few epochs, kept, so that one can see gates change as the network learns."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from lab.network.interrupt import breathe
from lab.network.types import Weights
from lab.network.weights import save_weights
from lab.runs.run import Run, snapshot_path

AT_MOST = 24
AT_MOST_BYTES = 40 * 2**20  # of all snapshots of a run
SHARE = 0.01  # of the training time, at most, goes into snapshots
FIRST_SECONDS = 0.1  # and this much before anything was trained


def within(epochs: Sequence[int], seconds: float) -> Iterator[int]:
    """As many of the epochs as so many seconds allow, one after the other: where time is short, still from the first to the last."""
    began = time.perf_counter()
    for epoch in (*epochs[::3], *epochs[1::3], *epochs[2::3]):
        if time.perf_counter() - began > seconds:
            return
        breathe()
        yield epoch


def schedule(epochs: int, at_most: int = AT_MOST) -> tuple[int, ...]:
    """The epochs to keep: 0, 1, 2, 3, 5, 8, 12, 18, ..., each half as much again as the one before, and the last.

    Learning is fast first and slow later, so what there is to see is spread evenly over the logarithm of time. Up to
    10,000 epochs, the most that a config allows, come to 24; where fewer are wanted, they are taken evenly from these.
    """
    kept, epoch = [0], 1
    while epoch < epochs:
        kept.append(epoch)
        epoch = max(epoch + 1, -(-3 * epoch // 2))
    kept.append(epochs)
    if at_most >= len(kept):
        return tuple(kept)
    return tuple(kept[-1 - k * (len(kept) - 1) // max(at_most - 1, 1)] for k in reversed(range(at_most)))


class Snapshots:
    """The folder `snapshots` of a run; without a run's folder it does nothing.

    Args:
        epochs: how many the config asks for.
        size: bytes of the weights of one epoch.
    """

    def __init__(self, folder: Path | None, epochs: int, size: int) -> None:
        self.folder = folder
        self.epochs = schedule(epochs, min(AT_MOST, AT_MOST_BYTES // size))
        self._spent, self._cost = 0.0, 0.0
        if folder is not None:  # of a run that was stopped, and now goes on, the last is the last no more
            for epoch in set(Run(folder).snapshots()) - set(self.epochs):
                snapshot_path(folder, epoch).unlink()

    def save(self, epoch: int, weights: Weights, trained_seconds: float, *, last: bool = False) -> None:
        """Keep the weights of `epoch` if it is on the schedule and there is time, or if it is the last."""
        if self.folder is None or not self.epochs or not (last or epoch in self.epochs):
            return
        if not last and self._spent + self._cost > FIRST_SECONDS + SHARE * trained_seconds:
            return
        before = time.perf_counter()
        path = snapshot_path(self.folder, epoch)
        path.parent.mkdir(exist_ok=True)
        save_weights(path, weights)
        self._cost = time.perf_counter() - before
        self._spent += self._cost
