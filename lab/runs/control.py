"""What the user asks of a training, looked up between compiled calls."""

from __future__ import annotations

import time
from pathlib import Path

from lab.runs.parking import somebody_waits
from lab.runs.run import Control, Run

LOOK_SECONDS = 0.1
WATCHED_SECONDS = 4.0  # after a page's last sign somebody still watches
WATCHED = 0.10  # of the training time, at most, goes into forecasts where somebody watches,
KEPT = 0.01  # and where they are only kept for a replay
# That another run has waited before a paused one makes room for it; a free worker would have begun it.
WAIT_SECONDS = 2.0


class Requests:
    """Reads `control.json` when its time stamp changed, at most ten times a second; without a folder nobody asks anything."""

    def __init__(self, folder: Path | None) -> None:
        self.run = Run(folder) if folder else None
        self.control = Control()
        self._looked = self._looked_for_others = -1.0
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

    def look(self) -> None:
        """Read what was asked since the last look."""
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

    def pause(self, epoch: int) -> bool:
        """Whether training is to wait after `epoch` epochs."""
        after = self.control.pause_after
        return self.control.state == "pause" or (self.control.state == "run" and after is not None and epoch >= after)

    def new_rate(self, rate: float) -> float | None:
        """The learning rate that was asked for; None where it is `rate` already."""
        asked = self.control.learning_rate
        return asked if asked is not None and abs(asked - rate) > 1e-6 * asked else None

    def any(self, epoch: int, rate: float) -> bool:
        """Whether something is to be done after this epoch, so that nothing is begun over the user's head."""
        self.look()
        return self.stop or self.pause(epoch) or self.new_rate(rate) is not None

    def somebody_waits(self) -> bool:
        """Whether another run has waited for this worker for a while; looked up at most every two seconds."""
        if self.run is None or time.monotonic() - self._looked_for_others < WAIT_SECONDS:
            return False
        self._looked_for_others = time.monotonic()
        return somebody_waits(self.run, WAIT_SECONDS)
