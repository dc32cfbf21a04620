"""A run that learns a transform: its errors, forecasts and replay are in the data's own units."""

from __future__ import annotations

import numpy as np
import pytest

import lab
from lab import jobs
from lab.jobs import worker
from lab.runs.replay import all_forecasts
from lab.runs.run import Run
from lab.scoring.forecaster import one_step_ahead

AIRLINE = lab.RunConfig().with_settings(
    {"data.name": "air_passengers", "window.size": 12, "model.units": "6", "training.epochs": 4, "training.learning_rate": 0.01}
)  # fmt: skip


def trained(**settings: object) -> Run:
    run = jobs.create(AIRLINE.with_settings({key.replace("__", "."): value for key, value in settings.items()}))
    worker.execute(run.path)
    return run


@pytest.mark.parametrize("transform", ["log", "seasonal_difference", "log_return"])
@pytest.mark.parametrize("horizon", [1, 3])
def test_every_number_is_in_units(transform: str, horizon: int) -> None:
    run = trained(data__transform=transform, window__horizon=horizon)
    assert run.status() == "finished"
    prepared, network, values = run.prepared, run.network(), run.series.values[:, 0]
    start, stop = prepared.split.bounds("validation")
    last = run.history().epochs[-1]
    windows = prepared.windows("validation")
    predicted = prepared.in_units(network.predict(windows.inputs), windows.origins)[:, :, 0]
    truth = values[windows.origins[:, None] + np.arange(horizon)]
    assert last.metrics["val_mae"] == pytest.approx(np.abs(truth - predicted).mean(), rel=1e-3)
    assert "mae" not in last.metrics
    assert 50 < run.history().last("one_step")[1][0] < 1000
    path = run.history().last("free_running")[1]
    assert min(path) > 50 and max(path) < 2000  # noqa: PT018
    again = all_forecasts(run, run.history())[-1]
    ours = one_step_ahead(prepared, network, start, stop)[:, 0]
    assert np.asarray(again.one_step)[: len(ours)] == pytest.approx(ours[: len(again.one_step)], rel=1e-3)
    model, naive = run.scores()[:2]
    assert (model["name"], naive["name"]) == ("LSTM", "Previous value")
    assert 5 < model["mae"] < 400
    assert model["scaled_mse"] is None
    assert 200 < lab.forecast(run, 3).mean[0] < 900


def test_the_loss_of_an_untransformed_run_is_what_it_was() -> None:
    losses = [
        [e.loss for e in trained(**settings).history().epochs]
        for settings in ({}, {"data__outliers": "keep", "data__transform": "none"})
    ]
    assert losses[0] == losses[1]
