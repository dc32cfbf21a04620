"""A race in a table and a sentence: who solved the task, after which epoch and how many seconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from lab.runs.group import Group
from lab.runs.history import History


@dataclass(frozen=True)
class Place:
    """How one candidate did.

    Args:
        epoch: after which the task was solved first; None where it is not, or nobody can say.
        seconds: of training until then; until its last epoch, where it is not solved.
        best: the lowest validation loss so far.
        epochs: done so far.
        over: whether it trains no more.
    """

    run: str
    label: str
    epoch: int | None
    seconds: float
    best: float
    epochs: int
    over: bool


def places(group: Group, histories: Mapping[str, History]) -> list[Place]:
    """Of the candidates that have begun, by their labels in `histories`: the solvers first, by epoch, then the others by their loss."""
    runs, found = group.runs, []
    for member in group.record.members:
        history = histories.get(member.label)
        if history is None or member.run not in runs or not history.epochs:
            continue
        task, seconds, solved = runs[member.run].config.task, 0.0, None
        for event in history.epochs:
            seconds += event.seconds
            if task.is_solved(event):
                solved = event.epoch
                break
        best = min(event.val_loss for event in history.epochs)
        found.append(
            Place(member.run, member.label, solved, seconds, best, history.epochs[-1].epoch, history.final is not None)
        )
    return sorted(found, key=lambda p: (p.epoch is None, p.epoch or 0, p.best))


def sentence(found: list[Place]) -> str:
    """Who solved it first, and who did not; `""` before anybody has begun."""
    solved = [place for place in found if place.epoch is not None]
    rest = [place for place in found if place.epoch is None]
    if not found:
        return ""
    if not solved:
        over = all(place.over for place in found)
        return f"None of them has solved the task{'' if over else ' so far'}."
    first = solved[0]
    text = f"{first.label} solved it first, after epoch {first.epoch} and {first.seconds:.0f} s of training"
    if len(solved) > 1:
        text += "; " + ", ".join(f"{place.label} after epoch {place.epoch}" for place in solved[1:])
    if rest:
        names = ", ".join(place.label for place in rest)
        text += f"; {names} did not{'' if all(p.over for p in rest) else ' so far'}"
    return text + "."
