"""Compiled programs are kept, found again, and never a reason for a training to fail."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
import tensorflow as tf

from lab.engine import programs

ROOT = Path(__file__).parents[2]
TRAIN = """
import json, sys, lab
config = lab.preset("sine").with_settings({"window.size": 6, "training.epochs": 2, "data.points": 80})
for units in map(int, sys.argv[1:]):
    events = list(lab.train(config.with_settings({"model.units": units})))
print(json.dumps([[e.val_loss for e in events if hasattr(e, "val_loss")], "pandas" in sys.modules]))
"""


@pytest.fixture(autouse=True)
def no_flags(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TF_XLA_FLAGS", raising=False)


def kept() -> Path:
    return Path(os.environ["TF_XLA_FLAGS"].partition(programs.FLAG)[2])


def test_programs_are_kept_under_lab_home_beside_other_flags(lab_home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TF_XLA_FLAGS", "--tf_xla_auto_jit=0")
    programs.keep()
    assert os.environ["TF_XLA_FLAGS"].startswith("--tf_xla_auto_jit=0 ")
    assert kept().parent == lab_home / "programs"
    before = os.environ["TF_XLA_FLAGS"]
    programs.keep()
    assert os.environ["TF_XLA_FLAGS"] == before, "what was set already stays"


def test_nothing_is_kept_where_the_disk_is_full(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(programs.shutil, "disk_usage", lambda _: SimpleNamespace(free=programs.FREE_BYTES - 1))
    programs.keep()
    assert "TF_XLA_FLAGS" not in os.environ


def test_nothing_is_kept_where_nothing_can_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> Path:
        raise PermissionError("read-only")

    monkeypatch.setattr(programs, "lab_home", refuse)
    programs.keep()
    assert "TF_XLA_FLAGS" not in os.environ


def test_the_oldest_go_where_there_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    programs.keep()
    folder = kept()
    monkeypatch.setattr(programs, "AT_MOST_BYTES", 25)
    for age, name in enumerate(("newest", "middle", "oldest")):
        (folder / name).write_bytes(b"0123456789")
        os.utime(folder / name, (1e9 - age, 1e9 - age))
    monkeypatch.delenv("TF_XLA_FLAGS")
    programs.keep()
    assert sorted(file.name for file in folder.iterdir()) == ["middle", "newest"]


def test_a_program_that_fails_is_made_again_without_what_was_kept() -> None:
    programs.keep()
    damaged = kept() / "program.pb"
    damaged.write_bytes(b"junk")
    made: list[bool] = []

    def make() -> str:
        made.append(damaged.exists())
        return f"program {len(made)}"

    def call(_: str) -> None:
        if damaged.exists():
            raise tf.errors.OutOfRangeError(None, None, "Read less bytes than requested")

    assert programs.compiled("damaged", make, call) == "program 2"
    assert made == [True, False]


def test_a_program_that_fails_for_another_reason_fails() -> None:
    def call(_: None) -> None:
        raise tf.errors.ResourceExhaustedError(None, None, "out of memory")

    with pytest.raises(tf.errors.ResourceExhaustedError):
        programs.compiled("other", lambda: None, call)


def test_another_process_finds_them_and_a_damaged_one_does_no_harm(lab_home: Path) -> None:
    first = train()
    found = list((lab_home / "programs").glob("*/*.pb"))
    assert len(found) >= 2
    for program in found:
        program.write_bytes(program.read_bytes()[: program.stat().st_size // 2])
    assert train() == first, "the same losses to the last bit"
    again = list((lab_home / "programs").glob("*/*.pb"))
    assert len(again) >= 2, "they were compiled anew"


def test_they_are_found_by_a_process_that_has_trained_something_else_before(lab_home: Path) -> None:
    train("3")
    alone = sorted(file.name for file in (lab_home / "programs").glob("*/*.pb"))
    for program in (lab_home / "programs").glob("*/*.pb"):
        program.rename(program.with_suffix(".kept"))
    train("2", "3")
    after_another = {file.name for file in (lab_home / "programs").glob("*/*.pb")}
    assert set(alone) < after_another


def train(*units: str) -> list[object]:
    """Losses of small trainings in a process of its own, and whether it had to import pandas for Keras."""
    said = subprocess.run([sys.executable, "-c", TRAIN, *(units or "3")], cwd=ROOT, capture_output=True, text=True)
    assert said.returncode == 0, said.stderr
    losses: list[object] = json.loads(said.stdout)
    return losses
