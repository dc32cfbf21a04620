from __future__ import annotations

import io
import json
import os
import shutil
import socket
import subprocess
import sys
import time
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lab import jobs
from lab.config.home import lab_home, save_upload, upload_path
from lab.config.run import RunConfig
from lab.data.series import Series
from lab.data.series_file import load_series, save_series
from lab.runs.alive import is_alive, sign
from lab.runs.events import EpochEnded, Finished, Started, Stopped
from lab.runs.run import Control, Run
from lab.runs.store import RunStore


@pytest.fixture
def series() -> Series:
    index = np.arange("2020-01-01", "2020-02-10", dtype="datetime64[D]").astype("M8[us]")
    filled = np.zeros(40, dtype=bool)
    filled[3] = True
    return Series(
        np.arange(40.0)[:, None], index, ("Close",), ("USD",), "Coin", "Here, CC0.", 7, "D", filled, 2, ("One note.",)
    )


@pytest.fixture
def run(series: Series) -> Run:
    return RunStore().create(RunConfig(), series, "first")


def test_a_run_keeps_its_config_and_series(run: Run, series: Series) -> None:
    again = RunStore().open("first")
    assert again.config == RunConfig()
    for name in ("names", "units", "title", "source", "season_length", "frequency", "missing", "notes"):
        assert getattr(again.series, name) == getattr(series, name)
    np.testing.assert_array_equal(again.series.index, series.index)
    np.testing.assert_array_equal(again.series.values, series.values)
    np.testing.assert_array_equal(again.series.filled, series.filled)


def test_a_series_indexed_by_numbers_round_trips(tmp_path: Path) -> None:
    series = Series(np.zeros(3), np.array([0.0, 0.1, 0.2]), ("v",), ("",), "S", "")
    save_series(tmp_path / "s.npz", series)
    np.testing.assert_array_equal(load_series(tmp_path / "s.npz").index, series.index)


def test_events_are_read_from_where_one_left_off(run: Run) -> None:
    run.append(Started(0, 2, 1, 1))
    events, offset = run.read_events()
    assert events == [Started(0, 2, 1, 1)]
    with (run.path / "events.jsonl").open("ab") as file:
        file.write(b'{"event": "finished", "epoch": 2, ')  # half a line: the worker is still writing it
    assert run.read_events(offset) == ([], offset)
    with (run.path / "events.jsonl").open("ab") as file:
        file.write(b'"best_epoch": 2, "elapsed": 1.0}\n')
    assert run.read_events(offset)[0] == [Finished(2, 2, 1.0)]


def test_status_follows_the_worker_and_the_last_word(run: Run) -> None:
    assert run.status() == "interrupted"
    sign(run.path / "submitted.json")
    assert run.status() == "queued"
    sign(run.path / "worker.json")
    run.append(Started(0, 2, 1, 1))
    assert run.status() == "running"
    run.send(Control(state="stop"))
    assert run.status() == "stopping"
    run.send(Control())
    assert run.status() == "running"
    (run.path / "worker.json").unlink()
    (run.path / "submitted.json").unlink()
    assert run.status() == "interrupted"
    run.append(Stopped(1, 1.0))
    assert run.status() == "stopped"


