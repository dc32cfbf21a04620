"""`baselines.json`: how simpler models did on a run's test part, a row as soon as it is fitted; what is missing can be made again."""

from __future__ import annotations

import contextlib
import json
from collections.abc import Callable, Iterator
from dataclasses import asdict
from functools import lru_cache
from pathlib import Path

from lab.config.home import write_text
from lab.network.interrupt import breathe
from lab.runs.run import Run
from lab.scoring.baseline_scores import Baseline
from lab.scoring.forecast_scores import Score

FILE = "baselines.json"


def kept(run: Run) -> list[Baseline]:
    """Those that were fitted; none of a file that cannot be read."""
    try:
        at = (run.path / FILE).stat()
        return list(_read(run.path / FILE, at.st_mtime_ns, at.st_size))
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return []


@lru_cache(maxsize=256)  # a page asks for them several times
def _read(path: Path, written: int, size: int) -> tuple[Baseline, ...]:  # noqa: ARG001  (another file, other rows)
    return tuple(Baseline.from_json(row) for row in json.loads(path.read_text(encoding="utf-8")))


def all_scores(run: Run) -> list[Score]:
    """The network's and those of all baselines that there are so far, the network's first."""
    return [*(Score(**row) for row in run.scores()), *(row.score for row in kept(run) if row.score)]


def missing(run: Run) -> list[str]:
    """The names of those that apply to the run and were not fitted yet, in the order in which they will be."""
    known = {row.name for row in kept(run)}
    return [name for name in run.task.baselines() if name not in known]


def fit(run: Run, begins: Callable[[str], None] = lambda _: None) -> Iterator[Baseline]:
    """Fit those that are missing, here and now, and keep each; `begins` hears the name of each before.

    Where the run's folder cannot be written to, as that of a sample, they are only yielded.
    """
    found = kept(run)
    makers = run.task.baselines()
    for name in missing(run):
        breathe()
        begins(name)
        rows = list(makers[name]())
        found += rows
        if not run.is_sample:
            with contextlib.suppress(OSError):
                write_text(run.path / FILE, json.dumps([asdict(row) for row in found]))
        yield from rows
