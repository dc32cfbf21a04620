"""What a worker does before anybody presses Train: it compiles the networks of the presets, in the order of Home."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator

import psutil

from lab.config.presets import PRESETS
from lab.engine.fetch import fetch
from lab.engine.kept import prepare
from lab.tasks import task_for

ROOM = 2.0  # times the memory of this process, at least, that a worker is allowed, or no further network is prepared
MOMENT = 0.7  # seconds within which a run that has waited for this worker comes to it
_under_way = 0  # trainings that go on or are about to begin
_changing = threading.Lock()


@contextlib.contextmanager
def runs_first() -> Iterator[None]:
    """While it lasts somebody trains, and nothing is prepared beyond the step that is being done."""
    global _under_way
    with _changing:
        _under_way += 1
    try:
        yield
    finally:
        with _changing:
            _under_way -= 1


def warm_up(memory_limit: int | None = None, at_most: int = len(PRESETS)) -> None:
    """Prepare what the visitors' first press of Train needs, and train nothing. Runs come first.

    Args:
        memory_limit: bytes that this process may use; None for as much as there is.
        at_most: how many of the presets.
    """
    time.sleep(MOMENT)  # or what is prepared would hold up whoever has pressed Train already
    for name in list(PRESETS)[:at_most]:
        _wait_for_runs()
        if name != "sine" and memory_limit and psutil.Process().memory_info().rss * ROOM > memory_limit:
            return
        with contextlib.suppress(ValueError):  # data that are not to be had are the run's to complain of
            config = PRESETS[name].config
            task = task_for(config, fetch(config.data))
            prepare(config, task.train.inputs, task.train.targets, task.held_out)


def _wait_for_runs() -> None:
    while _under_way:
        time.sleep(0.2)
