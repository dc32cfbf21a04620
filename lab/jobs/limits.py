"""What one server may be asked for: runs that wait, runs that are kept, bytes, and the work of one run. Strangers may open it.

`LAB_MAX_WAITING`, `LAB_MAX_RUNS`, `LAB_MAX_BYTES`, `LAB_MAX_WORK` and `LAB_MAX_HOURS` set them. They hold for what comes through the app; the
command line is its owner's.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from itertools import islice
from pathlib import Path

from lab.config.run import RunConfig
from lab.jobs.estimate import seconds_an_epoch
from lab.network.architecture import count_parameters
from lab.runs.group import group_of, status_of
from lab.runs.run import UNDER_WAY, Run
from lab.runs.store import RunStore

UPLOAD_SECONDS = 3600.0  # that an uploaded file stays, whatever room is needed: somebody may be looking at it
UNITS = {"K": 2**10, "M": 2**20, "G": 2**30, "T": 2**40}


@dataclass(frozen=True)
class Limits:
    """Each at least 1.

    Args:
        waiting: runs that wait for a worker.
        waiting_each: of one visitor, where `LAB_SHARING` keeps them apart.
        runs: runs that are kept; the oldest that is over and not pinned goes for the next.
        bytes: of all runs and uploads.
        work: epochs times parameters of one run.
        hours: of one run, as estimated before it starts.
    """

    waiting: int = 20
    waiting_each: int = 5
    runs: int = 200
    bytes: int = 2**30
    work: int = 10**11
    hours: int = 24

    @classmethod
    def of_environment(cls) -> Limits:
        """What `LAB_MAX_...` say; ValueError where one is no whole number (of bytes also `500M` or `2G`) of at least 1."""
        found = {}
        for field in fields(cls):
            name = f"LAB_MAX_{field.name.upper()}"
            text = os.environ.get(name, "").strip()
            if not text:
                continue
            unit = UNITS.get(text[-1].upper(), 1) if field.name == "bytes" else 1
            digits = text[:-1] if unit > 1 else text
            if not digits.isdecimal() or int(digits) < 1:
                raise ValueError(f"`{name}` must be a whole number of at least 1; received {text!r}.")
            found[field.name] = int(digits) * unit
        return cls(**found)


def require_room(config: RunConfig, store: RunStore, others: Sequence[RunConfig] = ()) -> None:
    """Make room for one run more, or a group of it and the `others`. ValueError, one sentence, where a limit is met and nothing may go for it.

    In the queue a group counts as one run, whatever its members. `store` lists a visitor's own runs, where visitors are kept apart; the limits of the server are of all.
    """
    limits, everybody = Limits.of_environment(), RunStore(store.home)
    count = 1 + len(others)
    for one in (config, *others):
        _require_work(one, limits.work)
    require_bytes(0, store)
    mine = _waiting(run for run in store.folders() if not run.is_sample)
    own = [run for run in everybody.folders() if not run.is_sample]
    waiting = _waiting(own)
    if type(store) is not RunStore and mine >= limits.waiting_each:
        raise ValueError(
            f"{mine} of your runs wait for a worker already, as many as may (LAB_MAX_WAITING_EACH); try again when one is over."
        )
    if waiting >= limits.waiting:
        raise ValueError(
            f"{waiting} runs wait for a worker already, as many as may (LAB_MAX_WAITING); try again when one of them is over."
        )
    over = len(own) - limits.runs + count
    if count > limits.runs:
        raise ValueError(f"These are {count} runs, and {limits.runs} may be kept here (LAB_MAX_RUNS); try fewer.")
    if over > 0:
        going = next_to_go(own, over)
        if len(going) < over:
            raise ValueError(
                f"{len(own)} runs are kept here, as many as may (LAB_MAX_RUNS), and each goes on or is pinned; unpin or "
                "delete one on Runs."
            )
        for run in going:
            everybody.delete(run)


def _require_work(config: RunConfig, most: int) -> None:
    features, outputs = config.task.features(config), config.task.head(config).units
    work = config.training.epochs * count_parameters(config.model, features, outputs, config.window.size)
    if work > most:
        raise ValueError(
            f"This training would take {work:.3g} epochs times parameters, and a run here may take {most:.3g} "
            "(LAB_MAX_WORK); try fewer epochs or units."
        )


def _waiting(runs: Iterable[Run]) -> int:
    """How many of the runs wait for a worker, those of one group counted once."""
    return len({group_of(run) or run.id for run in runs if status_of(run) == "queued"})


def require_hours(config: RunConfig, length: int) -> None:
    """ValueError where a training on so many steps, or images, would hold a worker for longer than a run may."""
    hours, most = config.training.epochs * seconds_an_epoch(config, length) / 3600, Limits.of_environment().hours
    if hours > most:
        raise ValueError(
            f"This training would take about {hours:,.0f} hours, and a run here may take {most:,} (LAB_MAX_HOURS); try fewer "
            "epochs or units, or a shorter window."
        )


def next_to_go(runs: Iterable[Run], count: int) -> list[Run]:
    """The oldest runs that are over and not pinned, at most `count` of them; `runs` newest first."""
    oldest = reversed(list(runs))
    able = (run for run in oldest if not run.is_sample and not run.pinned and status_of(run) not in UNDER_WAY)
    return list(islice(able, count))


def first_to_go(store: RunStore) -> Run | None:
    """The run that goes when the next one is made; None where there is room."""
    own = [run for run in RunStore(store.home).folders() if not run.is_sample]
    return next(iter(next_to_go(own, 1)), None) if len(own) >= Limits.of_environment().runs else None


def require_bytes(more: int, store: RunStore) -> None:
    """ValueError where `more` bytes beside all runs and uploads would be more than may be kept, and no upload may go for them."""
    most, uploads = Limits.of_environment().bytes, store.home / "uploads"
    taken = _size(store.folder) + _size(uploads)
    if taken + more > most:
        taken -= _let_uploads_go(uploads, taken + more - most)
    if taken + more > most:
        raise ValueError(
            f"Runs and uploads take {taken / 2**20:,.0f} MB, and {most / 2**20:,.0f} MB may be kept here (LAB_MAX_BYTES); "
            "delete runs on Runs first."
        )


def _let_uploads_go(folder: Path, enough: int) -> int:
    """Delete the oldest files that were not uploaded just now, until it is enough: the bytes. (A run has a copy of its own.)"""
    gone = 0
    for path in sorted(folder.glob("*.csv"), key=lambda path: path.stat().st_mtime):
        at = path.stat()
        if gone >= enough or time.time() - at.st_mtime < UPLOAD_SECONDS:
            break
        path.unlink(missing_ok=True)
        path.with_suffix(".json").unlink(missing_ok=True)
        gone += at.st_size
    return gone


def _size(folder: Path) -> int:
    total = 0
    for at, _, names in os.walk(folder):
        for name in names:
            try:
                total += Path(at, name).stat().st_size
            except OSError:  # gone between two looks
                continue
    return total
