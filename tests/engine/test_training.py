"""Training as a generator of events: what it yields, that it is reproducible, that it stops, fails and resumes well."""

from __future__ import annotations

import dataclasses
import itertools
import time
from pathlib import Path

import numpy as np
import pytest
from conftest import SMALL, train_until_paused

from lab.data.series import Series
from lab.engine import train
from lab.engine.models import build, get_weights
from lab.engine.training import _Training
from lab.network.cells import CELLS
from lab.network.network import Network
from lab.network.weights import load_weights, save_weights
from lab.runs.events import Compiled, EpochEnded, Event, Failed, Finished, Paused, RateChanged, Started, Stopped
from lab.runs.history import History
from lab.runs.run import Control, Run
from lab.runs.store import RunStore
from lab.scoring.forecaster import one_step
from lab.tasks.forecast import Forecast


def losses(events: list[Event]) -> list[tuple[float, float]]:
    return [(e.loss, e.val_loss) for e in events if isinstance(e, EpochEnded)]


@pytest.mark.parametrize(
    ("cell", "bidirectional"), [*((cell, False) for cell in CELLS), ("gru", True), ("jordan", True)]
)
def test_a_run_tells_its_epochs_in_order_and_learns(cell: str, bidirectional: bool, series: Series) -> None:
    config = SMALL.with_settings(
        {
            "model.cell": cell,
            "model.bidirectional": bidirectional,
            "training.epochs": 12,
            "training.learning_rate": 0.01,
        }
    )
    events = list(train(config, data=series))
    assert isinstance(events[0], Started)
    assert isinstance(events[-1], Finished)
    assert sum(isinstance(e, Compiled) for e in events) == 1
    epochs = [e for e in events if isinstance(e, EpochEnded)]
    assert [e.epoch for e in epochs] == list(range(13))
    assert epochs[-1].val_loss < 0.3 * epochs[0].val_loss
    assert [e.elapsed for e in events] == sorted(e.elapsed for e in events)
    assert epochs[-1].value("one_step") is not None
    assert epochs[-1].value("free_running") is not None
    assert len(epochs[-1].value("one_step")) == len(epochs[-1].value("free_running")) == 18


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"model.dropout": 0.3, "model.recurrent_dropout": 0.2, "model.units": "5,4"},
        {"model.cell": "peephole", "model.recurrent_dropout": 0.2},
        {"model.cell": "jordan", "model.recurrent_dropout": 0.2, "model.bidirectional": True},
    ],
)
def test_equal_configs_give_equal_losses_to_the_last_bit(settings: dict[str, object], series: Series) -> None:
    config = SMALL.with_settings(settings)
    first = losses(list(train(config, data=series)))
    list(train(config.with_settings({"seed": 1}), data=series))  # the compiled program is shared; nothing may stick
    assert losses(list(train(config, data=series))) == first
    assert losses(list(train(config.with_settings({"seed": 1}), data=series))) != first


def test_epoch_zero_and_validation_agree_with_keras(series: Series) -> None:
    config = SMALL.with_settings({"model.units": "5,4", "model.dense": "3"})
    task = Forecast(config, series)
    model = build(config.model, 8, 1, 1, config.seed)
    events = list(train(config, data=series))
    untrained = next(e for e in events if isinstance(e, EpochEnded))
    for part, loss in ((task.train, untrained.loss), (task.validation, untrained.val_loss)):
        predicted = model.predict(part.inputs, verbose=0)
        assert loss == pytest.approx(np.mean((predicted - part.targets) ** 2), rel=1e-4)


def test_a_huge_rate_ends_as_failed_and_says_what_to_try(series: Series) -> None:
    config = SMALL.with_settings(
        {"training.optimizer": "sgd", "training.learning_rate": 10, "model.cell": "rnn", "training.epochs": 60}
    )
    wild = dataclasses.replace(series, values=series.values * 1e3)
    last = list(train(config.with_settings({"data.scaler": "minmax", "training.loss": "mse"}), data=wild))[-1]
    if isinstance(last, Finished):  # it saturated without overflow: make overflow certain
        pytest.fail("a learning rate of 10 was expected to diverge")
    assert isinstance(last, Failed)
    assert "lower learning rate" in last.message
    assert "clipping" in last.message
    assert f"epoch {last.epoch}" in last.message


def test_early_stopping_brings_the_best_weights_back(series: Series, tmp_path: Path) -> None:
    config = SMALL.with_settings({"training.epochs": 200, "training.patience": 2, "training.learning_rate": 0.05})
    run = RunStore(tmp_path).create(config, series)
    events = list(train(config, data=series, folder=run.path))
    last = events[-1]
    assert isinstance(last, Finished)
    assert last.epoch < 200
    assert "no better validation loss for 2 epochs" in last.reason
    epochs = {e.epoch: e for e in events if isinstance(e, EpochEnded)}
    assert epochs[last.best_epoch].val_loss == min(e.val_loss for e in epochs.values())
    network = Network.build(config.model, load_weights(run.path / "weights.npz"))
    task = Forecast(config, series)
    loss = np.mean((network.predict(task.validation.inputs) - task.validation.targets) ** 2)
    assert loss == pytest.approx(epochs[last.best_epoch].val_loss, rel=1e-5)


