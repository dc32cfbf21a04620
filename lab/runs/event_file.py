"""`events.jsonl`: events added whole or not at all, read from where one left off, and mended after a kill."""

from __future__ import annotations

import errno
import os
from pathlib import Path

from lab.runs.damage import reading
from lab.runs.events import Event, read_line, to_json

FILE = "events.jsonl"


def append(run: Path, event: Event) -> None:
    """Add an event to the file in the folder `run`. OSError where there is no room; nothing of it is left then."""
    line = to_json(event).encode() + b"\n"
    with (run / FILE).open("ab+", buffering=0) as file:
        before = file.seek(0, os.SEEK_END)
        file.seek(max(before - 1, 0))
        if file.read(1) not in (b"\n", b""):
            line = b"\n" + line  # what stands there was half written; it is not to spoil this one
        try:
            if file.write(line) != len(line):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        except OSError:
            file.truncate(before)  # nobody is to read half a line
            raise


def read(run: Path, offset: int = 0) -> tuple[list[Event], int]:
    """The events from byte `offset` on, and where to go on from.

    A line half written waits for the next time; one that is no event is an `Unreadable`.
    """
    path = run / FILE
    if not path.exists():
        return [], offset
    with reading(run, FILE), path.open("rb") as file:
        file.seek(offset)
        data = file.read()
    whole = data.rfind(b"\n") + 1
    return [read_line(line) for line in data[:whole].split(b"\n") if line], offset + whole


def mend(run: Path) -> None:
    """Cut off a line that was half written when the process that wrote it was killed. For the worker, before it goes on."""
    path = run / FILE
    if path.exists():
        data = path.read_bytes()
        if data and not data.endswith(b"\n"):
            with path.open("r+b") as file:
                file.truncate(data.rfind(b"\n") + 1)
