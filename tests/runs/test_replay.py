"""Forecasts of earlier epochs, for a replay: from the events, else from the networks that were kept."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from lab.runs.events import EpochEnded
from lab.runs.history import History
from lab.runs.replay import ENOUGH, all_forecasts, forecasts, forecasts_from_snapshots, skill_in_words
from lab.runs.run import Run
from lab.runs.store import RunStore
from lab.scoring.forecaster import one_step, recursive


@pytest.fixture
def sample() -> Run:
    return RunStore().open("sample-sine")


def test_a_frame_has_the_newest_one_step_forecast_of_its_epoch() -> None:
    history = History()
    base = EpochEnded(0, 1.0, 1.0, 1e-3, 0.0, 0.0)
    history.fold(replace(base, shown={"one_step": (1.0,), "free_running": (9.0, 8.0)}))
    history.fold(replace(base, epoch=1, shown={"one_step": (2.0,)}))
    history.fold(replace(base, epoch=2, shown={"free_running": (7.0,)}))
    first, second = forecasts(history)
    assert (first.epoch, first.one_step_epoch, first.free_running.tolist()) == (0, 0, [9.0, 8.0])
    assert (second.epoch, second.one_step_epoch, second.free_running.tolist()) == (2, 1, [7.0])
    assert second.one_step is not None
    assert second.one_step.tolist() == [2.0]


def test_the_networks_that_were_kept_make_the_forecasts_that_no_event_has(sample: Run) -> None:
    found = {f.epoch: f for f in forecasts_from_snapshots(sample, known={0, 1}, seconds=60)}
    assert set(found) == set(sample.snapshots()) - {0, 1}
    values, scaler, window = (
        sample.series.values[:, 0],
        sample.prepared.scaler,
        sample.config.window.size,
    )
    start = next(s for s in range(len(values)) if s >= round(sample.config.data.train * len(values)))
    network, f = sample.network(12), found[12]
    np.testing.assert_allclose(
        f.free_running, recursive(network, scaler, values[:start], window, len(f.free_running)), 1e-5
    )
    assert f.one_step is not None
    led = one_step(network, scaler, values, window, start, start + len(f.one_step))
    np.testing.assert_allclose(f.one_step, led, 1e-5)


def test_a_run_that_nobody_watched_is_replayed_from_its_snapshots(sample: Run) -> None:
    history = sample.history()
    history.frames = {name: frames[:: len(frames) - 1] for name, frames in history.frames.items() if len(frames) > 1}
    assert len(forecasts(history)) < ENOUGH
    epochs = [f.epoch for f in all_forecasts(sample, history, seconds=60)]
    assert epochs == sorted(set(epochs)), "each epoch once"
    assert len(epochs) >= ENOUGH


def test_there_is_no_end_to_wait_for_where_the_networks_are_large(sample: Run) -> None:
    assert forecasts_from_snapshots(sample, known=set(), seconds=-1) == []


def test_a_frame_says_how_much_better_than_copying_it_is_and_what_an_interval_held(sample: Run) -> None:
    """Written out: the ratio of mean absolute errors, the lag that correlates best, the rank of the first half's errors."""
    shown = all_forecasts(sample, sample.history(), seconds=60)[-1]
    assert shown.one_step is not None
    assert shown.low is None
    values = sample.prepared.values
    start = sample.prepared.split.bounds("validation")[0]
    truth, ours = values[start : start + len(shown.one_step)], shown.one_step.astype(float)
    copied = values[start - 1 : start - 1 + len(truth)]
    ratio = np.abs(truth - ours).mean() / np.abs(truth - copied).mean()
    best = max(range(11), key=lambda k: np.corrcoef(ours[10:], truth[10 - k : len(truth) - k])[0, 1])
    half = len(truth) // 2
    errors = np.sort(np.abs(truth[:half] - ours[:half]))
    width = errors[int(np.ceil((half + 1) * 0.9)) - 1]
    held = (np.abs(truth[half:] - ours[half:]) <= width).mean()
    late = f"{best} step{'s' if best > 1 else ''} late" if best else "not late"
    assert skill_in_words(sample.prepared, shown) == (
        f" One-step error {ratio:.0%} of the previous value's, {late}. A 90% interval from the first half's errors held {held:.0%} of the "
        f"second, width {2 * width:.3g}."
    )
    assert skill_in_words(sample.prepared, replace(shown, one_step=None)) == ""
