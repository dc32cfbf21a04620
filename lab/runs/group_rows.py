"""A group's runs as a table: what each was to be, how far it is, how good it was on the part that choices are made by."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from lab.network.architecture import count_parameters
from lab.runs.damage import DamagedRun
from lab.runs.events import Finished
from lab.runs.group import Group, Member, status_of
from lab.runs.run import Run


@dataclass(frozen=True)
class Row:
    """A member.

    Args:
        run: None where it was deleted.
        epoch: epochs done, of `epochs`.
        value: the metric by which runs are chosen (`Task.chosen_by`), on the validation part, of the weights that are kept; None
            before there are any, and of a run that failed.
        higher: whether a higher value is better.
        parameters: how many numbers its weights are.
    """

    member: Member
    run: Run | None
    status: str
    epoch: int = 0
    epochs: int = 0
    value: float | None = None
    higher: bool = False
    parameters: int = 0


def rows(group: Group) -> list[Row]:
    """All members, in their order."""
    runs = group.runs
    return [_row(member, runs.get(member.run)) for member in group.record.members]


def _row(member: Member, run: Run | None) -> Row:
    if run is None:
        return Row(member, None, "gone")
    status = status_of(run)
    try:
        summary, config = run.summary(), run.config
        key, higher = chosen_by(run)
        value = None
        if summary.ended and status != "failed":
            at = run.path / "events.jsonl"
            value = _kept_value(run.path.as_posix(), at.stat().st_size, key)
        task = config.task
        parameters = count_parameters(config.model, task.features(config), task.head(config).units, config.window.size)
        return Row(member, run, status, summary.epoch, config.training.epochs, value, higher, parameters)
    except (DamagedRun, OSError):
        return Row(member, run, "damaged")


def chosen_by(run: Run) -> tuple[str, bool]:
    """The metric by which a run's task chooses among runs, and whether a higher one is better."""
    task = run.config.task
    key: str = task.chosen_by
    better = next((m.better for m in task.metrics if m.key == key.removeprefix("val_")), "lower")
    return key, better == "higher"


@lru_cache(maxsize=1024)
def _kept_value(path: str, size: int, key: str) -> float | None:  # noqa: ARG001  (more events, another value)
    history = Run(path).history()
    best = history.final.best_epoch if isinstance(history.final, Finished) else None
    for epoch in reversed(history.epochs):
        if best in (None, epoch.epoch):
            value = epoch.value(key)
            return None if value is None or not math.isfinite(value) else float(value)
    return None


def best_first(found: Sequence[Row]) -> list[Row]:
    """The rows by their value, the best first; those without one last."""
    return sorted(
        found,
        key=lambda row: (row.value is None, -(row.value or 0.0) if row.higher else (row.value or 0.0)),
    )
