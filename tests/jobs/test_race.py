"""Races: which candidates there are, what they change, who solved the task."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from test_groups import unanswered
from test_jobs import pool as pool
from test_jobs import wait_for

import lab
from lab import jobs
from lab.config.candidates import CANDIDATES, entry
from lab.jobs import groups, race
from lab.jobs import pool as pool_module
from lab.jobs.race import submit_race
from lab.runs.events import EpochEnded, Finished, Started
from lab.runs.group import GroupStore
from lab.runs.group_report import seeds_report
from lab.runs.history import History
from lab.runs.race_report import places, sentence
from lab.runs.run import Run
from lab.runs.store import RunStore

TASK = lab.RunConfig().with_settings(
    {"data.name": "first_symbol", "data.length": 8, "data.examples": 800, "model.units": "8", "training.epochs": 6,
     "training.learning_rate": 0.02, "training.clip_norm": 3.0}
)  # fmt: skip


@pytest.mark.parametrize("name", CANDIDATES)
def test_a_candidate_differs_in_what_it_says_alone(name: str) -> None:
    config = entry(TASK, name)
    assert (config.data, config.window, config.seed) == (TASK.data, TASK.window, TASK.seed)
    assert config.model.units == TASK.model.units
    assert replace(config.training, clip_norm=None, global_clip_norm=None) == replace(TASK.training, clip_norm=None)
    assert entry(config, name) == config


def test_cures_are_what_they_are_called() -> None:
    assert entry(TASK, "rnn").training.clip_norm is None
    assert entry(TASK, "rnn-clipped").training.global_clip_norm == 1.0
    irnn = entry(TASK, "irnn").model
    assert (irnn.cell, irnn.activation, irnn.recurrent_initializer) == ("rnn", "relu", "identity")
    assert [entry(TASK, f"lstm{which}").model.forget_bias for which in ("-bias-0", "", "-bias-5")] == [0.0, 1.0, 5.0]
    assert entry(TASK, "lstm-layer-norm").model.norm == "layer"


@pytest.mark.parametrize(
    ("names", "words"),
    [
        (("rnn",), "must be of 2 to 6 different candidates; received rnn"),
        ((), "received none"),
        (("rnn", "rnn"), "different candidates; received rnn, rnn"),
        (("rnn", "mlp"), "A candidate must be one of rnn, .*; received 'mlp'"),
        (tuple(CANDIDATES)[:7], "of 2 to 6 different"),
    ],
)
def test_another_field_is_a_sentence(names: tuple[str, ...], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        submit_race(TASK, names)
    assert all(run.is_sample for run in RunStore().list())


def test_a_network_without_recurrence_does_not_race() -> None:
    with pytest.raises(ValueError, match="A race is of recurrent networks; this config has MLP"):
        submit_race(TASK.with_settings({"model.kind": "mlp"}), ["rnn", "gru"])


def history(*losses: float, over: bool = True) -> History:
    found = History()
    found.fold(Started(0, 9, 1, 1, 0.0))
    for k, loss in enumerate(losses):
        right = 1.0 if loss < 0.1 else 0.3
        found.fold(EpochEnded(k, 1.0, loss, 1e-3, 2.0 if k else 0.0, 0.0, metrics={"val_accuracy": right}))
    if over:
        found.fold(Finished(len(losses) - 1, 1, 1.0))
    return found


def test_who_solved_it_stands_first(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = unanswered(monkeypatch)
    group = submit_race(TASK, ["rnn", "lstm", "gru"])
    wait_for(lambda: len(runs) == 3)
    assert GroupStore(RunStore()).open(group.id).record.title == "RNN against LSTM against GRU"
    courses = {"RNN": history(1.5, 1.3, 1.4), "LSTM": history(1.5, 1.0, 0.05, 0.01), "GRU": history(1.4, 0.02)}
    found = places(group, courses)
    assert [(p.label, p.epoch, p.seconds) for p in found] == [("GRU", 1, 2.0), ("LSTM", 2, 4.0), ("RNN", None, 4.0)]
    assert sentence(found) == "GRU solved it first, after epoch 1 and 2 s of training; LSTM after epoch 2; RNN did not."
    courses["RNN"] = history(1.5, 1.3, over=False)
    assert sentence(places(group, courses)).endswith("RNN did not so far.")
    none = places(group, {"RNN": courses["RNN"], "LSTM": history(1.5, 1.3)})
    assert sentence(none) == "None of them has solved the task so far."
    assert sentence([]) == ""


def test_a_task_that_nobody_can_call_solved_has_no_epoch(monkeypatch: pytest.MonkeyPatch) -> None:
    runs = unanswered(monkeypatch)
    group = submit_race(lab.preset("sine"), ["rnn", "gru"])
    wait_for(lambda: len(runs) == 2)
    (first, second) = places(group, {"RNN": history(1.5, 0.01), "GRU": history(1.5, 0.001)})
    assert (first.label, first.epoch, second.epoch) == ("GRU", None, None)


def test_all_pause_step_and_end(pool: pool_module.Pool) -> None:
    """On one worker: who is held makes room for the next, so that a step takes each of them one epoch further."""
    group = submit_race(TASK.with_settings({"training.epochs": 400}), ["rnn", "gru"])
    race.pause(group)
    runs: list[Run] = list(group.runs.values())
    wait_for(lambda: all(run.history().epochs for run in runs) and all(run.status() == "paused" for run in runs))
    done = [run.history().epochs[-1].epoch for run in runs]
    assert max(done) < 400
    race.step(group)
    wait_for(lambda: [run.history().epochs[-1].epoch for run in runs] == [epoch + 1 for epoch in done])
    wait_for(lambda: all(run.status() == "paused" for run in runs))
    race.go_on(group)
    wait_for(lambda: all(run.status() != "paused" for run in runs))
    groups.stop(group)
    wait_for(lambda: not group.is_under_way)
    assert jobs.is_ready()


@pytest.mark.parametrize("known", [True, False], ids=["a memory task", "a task with scores of its own"])
def test_seeds_of_any_task_have_a_report(monkeypatch: pytest.MonkeyPatch, known: bool) -> None:
    """A task whose scores are neither errors nor accuracies once ended it in a traceback."""
    runs = unanswered(monkeypatch)
    group = groups.submit_seeds(TASK, 2)
    wait_for(lambda: len(runs) == 2)
    for k, run in enumerate(group.runs.values()):
        rows = [
            {"name": "LSTM 8", "right": 0.9 + 0.05 * k, "loss": 0.2},
            {"name": "At random", "right": 0.25, "loss": 1.39},
        ]
        rows = rows if known else [{"name": row["name"], "own": 1.0} for row in rows]
        (run.path / "scores.json").write_text(json.dumps(rows))
    report = seeds_report(group)
    assert report is not None
    if known:
        assert report.spreads["", "right"].mean == pytest.approx(0.925)
        assert report.sentences[""].endswith("that of At random is 0.25. Every seed is better.")
    else:
        assert (report.spreads, report.sentences) == ({}, {})
