"""All runs of this machine: made, opened, listed, renamed and deleted."""

from __future__ import annotations

import contextlib
import os
import re
import shutil
from pathlib import Path
from typing import Any

from lab.config.home import in_plain_letters, lab_home, new_folder, write_text
from lab.config.run import RunConfig
from lab.data.files import save_data
from lab.data.series import Series
from lab.runs import run as runs
from lab.runs.damage import DamagedRun, present
from lab.runs.run import UNDER_WAY, Run

_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,79}")
Runs = list[Run]


class RunStore:
    """All runs under one folder, and the samples that ship with the project."""

    def __init__(self, home: Path | str | None = None) -> None:
        self.home = Path(home) if home is not None else lab_home()
        self.folder = self.home / "runs"

    def create(self, config: RunConfig, data: Any, name: str | None = None) -> Run:
        """Make a run's folder. ValueError for a name that is taken or no good. `data` may come later, from the worker."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if name is not None:
            path = self.folder / _checked(name)
            if path.exists():
                raise ValueError(f"A run named {name!r} exists already; choose another name.")
            path.mkdir()
        else:
            about = config.data.name
            if about == "csv" and isinstance(data, Series):  # by the file's own name, as far as an id may hold it
                about = in_plain_letters(data.title) or about
            path = new_folder(self.folder, about)
        try:
            if data is not None:
                save_data(path, data)
            write_text(path / "config.json", config.to_json())
        except OSError:
            shutil.rmtree(path, ignore_errors=True)
            raise
        return Run(path)

    def open(self, run_id: str) -> Run:
        """A run by its id; ValueError where there is none, a DamagedRun where its config cannot be read."""
        for folder in (runs.SAMPLES, self.folder):  # in this order: no run takes the place of a sample
            if _ID.fullmatch(run_id) and (folder / run_id / "config.json").exists():
                run = Run(folder / run_id)
                run.config  # noqa: B018
                return run
        raise ValueError(f"There is no run {run_id!r}.")

    def list(self) -> Runs:
        """All runs whose config can be read, newest first, the samples last."""
        return [run for run in self.folders() if _config_is_read(run)]

    def damaged(self) -> Runs:
        """The runs whose config, events or scores cannot be read, newest first; `Run.damage` says why."""
        return [run for run in self.folders() if run.damage()]

    def folders(self) -> Runs:
        """All runs, whether they can be read or not, newest first, the samples last."""
        found: Runs = []
        for folder in (self.folder, runs.SAMPLES):
            dated = []
            for name in os.listdir(folder) if folder.exists() else ():  # noqa: PTH208  (the names alone)
                with contextlib.suppress(OSError):  # gone between two looks
                    dated.append((os.stat(f"{folder}/{name}/config.json").st_mtime, name))  # noqa: PTH116
            # The samples all came at once, with the project: by name.
            dated.sort(key=(lambda d: d[1]) if folder == runs.SAMPLES else (lambda d: d), reverse=True)
            found += [Run(folder / name) for _, name in dated]
        return found

    def rename(self, run: Run, name: str) -> Run:
        """Give a run another name (its id). ValueError where it is taken, no good, or the run still goes on."""
        self._require_own(run)
        target = self.folder / _checked(name)
        if target.exists():
            raise ValueError(f"A run named {name!r} exists already; choose another name.")
        with present(run.path):
            run.path.rename(target)
        return Run(target)

    def delete(self, run: Run) -> None:
        """Remove a run for good; one that is damaged, too. ValueError while it goes on."""
        if run.is_sample or not run.damage():
            self._require_own(run)
        if not run.path.exists():
            raise ValueError(run.damage())
        shutil.rmtree(run.path, ignore_errors=True)

    def _require_own(self, run: Run) -> None:
        if run.is_sample:
            raise ValueError(f"{run.id} is the sample that ships with RNN Lab; it can't be renamed or deleted.")
        if run.status() in UNDER_WAY:
            raise ValueError(f"Run {run.id} still goes on; stop it first.")


def _config_is_read(run: Run) -> bool:
    try:
        run.config  # noqa: B018
    except DamagedRun:
        return False
    return True


def _checked(name: str) -> str:
    if not _ID.fullmatch(name):
        raise ValueError(
            f"A run's name must be 1 to 80 letters, digits, dots, dashes or underscores; received {name!r}."
        )
    if (runs.SAMPLES / name).exists():
        raise ValueError(f"{name!r} is the name of a sample that ships with RNN Lab; choose another name.")
    return name
