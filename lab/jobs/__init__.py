"""Runs for workers: submit them, ask something of them; the worker itself and the cluster that it belongs to."""

from lab.jobs.control import (
    InLine,
    ahead_of,
    go_on,
    line,
    pause,
    require_resumable,
    resume,
    set_learning_rate,
    step,
    stop,
)
from lab.jobs.pool import is_ready, warm_up
from lab.jobs.submit import create, submit

__all__ = [
    "InLine", "ahead_of", "create", "go_on", "is_ready", "line", "pause", "require_resumable", "resume", "set_learning_rate",
    "step", "stop", "submit", "warm_up",
]  # fmt: skip
