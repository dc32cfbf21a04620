"""The gradient by step back, looked at while a network trains."""

from __future__ import annotations

import json
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

import lab
from lab import jobs
from lab.engine import train
from lab.explain.gradient_flow import of_first_layer, ways
from lab.jobs import worker
from lab.plots.gradients import course_figure
from lab.runs.events import EpochEnded
from lab.runs.run import Run
from lab.runs.store import RunStore
from lab.tasks.base import EpochView
from lab.tasks.gradient_course import MOST_POINTS, NAME, GradientCourse, distances

pytestmark = pytest.mark.trains
QUICK = lab.preset("sine").with_settings({"training.epochs": 30, "model.units": "6", "window.size": 20})


def test_a_row_is_what_the_networks_gradient_is(tmp_path: Path) -> None:
    run = jobs.create(QUICK, store=RunStore(tmp_path))
    worker.execute(run.path)
    run = Run(run.path)
    epoch, row = run.history().frames[NAME][-1]
    assert epoch == 30
    x, y = run.task.train.inputs, run.task.train.targets
    some = np.unique(np.linspace(0, len(x) - 1, 8).astype(int))
    expected = of_first_layer(ways(run.network(), x[some], y[some], loss="mse"))
    np.testing.assert_allclose(row, expected, rtol=1e-3)
    figure = course_figure([(epoch, row)], 20)
    assert figure["data"][0]["x"] == ["30"]
    assert figure["data"][0]["y"] == list(range(20))
    json.dumps(figure)


def test_without_a_folder_nothing_is_looked_at_and_losses_are_the_same(tmp_path: Path) -> None:
    run = jobs.create(QUICK, store=RunStore(tmp_path))
    worker.execute(run.path)
    kept = [e.loss for e in Run(run.path).history().epochs]
    events = [e for e in train(QUICK) if isinstance(e, EpochEnded)]
    assert not any(NAME in e.shown for e in events)
    assert [e.loss for e in events] == kept


def test_it_stays_within_its_share(tmp_path: Path) -> None:
    """Of a training of ten seconds at most 3 % where somebody watches."""
    run = jobs.create(QUICK, store=RunStore(tmp_path))
    worker.execute(run.path)
    run = Run(run.path)
    task, weights = run.task, {f"{k}/{n}": v for k, w in run.network().weights.items() for n, v in w.items()}

    class Plain:
        def observe(self, view: EpochView) -> EpochEnded:
            return EpochEnded(view.epoch, 0.0, 0.0, 0.0, 0.0, 0.0)

        train = task.train

    course = GradientCourse(run.config, Plain())  # type: ignore[arg-type]
    order = np.zeros((1, 1), np.int32)
    rows, began = 0, time.thread_time()
    for epoch in range(1, 400):
        view = EpochView(epoch, weights, lambda x: x, 0.1, time.perf_counter, order, trained=0.01 * epoch, share=0.1)
        rows += NAME in course.observe(view).shown
    spent = time.thread_time() - began
    assert rows >= 1
    assert course._spent <= 0.03 * 4.0 + 0.02
    assert spent < 4.0
    assert NAME not in course.observe(replace(view, share=0.0)).shown
    assert NAME in course.observe(replace(view, last=True)).shown


def test_a_network_without_recurrence_has_none(tmp_path: Path) -> None:
    run = jobs.create(QUICK.with_settings({"model.kind": "mlp", "training.epochs": 5}), store=RunStore(tmp_path))
    worker.execute(run.path)
    assert NAME not in Run(run.path).history().frames


def test_a_long_window_has_a_hundred_and_twenty_distances() -> None:
    assert distances(50).tolist() == list(range(50))
    many = distances(1000)
    assert (len(many), many[0], many[-1]) == (MOST_POINTS, 0, 999)
