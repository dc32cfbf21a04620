"""Hand a run to a worker. Dask does the queueing, the restarting of a dead worker and its memory limit.

By default the app keeps a pool of its own (`lab.pool`). With `LAB_SCHEDULER=tcp://host:8786` the same runs go to any
Dask cluster whose workers see `LAB_HOME`.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import subprocess
import sys
import threading
from asyncio import CancelledError
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from lab.checks import check, worker_count
from lab.config import RunConfig
from lab.datasets import digits_of, load, load_images
from lab.datasets.digits import kept_path
from lab.events import Failed, Stopped
from lab.home import lab_home, sign
from lab.limits import require_room
from lab.parking import is_parked, unpark
from lab.rules import require_float
from lab.runs import UNDER_WAY, Control, Run
from lab.series import Images, Series
from lab.store import RunStore
from lab.worker import execute

ROOT = Path(__file__).parent.parent
CONNECT_SECONDS = 30


class Pool:
    """The workers, and what this process has given them to do."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._client: Any = None
        self._lock = threading.RLock()
        self._futures: dict[Path, Any] = {}
        self._closing = False
        self.ready = threading.Event()

    def start(self) -> None:
        """Start the pool process and connect, unless that was done; takes one to two seconds. Safe from any thread."""
        with self._lock:
            if self._client is not None:
                return
            address = os.environ.get("LAB_SCHEDULER") or self._spawn()
            from distributed import Client

            self._client = Client(address, set_as_default=False, timeout=CONNECT_SECONDS)
            threading.Thread(target=self._await_worker, args=(self._client,), daemon=True).start()

    def _await_worker(self, client: Any) -> None:
        with contextlib.suppress(Exception, CancelledError):  # the client was closed meanwhile
            client.wait_for_workers(1)
            self.ready.set()

    def _spawn(self) -> str:
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        }
        environment.setdefault("LAB_SCRATCH", str(lab_home() / "scratch"))
        environment.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        workers = str(worker_count())
        log = (lab_home() / "pool.log").open("w", encoding="utf-8")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "lab.pool", workers],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT, env=environment,
        )  # fmt: skip
        log.close()
        import distributed  # noqa: F401  (takes a second, as it does there; side by side it is one second)

        assert self._process.stdout is not None
        address = self._process.stdout.readline().strip()
        if not address:
            raise RuntimeError(f"The pool of workers did not start; {lab_home() / 'pool.log'} says why.")
        threading.Thread(target=self._watch, args=(self._process,), daemon=True).start()
        return address

    def _watch(self, process: subprocess.Popen[str]) -> None:
        """If the pool process dies under us, start another and give it the runs that were not over."""
        process.wait()
        with self._lock:
            if self._closing or process is not self._process or self._client is None:
                return
            self._client.close(timeout=1)
            self._client, self._process = None, None
            self.ready.clear()
            open_runs = [Run(path) for path in self._futures if Run(path).history().final is None]
            self._futures.clear()
        for run in open_runs:
            self.submit(run)

    def submit(self, run: Run) -> None:
        """Queue a run that was signed. It goes on when this page, this session or this browser is closed."""
        self.start()
        with self._lock:
            future = self._client.submit(execute, str(run.path), pure=False, key=f"{run.id}-{os.urandom(4).hex()}")
            self._futures[run.path] = future
        threading.Thread(target=self._see_out, args=(run, future), daemon=True).start()

    def _see_out(self, run: Run, future: Any) -> None:
        """Wait for a run's end. (Dask's own callbacks raise where Python ends while a run goes on.)"""
        try:
            future.exception()
        except (Exception, CancelledError):
            return  # the client was closed, and what became of the run is no longer ours to say
        self._done(run, future)

    def _done(self, run: Run, future: Any) -> None:
        # A worker that died again and again never wrote a last word; somebody has to.
        if future.status == "error" and run.history().final is None:
            died = type(future.exception()).__name__ == "KilledWorker"
            message = (
                "The worker was killed several times, most likely out of memory; try fewer units or a smaller batch."
                if died
                else f"The worker gave up: {future.exception()}"
            )
            _last_word(run, Failed(len(run.history().epochs), message, run=run.id))
        if future.status in ("finished", "error"):
            with self._lock:
                if self._futures.get(run.path) is future:  # and not that of the run resumed
                    del self._futures[run.path]

    def cancel(self, run: Run) -> None:
        """Take a run that has not begun out of the queue."""
        with self._lock:
            future = self._futures.pop(run.path, None)
        if future is not None:
            future.cancel()
        _last_word(run, Stopped(len(run.history().epochs), 0.0, run.id))

    def close(self) -> None:
        """End the workers: the pool process ends when its stdin does."""
        self._closing = True
        if self._client is not None:
            self._client.close(timeout=1)
        if self._process is not None:
            assert self._process.stdin is not None
            assert self._process.stdout is not None
            self._process.stdin.close()
            self._process.wait(timeout=20)
            self._process.stdout.close()


