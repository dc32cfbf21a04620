"""The baselines of a run, fitted by a worker that has nothing better to do."""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path

from lab.jobs import pool
from lab.network.interrupt import interruptible
from lab.runs import baseline_file
from lab.runs.damage import DamagedRun
from lab.runs.parking import other_waits
from lab.runs.run import Run

LOOK_SECONDS = 0.5  # between two looks whether a run waits for this worker


class GaveWay(Exception):
    """A run waits for the worker."""


def request(run: Run) -> None:
    """Have the missing ones fitted, behind all runs that wait; nothing where that is under way. It starts the pool."""
    threading.Thread(target=_hand_over, args=(run,), daemon=True).start()


def _hand_over(run: Run) -> None:
    with contextlib.suppress(Exception):  # who looks at the run asks again
        pool.POOL.aside(work, run)


def work(path: str | Path) -> None:
    """What a worker does: fit one after the other, until a run waits for it. The rest is asked for again."""
    run, looked = Run(path), time.monotonic()

    def ask() -> None:
        nonlocal looked
        if time.monotonic() - looked > LOOK_SECONDS:
            looked = time.monotonic()
            if other_waits(run, LOOK_SECONDS):
                raise GaveWay

    with contextlib.suppress(GaveWay, DamagedRun), interruptible(ask):
        for _ in baseline_file.fit(run):
            pass
