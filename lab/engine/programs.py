"""Compiled programs, kept under `LAB_HOME`, so that the next process need not compile them again.

XLA takes 2 to 8 s for the programs of one network and reads them back in a third of a second; they are the same to the last
bit, and as fast. This is TensorFlow's own cache (`--tf_xla_persistent_cache_directory`), which is read when TensorFlow is
imported: `keep` must be called before. It tells programs apart by what they compute, but not by the processor that they
were compiled for, nor by TensorFlow's version, so each has a folder of its own.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from lab.home import lab_home

FLAG = "--tf_xla_persistent_cache_directory="
AT_MOST_BYTES = 200 * 2**20
FREE_BYTES = 500 * 2**20  # on the disk; where there is less, nothing is kept
Program = TypeVar("Program")


def keep() -> None:
    """Have TensorFlow keep its programs; not where that is set already, or where nothing can be written."""
    flags = os.environ.get("TF_XLA_FLAGS", "")
    if FLAG in flags:
        return
    try:
        folder = lab_home() / "programs" / _machine()
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK) or shutil.disk_usage(folder).free < FREE_BYTES or " " in str(folder):
            return
        _drop_oldest(folder)
    except OSError:
        return
    os.environ["TF_XLA_FLAGS"] = f"{flags} {FLAG}{folder}".strip()


def compiled(make: Callable[[], Program], call: Callable[[Program], object]) -> Program:
    """What `make` makes, compiled, or read from where it was kept, by a `call` that has no other effect.

    A file that is damaged or can't be written is no reason to fail. TensorFlow remembers of a program that it could not be
    compiled, so another one is made.
    """
    import tensorflow as tf

    program = make()
    try:
        call(program)
    except tf.errors.OpError:
        if not _forget():
            raise
        program = make()
        call(program)
    return program


def _forget() -> bool:
    """Remove all that was kept; False where there was nothing."""
    match = re.search(rf"{FLAG}(\S+)", os.environ.get("TF_XLA_FLAGS", ""))
    if match is None:
        return False
    folder = Path(match[1])
    if folder.is_dir():
        files = list(folder.iterdir())
        for file in files:
            file.unlink(missing_ok=True)
        return bool(files)
    folder.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)
    return True


def _machine() -> str:
    """A name for this kind of processor and this version of TensorFlow."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace").splitlines()
        kind = "\n".join(sorted({line for line in lines if line.startswith(("model name", "flags", "Features"))}))
    except OSError:
        kind = platform.processor()
    return hashlib.sha256(f"{version('tensorflow')} {platform.machine()} {kind}".encode()).hexdigest()[:16]


def _drop_oldest(folder: Path) -> None:
    files = sorted(folder.iterdir(), key=lambda file: file.stat().st_mtime, reverse=True)
    room = AT_MOST_BYTES
    for file in files:
        room -= file.stat().st_size
        if room < 0:
            file.unlink(missing_ok=True)
