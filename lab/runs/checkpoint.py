"""A training's progress in a file, from which a run that lost its worker goes on."""

from __future__ import annotations

import json
import time
from pathlib import Path

import numpy as np

from lab.config.home import whole
from lab.runs.damage import reading
from lab.runs.progress import Progress

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

    def save(self, progress: Progress) -> None:
        """Write the progress aside and rename it, so that a kill in between leaves the one before."""
        if self.path is None:
            return
        before, self._saved_at = time.perf_counter(), progress.trained
        words = {
            "epoch": progress.epoch, "step": progress.step, "seconds": progress.seconds, "elapsed": progress.elapsed,
            "best_loss": float(progress.best_loss), "best_epoch": progress.best_epoch, "trained": progress.trained,
        }  # fmt: skip
        arrays = {f"state{k}": np.asarray(v) for k, v in enumerate(progress.state)}
        arrays |= {f"record{k}": r for k, r in enumerate(progress.records)}
        arrays |= {f"best/{name}": w for name, w in progress.best_weights.items()}
        with whole(self.path) as aside, aside.open("wb") as file:
            np.savez(file, words=json.dumps(words), **arrays)  # type: ignore[arg-type]
        self._cost = time.perf_counter() - before
        self._spent += self._cost

    def load(self) -> Progress | None:
        """The progress that was saved last; None without any. DamagedRun where it cannot be read."""
        if self.path is None or not self.path.exists():
            return None
        with reading(self.path.parent, self.path.name):
            return self._read(self.path)

    @staticmethod
    def _read(path: Path) -> Progress:
        with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
            words = json.loads(str(file["words"]))
            best = {name.removeprefix("best/"): file[name] for name in file.files if name.startswith("best/")}
            state, records = (
                [file[f"{kind}{k}"] for k in range(sum(name.startswith(kind) for name in file.files))]
                for kind in ("state", "record")
            )
        return Progress(**words, best_weights=best, state=state, records=records)
