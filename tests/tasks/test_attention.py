"""How often a forecast comes while a network trains: never late for who watches, hardly ever for who does not."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import pytest

from lab.config.run import RunConfig
from lab.engine import train
from lab.runs.control import KEPT, WATCHED
from lab.runs.events import EpochEnded
from lab.runs.run import Control
from lab.runs.store import RunStore
from lab.tasks.attention import PAUSE_SECONDS, Attention

SINE = RunConfig().with_settings({"window.size": 20, "model.units": "16", "training.epochs": 60})


def play(share: float, epoch: float, cost: float, seconds: float = 60.0) -> list[tuple[float, int]]:
    """Forecasts `(when, steps)` of a training whose epochs and whose network's steps take so many seconds."""
    attention = Attention(steps=200, window=20)
    attention.drawn(200, cost * 220, 0.0)
    attention.begin()
    drawn, trained = [], 0.0
    while trained < seconds:
        trained += epoch
        if steps := attention.stretch(share, trained, trained):
            attention.drawn(steps, cost * (20 + steps), trained)
            drawn.append((trained, steps))
    return drawn


@pytest.mark.parametrize(
    ("epoch", "cost"), [(0.03, 1e-4), (0.03, 3e-4), (0.2, 2e-4), (1.3, 3e-4), (1.3, 3e-3), (9, 1e-2)]
)
def test_who_watches_never_waits_longer_than_a_second_or_an_epoch(epoch: float, cost: float) -> None:
    moments = [0.0, *(when for when, _ in play(WATCHED, epoch, cost))]
    longest = max(after - before for before, after in itertools.pairwise(moments))
    assert longest <= max(1.0, epoch) + epoch


@pytest.mark.parametrize("share", [KEPT, WATCHED])
@pytest.mark.parametrize(("epoch", "cost"), [(0.03, 1e-4), (1.3, 3e-3)])
def test_no_more_than_its_share_of_the_time_goes_into_it(share: float, epoch: float, cost: float) -> None:
    spent = sum(cost * (20 + steps) for _, steps in play(share, epoch, cost))
    assert 0.5 * share * 60 < spent <= share * 60 + cost * 220


def test_a_long_path_of_a_large_network_comes_in_a_shorter_stretch_rather_than_late() -> None:
    steps = {steps for _, steps in play(WATCHED, epoch=1.3, cost=3e-3)}
    assert max(steps) < 200
    assert min(steps) >= 8


def test_a_pause_leaves_the_picture_of_its_own_epoch() -> None:
    attention = Attention(steps=200, window=20)
    attention.drawn(200, PAUSE_SECONDS / 2, 10.0)
    assert attention.stretch(KEPT, 1.0, 10.01) == 0
    assert attention.stretch(KEPT, 1.0, 10.01, rests=True) == 200
    attention.drawn(200, 2 * PAUSE_SECONDS, 20.0)
    assert attention.stretch(KEPT, 1.0, 20.01, rests=True) == 0


def test_nobody_watches_and_nothing_is_kept_then_nothing_is_drawn_but_the_first_and_the_last() -> None:
    epochs = [e for e in train(SINE) if isinstance(e, EpochEnded)]
    assert [e.epoch for e in epochs if e.value("free_running") is not None] == [0, 60]


@pytest.mark.parametrize(("watched", "share"), [(True, WATCHED), (False, KEPT)])
def test_a_run_that_a_page_follows_may_spend_more_on_its_forecasts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, watched: bool, share: float
) -> None:
    from lab.data.sources import load

    asked: list[float] = []
    stretch = Attention.stretch

    def listening(self: Attention, allowed: float, *rest: Any, **more: Any) -> int:
        asked.append(allowed)
        return stretch(self, allowed, *rest, **more)

    monkeypatch.setattr(Attention, "stretch", listening)
    run = RunStore(tmp_path).create(SINE, load(SINE.data), "run")
    for _ in train(run.config, data=run.series, folder=run.path):
        if watched:
            run.watch()
    assert set(asked[1:]) == {share}  # the first epoch is under way before anybody can look


def test_one_epoch_at_a_time_shows_each_epoch_s_own_forecast(tmp_path: Path) -> None:
    from lab.data.sources import load

    run = RunStore(tmp_path).create(SINE, load(SINE.data), "stepped")
    run.send(Control(pause_after=1))
    shown = []
    for event in train(run.config, data=run.series, folder=run.path):
        if isinstance(event, EpochEnded) and 0 < event.epoch <= 5:
            shown.append((event.epoch, event.value("free_running") is not None, event.value("one_step") is not None))
        if type(event).__name__ == "Paused":
            run.send(Control(pause_after=event.epoch + 1) if event.epoch < 5 else Control(state="stop"))
    assert shown == [(epoch, True, True) for epoch in range(1, 6)]
