"""What one server may be asked for, and the sentence where a limit is met."""

from __future__ import annotations

import json
import os
import shutil
import time
from pathlib import Path

import psutil
import pytest

from lab import RunConfig, jobs
from lab.config.home import save_upload, upload_path, write_text
from lab.config.model import ModelConfig
from lab.config.presets import PRESETS
from lab.config.sections import TrainingConfig
from lab.jobs.limits import Limits, first_to_go, require_bytes, require_hours, require_room
from lab.runs import run as runs
from lab.runs.run import Run
from lab.runs.store import RunStore


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> RunStore:
    monkeypatch.setenv("LAB_HOME", str(tmp_path))
    return RunStore()


def add(store: RunStore, name: str, age: float, *, queued: bool = False) -> Run:
    """A run that was made `age` hours ago."""
    path = store.folder / name
    shutil.copytree(runs.SAMPLES / "sample-sine", path)
    if queued:
        (path / "events.jsonl").unlink()
        me = {"host": __import__("socket").gethostname(), "pid": os.getpid(), "born": psutil.Process().create_time()}
        write_text(path / "submitted.json", json.dumps(me))
    made = (path / "config.json").stat().st_mtime - 3600 * age
    os.utime(path / "config.json", (made, made))
    return Run(path)


def test_every_preset_fits() -> None:
    for preset in PRESETS.values():
        require_room(preset.config, RunStore())


def test_the_environment_sets_them(monkeypatch: pytest.MonkeyPatch) -> None:
    assert Limits.of_environment() == Limits()
    monkeypatch.setenv("LAB_MAX_RUNS", "3")
    monkeypatch.setenv("LAB_MAX_BYTES", "500M")
    assert Limits.of_environment() == Limits(runs=3, bytes=500 * 2**20)
    for text in ("many", "0", "-1", "1.5", "5M"):
        monkeypatch.setenv("LAB_MAX_RUNS", text)
        with pytest.raises(
            ValueError, match=rf"`LAB_MAX_RUNS` must be a whole number of at least 1; received '{text}'"
        ):
            Limits.of_environment()


def test_runs_that_wait(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_MAX_WAITING", "2")
    add(store, "a", 1, queued=True)
    require_room(RunConfig(), store)
    add(store, "b", 0, queued=True)
    with pytest.raises(ValueError, match=r"^2 runs wait for a worker already, as many as may \(LAB_MAX_WAITING\)"):
        require_room(RunConfig(), store)


def test_the_oldest_that_is_not_pinned_goes_for_a_new_one_and_is_named_before(
    store: RunStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LAB_MAX_RUNS", "3")
    oldest, old = add(store, "oldest", 3), add(store, "old", 2)
    assert first_to_go(store) is None
    add(store, "new", 1)
    oldest.pin()
    going = first_to_go(store)
    assert going is not None
    assert going.id == "old"
    require_room(RunConfig(), store)
    assert [run.id for run in store.list() if not run.is_sample] == ["new", "oldest"]
    assert not old.path.exists()
    oldest.pin(False)
    assert not oldest.pinned
    with pytest.raises(ValueError, match="it stays anyway"):
        store.open("sample-sine").pin()


def test_where_nothing_may_go_the_new_one_is_refused(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_MAX_RUNS", "2")
    add(store, "a", 1).pin()
    add(store, "b", 0, queued=True)
    with pytest.raises(ValueError, match=r"^2 runs are kept here, as many as may \(LAB_MAX_RUNS\)"):
        require_room(RunConfig(), store)
    assert {run.id for run in store.list()} >= {"a", "b"}


def test_bytes_of_runs_and_uploads(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_MAX_BYTES", "1M")
    (store.home / "uploads").mkdir()
    (store.home / "uploads" / "a.csv").write_bytes(b"x" * 900_000)
    require_bytes(100_000, store)
    with pytest.raises(ValueError, match=r"^Runs and uploads take 1 MB, and 1 MB may be kept here \(LAB_MAX_BYTES\)"):
        require_bytes(200_000, store)


def test_old_uploads_go_before_anybody_is_refused(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_MAX_BYTES", "1M")
    paths = [upload_path(save_upload(bytes([k]) * 300_000, f"{k}.csv")) for k in range(3)]
    for age, path in zip((7200, 9000, 60), paths, strict=True):
        os.utime(path, (time.time() - age, time.time() - age))
    require_bytes(200_000, store)
    assert [path.exists() for path in paths] == [True, False, True]
    assert not paths[1].with_suffix(".json").exists()
    with pytest.raises(ValueError, match=r"^Runs and uploads take 0 MB, and 1 MB may be kept"):
        require_bytes(900_000, store)
    assert [path.exists() for path in paths] == [False, False, True], "what was brought just now stays"


def test_the_hours_of_one_run(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    config = PRESETS["retail"].config
    require_hours(config, 400)
    giant = config.with_settings({"model.units": "1024,1024,1024,1024", "window.size": 100, "training.epochs": 3400})
    with pytest.raises(
        ValueError, match=r"would take about [\d,]+ hours, and a run here may take 24 \(LAB_MAX_HOURS\); try"
    ):
        jobs.submit(giant, store=store)
    assert not store.folder.exists()
    monkeypatch.setenv("LAB_MAX_HOURS", "1000000")
    require_hours(giant, 400)


def test_the_work_of_one_run(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_MAX_WORK", "1000000")
    require_room(RunConfig(model=ModelConfig(units=(4,)), training=TrainingConfig(epochs=100)), store)
    with pytest.raises(ValueError, match=r"epochs times parameters, and a run here may take 1e\+06 \(LAB_MAX_WORK\)"):
        require_room(RunConfig(model=ModelConfig(units=(64,)), training=TrainingConfig(epochs=100)), store)


def test_a_damaged_run_keeps_nobody_from_training_and_may_go(store: RunStore, monkeypatch: pytest.MonkeyPatch) -> None:
    (add(store, "torn", age=3).path / "events.jsonl").write_text("party\n")
    shut = add(store, "shut", age=2).path / "config.json"
    made = shut.stat().st_mtime
    shut.write_text("{")
    os.utime(shut, (made, made))
    add(store, "sound", age=1)
    require_room(RunConfig(), store)
    assert len(store.folders()) == 3 + len(list(runs.SAMPLES.iterdir()))
    monkeypatch.setenv("LAB_MAX_RUNS", "2")
    require_room(RunConfig(), store)
    assert [run.id for run in store.folders() if not run.is_sample] == ["sound"]
