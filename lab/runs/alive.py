"""Which process answers for a run, and whether it still lives."""

from __future__ import annotations

import json
import os
import socket
import time
from pathlib import Path

from lab.config.home import write_text

_STALE_SECONDS = 30.0  # a worker on another host is alive while it touches worker.json at least this often


def sign(path: Path) -> None:
    """Say in `path` that this process answers for the run."""
    import psutil

    write_text(
        path, json.dumps({"host": socket.gethostname(), "pid": os.getpid(), "born": psutil.Process().create_time()})
    )


def is_alive(path: Path) -> bool:
    """Whether the process that signed `path` still lives (on another host: touched it lately)."""
    import psutil

    try:
        signed = json.loads(path.read_text(encoding="utf-8"))
        if signed["host"] != socket.gethostname():
            return time.time() - path.stat().st_mtime < _STALE_SECONDS
        process = psutil.Process(signed["pid"])
        return bool(abs(process.create_time() - signed["born"]) < 2 and process.status() != psutil.STATUS_ZOMBIE)
    except (FileNotFoundError, ValueError, KeyError, psutil.Error):
        return False
