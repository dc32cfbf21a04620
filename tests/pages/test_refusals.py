"""A training that can't be queued is a sentence where the button is, on every page that has one."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Open, sentences, train_button
from streamlit.testing.v1 import AppTest
from test_all_runs import tick

from lab.runs.events import Started, Stopped
from lab.runs.run import Run
from lab.runs.store import RunStore


def own_runs() -> list[Run]:
    return [run for run in RunStore().list() if not run.is_sample]


def assert_refused(app: AppTest, words: str) -> None:
    assert not app.exception, app.exception
    assert len(sentences(app)) == 1, sentences(app)
    assert words in sentences(app)[0]
    assert own_runs() == []


@pytest.mark.parametrize(("workers", "words"), [("64", "GiB of memory"), ("many", "LAB_WORKERS")])
def test_home_says_why_a_card_cannot_be_trained(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, workers: str, words: str
) -> None:
    monkeypatch.setenv("LAB_WORKERS", workers)
    app = open_page("home")
    app.button(key="train-bitcoin").click().run()
    assert_refused(app, words)


def test_belief_says_why_its_small_run_cannot_be_trained(
    open_page: Open, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("lab.runs.run.SAMPLES", tmp_path)
    monkeypatch.setenv("LAB_WORKERS", "0")
    app = open_page("belief")
    next(b for b in app.button if b.label.startswith("Train")).click().run()
    assert_refused(app, "LAB_WORKERS")


def full_disk(*_: object, **__: object) -> None:
    raise OSError(28, "No space left on device")


def test_train_says_why_a_run_cannot_be_kept(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    app = open_page("train", preset="sine")
    monkeypatch.setattr(RunStore, "create", full_disk)
    train_button(app).click().run()
    assert_refused(app, "No space left")


def test_runs_says_why_a_run_cannot_be_resumed(
    open_page: Open, quick_run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    quick_run.append(Started(1, 2, 1, 1))
    quick_run.append(Stopped(1, 1.0, quick_run.id))
    app = tick(open_page("runs"), 0)
    monkeypatch.setattr(Run, "send", full_disk)
    app.session_state["runs-table"] = {"selection": {"rows": [0], "columns": [], "cells": []}}
    next(b for b in app.button if b.label == "Resume").click().run()
    assert not app.exception, app.exception
    assert "No space left" in sentences(app)[0]
