"""Where a training stands: what a checkpoint holds, and what training goes on from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lab.data.arrays import Array
from lab.network.types import Weights


@dataclass(frozen=True, eq=False)
class Progress:
    """All it takes to go on as if nothing had happened.

    Args:
        epoch: epochs done. `step`: gradient steps done of the next one.
        seconds: of training in the unfinished epoch. `trained`: of training altogether; `elapsed`: wall time.
        best_loss, best_epoch, best_weights: of the best epoch so far, by validation loss.
        state: every variable of the trainer: weights, optimizer slots, dropout seeds.
        records: what the steps of the unfinished epoch left.
    """

    epoch: int
    step: int
    seconds: float
    trained: float
    elapsed: float
    best_loss: float
    best_epoch: int
    best_weights: Weights
    state: Sequence[Array]
    records: Sequence[Array]
