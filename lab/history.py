"""A run's events folded into what a chart draws and a status line says."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from lab.events import (
    Continued,
    EpochEnded,
    Event,
    Failed,
    FinalEvent,
    Finished,
    Paused,
    Progressed,
    Started,
    Stopped,
)

LARGE = ("one_step", "free_running", "confusion", "mistakes")


@dataclass
class History:
    """The epochs heard so far, in order, and the last word on the run's state.

    The epochs are kept without what is large (forecasts, confusion, mistakes); `last` has the newest of those.

    `state`: `queued` (nothing heard), `running`, `paused`, `finished`, `stopped` or `failed`.
    """

    epochs: list[EpochEnded] = field(default_factory=list)
    newest: dict[str, tuple[int, Any]] = field(default_factory=dict)
    state: str = "queued"
    started: Started | None = None
    progress: Progressed | None = None
    final: Finished | Stopped | Failed | None = None

    @classmethod
    def of(cls, events: Iterable[Event]) -> History:
        """The history of a whole sequence of events."""
        history = cls()
        for event in events:
            history.fold(event)
        return history

    def fold(self, event: Event) -> None:
        """Take in one event; a new `Started` voids what was heard of the epochs after it."""
        if isinstance(event, Started):
            self.epochs = [e for e in self.epochs if e.epoch <= event.epoch]
            self.started, self.state, self.final, self.progress = event, "running", None, None
        elif isinstance(event, EpochEnded):
            # Of these only the newest is kept: a long run's would fill the memory of whoever looks at it.
            for name in LARGE:
                if getattr(event, name) is not None:
                    self.newest[name] = (event.epoch, getattr(event, name))
            self.epochs.append(replace(event, **dict.fromkeys(LARGE)))  # type: ignore[arg-type]
            self.progress = None
        elif isinstance(event, Progressed):
            self.progress = event
        elif isinstance(event, Paused):
            self.state = "paused"
        elif isinstance(event, Continued):
            self.state = "running"
        elif isinstance(event, FinalEvent):
            self.final, self.progress = event, None
            self.state = {Finished: "finished", Stopped: "stopped", Failed: "failed"}[type(event)]

    def values(self, name: str) -> list[float | None]:
        """One field of every epoch, for example `val_loss`."""
        return [getattr(e, name) for e in self.epochs]

    def last(self, name: str) -> tuple[int, Any] | None:
        """The newest `one_step` or `free_running` forecast, `confusion` or `mistakes`, after its epoch; None without any."""
        return self.newest.get(name)
