"""A network on a task that asks for memory: trained, scored beside what needs none, resumed, looked at."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

import lab
from lab import jobs
from lab.jobs import worker
from lab.runs.run import Run
from lab.runs.store import RunStore
from lab.tasks.memory import MemoryScore

pytestmark = pytest.mark.trains
QUICK = {
    "data.length": 8,
    "data.examples": 1500,
    "model.cell": "gru",
    "model.units": "12",
    "training.learning_rate": 0.02,
}


def trained(settings: dict[str, object], folder: Path) -> Run:
    run = jobs.create(
        lab.RunConfig().with_settings(settings | {"data.name": settings["data.name"]}), store=RunStore(folder)
    )
    worker.execute(run.path)
    return Run(run.path)


def test_a_short_first_symbol_is_solved(tmp_path: Path) -> None:
    run = trained({"data.name": "first_symbol", "training.epochs": 8} | QUICK, tmp_path)
    model, guess = (MemoryScore(**row) for row in run.scores())
    assert model.solved
    assert not guess.solved
    assert guess.loss == pytest.approx(np.log(4), abs=0.02)
    report = run.task.report(run.scores())
    assert report.sentence.startswith("Solved: ")
    assert not (run.path / "sequences.npz").exists()
    last = run.history().epochs[-1]
    assert last.metrics["val_accuracy"] > 0.99
    assert np.asarray(run.history().last("confusion")[1]).sum() == 1000  # type: ignore[index]
    assert run.window(5).shape == (9, 8)
    assert run.task.describe(5).startswith("test sequence 5, whose answer is ")
    assert run.task.in_words(np.array([0.1, 0.7, 0.1, 0.1])) == "B with 70%"


def test_sums_are_learned_and_what_an_epoch_says_is_what_numpy_finds(tmp_path: Path) -> None:
    run = trained({"data.name": "adding", "training.epochs": 12} | QUICK, tmp_path)
    data, network = run.data, run.network()
    said = network.predict(data.inputs["validation"])
    last = run.history().epochs[-1]
    assert last.val_loss == pytest.approx(((said - data.answers["validation"]) ** 2).mean(), rel=1e-3)
    right = (np.abs(said - data.answers["validation"]) <= 0.04).mean()
    assert last.metrics["val_right"] == pytest.approx(right, abs=0.003)
    model, guess = (MemoryScore(**row) for row in run.scores())
    assert model.loss < 0.5 * guess.loss
    assert guess.loss == pytest.approx(1 / 6, abs=0.02)


def test_what_learned_nothing_is_called_so(tmp_path: Path) -> None:
    run = trained({"data.name": "parity", "training.epochs": 1} | QUICK | {"data.length": 30}, tmp_path)
    assert run.task.report(run.scores()).sentence.startswith("Not solved: a loss of 0.69")
