"""The weights of a few epochs are kept: which, how many, and that they are the epoch's own."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.config.run import RunConfig
from lab.data.series import Series
from lab.engine import train
from lab.runs import snapshots
from lab.runs.events import Paused
from lab.runs.run import Control, Run
from lab.runs.snapshots import schedule
from lab.runs.store import RunStore
from lab.tasks.forecast import Forecast, loss_of

SMALL = RunConfig().with_settings({"window.size": 8, "model.units": "6", "training.epochs": 9, "data.points": 120})


@pytest.fixture
def series() -> Series:
    t = np.arange(120.0)
    return Series(np.sin(t / 5)[:, None], t, ("value",), ("",), "Wave", "Made here.")


def train_all(run: Run) -> None:
    for event in train(run.config, data=run.series, folder=run.path):
        run.append(event)


def test_the_schedule_is_even_in_the_logarithm_of_time() -> None:
    assert schedule(100) == (0, 1, 2, 3, 5, 8, 12, 18, 27, 41, 62, 93, 100)
    assert schedule(1) == (0, 1)
    assert len(schedule(10_000)) == 24
    assert [schedule(100, n) for n in (0, 1, 2, 3)] == [(), (100,), (0, 100), (0, 12, 100)]


@given(st.integers(1, 10_000), st.integers(0, 24))
def test_a_schedule_rises_to_the_last_epoch_and_keeps_its_limit(epochs: int, at_most: int) -> None:
    kept = schedule(epochs, at_most)
    assert list(kept) == sorted(set(kept))
    assert len(kept) <= at_most
    assert at_most < 1 or kept[-1] == epochs
    assert at_most < 2 or kept[0] == 0


def test_a_snapshot_is_the_network_of_its_epoch(series: Series, tmp_path: Path) -> None:
    run = RunStore(tmp_path).create(SMALL, series, "mine")
    train_all(run)
    assert run.snapshots() == [0, 1, 2, 3, 5, 8, 9]
    validation = Forecast(run.config, series).validation
    told = {e.epoch: e.val_loss for e in run.history().epochs}
    for epoch in run.snapshots():
        loss = loss_of("mse", validation.targets, run.network(epoch).predict(validation.inputs))
        assert loss == pytest.approx(told[epoch], rel=1e-6)
    x = run.window(0)
    assert (run.network(9).predict(x[None]) == run.network().predict(x[None])).all()
    with pytest.raises(ValueError, match=r"kept no weights of epoch 4; it kept 0, 1, 2, 3, 5, 8, 9\."):
        run.network(4)
    assert "mine/snapshots/epoch-000003.npz" in zipfile.ZipFile(io.BytesIO(run.to_zip())).namelist()


def test_large_networks_keep_fewer(series: Series, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshots, "AT_MOST_BYTES", 2000)  # the network has 199 numbers
    run = RunStore(tmp_path).create(SMALL, series)
    train_all(run)
    assert run.snapshots() == [0, 9]
    monkeypatch.setattr(snapshots, "AT_MOST_BYTES", 700)
    run = RunStore(tmp_path).create(SMALL, series)
    train_all(run)
    assert run.snapshots() == []


def test_where_there_is_no_time_only_the_last_is_kept(
    series: Series, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshots, "FIRST_SECONDS", -1e9)
    run = RunStore(tmp_path).create(SMALL, series)
    train_all(run)
    assert run.snapshots() == [9]


def test_a_stopped_run_keeps_its_last_epoch_until_it_goes_on(series: Series, tmp_path: Path) -> None:
    run = RunStore(tmp_path).create(SMALL, series)
    run.send(Control(pause_after=4))
    for event in train(run.config, data=series, folder=run.path):
        if isinstance(event, Paused):
            run.send(Control(state="stop"))
    assert run.snapshots() == [0, 1, 2, 3, 4]
    run.send(Control())
    train_all(run)
    assert run.snapshots() == [0, 1, 2, 3, 5, 8, 9]


def test_early_stopping_keeps_the_last_epoch_too(series: Series, tmp_path: Path) -> None:
    config = SMALL.with_settings({"training.epochs": 200, "training.patience": 2, "training.learning_rate": 0.05})
    run = RunStore(tmp_path).create(config, series)
    train_all(run)
    assert run.snapshots()[-1] == run.history().epochs[-1].epoch < 200
