"""Runs that belong together: the folds of a backtest, the seeds of one config, the points of a sweep, a cheat and its honest twin.

A group is a folder of `groups/` beside `runs/`: group.json says of which kind it is and which runs are its members; each member is an
ordinary run, in whose folder the file `group` names its group. What takes time to find out of a group is kept in its folder too.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shutil
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, get_args

from lab.config.home import new_folder, write_text
from lab.runs.damage import DamagedRun
from lab.runs.run import UNDER_WAY, Run
from lab.runs.store import RunStore

Kind = Literal["backtest", "seeds", "sweep", "cheat", "race"]
KINDS: tuple[Kind, ...] = get_args(Kind)
FILE = "group.json"
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")


@dataclass(frozen=True)
class Member:
    """A run of a group.

    Args:
        run: its id.
        label: what tells it from the others, in words: `seed 3`, `fold 2`.
        settings: the same as `RunConfig.with_settings` reads it.
        rung: of successive halving, which round it belongs to.
    """

    run: str
    label: str
    settings: Mapping[str, str] = field(default_factory=dict)
    rung: int = 0


@dataclass(frozen=True)
class Record:
    """What group.json holds.

    Args:
        title: what was asked, a phrase: `Sine wave, 8 seeds`.
        base: id of the run that it started from; `""` where it was a config.
        config: the config that the members are variations of, as JSON.
        options: what else its kind needs to know.
        made: seconds since 1970.
    """

    kind: Kind
    title: str
    config: str
    members: tuple[Member, ...]
    base: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    made: float = 0.0


class Group:
    """One group's folder. Cheap to make; nothing is read before it is asked for."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)

    @property
    def id(self) -> str:
        """The folder's name."""
        return self.path.name

    @property
    def record(self) -> Record:
        """What it is. DamagedRun, one sentence, where that cannot be read."""
        try:
            at = (self.path / FILE).stat()
            return _record(self.path / FILE, at.st_mtime_ns, at.st_size)
        except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
            reason = "missing" if isinstance(error, FileNotFoundError) else "not to be read"
            raise DamagedRun(f"Group {self.id} is damaged: its {FILE} is {reason}.") from None

    @property
    def runs(self) -> dict[str, Run]:
        """Its members that are still there, by id, in their order."""
        folder = self.path.parent.parent / "runs"
        found = {member.run: Run(folder / member.run) for member in self.record.members}
        return {name: run for name, run in found.items() if (run.path / "config.json").exists()}

    def add(self, members: Sequence[Member]) -> None:
        """Write that these belong to it as well."""
        record = asdict(self.record)
        record["members"] = [*record["members"], *map(asdict, members)]
        write_text(self.path / FILE, json.dumps(record))

    def look(self) -> Look:
        """How far its members are, each read once."""
        runs, counts, shares = self.runs, Counter[str](), list[float]()
        for run in runs.values():
            try:
                summary = run.summary()
                status: str = run.status(summary)
                shares.append(1.0 if summary.ended else summary.epoch / run.config.training.epochs)
            except DamagedRun:
                status = "damaged"
            counts[status] += 1
        gone = len(self.record.members) - len(runs)
        counts["gone"] = gone
        shares += [1.0] * gone
        return Look(+counts, sum(shares) / max(len(shares), 1))

    def counts(self) -> Counter[str]:
        """How many members have each status; `gone` are those that were deleted."""
        return self.look().counts

    @property
    def is_under_way(self) -> bool:
        """Whether one of its members waits or is trained."""
        return any(status_of(run) in UNDER_WAY for run in self.runs.values())

    @property
    def done(self) -> float:
        """The share of its members' epochs that are done, 0 to 1; what is over counts whole."""
        return self.look().done


@dataclass(frozen=True)
class Look:
    """A group at a moment: see `Group.counts` and `Group.done`."""

    counts: Counter[str]
    done: float

    @property
    def is_under_way(self) -> bool:
        """Whether one of its members waits or is trained."""
        return any(self.counts[status] for status in UNDER_WAY)


def status_of(run: Run) -> str:
    """Its status; `damaged` where that cannot be read: it takes room and may go for another, and keeps nobody from training."""
    try:
        return run.status()
    except DamagedRun:
        return "damaged"


@lru_cache(maxsize=256)
def _record(path: Path, written: int, size: int) -> Record:  # noqa: ARG001  (another file, another record)
    tree = json.loads(path.read_text(encoding="utf-8"))
    members = tuple(Member(**member) for member in tree["members"])
    record = Record(**tree | {"members": members})
    if record.kind not in KINDS:
        raise ValueError(f"kind {record.kind!r}")
    return record


class GroupStore:
    """All groups beside the runs of a store; of one visitor's runs those in which one of these is."""

    def __init__(self, runs: RunStore) -> None:
        self.runs = runs
        self.folder = runs.home / "groups"

    def create(self, record: Record) -> Group:
        """Make a group's folder; its members are runs that are there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        path = new_folder(self.folder, record.kind)
        write_text(path / FILE, json.dumps(asdict(record)))
        return Group(path)

    def open(self, group_id: str) -> Group:
        """A group by its id; ValueError where there is none, a DamagedRun where it cannot be read."""
        if _ID.fullmatch(group_id) and (self.folder / group_id / FILE).exists():
            group = Group(self.folder / group_id)
            group.record  # noqa: B018
            return group
        raise ValueError(f"There is no group {group_id!r}.")

    def list(self, kind: Kind | None = None) -> list[Group]:
        """Those that can be read, newest first."""
        names = os.listdir(self.folder) if self.folder.exists() else []  # noqa: PTH208  (the names alone)
        found = []
        mine = {run.id for run in self.runs.folders()} if type(self.runs) is not RunStore else None
        for name in names:
            group = Group(self.folder / name)
            with contextlib.suppress(DamagedRun):
                record = group.record
                if kind in (None, record.kind) and (mine is None or any(m.run in mine for m in record.members)):
                    found.append(group)
        return sorted(found, key=lambda group: group.record.made, reverse=True)

    def delete(self, group: Group) -> None:
        """Remove a group and all its runs for good. ValueError while one of them goes on."""
        if group.is_under_way:
            raise ValueError(f"Group {group.id} still goes on; stop it first.")
        for run in group.runs.values():
            self.runs.delete(run)
        shutil.rmtree(group.path, ignore_errors=True)


def group_of(run: Run) -> str:
    """The id of the group that a run belongs to; `""` for none."""
    try:
        return (run.path / "group").read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def join(run: Run, group: Group) -> None:
    """Write into a run's folder that it belongs to the group."""
    write_text(run.path / "group", group.id)
