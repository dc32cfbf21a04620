"""One training at a time in a run's folder: a lock of the operating system, which a killed process cannot leave behind."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

FILE = "worker.lock"
PATIENCE = 2.0  # seconds for a process that is just leaving


class BeingTrained(ValueError):
    """Another process trains this run; the message is one sentence."""


@contextmanager
def sole_trainer(run: Path) -> Iterator[None]:
    """While it lasts no other process, on this host or another that shares the folder, trains the run. BeingTrained where one does."""
    with (run / FILE).open("ab") as file:
        end = time.monotonic() + PATIENCE
        while not _take(file):
            if time.monotonic() > end:
                raise BeingTrained(f"Run {run.name} is being trained by another process; stop it there first.")
            time.sleep(0.1)
        yield  # closing the file gives it back


def _take(file: BinaryIO) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0, os.SEEK_SET)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    return True
