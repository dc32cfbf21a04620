"""What a list of runs shows of each, kept beside the run, so that nobody reads whole histories to write a row."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from statistics import median
from typing import Any

from lab.config.home import write_text
from lab.runs.history import History

# What it is made of. Events are only ever added, and the rest is written once, so that sizes tell whether it still holds.
SOURCES = ("config.json", "series.npz", "images.npz", "events.jsonl", "scores.json")
FILE = "summary.json"


@dataclass(frozen=True)
class Summary:
    """A run in a row.

    Args:
        state: as `History.state`.
        ended: whether its last event is there.
        epoch: epochs done.
        metrics: the losses and the task's metrics of the last epoch.
        scores: the model beside the baselines on the test part, the model first; see `Run.scores`.
        title, unit: of what it learned.
        steps: gradient steps an epoch; 0 where it never began.
        seconds: median of its epochs' training time, the first left out; None without any.
        length: steps of the series; 0 where it learned none.
        unreadable: lines of its events that cannot be read, and were left out.
        made_of: bytes of each of the files that it was made of.
    """

    state: str
    ended: bool
    epoch: int
    metrics: Mapping[str, float | None]
    scores: tuple[Mapping[str, Any], ...]
    title: str
    unit: str
    steps: int
    seconds: float | None
    length: int
    made_of: Mapping[str, int]
    unreadable: int = 0  # summaries of before have none

    @classmethod
    def of(
        cls, history: History, scores: list[dict[str, Any]], *, title: str, unit: str, length: int, folder: Path
    ) -> Summary:
        """The summary of what was read of a run."""
        last = history.epochs[-1] if history.epochs else None
        seconds = [e.seconds for e in history.epochs if e.epoch > 1 and e.seconds > 0]
        return cls(
            state=history.state,
            ended=history.ended,
            epoch=last.epoch if last else 0,
            metrics={"loss": last.loss, "val_loss": last.val_loss} | dict(last.metrics) if last else {},
            scores=tuple(scores),
            title=title,
            unit=unit,
            steps=history.started.steps if history.started else 0,
            seconds=median(seconds) if seconds else None,
            length=length,
            unreadable=history.unreadable,
            made_of=sizes(folder),
        )


def sizes(folder: Path) -> dict[str, int]:
    """Bytes of each file in a run's folder that a summary is made of."""
    return {name: at.st_size for name, at in _files(folder).items() if name in SOURCES}


def _files(folder: Path) -> dict[str, os.stat_result]:
    with os.scandir(folder) as files:  # a quarter of the time of asking for each: the Runs page has hundreds of runs
        return {file.name: file.stat() for file in files if file.name in (*SOURCES, FILE)}


def kept(folder: Path) -> Summary | None:
    """The summary that lies in a run's folder; None where there is none, or something was added to the run since."""
    try:
        files = _files(folder)
        at = files.pop(FILE)
        summary = _read(os.path.join(folder, FILE), at.st_mtime_ns, at.st_size)  # noqa: PTH118
    except (OSError, ValueError, TypeError, KeyError):  # it can be made again, whatever is wrong with it
        return None
    return summary if summary.made_of == {name: file.st_size for name, file in files.items()} else None


def keep(folder: Path, summary: Summary) -> None:
    """Write it into the folder, where that can be done."""
    with contextlib.suppress(OSError):
        write_text(folder / FILE, json.dumps(asdict(summary)))


@lru_cache(maxsize=1024)
def _read(path: str, written: int, size: int) -> Summary:  # noqa: ARG001  (another file, another summary)
    tree = json.loads(Path(path).read_text(encoding="utf-8"))
    return Summary(**tree | {"scores": tuple(tree["scores"])})
