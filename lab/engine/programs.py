"""Compiled programs, kept under `LAB_HOME`, so that the next process need not compile them again.

XLA takes 2 to 8 s for the programs of one network and reads them back in a third of a second; they are the same to the last
bit, and as fast. This is TensorFlow's own cache (`--tf_xla_persistent_cache_directory`), which is read when TensorFlow is
imported: `keep` must be called before. It distinguishes programs by what they compute, but not by the processor that they
were compiled for, nor by TensorFlow's version, so each has a folder of its own. And it distinguishes them by the names of their
parts, in which TensorFlow counts all that a process ever traced: `compiled` counts within the program instead, or only a
process that traces the same networks in the same order would find what another one kept.
"""

from __future__ import annotations

import hashlib
import os
import platform
import re
import shutil
import threading
from collections import Counter
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import TypeVar

from lab.config.home import lab_home

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


def compiled(name: str, make: Callable[[], Program], call: Callable[[Program], object]) -> Program:
    """What `make` traces, compiled, or read from where it was kept, by a `call` that has no other effect.

    A file that is damaged or can't be written is no reason to fail. TensorFlow remembers of a program that it could not be
    compiled, so another one is made.

    Args:
        name: of the program, the same in every process that makes it.
    """
    import tensorflow as tf

    program = _traced(name, make)
    try:
        call(program)
    except tf.errors.OpError:
        if not _forget():
            raise
        program = _traced(name, make)
        call(program)
    return program


_thread = threading.local()  # `uid`: of what is traced there next
_traced_so_far: Counter[str] = Counter()  # by name; a process may have no two things with one number


def _traced(name: str, make: Callable[[], Program]) -> Program:
    _number_by_name()
    digest = hashlib.sha256(f"{name} {_traced_so_far[name]}".encode()).digest()
    _traced_so_far[name] += 1
    _thread.uid = int.from_bytes(digest[:5], "big") << 20  # far beyond what TensorFlow counts up to
    try:
        return make()
    finally:
        _thread.uid = None


def _number_by_name() -> None:
    """Have TensorFlow number what a program is made of from the program's name on, not by all that was traced before.

    `uid` is no part of its public interface. Where a later version has none, programs are kept and seldom found.
    """
    from tensorflow.python.framework import ops

    if hasattr(ops, "lab_uid") or not hasattr(ops, "uid"):
        return
    count = ops.uid

    def uid() -> int:
        if getattr(_thread, "uid", None) is None:
            return int(count())
        _thread.uid += 1
        return int(_thread.uid)

    ops.lab_uid = ops.uid = uid


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
