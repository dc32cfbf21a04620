"""A run's events folded into what a chart and a status line show."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from itertools import pairwise
from statistics import median
from typing import Any

import numpy as np

from lab.runs.events import (
    Compiled,
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
    Unreadable,
)

FRAMES = 60
WITHIN = 2000  # points within epochs that are kept; a long run thins them out
_FIELDS = frozenset(f.name for f in fields(EpochEnded))
RECENT = 10  # epochs by whose pace the rest is estimated


@dataclass(eq=False)
class History:
    """The epochs heard so far, in order, and the last word on the run's state.

    The epochs are kept without what they showed (forecasts, a confusion matrix); `last` has the newest of those, and
    `frames` those of up to 60 epochs, for a replay. `within` are the points on the way through long epochs.

    `state`: `queued` (nothing heard), `running`, `paused`, `finished`, `stopped` or `failed`. `compiled`: gradient steps have begun.
    `unreadable`: lines of the file that are no events, and were left out.
    """

    epochs: list[EpochEnded] = field(default_factory=list)
    newest: dict[str, tuple[int, Any]] = field(default_factory=dict)
    frames: dict[str, list[tuple[int, np.ndarray[Any, Any]]]] = field(default_factory=dict)
    within: list[Progressed] = field(default_factory=list)
    state: str = "queued"
    compiled: bool = False
    unreadable: int = 0
    started: Started | None = None
    progress: Progressed | None = None
    final: Finished | Stopped | Failed | None = None

    @classmethod
    def of(cls, events: Iterable[Event]) -> History:
        """The history of a whole sequence of events."""
        return cls().with_events(events)

    def with_events(self, events: Iterable[Event]) -> History:
        """What it is after these events; it stays as it was, for whoever draws it meanwhile."""
        frames = {name: list(kept) for name, kept in self.frames.items()}
        after = replace(
            self, epochs=list(self.epochs), newest=dict(self.newest), frames=frames, within=list(self.within)
        )
        for event in events:
            after.fold(event)
        return after

    def fold(self, event: Event) -> None:
        """Take in one event; a new `Started` voids what was heard of the epochs after it."""
        if isinstance(event, Started):
            self._forget_after(event.epoch)
            self.started, self.state, self.final, self.progress = event, "running", None, None
            self.compiled = False
        elif isinstance(event, Compiled):
            self.compiled = True
        elif isinstance(event, EpochEnded):
            try:
                arrays = {name: np.asarray(value) for name, value in event.shown.items()}
            except ValueError:  # lists of different lengths: nothing that we wrote
                self.unreadable += 1
                return
            if self.epochs and self.epochs[-1].epoch >= event.epoch:  # a run begun anew before its first checkpoint
                self._forget_after(event.epoch - 1)
            # Of these only some are kept: a long run's would fill the memory of whoever looks at it.
            for name, array in arrays.items():
                self.newest[name] = (event.epoch, event.shown[name])
                keep_frame(self.frames.setdefault(name, []), event.epoch, array)
            self.epochs.append(replace(event, shown={}))
            self.progress = None
        elif isinstance(event, Progressed):
            self.progress = event
            self.within.append(event)
            if len(self.within) > WITHIN:
                self.within = self.within[::2]
        elif isinstance(event, Paused):
            self.state = "paused"
        elif isinstance(event, Continued):
            self.state = "running"
        elif isinstance(event, Unreadable):
            self.unreadable += 1
        elif isinstance(event, FinalEvent):
            self.final, self.progress = event, None
            self.state = {Finished: "finished", Stopped: "stopped", Failed: "failed"}[type(event)]

    def _forget_after(self, epoch: int) -> None:
        self.epochs = [e for e in self.epochs if e.epoch <= epoch]
        self.within = [p for p in self.within if p.epoch <= epoch]
        self.frames = {name: [f for f in kept if f[0] <= epoch] for name, kept in self.frames.items()}

    def values(self, name: str) -> list[float | None]:
        """One field or metric of every epoch, for example `val_loss` or `val_mae`."""
        if name in _FIELDS:  # three times as fast as asking each, and a long run has ten thousand, drawn twice a second
            return [getattr(e, name) for e in self.epochs]
        return [e.metrics[name] if name in e.metrics else e.value(name) for e in self.epochs]

    def last(self, name: str) -> tuple[int, Any] | None:
        """The newest of what epochs showed under this name, after its epoch; None without any."""
        return self.newest.get(name)

    @property
    def ended(self) -> bool:
        """Whether the last event is there."""
        return self.final is not None

    @property
    def done(self) -> float:
        """Epochs done, with the share of the one that is under way."""
        if self.progress is not None:
            return _place(self.progress)
        return float(self.epochs[-1].epoch) if self.epochs else 0.0

    def curve(self, name: str) -> tuple[list[float], list[float | None]]:
        """Epochs, and a field or metric at each; within long epochs too, where `Progressed` has it."""
        points: list[tuple[float, float | None]] = [
            (e.epoch, value) for e, value in zip(self.epochs, self.values(name), strict=True)
        ]
        points += [(_place(p), value) for p in self.within if (value := p.value(name)) is not None]
        points.sort(key=lambda point: point[0])
        return [place for place, _ in points], [value for _, value in points]

    def seconds_left(self) -> float | None:
        """How long the rest will take at the pace of the latest epochs, pauses left out; None before there is a pace."""
        if self.started is None:
            return None
        paces = [e.seconds for e in self.epochs[-RECENT:] if e.epoch > 0 and e.seconds > 0]
        if not paces:  # within the first epoch; between two of its points there may have been a pause
            marks = [(_place(p), p.elapsed) for p in self.within[-RECENT:]]
            paces = [(now - before) / (b - a) for (a, before), (b, now) in pairwise(marks) if b > a]
        return median(paces) * (self.started.epochs - self.done) if paces else None


def keep_frame(frames: list[tuple[int, np.ndarray[Any, Any]]], epoch: int, array: np.ndarray[Any, Any]) -> None:
    """Add the picture of an epoch; of more than 60, the one that is missed least over the logarithm of time goes."""
    frames.append((epoch, array.astype({"i": np.int32, "f": np.float32}.get(array.dtype.kind, array.dtype))))
    if len(frames) > FRAMES:
        times = [math.log1p(e) for e, _ in frames]
        del frames[min(range(1, len(frames) - 1), key=lambda k: times[k + 1] - times[k - 1])]


def _place(progress: Progressed) -> float:
    return progress.epoch - 1 + progress.step / progress.steps
