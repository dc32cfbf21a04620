"""Cheats and their honest twins on real workers; a run retrained on everything."""

from __future__ import annotations

import pytest
from test_groups import unanswered
from test_jobs import SMALL, wait_for
from test_jobs import pool as pool

from lab import jobs
from lab.jobs import cheats, retrain, worker
from lab.jobs import pool as pool_module
from lab.runs.cheat_report import cheat_report, sentence
from lab.runs.run import Run
from lab.runs.store import RunStore

LEARNS = SMALL.with_settings({"data.noise": 0.3, "training.epochs": 12, "training.learning_rate": 0.01})


@pytest.fixture
def over() -> Run:
    run = jobs.create(LEARNS, name="over")
    worker.execute(run.path)
    return run


def test_a_value_of_tomorrow_is_worth_nothing_tomorrow(pool: pool_module.Pool, over: Run) -> None:
    group = cheats.submit_cheat(over, ["target"])
    wait_for(lambda: not group.is_under_way)
    honest, cheat = cheat_report(group, over.series)
    assert len(honest.run.series) == len(cheat.run.series) == 170, "30 of 200 steps are kept from both"
    assert honest.run.config.seed == cheat.run.config.seed
    assert cheat.reported.mae < 0.7 * honest.reported.mae
    assert cheat.real.mae > 0.9 * honest.real.mae
    assert "What it reports is not there." in sentence([honest, cheat])
    assert sentence([honest]) == ""


def test_where_the_epoch_is_chosen_both_keep_their_best(over: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    handed = unanswered(monkeypatch)
    group = cheats.submit_cheat(over, ["epoch", "scaler"])
    wait_for(lambda: len(handed) == 2)
    configs = [run.config for run in group.runs.values()]
    assert [config.training.patience for config in configs] == [12, 12]
    assert [config.data.leaks for config in configs] == [(), ("epoch", "scaler")]


def test_what_cannot_be_compared_is_a_sentence(over: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValueError, match="at least one of scaler, shuffle, epoch, target"):
        cheats.submit_cheat(over, [])
    handed = unanswered(monkeypatch)
    group = cheats.submit_cheat(over, ["scaler"])
    wait_for(lambda: len(handed) == 2)
    leaky = list(group.runs.values())[1]
    with pytest.raises(ValueError, match="is not an honest one"):
        cheats.submit_cheat(leaky, ["scaler"])
    with pytest.raises(ValueError, match="leaks, so its validation part has chosen nothing"):
        retrain.config_of(leaky)


def test_retrained_on_everything_for_as_long_as_validation_chose(over: Run) -> None:
    made = retrain.create(over, "whole")
    best = min((e for e in over.history().epochs if e.epoch), key=lambda e: e.val_loss).epoch
    assert made.config.training.epochs == best
    assert retrain.base_of(made) == "over"
    worker.execute(made.path)
    assert made.status() == "finished"
    assert made.scores() == []
    assert len(made.task.train.inputs) == 200 - 8
    with pytest.raises(ValueError, match="was trained on everything already"):
        retrain.create(made)
    with pytest.raises(ValueError, match="it has no series to forecast"):
        retrain.create(RunStore().open("sample-digits"))
