"""A disk that is full, or a LAB_HOME that cannot be written: a sentence, the last weights, and nothing half-written."""

from __future__ import annotations

import errno
import io
from pathlib import Path
from typing import Any

import pytest

import lab
from lab import jobs
from lab.config import home
from lab.config.model import ModelConfig
from lab.config.sections import DataConfig, TrainingConfig, WindowConfig
from lab.jobs import worker
from lab.runs.events import Event, Failed
from lab.runs.run import Run
from lab.runs.store import RunStore

CONFIG = lab.RunConfig(
    DataConfig(options=(("points", 80),)),
    WindowConfig(8),
    ModelConfig(units=(4,)),
    TrainingConfig(epochs=6, batch_size=16),
)
FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.fixture(autouse=True)
def somewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_HOME", str(tmp_path))


def assert_failed(run: Run, epoch: int) -> None:
    last = list(run.events())[-1]
    assert isinstance(last, Failed)
    assert last.message.startswith("The run could not be written any further: No space left on device.")
    assert last.message.endswith(f"Its weights after {last.epoch} epochs were kept.")
    assert last.epoch >= epoch
    assert run.status() == "failed"
    assert run.network().predict(run.window(0)[None]).shape == (1, 1)
    assert not list(run.path.glob("*.new*"))
    assert not list(run.path.glob("*.tmp"))


def test_a_training_whose_events_find_no_room_fails_with_its_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    run, append, refused = jobs.create(CONFIG), Run.append, []

    def full(self: Run, event: Event) -> None:
        if getattr(event, "epoch", 0) == 3 and not refused:
            refused.append(event)
            raise FULL
        append(self, event)

    monkeypatch.setattr(Run, "append", full)
    worker.execute(run.path)
    assert_failed(run, 3)


def test_a_training_whose_own_files_find_no_room_fails_with_its_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    from lab.runs.snapshots import Snapshots

    run, save = jobs.create(CONFIG), Snapshots.save

    def full(self: Any, epoch: int, *rest: Any, **more: Any) -> None:
        if epoch >= 2:
            raise FULL
        save(self, epoch, *rest, **more)

    monkeypatch.setattr(Snapshots, "save", full)
    worker.execute(run.path)
    assert_failed(run, 2)


def test_half_a_line_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    run = jobs.create(CONFIG)
    run.append(Failed(0, "first", run=run.id))
    write = io.FileIO.write

    class Short(io.FileIO):
        def write(self, data: Any) -> int:
            return write(self, data[:5])

    monkeypatch.setattr(Path, "open", lambda self, *_, **__: Short(self, "ab+"))
    with pytest.raises(OSError, match="No space left"):
        run.append(Failed(1, "second", run=run.id))
    monkeypatch.undo()
    monkeypatch.setenv("LAB_HOME", str(run.path.parent.parent))
    assert [event.message for event in run.events()] == ["first"]  # type: ignore[union-attr]
    assert (run.path / "events.jsonl").read_bytes().endswith(b"\n")


def test_a_run_that_finds_no_room_at_all_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise FULL

    monkeypatch.setattr("lab.runs.store.write_text", full)
    with pytest.raises(OSError, match="No space left"):
        jobs.create(CONFIG, name="mine")
    assert not (RunStore().folder / "mine").exists()


def test_whether_home_can_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert home.unwritable() == ""
    assert list(tmp_path.iterdir()) == []
    (tmp_path / "file").write_text("x", encoding="utf-8")
    monkeypatch.setenv("LAB_HOME", str(tmp_path / "file" / "below"))
    sentence = home.unwritable()
    assert sentence.startswith("Nothing can be written where runs and uploads are kept: Not a directory. ")
    assert "set LAB_HOME to a folder that can be written" in sentence


def test_text_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home.write_text(tmp_path / "a.json", "old")

    def full(self: Path, *_: object, **__: object) -> None:
        self.touch()
        raise FULL

    monkeypatch.setattr(Path, "write_text", full)
    with pytest.raises(OSError, match="No space left"):
        home.write_text(tmp_path / "a.json", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]
    assert (tmp_path / "a.json").read_text(encoding="utf-8") == "old"


def test_an_error_of_the_system_is_a_sentence() -> None:
    assert (
        home.sentence_of(OSError(errno.EROFS, "Read-only file system", "/a/b"))
        == "/a/b cannot be read or written: Read-only file system."
    )
    assert (
        home.sentence_of(OSError(errno.EROFS, "Read-only", "/a/b"), whole_path=False)
        == "b cannot be read or written: Read-only."
    )
    assert home.sentence_of(ValueError("As it is.")) == "As it is."


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ('File "/home/me/lab/jobs/worker.py", line 3', 'File "worker.py", line 3'),
        ("[Errno 2] No such file: '/tmp/a b/c.npz'", "[Errno 2] No such file: 'c.npz'"),
        ("C:\\Users\\me\\lab\\x.py is missing", "x.py is missing"),
        ("a / b, and/or 3/4 of https://example.org/a", "a / b, and/or 3/4 of https://example.org/a"),
    ],
)
def test_no_folder_of_the_host_stands_in_a_run(text: str, left: str) -> None:
    assert home.without_folders(text) == left
