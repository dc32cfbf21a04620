"""What a user asks of a run that was submitted: stop, pause, one more epoch, go on, another learning rate, resume."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable
from dataclasses import dataclass, replace

from lab.config.rules import require_float
from lab.jobs import pool
from lab.jobs.submit import enqueue
from lab.runs.alive import sign
from lab.runs.events import Stopped
from lab.runs.parking import is_parked, unpark
from lab.runs.run import UNDER_WAY, Control, Run
from lab.runs.store import RunStore

SUBMITTED = "submitted.json"  # not there where a run was never queued, or is over


def resume(run: Run) -> None:
    """Queue an interrupted, stopped or parked run again; it goes on from its checkpoint."""
    require_resumable(run)
    run.send(Control(learning_rate=run.control().learning_rate))
    unpark(run)
    enqueue(run)


def require_resumable(run: Run) -> None:
    """ValueError unless the run was interrupted, stopped or parked and is this machine's own."""
    status = run.status()
    if run.is_sample or not (status in ("interrupted", "stopped") or is_parked(run)):
        raise ValueError(f"Only an interrupted or stopped run can be resumed; {run.id} is {status}.")


def stop(run: Run) -> None:
    """Stop a run; its weights are kept. One that still waits is taken out of the queue, one that is parked stays so."""
    status = run.status()
    run.send(Control(state="stop"))
    if status == "queued":
        pool.POOL.cancel(run)
    elif unpark(run):
        last = run.history().epochs[-1]
        pool.write_final(run, Stopped(last.epoch, last.elapsed, run.id))


def pause(run: Run) -> None:
    """Pause at the next compiled call's end, within a second."""
    run.send(Control(state="pause", learning_rate=run.control().learning_rate))


def step(run: Run) -> None:
    """Train to the end of one epoch more, then pause."""
    history = run.history()
    done = history.epochs[-1].epoch if history.epochs else 0
    run.send(Control(pause_after=done + 1, learning_rate=run.control().learning_rate))
    _queue_again(run)


def go_on(run: Run) -> None:
    """End a pause; a run that another has taken the worker of is queued again."""
    run.send(Control(learning_rate=run.control().learning_rate))
    _queue_again(run)


def _queue_again(run: Run) -> None:
    if is_parked(run):
        sign(run.path / SUBMITTED)  # first, so that nobody takes it for interrupted
        if unpark(run):
            enqueue(run)


def set_learning_rate(run: Run, rate: float) -> None:
    """Train with another learning rate from now on."""
    require_float("training.learning_rate", rate, 0.0, 10.0, above=True)
    run.send(replace(run.control(), learning_rate=rate))


@dataclass(frozen=True)
class InLine:
    """An unfinished run: when it was queued, what it does, and since when it is paused (None: it is not).

    Times are seconds since 1970.
    """

    run: Run
    submitted: float
    status: str
    paused: float | None = None


def line(store: RunStore) -> list[InLine]:
    """The unfinished runs, in the order in which they were queued."""
    submitted = [(when, run) for run in store.list() if (when := _written(run, SUBMITTED)) is not None]
    found = []
    for when, run in sorted(submitted, key=lambda pair: pair[0]):
        if (status := run.status()) in UNDER_WAY:
            found.append(InLine(run, when, status, _written(run, "control.json") if status == "paused" else None))
    return found


def ahead_of(run: Run, places: Iterable[InLine] | None = None) -> list[InLine]:
    """Those before this one in the line, of a line seen a moment ago where one is given."""
    mine = _written(run, SUBMITTED)
    if places is None:
        places = line(RunStore(run.path.parent.parent))
    return [place for place in places if mine is None or place.submitted < mine]


def _written(run: Run, name: str) -> float | None:
    """When a file of a run was written; None where there is none."""
    with contextlib.suppress(FileNotFoundError):
        return (run.path / name).stat().st_mtime
    return None
