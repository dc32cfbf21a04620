"""The workers that this app has, and what it has given them: started when needed, replaced when they die."""

from __future__ import annotations

import atexit
import contextlib
import json
import logging
import os
import subprocess
import sys
import threading
from asyncio import CancelledError
from collections.abc import Callable
from pathlib import Path
from typing import Any

from lab.config.home import lab_home
from lab.jobs.checks import worker_count
from lab.jobs.worker import work
from lab.runs.events import Failed, Stopped
from lab.runs.run import Run

ROOT = Path(__file__).parents[2]
CONNECT_SECONDS = 30
ATTEMPTS = 3  # to start a pool that has a worker
NO_WORKER = "No worker could be started; the file pool.log in LAB_HOME says why."


class Pool:
    """The workers, and what this process has given them to do."""

    def __init__(self) -> None:
        self._process: subprocess.Popen[str] | None = None
        self._client: Any = None
        self._lock = threading.RLock()
        self._futures: dict[Path, Any] = {}
        self._asides: dict[Path, Any] = {}
        self._closing = False
        self._vain = 0  # pools started one after the other none of which had a worker
        self.security: Any = None
        self.when_over: list[Callable[[Run], object]] = []  # called with each run of ours that is over
        self.ready = threading.Event()

    def start(self) -> None:
        """Start the pool process and connect, unless that was done; takes one to two seconds. Safe from any thread."""
        with self._lock:
            if self._client is not None:
                return
            address, keys = os.environ.get("LAB_SCHEDULER"), None
            if not address:
                address, keys = self._spawn()
            from distributed import Client, Security

            # A pool that is lost is seen to in `_watch`.
            logging.getLogger("distributed.client").setLevel(logging.CRITICAL)
            self.security = Security(require_encryption=True, **keys) if keys else None  # None: as Dask is configured
            self._client = Client(address, security=self.security, set_as_default=False, timeout=CONNECT_SECONDS)
            threading.Thread(target=self._await_worker, args=(self._client,), daemon=True).start()

    def _await_worker(self, client: Any) -> None:
        with contextlib.suppress(Exception, CancelledError):  # the client was closed meanwhile
            client.wait_for_workers(1)
            self.ready.set()
            self._vain = 0

    def _spawn(self) -> tuple[str, dict[str, str]]:
        """Start the pool process: the address of its scheduler, and the keys to it."""
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
        }
        environment.setdefault("LAB_SCRATCH", str(lab_home() / "scratch"))
        environment.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
        workers = str(worker_count())
        log = (lab_home() / "pool.log").open("w", encoding="utf-8")
        self._process = subprocess.Popen(
            [sys.executable, "-m", "lab.jobs.cluster", workers],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=log, text=True, cwd=ROOT, env=environment,
        )  # fmt: skip
        log.close()
        import distributed  # noqa: F401  (takes a second, as it does there; side by side it is one second)

        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"The pool of workers did not start; {lab_home() / 'pool.log'} says why.")
        threading.Thread(target=self._watch, args=(self._process,), daemon=True).start()
        keys = json.loads(line)
        return keys.pop("address"), keys

    def _watch(self, process: subprocess.Popen[str]) -> None:
        """If the pool process dies under us, start another and give it the runs that were not over."""
        process.wait()
        with self._lock:
            if self._closing or process is not self._process or self._client is None:
                return
            self._client.close(timeout=1)
            self._client, self._process = None, None
            _close_pipes(process)
            self.ready.clear()
            open_runs = [Run(path) for path in self._futures if path.exists() and not Run(path).history().ended]
            self._futures.clear()
            self._asides.clear()
            self._vain += 1
            gives_up = self._vain >= ATTEMPTS
        for run in open_runs:
            if gives_up:
                write_final(run, Failed(len(run.history().epochs), NO_WORKER, run=run.id))
            else:
                self.submit(run)

    def submit(self, run: Run) -> None:
        """Queue a run that was signed. It goes on when this page, this session or this browser is closed."""
        self.start()
        with self._lock:
            future = self._client.submit(work, str(run.path), pure=False, key=f"{run.id}-{os.urandom(4).hex()}")
            self._futures[run.path] = future
        threading.Thread(target=self._see_out, args=(run, future), daemon=True).start()

    def aside(self, job: Callable[[str], None], run: Run) -> None:
        """Have a worker do something for a run that is over, after all runs that wait; nothing where it is at it."""
        self.start()
        with self._lock:
            if (before := self._asides.get(run.path)) is None or before.done():
                key = f"aside-{run.id}-{os.urandom(4).hex()}"
                self._asides[run.path] = self._client.submit(job, str(run.path), pure=False, key=key, priority=-1)

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
            write_final(run, Failed(len(run.history().epochs), message, run=run.id))
        if future.status in ("finished", "error"):
            with self._lock:
                if self._futures.get(run.path) is future:  # and not that of the run resumed
                    del self._futures[run.path]
            for call in self.when_over:
                with contextlib.suppress(Exception):  # who looks at its group does the same
                    call(run)

    def cancel(self, run: Run) -> None:
        """Take a run that has not begun out of the queue."""
        with self._lock:
            future = self._futures.pop(run.path, None)
        if future is not None:
            future.cancel()
        write_final(run, Stopped(len(run.history().epochs), 0.0, run.id))

    def close(self) -> None:
        """End the workers: the pool process ends when its stdin does."""
        self._closing = True
        if self._client is not None:
            self._client.close(timeout=1)
        if self._process is not None:
            assert self._process.stdin is not None
            self._process.stdin.close()
            self._process.wait(timeout=20)
            _close_pipes(self._process)


def _close_pipes(process: subprocess.Popen[str]) -> None:
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        with contextlib.suppress(OSError):
            pipe.close()


def write_final(run: Run, event: Failed | Stopped) -> None:
    """The last event of a run that no worker can finish."""
    (run.path / "submitted.json").unlink(missing_ok=True)
    run.append(event)


POOL = Pool()
atexit.register(POOL.close)


def warm_up() -> None:
    """Start the pool in the background, so that a worker is ready by the time somebody presses Train."""
    if POOL._client is None and os.environ.get("LAB_WARM_UP", "1") != "0":
        threading.Thread(target=_start_quietly, daemon=True).start()


def _start_quietly() -> None:
    with contextlib.suppress(Exception):  # whoever then submits a run hears what is wrong
        POOL.start()


def is_ready() -> bool:
    """Whether a worker is there, so that a run that is next begins at once."""
    return POOL.ready.is_set()
