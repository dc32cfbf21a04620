"""Gradient steps on a thread of their own, so that the rest of the work on an epoch is done beside the next one's."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future, ThreadPoolExecutor, wait

from lab.data.arrays import IntArray
from lab.engine.stepper import Stepper

CALL_SECONDS = 0.2  # a compiled call is kept about this long, so that stop, pause and a new rate act promptly
# Of the whole process: threads that come and go, a training each, would leave a little more memory behind every time.
_THREADS = ThreadPoolExecutor(thread_name_prefix="gradient steps")


class StopAsked(Exception):
    """The user asked for a stop while the untrained network is looked at, which of a large one takes minutes."""


class StepsAside:
    """The compiled calls of one training, one at a time."""

    def __init__(self, stepper: Stepper) -> None:
        self.stepper = stepper
        self._size = 1  # gradient steps in the next call
        self._underway: tuple[Future[float], int, int] | None = (
            None  # its seconds, its first step and the one after its last
        )

    @property
    def underway(self) -> bool:
        """Whether a call was begun whose end was not waited for."""
        return self._underway is not None

    def begin(self, order: IntArray, start: int) -> None:
        """Set the thread to work on the steps from `start` on of an epoch; 0 begins one."""
        if start == 0:
            self.stepper.clear()
        started, stop = threading.Event(), min(start + self._size, self.stepper.steps)

        def call() -> float:
            started.set()
            before = time.perf_counter()
            self.stepper.run(order, start, stop)
            return time.perf_counter() - before

        self._underway = _THREADS.submit(call), start, stop
        started.wait()  # or it would wait in turn, until this thread has nothing to do in Python

    def finish(self) -> tuple[int, float]:
        """Wait for the call underway: how many of the epoch's steps are done, and the seconds that it took."""
        assert self._underway is not None
        call, start, stop = self._underway
        took = call.result()
        self._underway = None  # not before: who breaks off while waiting here must still let it come to its end
        self._size = max(1, min(4 * self._size, round(CALL_SECONDS * (stop - start) / max(took, 1e-6))))
        return stop, took

    def settle(self) -> None:
        """Let a call that is underway come to its end, whatever comes of it."""
        if self._underway is not None:
            wait([self._underway[0]])
