"""A paused run that has left its worker to one that waits is parked: a file in its folder says so, until it is queued again."""

from __future__ import annotations

import time

from lab.config.home import write_text
from lab.runs.alive import is_alive
from lab.runs.run import Control, Run


class GaveWay(Exception):
    """A training, paused by `control`, left its worker; its checkpoint and its weights are kept."""

    def __init__(self, control: Control) -> None:
        super().__init__("paused, and another run waits")
        self.control = control


def is_parked(run: Run) -> bool:
    """Whether it is paused without a worker."""
    return (run.path / "parked.json").exists()


def park(run: Run) -> None:
    """For the worker that leaves it."""
    write_text(run.path / "parked.json", "{}")


def unpark(run: Run) -> bool:
    """False where it was not parked. Of several who try at once one succeeds, and answers for the run."""
    try:
        (run.path / "parked.json").unlink()
    except FileNotFoundError:
        return False
    return True


def somebody_waits(run: Run, seconds: float) -> bool:
    """Whether another run has waited so long for a worker, and `run` came from the queue as well and could make room."""
    return is_alive(run.path / "submitted.json") and other_waits(run, seconds)


def other_waits(run: Run, seconds: float) -> bool:
    """Whether another run has waited so long for a worker."""
    return any(_waited(Run(path)) > seconds for path in run.path.parent.iterdir() if path != run.path)


def _waited(run: Run) -> float:
    """Seconds that it has waited for a worker until now; 0 where it does not."""
    submitted = run.path / "submitted.json"
    if not is_alive(submitted) or is_alive(run.path / "worker.json"):
        return 0.0
    try:
        return max(0.0, time.time() - submitted.stat().st_mtime)
    except FileNotFoundError:
        return 0.0