def test_a_series_too_short_is_one_sentence() -> None:
    t = np.arange(10.0)
    with pytest.raises(ValueError, match=r"^The series is too short"):
        next(train(SMALL, data=Series(np.sin(t)[:, None], t, ("v",), ("",), "Short", "")))


class TestControl:
    def test_stop_keeps_the_weights_of_the_moment(self, series: Series, tmp_path: Path) -> None:
        run = RunStore(tmp_path).create(SMALL.with_settings({"training.epochs": 10_000}), series)
        events = train(run.config, data=series, folder=run.path)
        heard = list(itertools.takewhile(lambda e: not (isinstance(e, EpochEnded) and e.epoch == 2), events))
        run.send(Control(state="stop"))
        heard += list(events)
        assert isinstance(heard[-1], Stopped)
        assert heard[-1].epoch < 10_000
        assert run.network().predict(np.zeros((1, 8, 1), np.float32)).shape == (1, 1)

    def test_what_was_begun_before_the_stop_is_told_and_kept(self, series: Series, tmp_path: Path) -> None:
        run = RunStore(tmp_path).create(SMALL.with_settings({"training.epochs": 10_000}), series)
        heard: list[Event] = []
        for event in train(run.config, data=series, folder=run.path):
            heard.append(event)
            if isinstance(event, EpochEnded) and event.epoch == 2:
                run.send(Control(state="stop"))
        epochs = [e for e in heard if isinstance(e, EpochEnded)]
        assert heard[-1] == Stopped(epochs[-1].epoch, heard[-1].elapsed, run.id)
        assert 2 < epochs[-1].epoch < 50  # the third had begun; there is a look every tenth of a second
        task = Forecast(run.config, series)
        loss = np.mean((run.network().predict(task.validation.inputs) - task.validation.targets) ** 2)
        assert loss == pytest.approx(epochs[-1].val_loss, rel=1e-5)

    def test_one_epoch_more_then_pause_then_a_new_rate(self, series: Series, tmp_path: Path) -> None:
        run = RunStore(tmp_path).create(SMALL.with_settings({"training.epochs": 6}), series)
        run.send(Control(pause_after=2))
        heard: list[Event] = []
        for event in train(run.config, data=series, folder=run.path):
            heard.append(event)
            if isinstance(event, Paused):
                assert event.epoch == 2
                run.send(Control(learning_rate=0.5))
        assert [e.learning_rate for e in heard if isinstance(e, RateChanged)] == [0.5]
        rates = {e.epoch: e.learning_rate for e in heard if isinstance(e, EpochEnded)}
        assert (rates[2], rates[3], rates[6]) == (1e-3, 0.5, 0.5)

    @pytest.mark.parametrize("settings", [{}, {"model.dropout": 0.3, "training.patience": 50}])
    def test_an_interrupted_run_ends_at_the_same_losses(
        self, settings: dict[str, object], series: Series, tmp_path: Path
    ) -> None:
        config = SMALL.with_settings({"training.epochs": 8, **settings})
        undisturbed = losses(list(train(config, data=series)))
        run = RunStore(tmp_path).create(config, series)
        train_until_paused(run, series, 3)
        for event in train(config, data=series, folder=run.path):
            run.append(event)
        history = Run(run.path).history()
        assert [(e.loss, e.val_loss) for e in history.epochs] == undisturbed
        assert sum(isinstance(e, Started) for e in run.events()) == 2

    @pytest.mark.parametrize("damage", ["cut", "of another network", "no archive"])
    def test_a_checkpoint_that_cannot_be_read_starts_the_run_anew_and_says_so(
        self, series: Series, tmp_path: Path, damage: str
    ) -> None:
        undisturbed = losses(list(train(SMALL, data=series)))
        run = RunStore(tmp_path).create(SMALL, series)
        train_until_paused(run, series, 2)
        path = run.path / "checkpoint.npz"
        if damage == "cut":
            path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
        elif damage == "no archive":
            path.write_bytes(b"checkpoint")
        else:
            with np.load(path) as file:
                arrays = dict(file)
            np.savez(path, **{k: v[..., None] if k.startswith("state") else v for k, v in arrays.items()})
        for event in train(SMALL, data=series, folder=run.path):
            run.append(event)
        history = Run(run.path).history()
        assert history.started is not None
        assert history.started.note == "The checkpoint could not be read, so training began anew."
        assert [(e.loss, e.val_loss) for e in history.epochs] == undisturbed

    def test_a_stop_while_the_untrained_network_is_looked_at_acts_at_once(
        self, series: Series, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        from lab.engine import stepper
        from lab.jobs import worker
        from lab.runs import control

        monkeypatch.setattr(stepper, "PREDICTED_OPERATIONS", 1)  # a window a call
        monkeypatch.setattr(control, "LOOK_SECONDS", 0.0)
        undisturbed = losses(list(train(SMALL, data=series)))
        run = RunStore(tmp_path).create(SMALL, series)
        worker.execute(run.path, lambda event: run.send(Control(state="stop")) if isinstance(event, Started) else None)
        assert [type(event).__name__ for event in run.events()] == ["Started", "Stopped"]
        assert run.scores() == []
        assert run.status() == "stopped"
        assert run.network().predict(run.window(0)[None]).shape == (1, 1)
        run.send(Control())
        worker.execute(run.path)
        found = [(e.loss, e.val_loss) for e in Run(run.path).history().epochs]
        np.testing.assert_allclose(found, undisturbed, rtol=1e-6)  # a batch of another size rounds otherwise
        assert run.status() == "finished"
        assert run.scores()

    def test_stop_within_an_epoch_resumes_within_it(self, series: Series, tmp_path: Path, monkeypatch) -> None:  # type: ignore[no-untyped-def]
        from lab.engine import aside, training
        from lab.runs import control

        monkeypatch.setattr(aside, "CALL_SECONDS", 0.0)  # a compiled call does one step
        monkeypatch.setattr(control, "LOOK_SECONDS", 0.0)
        undisturbed = losses(list(train(SMALL, data=series)))
        run = RunStore(tmp_path).create(SMALL, series)
        monkeypatch.setattr(training, "PROGRESS_SECONDS", 0.0)
        for event in train(SMALL, data=series, folder=run.path):
            run.append(event)
            if type(event).__name__ == "Progressed" and event.epoch == 2 and event.step == 2:
                run.send(Control(state="stop"))
        assert isinstance(run.history().final, Stopped)
        run.send(Control())
        for event in train(SMALL, data=series, folder=run.path):
            run.append(event)
        assert [(e.loss, e.val_loss) for e in Run(run.path).history().epochs] == undisturbed
        assert History.of(run.events()).state == "finished"


@pytest.mark.parametrize("cell", ["lstm", "gru", "rnn"])
def test_the_forecast_page_says_what_keras_says(cell: str, series: Series, tmp_path: Path) -> None:
    """One-step forecasts in NumPy, from the weights file, against stock Keras with the same weights."""
    config = SMALL.with_settings({"model.cell": cell, "model.units": "7,5", "model.dense": "4"})
    run = RunStore(tmp_path).create(config, series)
    model = build(config.model, 8, 1, 1, seed=99)
    save_weights(run.path / "weights.npz", get_weights(model))
    task = Forecast(config, series)
    keras_says = task.prepared.scaler.inverse(model.predict(task.validation.inputs, verbose=0)[:, 0])
    start, stop = task.prepared.split.bounds("validation")
    ours = one_step(run.network(), task.prepared.scaler, series.values[:, 0], 8, start, stop)
    np.testing.assert_allclose(ours, keras_says, atol=1e-4 * series.values.std())


def test_the_next_epoch_begins_while_one_is_told(series: Series, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[int] = []
    order = _Training.order
    monkeypatch.setattr(_Training, "order", lambda self, epoch: begun.append(epoch) or order(self, epoch))
    for event in train(SMALL, data=series):
        if isinstance(event, EpochEnded) and event.epoch > 0:
            assert max(begun) == min(event.epoch + 1, SMALL.training.epochs)


def test_whoever_takes_long_over_an_event_gets_the_same_numbers(series: Series) -> None:
    at_once = losses(list(train(SMALL, data=series)))
    slowly: list[Event] = []
    for event in train(SMALL, data=series):
        time.sleep(0.3)  # the steps that are underway are over by then
        slowly.append(event)
    assert losses(slowly) == at_once
    assert max(e.seconds for e in slowly if isinstance(e, EpochEnded)) < 0.3


def test_a_training_left_in_the_middle_is_over_and_the_next_one_undisturbed(series: Series) -> None:
    whole = losses(list(train(SMALL, data=series)))
    left = train(SMALL, data=series)
    heard = list(itertools.takewhile(lambda e: not (isinstance(e, EpochEnded) and e.epoch == 1), left))
    left.close()  # type: ignore[attr-defined]
    assert losses(heard) == whole[:1]
    assert losses(list(train(SMALL, data=series))) == whole


def test_two_trainings_at_once_do_not_meet(series: Series) -> None:
    alone = losses(list(train(SMALL, data=series)))
    first = train(SMALL, data=series)
    heard = [next(first) for _ in range(4)]
    assert losses(list(train(SMALL, data=series))) == alone
    assert losses([*heard, *first]) == alone
