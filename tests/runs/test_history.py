"""What a run has said, folded: points within long epochs, and how long the rest will take."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from lab.runs.events import Continued, EpochEnded, Paused, Progressed, Started
from lab.runs.history import FRAMES, WITHIN, History


def ended(epoch: int, elapsed: float) -> EpochEnded:
    return EpochEnded(
        epoch, 1.0 / (epoch + 1), 0.5, 1e-3, 1.0, elapsed, metrics={"accuracy": epoch / 10, "val_accuracy": 0.5}
    )


def test_a_curve_has_points_within_epochs_for_what_is_said_there() -> None:
    history = History.of(
        [Started(0, 4, 10, 1), ended(0, 0.0), Progressed(1, 5, 10, 0.8, 1.0, {"accuracy": 0.05}), ended(1, 2.0)]
    )
    assert history.curve("accuracy") == ([0, 0.5, 1], [0.0, 0.05, 0.1])
    assert history.curve("loss") == ([0, 0.5, 1], [1.0, 0.8, 0.5])
    assert history.curve("val_loss") == ([0, 1], [0.5, 0.5])


def test_the_share_and_the_time_left_are_known_within_the_first_epoch() -> None:
    history = History.of([Started(0, 4, 10, 1), ended(0, 0.0)])
    assert (history.done, history.seconds_left()) == (0.0, None)
    history.fold(Progressed(1, 2, 10, 0.8, 3.0))
    assert history.seconds_left() is None
    history.fold(Progressed(1, 4, 10, 0.7, 4.0))
    assert history.done == 0.4
    assert history.seconds_left() == pytest.approx(3.6 / 0.2)


def test_time_left_follows_the_latest_epochs() -> None:
    slow_then_fast = [ended(k, 10.0 * k if k < 5 else 40.0 + k) for k in range(31)]
    history = History.of([Started(0, 40, 10, 1), *slow_then_fast])
    assert history.seconds_left() == pytest.approx(10.0)


def test_time_left_counts_no_pauses() -> None:
    """After a night's pause, and where every epoch was asked for by itself."""
    history = History.of([Started(0, 100, 10, 1), ended(0, 0.0), *(ended(k, float(k)) for k in range(1, 20))])
    for event in (Paused(19, 0, 19.5), Continued(19, 30_000.0), ended(20, 30_001.0)):
        history.fold(event)
    assert history.seconds_left() == pytest.approx(80.0)
    history = History.of([Started(0, 100, 10, 1), ended(0, 0.0), *(ended(k, 1000.0 * k) for k in range(1, 21))])
    assert history.seconds_left() == pytest.approx(80.0)
    points = [Progressed(1, k, 10, 0.8, float(k) if k < 4 else 5000.0 + k) for k in range(1, 8)]
    assert History.of([Started(0, 2, 10, 1), *points]).seconds_left() == pytest.approx(13.0)


def test_what_was_said_of_a_lost_epoch_is_void() -> None:
    events = [Started(0, 4, 10, 1), ended(0, 0.0), Progressed(1, 5, 10, 0.8, 1.0), ended(1, 2.0)]
    history = History.of([*events, Progressed(2, 5, 10, 0.6, 3.0), Started(1, 4, 10, 1)])
    assert [p.epoch for p in history.within] == [1]
    assert history.done == 1.0


def test_a_long_run_thins_its_points_out() -> None:
    history = History.of(Progressed(k, 5, 10, 0.8, float(k)) for k in range(1, 3 * WITHIN))
    assert WITHIN / 2 <= len(history.within) <= WITHIN


def test_forecasts_of_sixty_epochs_are_kept_spread_over_the_logarithm_of_time() -> None:
    history = History.of([Started(0, 5000, 10, 1)])
    for epoch in range(5001):
        history.fold(
            replace(
                ended(epoch, float(epoch)), shown={"free_running": (float(epoch), 1.0), "confusion": ((1, 2), (3, 4))}
            )
        )
    kept = [epoch for epoch, _ in history.frames["free_running"]]
    assert len(kept) == FRAMES
    assert (kept[0], kept[-1]) == (0, 5000)
    assert set(range(6)) <= set(kept), "learning is fast first"
    assert all(later <= 1.6 * earlier + 2 for earlier, later in itertools.pairwise(kept)), kept
    epoch, path = history.frames["free_running"][20]
    assert path.tolist() == [epoch, 1.0]
    assert history.frames["confusion"][0][1].tolist() == [[1, 2], [3, 4]]


def test_a_run_that_goes_on_from_its_checkpoint_forgets_the_frames_after_it() -> None:
    history = History.of([Started(0, 9, 10, 1)])
    for epoch in range(6):
        history.fold(replace(ended(epoch, 0.0), shown={"one_step": (1.0,)}))
    history.fold(Started(3, 9, 10, 1))
    assert [epoch for epoch, _ in history.frames["one_step"]] == [0, 1, 2, 3]


def test_a_run_begun_anew_has_each_epoch_once() -> None:
    first = [Started(0, 3, 1, 1), ended(0, 0.0), ended(1, 1.0)]
    history = History.of([*first, *first, ended(2, 2.0)])
    assert [e.epoch for e in history.epochs] == [0, 1, 2]
    assert History.of([*first, Started(1, 3, 1, 1), ended(2, 2.0)]).epochs == history.epochs