def test_a_dead_process_is_not_alive(tmp_path: Path) -> None:
    process = subprocess.Popen([sys.executable, "-c", "pass"])
    process.wait()
    path = tmp_path / "worker.json"
    path.write_text(json.dumps({"host": socket.gethostname(), "pid": process.pid, "born": 0.0}))
    assert not is_alive(path)
    path.write_text(json.dumps({"host": socket.gethostname(), "pid": os.getpid(), "born": 0.0}))
    assert not is_alive(path), "another process has this number now"


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere psutil's time is all there is")
def test_a_step_of_the_clock_ends_nobody(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "worker.json"
    sign(path)
    monkeypatch.setattr("psutil.Process.create_time", lambda _: time.time() - 7200)
    assert is_alive(path)
    signed = json.loads(path.read_text())
    for since in ("", "another boot 12", 3):
        path.write_text(json.dumps(signed | {"since_boot": since}))
        assert not is_alive(path)
    for odd in ("3", "[]", "{", json.dumps(signed | {"pid": "x"})):
        path.write_text(odd)
        assert not is_alive(path)


def test_a_worker_on_another_host_is_alive_while_it_touches_the_file(tmp_path: Path) -> None:
    path = tmp_path / "worker.json"
    path.write_text(json.dumps({"host": "elsewhere", "pid": 1, "born": 0.0}))
    assert is_alive(path)
    os.utime(path, (1, 1))
    assert not is_alive(path)


def test_control_round_trip_and_nonsense(run: Run) -> None:
    assert run.control() == Control()
    run.send(Control("pause", 3, 0.1))
    assert run.control() == Control("pause", 3, 0.1)
    (run.path / "control.json").write_text("{")
    assert run.control() == Control()


def test_rename_delete_and_list(run: Run) -> None:
    store = RunStore()
    renamed = store.rename(run, "second")
    assert [r.id for r in store.list() if not r.is_sample] == ["second"]
    with pytest.raises(ValueError, match="exists already"):
        store.rename(renamed, "second")
    store.delete(renamed)
    assert not [r for r in store.list() if not r.is_sample]
    with pytest.raises(ValueError, match="There is no run 'second'"):
        store.open("second")


def test_a_run_that_goes_on_is_not_deleted(run: Run) -> None:
    sign(run.path / "worker.json")
    with pytest.raises(ValueError, match="stop it first"):
        RunStore().delete(run)


@pytest.mark.parametrize("name", ["", "..", "a/b", "a" * 81, "-x", "a b", "ä"])
def test_a_name_that_is_no_folder_name_is_refused(run: Run, name: str) -> None:
    with pytest.raises(ValueError, match="1 to 80 letters"):
        RunStore().rename(run, name)
    with pytest.raises(ValueError, match="There is no run"):
        RunStore().open(name)


def test_the_zip_holds_what_makes_the_run(run: Run) -> None:
    run.append(EpochEnded(0, 1.0, 1.0, 0.1, 0.0, 0.0))
    (run.path / "checkpoint.npz").write_bytes(b"big")
    names = zipfile.ZipFile(io.BytesIO(run.to_zip())).namelist()
    assert names == ["first/config.json", "first/series.npz", "first/events.jsonl"]


def test_a_window_is_what_the_network_reads_of_the_series(series: Series) -> None:
    run = RunStore().create(RunConfig().with_settings({"window.size": 10}), series)
    training = series.values[:28]  # 0.7 of 40
    for index in (0, 30):
        expected = (series.values[index : index + 10] - training.mean()) / training.std()
        np.testing.assert_allclose(run.window(index), expected, rtol=1e-6)
    assert run.window(0).dtype == np.float32
    for index in (-1, 31):
        with pytest.raises(ValueError, match=rf"must be from 0 to 30; received {index}\.$"):
            run.window(index)


def test_no_weights_yet_is_a_sentence(run: Run) -> None:
    with pytest.raises(ValueError, match="has no weights yet"):
        run.network()


def test_lab_home_is_made_where_it_is_asked_for() -> None:
    assert lab_home() == Path(os.environ["LAB_HOME"])
    assert lab_home().is_dir()


def test_uploads_are_named_by_content_and_nothing_else_is_reached() -> None:
    name = save_upload(b"a,b\n1,2\n")
    assert upload_path(name).read_bytes() == b"a,b\n1,2\n"
    assert save_upload(b"a,b\n1,2\n") == name
    for bad in ("upload:../../etc/passwd", "/etc/passwd", "upload:0123456789abcdef.txt", "upload:0123456789ABCDEF.csv"):
        with pytest.raises(ValueError, match="16 hexadecimal digits"):
            upload_path(bad)


@pytest.mark.parametrize(
    ("title", "begins"), [("Umsätze 2024 (Süd)", "Umsatze-2024-Sud-2"), ("売上", "csv-2"), ("../x", "x-2")]
)
def test_a_run_on_a_file_of_ones_own_is_called_by_its_name(series: Series, title: str, begins: str) -> None:
    config = RunConfig().with_settings({"data.name": "csv"})
    made = RunStore().create(config, replace(series, title=title))
    assert made.id.startswith(begins)
    assert RunStore().open(made.id).config == config


def test_no_run_takes_the_name_of_a_sample(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    run = store.create(RunConfig(), None)
    taken = "'sample-digits' is the name of a sample that ships with RNN Lab"
    with pytest.raises(ValueError, match=taken):
        store.rename(run, "sample-digits")
    with pytest.raises(ValueError, match=taken):
        store.create(RunConfig(), None, "sample-digits")
    run.path.rename(store.folder / "sample-digits")  # of a lab of before
    assert store.open("sample-digits").is_sample


def test_what_is_asked_of_a_run_that_is_gone_is_a_sentence(tmp_path: Path) -> None:
    store = RunStore(tmp_path)
    run = store.create(RunConfig(), None)
    shutil.rmtree(run.path)
    asked = (jobs.pause, jobs.step, jobs.go_on, jobs.stop, jobs.resume, Run.pin, store.delete)
    for ask in (*asked, lambda run: store.rename(run, "b"), lambda run: jobs.set_learning_rate(run, 0.1)):
        with pytest.raises(ValueError, match=rf"^Run {run.id} is there no longer: it was deleted or renamed\.$"):
            ask(run)  # type: ignore[operator]
    assert not run.path.exists()
