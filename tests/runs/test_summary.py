"""The summary of a run: what the events hold, kept until something is added to the run."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from lab.runs import run as runs
from lab.runs.damage import DamagedRun
from lab.runs.history import History
from lab.runs.run import Run

SAMPLES = sorted(path.name for path in runs.SAMPLES.iterdir())


@pytest.fixture(params=SAMPLES)
def run(request: pytest.FixtureRequest, tmp_path: Path) -> Run:
    """A finished run without a summary."""
    path = shutil.copytree(runs.SAMPLES / request.param, tmp_path / "runs" / "mine")
    (path / "summary.json").unlink()
    return Run(path)


def count_histories(monkeypatch: pytest.MonkeyPatch) -> list[Run]:
    asked: list[Run] = []
    history = Run.history

    def counted(self: Run) -> History:
        asked.append(self)
        return history(self)

    monkeypatch.setattr(Run, "history", counted)
    return asked


def test_it_says_what_the_events_say(run: Run) -> None:
    summary, history = run.summary(), run.history()
    assert (summary.state, summary.ended, summary.epoch) == ("finished", True, history.epochs[-1].epoch)
    assert {name: history.epochs[-1].value(name) for name in summary.metrics} == summary.metrics
    assert summary.metrics["val_loss"] is not None
    assert list(summary.scores) == run.scores()
    assert summary.length == (0 if (run.config.task.name == "digits") else len(run.series))


def test_events_are_read_once(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = count_histories(monkeypatch)
    first = run.summary()
    assert Run(run.path).summary() == first
    assert Run(run.path).status() == "finished"
    assert len(asked) == 1


def test_what_is_added_to_the_run_is_seen(run: Run) -> None:
    before = run.summary()
    with (run.path / "events.jsonl").open("a", encoding="utf-8") as file:
        file.write(json.dumps({"event": "started", "epoch": 1, "epochs": 9, "steps": 4, "parameters": 1}) + "\n")
    assert before.ended
    assert not run.summary().ended
    (run.path / "scores.json").write_text("[]")
    assert run.summary().scores == ()


def test_a_run_that_goes_on_keeps_none(run: Run) -> None:
    lines = (run.path / "events.jsonl").read_text("utf-8").splitlines(keepends=True)
    (run.path / "events.jsonl").write_text("".join(lines[:3]))
    assert not run.summary().ended
    assert not (run.path / "summary.json").exists()


def test_a_summary_that_cannot_be_read_is_made_again(run: Run) -> None:
    summary = run.summary()
    for text in ("{", "[]", "{}", json.dumps({"state": 3})):
        (run.path / "summary.json").write_text(text)
        assert run.summary() == summary


def test_it_hides_no_damage(run: Run) -> None:
    run.summary()
    (run.path / "scores.json").write_text("party")
    with pytest.raises(DamagedRun):
        run.summary()
    (run.path / "scores.json").unlink()
    with (run.path / "events.jsonl").open("a", encoding="utf-8") as file:
        file.write("party\n")
    assert run.summary().unreadable == 1


@pytest.mark.parametrize("name", SAMPLES)
def test_the_samples_ship_theirs(name: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    asked = count_histories(monkeypatch)
    shipped = Run(runs.SAMPLES / name).summary()
    assert not asked
    path = shutil.copytree(runs.SAMPLES / name, tmp_path / name)
    (path / "summary.json").unlink()
    assert Run(path).summary() == shipped