def _last_word(run: Run, event: Failed | Stopped) -> None:
    """What is said for a run that no worker will speak for."""
    (run.path / "submitted.json").unlink(missing_ok=True)
    run.append(event)


_POOL = Pool()
atexit.register(_POOL.close)


def warm_up() -> None:
    """Start the pool in the background, so that a worker is ready by the time somebody presses Train."""
    if _POOL._client is None and os.environ.get("LAB_WARM_UP", "1") != "0":
        threading.Thread(target=_start_quietly, daemon=True).start()


def _start_quietly() -> None:
    with contextlib.suppress(Exception):  # whoever then submits a run hears what is wrong
        _POOL.start()


def is_ready() -> bool:
    """Whether a worker is there, so that a run that is next begins at once."""
    return _POOL.ready.is_set()


def submit(
    config: RunConfig,
    *,
    series: Series | None = None,
    images: Images | None = None,
    name: str | None = None,
    store: RunStore | None = None,
) -> Run:
    """Make a run and queue it for a worker. ValueError, before anything is made, for a config that does not fit, or where
    a limit of this server is met (`lab.limits`)."""
    require_room(config, store or RunStore())
    run = create(config, series=series, images=images, name=name, store=store)
    _hand_over(run)
    return run


def _hand_over(run: Run) -> None:
    """Queue a run without waiting for the pool to be up; what goes wrong there is the run's last word."""
    sign(run.path / "submitted.json")

    def hand_over() -> None:
        try:
            _POOL.submit(run)
        except Exception as error:
            _last_word(run, Failed(0, f"No worker could be reached: {error}", run=run.id))

    threading.Thread(target=hand_over, daemon=True).start()


def create(
    config: RunConfig,
    *,
    series: Series | None = None,
    images: Images | None = None,
    name: str | None = None,
    store: RunStore | None = None,
) -> Run:
    """Make a run's folder after looking whether its config fits its data.

    Images that are not given are left to the worker, which may download them; what is here already is looked at.
    """
    if config.is_classifier:
        here = images
        if here is None and digits_of(config.data).path() != kept_path():
            here = load_images(config.data)
        check(config, here)
        return (store or RunStore()).create(config, images, name)
    series = series if series is not None else load(config.data)
    check(config, series)
    return (store or RunStore()).create(config, series, name)


def resume(run: Run) -> None:
    """Queue an interrupted, stopped or parked run again; it goes on from its checkpoint."""
    require_resumable(run)
    run.send(Control(learning_rate=run.control().learning_rate))
    unpark(run)
    _hand_over(run)


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
        _POOL.cancel(run)
    elif unpark(run):
        last = run.history().epochs[-1]
        _last_word(run, Stopped(last.epoch, last.elapsed, run.id))


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
        sign(run.path / "submitted.json")  # first, so that nobody takes it for interrupted
        if unpark(run):
            _hand_over(run)


def set_learning_rate(run: Run, rate: float) -> None:
    """Train with another learning rate from now on."""
    require_float("training.learning_rate", rate, 0.0, 10.0, above=True)
    run.send(replace(run.control(), learning_rate=rate))


def ahead_of(run: Run, store: RunStore | None = None) -> list[Run]:
    """The unfinished runs that were queued before this one."""

    def submitted(r: Run) -> float:
        try:
            return (r.path / "submitted.json").stat().st_mtime
        except FileNotFoundError:  # never queued, or over
            return np.inf

    mine = submitted(run)
    before = [r for r in (store or RunStore(run.path.parent.parent)).list() if submitted(r) < mine]
    return [r for r in before if r.status() in UNDER_WAY]


def paused_at(run: Run) -> float:
    """When a paused run was asked to pause, seconds since 1970."""
    return (run.path / "control.json").stat().st_mtime
