"""What a worker does with a run's folder: train, write its events, keep the scores, show signs of life."""

from __future__ import annotations

import contextlib
import json
import threading
import traceback
from collections.abc import Callable, Generator, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from lab.config.home import without_folders, write_text
from lab.config.sections import DataConfig
from lab.data.files import DATA_FILES, save_data
from lab.runs import event_file
from lab.runs.alive import sign
from lab.runs.damage import DamagedRun
from lab.runs.events import Event, Failed, FinalEvent, Stopped
from lab.runs.lock import BeingTrained, sole_trainer
from lab.runs.parking import GaveWay, park, unpark
from lab.runs.run import Control, Run


def work(path: str | Path) -> None:
    """What a worker does with a run of the queue; one that another process has begun to train meanwhile is left to that."""
    try:
        execute(path)
    except BeingTrained:
        (Path(path) / "submitted.json").unlink(missing_ok=True)


def execute(path: str | Path, tell: Callable[[Event], None] = lambda _: None) -> None:
    """Train the run in this folder, here and now, writing its events, as `python -m lab train` does. BeingTrained where another
    process is at it.

    A paused run leaves when another waits in the queue: it is parked, until `jobs.go_on` queues it again.
    """
    run = Run(path)
    if run.history().final is not None and run.control().state == "stop":
        return  # it was taken out of the queue
    while (asked := _train(run, tell)) is not None:
        # Who has ended the pause meanwhile either found the run parked and queues it again, or leaves that to us.
        if run.control() == asked or not unpark(run):
            return


def _train(run: Run, tell: Callable[[Event], None]) -> Control | None:
    """Train until the last word; where the run was parked instead, the Control that paused it."""
    with sole_trainer(run.path), _heartbeat(run):
        event_file.mend(run.path)
        unpark(run)
        events = _events(run)
        for event in events:
            if isinstance(event, (GaveWay, *FinalEvent)):
                if not _is_untrained(run, event):
                    with contextlib.suppress(OSError):
                        _score(run)
                (run.path / "submitted.json").unlink(missing_ok=True)
            if isinstance(event, GaveWay):
                park(run)
                return event.control
            try:
                run.append(event)
            except OSError as error:
                if isinstance(event, FinalEvent):
                    raise
                last = events.throw(error)  # the training keeps what there is room for
                assert isinstance(last, Failed)
                (run.path / "submitted.json").unlink(missing_ok=True)
                run.append(last)
                event = last
            tell(event)
    with contextlib.suppress(DamagedRun):
        run.summary()  # kept from now on
    return None


def _events(run: Run) -> Generator[Event | GaveWay]:
    """The events of the training; what it throws becomes a Failed with one sentence."""
    epoch, elapsed = 0, 0.0
    try:
        from lab.engine import fetch, train

        events = train(run.config, data=_data(run, fetch), folder=run.path)
        for event in events:
            epoch, elapsed = event.epoch if hasattr(event, "epoch") else epoch, event.elapsed
            try:
                yield event
            except OSError as error:
                yield events.throw(error)
                return
    except GaveWay as way:
        yield way
    except ValueError as error:
        yield Failed(epoch, str(error), elapsed, run.id)
    except Exception as error:
        if type(error).__name__ in ("ResourceExhaustedError", "MemoryError"):
            message = "Out of memory; try fewer units, a smaller batch or a shorter window."
        else:
            message = (
                f"Training broke off with an unexpected {type(error).__name__}: {str(error).splitlines()[0][:200]}"
            )
        yield Failed(epoch, without_folders(message), elapsed, run.id, without_folders(traceback.format_exc()))


def _data(run: Run, fetch: Callable[[DataConfig], Any]) -> Any:
    """The run's data; those that nobody gave it are fetched once, and stay what they were."""
    file = DATA_FILES[run.config.task.accepts]
    if not file.at_once and not (run.path / file.name).exists():
        save_data(run.path, fetch(run.config.data))
    return run.data


def _is_untrained(run: Run, event: Event | GaveWay) -> bool:
    """Whether it was stopped before its first gradient step, so that there is nothing to judge; a large network takes minutes."""
    return isinstance(event, Stopped) and event.epoch == 0 and not (run.path / "checkpoint.npz").exists()


def _score(run: Run) -> None:
    """Keep the model's test scores beside the run, where there is a model."""
    if (run.path / "weights.npz").exists():
        scores = run.task.score(run.network())
        write_text(run.path / "scores.json", json.dumps([asdict(s) for s in scores]))


@contextlib.contextmanager
def _heartbeat(run: Run) -> Iterator[None]:
    """While it lasts, `worker.json` says that this process works on the run."""
    path, over = run.path / "worker.json", threading.Event()

    def beat() -> None:
        while not over.wait(5.0):
            path.touch()

    sign(path)
    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        path.unlink(missing_ok=True)
