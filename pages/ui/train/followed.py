"""A run as it goes on: its event file is read on from where it was left off, once for all who look at it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from weakref import WeakSet, WeakValueDictionary

import streamlit as st

from lab.runs.history import History
from lab.runs.run import Run, Status
from pages.ui.shared import queue

# Seconds between two looks of a page. In between the charts move through the epochs of a message, so a message is drawn
# within about as long again; while epochs are short the picture is to be less than a second behind the training.
SHORT_PAUSE, LONG_PAUSE = 0.4, 0.8
PAUSES = (SHORT_PAUSE, LONG_PAUSE, 1.6, 3.2)
SHORT_EPOCH = 2.0  # seconds
SAME_LOOK = 1 / 3  # of the pause, within which another visitor's look serves as well
LOOK_COST = 0.012  # seconds of a core that a look takes, with all that Streamlit does for it
# Of a core in looks, above which they become rarer, and below which they may be more frequent again.
BUSY, CALM = 0.5, 0.3


class Followed:
    """What is known of a run so far; `history` is replaced, and never changed, by `look`."""

    def __init__(self, run: Run) -> None:
        self.run = run
        self.history = History()
        self.status: Status = "queued"
        self.rate = 0.0
        self._offset, self._looked = 0, -1.0
        self._lock = threading.RLock()
        self._messages: dict[object, tuple[object, bytes]] = {}

    def look(self, within: float = 0.0) -> None:
        """Take in the events that were written since; nothing where somebody did so `within` the last seconds."""
        with self._lock:
            if time.monotonic() - self._looked < within:
                return
            events, self._offset = self.run.read_events(self._offset)
            if events:
                self.history = self.history.with_events(events)
            self.status = self.run.status(self.history)
            self.rate = self.run.control().learning_rate or self.run.config.training.learning_rate
            if self.history.final is None and not self.run.is_sample:
                self.run.watch()  # the worker makes pictures for who looks at them
            self._looked = time.monotonic()

    def message(self, choices: object, words: str, make: Callable[[], bytes]) -> bytes:
        """What `make` makes of it now, with these words, for all whose charts show the same; made once, until there is news."""
        with self._lock:
            source = (self.history.done, len(self.history.epochs), self._offset, self.status, words)
            kept = self._messages.get(choices)
            if kept is None or kept[0] != source:
                kept = self._messages[choices] = source, make()
            return kept[1]

    @property
    def pause(self) -> float:
        """Seconds until the next look at the run."""
        recent = [e.seconds for e in self.history.epochs[-5:] if e.epoch > 0]
        wanted = LONG_PAUSE if recent and min(recent) > SHORT_EPOCH else SHORT_PAUSE
        if self.status == "queued" and (ahead := len(queue.ahead_of(self.run))):
            wanted = LONG_PAUSE if ahead == 1 else 1.6
        return max(wanted, CROWD.pause())


@dataclass(eq=False)
class Visitor:
    """One who looks at runs, and when."""

    looked: float = -1e9


class Crowd:
    """How many pages of this server look at runs: together they are to leave it time for what visitors ask of it."""

    def __init__(self) -> None:
        self._visitors: WeakSet[Visitor] = WeakSet()
        self._lock = threading.Lock()
        self._pause = SHORT_PAUSE

    def add(self, visitor: Visitor) -> None:
        """This one looks now."""
        visitor.looked = time.monotonic()
        with self._lock:
            self._visitors.add(visitor)

    def pause(self) -> float:
        """Seconds between two looks that all of them can have."""
        with self._lock:
            since = time.monotonic() - 2 * PAUSES[-1]
            cost = LOOK_COST * sum(visitor.looked > since for visitor in self._visitors)
            needed = next((p for p in PAUSES if cost / p <= BUSY), PAUSES[-1])
            if needed > self._pause or cost / needed <= CALM:  # not to and fro
                self._pause = needed
            return self._pause


CROWD = Crowd()
_KNOWN: WeakValueDictionary[object, Followed] = WeakValueDictionary()
_LOCK = threading.Lock()


def followed(run: Run) -> Followed:
    """The run as it is now; shared with every other session that looks at it, and forgotten with the last of them."""
    with _LOCK:
        memory = _KNOWN.setdefault((run.path, run.created), Followed(run))
    st.session_state["followed"] = memory  # which keeps it
    _look(memory, 0.0)
    return memory


def look_again(memory: Followed) -> None:
    """As `followed`, between two runs of the page: of what many sessions look at, it is enough that one did so just now."""
    _look(memory, SAME_LOOK * memory.pause)


def _look(memory: Followed, within: float) -> None:
    CROWD.add(st.session_state.setdefault("looks", Visitor()))
    memory.look(within)
