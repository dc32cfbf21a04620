"""Between compiled calls, what the user asks of a training is looked up and done."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from lab.events import Continued, Event, Paused, RateChanged
from lab.parking import GaveWay, somebody_waits
from lab.runs import Control, Run

if TYPE_CHECKING:
    from lab.engine.training import _Training

LOOK_SECONDS = 0.1
WATCHED_SECONDS = 4.0  # after a page's last sign somebody still watches
WATCHED = 0.10  # of the training time, at most, goes into forecasts where somebody watches,
KEPT = 0.01  # and where they are only kept for a replay
# That another run has waited before a paused one makes room for it; a free worker would have begun it.
WAIT_SECONDS = 2.0


class Desk:
    """Reads `control.json` when its time stamp changed, at most ten times a second."""

    def __init__(self, folder: Path | None) -> None:
        self.run = Run(folder) if folder else None
        self.control = Control()
        self._looked = -1.0
        self._stamp = -1
        self._watch_stamp, self._watched_until = -1, -1.0

    @property
    def stop(self) -> bool:
        """True once a stop was asked for."""
        return self.control.state == "stop"

    @property
    def share(self) -> float:
        """Of the training time, how much may go into what is only looked at; nothing where it would be lost."""
        if self.run is None:
            return 0.0
        return WATCHED if time.monotonic() < self._watched_until else KEPT

    def _look(self) -> None:
        if self.run is None or time.monotonic() - self._looked < LOOK_SECONDS:
            return
        self._looked = time.monotonic()
        watch_stamp = self.run.watched()
        if watch_stamp not in (0, self._watch_stamp):  # another stamp, whatever the clock of the page's machine reads
            self._watched_until = time.monotonic() + WATCHED_SECONDS
        self._watch_stamp = watch_stamp
        try:
            stamp = (self.run.path / "control.json").stat().st_mtime_ns
        except FileNotFoundError:
            return
        if stamp != self._stamp:
            self._stamp, self.control = stamp, self.run.control()

    def _wants_pause(self, epoch: int) -> bool:
        after = self.control.pause_after
        return self.control.state == "pause" or (self.control.state == "run" and after is not None and epoch >= after)

    def asks(self, training: _Training) -> bool:
        """True where `wait` would do something after this epoch, so that nothing is begun over the user's head."""
        self._look()
        return self.stop or self._wants_pause(training.epoch) or self._new_rate(training) is not None

    def wait(self, training: _Training) -> Iterator[Event]:
        """Set a new rate; if a pause is asked for, stay here (yielding Paused, Continued) until it is over.

        Raises:
            GaveWay: the pause lasts, and another run waits for the worker.
        """
        self._look()
        yield from self._set_rate(training)
        if not self._wants_pause(training.epoch):
            return
        training.checkpoint.save(training)
        yield Paused(training.epoch, training.step, training.elapsed)
        looked = time.monotonic()
        while self._wants_pause(training.epoch):
            time.sleep(LOOK_SECONDS / 2)
            self._look()
            if self.run is not None and time.monotonic() - looked > WAIT_SECONDS:
                looked = time.monotonic()
                if somebody_waits(self.run, WAIT_SECONDS):
                    training._keep(training.stepper.weights())
                    raise GaveWay(self.control)
            yield from self._set_rate(training)
        if not self.stop:
            yield Continued(training.epoch, training.elapsed)

    def _new_rate(self, training: _Training) -> float | None:
        rate = self.control.learning_rate
        return rate if rate is not None and abs(rate - training.stepper.learning_rate) > 1e-6 * rate else None

    def _set_rate(self, training: _Training) -> Iterator[Event]:
        if (rate := self._new_rate(training)) is not None:
            training.stepper.set_learning_rate(rate)
            yield RateChanged(training.epoch, rate, training.elapsed)
