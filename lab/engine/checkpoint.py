"""All it takes to go on as if nothing had happened: weights, optimizer, dropout seeds, place, the best so far."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from lab.home import replace_file

if TYPE_CHECKING:
    from lab.engine.training import _Training

SHARE = 0.01  # of the training time, at most, goes into checkpoints
APART = 1.0  # seconds of training between two, at least: nobody misses what is learned in less


class Checkpoint:
    """The file `checkpoint.npz` of a run; without a folder it does nothing."""

    def __init__(self, folder: Path | None) -> None:
        self.path = folder / "checkpoint.npz" if folder else None
        self._spent, self._cost, self._saved_at = 0.0, 0.0, -APART

    def due(self, trained_seconds: float) -> bool:
        """False where one was saved just now, or checkpoints would take more than their share of the training time."""
        if self.path is None or trained_seconds - self._saved_at < APART:
            return False
        return self._spent + self._cost <= SHARE * trained_seconds

    def save(self, training: _Training) -> None:
        """Write the state aside and rename it, so that a kill in between leaves the one before."""
        if self.path is None:
            return
        before, self._saved_at = time.perf_counter(), training.trained_seconds
        words = {
            "epoch": training.epoch, "step": training.step, "seconds": training.seconds, "elapsed": training.elapsed,
            "best_loss": float(training.best_loss), "best_epoch": training.best_epoch,
            "trained": training.trained_seconds,
        }  # fmt: skip
        arrays = {f"state{k}": np.asarray(v) for k, v in enumerate(training.stepper.state)}
        arrays |= {f"record{k}": r for k, r in enumerate(training.stepper.records)}
        arrays |= {f"best/{name}": w for name, w in training.best_weights.items()}
        aside = self.path.with_suffix(".new.npz")
        np.savez(aside, words=json.dumps(words), **arrays)  # type: ignore[arg-type]
        replace_file(aside, self.path)
        self._cost = time.perf_counter() - before
        self._spent += self._cost

    def restore(self, training: _Training) -> bool:
        """Put a saved state back; False where there is none."""
        if self.path is None or not self.path.exists():
            return False
        with np.load(self.path, allow_pickle=False) as file:
            words = json.loads(str(file["words"]))
            training.stepper.restore(file[f"state{k}"] for k in range(len(training.stepper.state)))
            training.stepper.records = [file[f"record{k}"] for k in range(len(training.stepper.records))]
            training.best_weights = {n.removeprefix("best/"): file[n] for n in file.files if n.startswith("best/")}
        training.epoch, training.step, training.seconds = words["epoch"], words["step"], words["seconds"]
        training.best_loss, training.best_epoch = words["best_loss"], words["best_epoch"]
        training.earlier, training.trained_seconds = words["elapsed"], words["trained"]
        return True
