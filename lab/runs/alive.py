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

    host, pid = socket.gethostname(), os.getpid()
    signed = {"host": host, "pid": pid, "born": psutil.Process().create_time(), "since_boot": _since_boot(pid)}
    write_text(path, json.dumps(signed))


def is_alive(path: Path) -> bool:
    """Whether the process that signed `path` still lives (on another host: touched it lately)."""
    import psutil

    try:
        signed = json.loads(path.read_text(encoding="utf-8"))
        if signed["host"] != socket.gethostname():
            return time.time() - path.stat().st_mtime < _STALE_SECONDS
        process = psutil.Process(signed["pid"])
        if process.status() == psutil.STATUS_ZOMBIE:
            return False
        if signed.get("since_boot") is not None:
            return bool(signed["since_boot"] == _since_boot(process.pid))
        return bool(abs(process.create_time() - signed["born"]) < 2)
    except (OSError, ValueError, LookupError, TypeError, AttributeError, psutil.Error):
        return False


def _since_boot(pid: int) -> str | None:
    """When a process began, by a clock that nobody sets (the time that psutil gives moves with the system's clock); None where
    there is no such clock."""
    try:
        began = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[19]
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="utf-8").strip()
    except (OSError, IndexError):
        return None
    return f"{boot} {began}"
