"""What is looked at before a run is made: does its config fit its data, and this machine's memory?"""

from __future__ import annotations

import os

from lab.config.run import RunConfig
from lab.data.images import Images
from lab.data.series import PARTS, Series, Split
from lab.data.windows import make_windows
from lab.jobs.estimate import length_of, memory_bytes, memory_limit
from lab.scoring.forecaster import scaler_of

TENSORFLOW_BYTES = int(0.7 * 2**30)


def check(config: RunConfig, data: Series | Images | None) -> None:
    """ValueError, one sentence: a part of the series is too short, can't be scaled, or memory would not do.

    `data` is what the run would learn; None for images that are yet to be downloaded.
    """
    if isinstance(data, Series):
        _check_series(config, data)
    require_memory(config, length_of(config, data))


def _check_series(config: RunConfig, series: Series) -> None:
    split = Split.of(len(series), config.data.train, config.data.validation)
    for part in PARTS:
        make_windows(series.values, config.window, split, part)
    scaler_of(config, series)


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
