"""Runs that cannot be read, or go while they are read: one sentence, and the others as ever."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from lab.cli.commands import main
from lab.runs import event_file
from lab.runs import run as runs
from lab.runs.damage import DamagedRun, reading
from lab.runs.run import Run
from lab.runs.store import RunStore


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunStore:
    monkeypatch.setenv("LAB_HOME", str(tmp_path))
    for name in ("good", "bad"):
        shutil.copytree(runs.SAMPLES / "sample-sine", tmp_path / "runs" / name)
    return RunStore()


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (ValueError("no\nuse."), "Run bad is damaged: its x.npz cannot be read (no)."),
        (KeyError(), "Run bad is damaged: its x.npz cannot be read (KeyError)."),
        (FileNotFoundError(2, "no"), "Run bad is damaged: its x.npz is missing."),
        (DamagedRun("As it was."), "As it was."),
    ],
)
def test_what_is_thrown_becomes_a_sentence(store: RunStore, error: Exception, words: str) -> None:
    with pytest.raises(DamagedRun) as caught, reading(store.folder / "bad", "x.npz"):
        raise error
    assert str(caught.value) == words


def test_a_run_that_is_gone_says_so(store: RunStore) -> None:
    run = store.open("bad")
    shutil.rmtree(run.path)
    for look in (lambda: run.series, lambda: run.created, lambda: Run(run.path).config):
        with pytest.raises(DamagedRun, match=r"^Run bad is there no longer: it was deleted or renamed\.$"):
            look()
    assert list(run.events()) == []


def test_a_damaged_run_is_listed_apart(store: RunStore, capsys: pytest.CaptureFixture[str]) -> None:
    (store.folder / "bad" / "config.json").write_text("{", encoding="utf-8")
    assert "bad" not in [run.id for run in store.list()]
    assert [run.id for run in store.damaged()] == ["bad"]
    assert main(["runs", "--json"]) == 0
    captured = capsys.readouterr()
    listed = {row["run"]: row for row in json.loads(captured.out)}
    assert listed["bad"]["status"] == "damaged"
    assert listed["good"]["status"] == "finished"
    assert captured.err.startswith("note: Run bad is damaged: its config.json cannot be read (")
    assert main(["show", "bad"]) == 2
    assert capsys.readouterr().err.startswith("python -m lab show: Run bad is damaged: its config.json ")
    store.delete(Run(store.folder / "bad"))
    assert store.damaged() == []


def test_a_half_written_line_is_cut_off_before_a_run_goes_on(store: RunStore) -> None:
    run = store.open("good")
    path, before = run.path / "events.jsonl", list(run.events())
    with path.open("ab") as file:
        file.write(b'{"event": "epoch_en')
    assert list(run.events()) == before
    event_file.mend(run.path)
    run.append(before[-1])
    assert list(run.events()) == [*before, before[-1]]
    with path.open("ab") as file:
        file.write(b'{"event": "epoch_en')
    run.append(before[-1])  # and where nobody mended it, it begins on a line of its own
    assert [type(event).__name__ for event in run.events()][-2:] == ["Unreadable", type(before[-1]).__name__]
    assert list(run.events())[-1] == before[-1]
    (run.path / "events.jsonl").unlink()
    event_file.mend(run.path)
    assert list(run.events()) == []


def test_lines_that_are_no_events_are_counted_and_left_out(store: RunStore, capsys: pytest.CaptureFixture[str]) -> None:
    run = store.open("good")
    path, before = run.path / "events.jsonl", run.history()
    lines = path.read_bytes().splitlines(keepends=True)
    ragged = b'{"event": "epoch_ended", "epoch": 999, "loss": 1, "val_loss": 1, "learning_rate": 1, "seconds": 1, "elapsed": 1, '
    bad = [
        b'{"event": "epo\n',
        b"3\n",
        b"\xff\n",
        b"[" * 50_000 + b"\n",
        b'{"event": {}}\n',
        ragged + b'"free_running": [[1], 2]}\n',
    ]
    path.write_bytes(b"".join([*lines[:5], *bad, *lines[5:]]))
    after = run.history()
    assert after.unreadable == len(bad)
    assert after.epochs == before.epochs
    assert after.final == before.final
    assert run.summary().unreadable == len(bad)
    assert main(["runs"]) == 0
    assert "note: Run good: 6 lines of its events cannot be read and are left out." in capsys.readouterr().err
    assert main(["show", "good"]) == 0
    assert "note: 6 lines of its events cannot be read and are left out." in capsys.readouterr().err
