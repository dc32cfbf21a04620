"""What is looked at before a run is made: does its config fit its data, and this machine's memory?"""

from __future__ import annotations

import os
from typing import Any

from lab.config.run import RunConfig
from lab.jobs.estimate import memory_bytes, memory_limit

TENSORFLOW_BYTES = int(0.7 * 2**30)


def check(config: RunConfig, data: Any) -> None:
    """ValueError, one sentence: a part of the series is too short, can't be scaled, or memory would not do.

    `data` is what the run would learn; None for data that are yet to be downloaded.
    """
    if data is not None:
        config.task(config, data).check()
    require_memory(config, config.task.length(config, data))


def require_memory(config: RunConfig, length: int) -> None:
    """ValueError where a worker of this machine could not hold the training; another cluster's may."""
    if os.environ.get("LAB_SCHEDULER"):
        return
    needed, there = memory_bytes(config, length), max(0, memory_limit(worker_count()) - TENSORFLOW_BYTES)
    if needed > there:
        raise ValueError(
            f"This training needs about {needed / 2**30:,.1f} GiB of memory, and a worker here has {there / 2**30:,.1f} GiB "
            "for it; try fewer units, a shorter window or a smaller batch."
        )


def worker_count() -> int:
    """How many workers `LAB_WORKERS` asks for; ValueError where that is not a whole number from 1 to 64."""
    workers = os.environ.get("LAB_WORKERS", "1")
    if not workers.isdecimal() or not 1 <= int(workers) <= 64:
        raise ValueError(f"`LAB_WORKERS` must be a whole number from 1 to 64; received {workers!r}.")
    return int(workers)
