"""Runs whose files cannot be read: one sentence that says which file and why, in place of whatever was thrown."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

BROKEN = (OSError, ValueError, LookupError, TypeError, AttributeError, EOFError, zipfile.BadZipFile, zlib.error)


class DamagedRun(ValueError):
    """A run that cannot be read, or is there no longer; the message is one sentence."""


@contextmanager
def reading(run: Path, name: str) -> Iterator[None]:
    """What goes wrong within while the file `name` of the folder `run` is read becomes a DamagedRun."""
    try:
        yield
    except DamagedRun:
        raise
    except BROKEN as error:
        if not run.exists():
            raise _gone(run) from None
        if isinstance(error, FileNotFoundError):
            raise DamagedRun(f"Run {run.name} is damaged: its {name} is missing.") from None
        reason = (str(error).splitlines() or [""])[0][:160].rstrip(". ") or type(error).__name__
        raise DamagedRun(f"Run {run.name} is damaged: its {name} cannot be read ({reason}).") from error


@contextmanager
def present(run: Path) -> Iterator[None]:
    """What is written within to the folder `run`, which somebody may have deleted meanwhile: a DamagedRun then."""
    try:
        yield
    except FileNotFoundError:
        if run.exists():
            raise
        raise _gone(run) from None


def _gone(run: Path) -> DamagedRun:
    return DamagedRun(f"Run {run.name} is there no longer: it was deleted or renamed.")


def lines_left_out(count: int) -> str:
    """The sentence about lines of a run's events that cannot be read; `""` where there are none."""
    if not count:
        return ""
    return (
        f"{count:,} line{'s' * (count > 1)} of its events cannot be read and {'are' if count > 1 else 'is'} left out."
    )
