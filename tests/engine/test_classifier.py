"""A classifier is trained as a forecaster is: reproducible, interruptible, and what stock Keras would have done."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import keras
import numpy as np
import pytest
from conftest import train_until_paused

from lab.config.presets import preset
from lab.config.run import RunConfig
from lab.data.images import Images
from lab.data.series import Series
from lab.data.sources import digits_of, load_images
from lab.engine import aside, train, training
from lab.engine.kept import stepper_for
from lab.engine.models import build, get_weights, set_weights
from lab.network.architecture import weight_shapes
from lab.network.weights import save_weights
from lab.runs import control
from lab.runs.events import EpochEnded, Event, Failed, Finished, Paused, Progressed, RateChanged, Started, Stopped
from lab.runs.run import Control, Run
from lab.runs.store import RunStore
from lab.tasks import task_for
from lab.tasks.digits import Digits

SMALL = RunConfig().with_settings(
    {"data.name": "digits", "model.units": "8", "training.epochs": 3, "training.batch_size": 32,
     "training.learning_rate": 0.01}
)  # fmt: skip


@pytest.fixture(scope="module")
def images() -> Images:
    whole = load_images(SMALL.data)
    return replace(
        whole, train_images=whole.train_images[:300], train_labels=whole.train_labels[:300],
        test_images=whole.test_images[:80], test_labels=whole.test_labels[:80],
    )  # fmt: skip


def epochs(events: list[Event]) -> list[EpochEnded]:
    return [e for e in events if isinstance(e, EpochEnded)]


def losses(events: list[Event]) -> list[tuple[float, float, float | None]]:
    return [(e.loss, e.val_loss, e.value("val_accuracy")) for e in epochs(events)]


@pytest.mark.parametrize("settings", [{}, {"model.cell": "gru", "model.bidirectional": True, "data.order": "both"}])
def test_a_run_tells_its_epochs_and_learns(settings: dict[str, object], images: Images) -> None:
    config = SMALL.with_settings({"training.epochs": 10, **settings})
    events = list(train(config, data=images))
    assert isinstance(events[0], Started)
    assert isinstance(events[-1], Finished)
    heard = epochs(events)
    assert [e.epoch for e in heard] == list(range(11))
    assert heard[-1].loss < 0.8 * heard[0].loss
    assert heard[-1].value("val_accuracy") > max(0.3, heard[0].value("val_accuracy"))  # type: ignore[type-var,operator]
    for e in heard:
        confusion = np.array(e.value("confusion"))
        assert confusion.shape == (10, 10)
        assert confusion.sum(axis=1).tolist() == np.bincount(images.test_labels, minlength=10).tolist()
        assert confusion.trace() / 80 == pytest.approx(e.value("val_accuracy"), abs=1e-6)
        assert e.value("mistakes") is not None
        assert len(e.value("mistakes")) == min(24, 80 - confusion.trace())
        assert [m[3] for m in e.value("mistakes")] == sorted((m[3] for m in e.value("mistakes")), reverse=True)
        assert all(images.test_labels[m.image] == m.truth != m.predicted for m in e.value("mistakes"))
        assert e.value("mae") is None
        assert e.value("one_step") is None
    assert heard[-1].gradient_norm is not None


def test_epoch_zero_is_the_untrained_network(images: Images) -> None:
    model = build(SMALL.model, 28, 28, 10, SMALL.seed, head="softmax")
    untrained = epochs(list(itertools.islice(train(SMALL, data=images), 2)))[0]
    for part, loss, accuracy in (
        ("train", untrained.loss, untrained.value("accuracy")),
        ("test", untrained.val_loss, untrained.value("val_accuracy")),
    ):
        x, y = getattr(images, f"{part}_images") / np.float32(255), getattr(images, f"{part}_labels")
        p = model.predict(x, verbose=0)
        assert loss == pytest.approx(float(np.mean(keras.losses.sparse_categorical_crossentropy(y, p))), rel=1e-4)
        assert accuracy == pytest.approx((p.argmax(axis=1) == y).mean(), abs=1e-5)


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"model.units": "5,4", "model.dense": "6", "model.dropout": (0.2, 0.1, 0.3), "model.activation": "relu"},
        {"model.cell": "gru", "model.recurrent_dropout": 0.2, "training.decay": 0.1},
    ],
)
def test_equal_configs_give_equal_losses_to_the_last_bit(settings: dict[str, object], images: Images) -> None:
    config = SMALL.with_settings(settings)
    first = losses(list(train(config, data=images)))
    other = losses(list(train(config.with_settings({"seed": 1}), data=images)))
    assert losses(list(train(config, data=images))) == first
    assert other != first


@pytest.mark.parametrize(
    ("settings", "optimizer"),
    [
        ({}, lambda: keras.optimizers.Adam(0.01)),
        (
            {"training.decay": 0.5},
            lambda: keras.optimizers.Adam(keras.optimizers.schedules.InverseTimeDecay(0.01, 1, 0.5)),
        ),
        ({"model.activation": "relu", "model.units": "6,5", "model.dense": "4"}, lambda: keras.optimizers.Adam(0.01)),
        ({"training.global_clip_norm": 0.01}, lambda: keras.optimizers.Adam(0.01, global_clipnorm=0.01)),
    ],
)
def test_an_epoch_is_what_keras_would_have_done(
    settings: dict[str, object], optimizer: Callable[[], keras.Optimizer], images: Images
) -> None:
    config = SMALL.with_settings(settings)
    task = Digits(config, images)
    inputs, targets = task.train.inputs, task.train.targets
    stepper = stepper_for(config, inputs, targets)
    order = np.full(stepper.steps * stepper.batch, -1, np.int32)
    order[:300] = np.random.default_rng(0).permutation(300)
    order = order.reshape(stepper.steps, stepper.batch)
    model = build(config.model, 28, 28, 10, config.seed, head="softmax")
    model.compile(optimizer(), "sparse_categorical_crossentropy")
    expected = [float(model.train_on_batch(inputs[r[r >= 0]], targets[r[r >= 0]])) for r in order]
    stepper.run(order, 0, stepper.steps)
    np.testing.assert_allclose(stepper.records[0], expected, rtol=1e-3)
    for name, weights in get_weights(model).items():
        np.testing.assert_allclose(get_weights(stepper.model)[name], weights, atol=1e-4, err_msg=name)


@pytest.mark.parametrize("n", [1, 7, 127, 128, 129, 300, 600])
def test_many_are_predicted_in_batches_of_one_size(n: int, images: Images) -> None:
    task = Digits(SMALL, images)
    stepper = stepper_for(SMALL, task.train.inputs, task.train.targets)
    x = np.random.default_rng(n).random((n, 28, 28), np.float32)
    np.testing.assert_allclose(stepper.predict(x, stepper.weights()), stepper.model.predict(x, verbose=0), atol=1e-5)


def test_the_rate_decays_and_a_new_one_decays_from_there(images: Images, tmp_path: Path) -> None:
    config = SMALL.with_settings({"training.decay": 0.01, "training.learning_rate": 0.01, "training.epochs": 4})
    run = RunStore(tmp_path).create(config, images)
    run.send(Control(pause_after=2))
    heard: list[Event] = []
    for event in train(config, data=images, folder=run.path):
        heard.append(event)
        if isinstance(event, Paused):
            run.send(Control(learning_rate=0.002))
    assert [e.learning_rate for e in heard if isinstance(e, RateChanged)] == [0.002]
    last_steps = 10 * np.arange(1, 5) - 1  # ten steps an epoch; the rate told is that of the last
    expected = np.array([0.01, 0.01, 0.002, 0.002]) / (1 + 0.01 * last_steps)
    np.testing.assert_allclose([e.learning_rate for e in epochs(heard)[1:]], expected, rtol=1e-4)


@pytest.mark.parametrize("settings", [{}, {"model.dropout": 0.3, "training.decay": 0.05, "model.activation": "relu"}])
def test_an_interrupted_run_ends_at_the_same_losses(
    settings: dict[str, object], images: Images, tmp_path: Path
) -> None:
    config = SMALL.with_settings({"training.epochs": 5, **settings})
    undisturbed = losses(list(train(config, data=images)))
    run = RunStore(tmp_path).create(config, images)
    train_until_paused(run, images, 2)
    for event in train(config, data=images, folder=run.path):
        run.append(event)
    history = Run(run.path).history()
    assert [(e.loss, e.val_loss, e.value("val_accuracy")) for e in history.epochs] == undisturbed
    assert history.last("confusion")[0] == 5  # type: ignore[index]
    assert history.epochs[-1].value("confusion") is None
    assert run.snapshots() == [0, 1, 2, 3, 5]


def test_within_an_epoch_it_tells_accuracy_and_stops(
    images: Images, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(aside, "CALL_SECONDS", 0.0)
    monkeypatch.setattr(training, "PROGRESS_SECONDS", 0.0)
    monkeypatch.setattr(control, "LOOK_SECONDS", 0.0)
    undisturbed = losses(list(train(SMALL, data=images)))
    run = RunStore(tmp_path).create(SMALL, images)
    told = []
    for event in train(SMALL, data=images, folder=run.path):
        run.append(event)
        if isinstance(event, Progressed):
            told.append(event.value("accuracy"))
            if (event.epoch, event.step) == (2, 4):
                run.send(Control(state="stop"))
    assert isinstance(run.history().final, Stopped)
    assert all(a is not None and 0 <= a <= 1 for a in told)
    assert run.network().predict(np.zeros((1, 28, 28), np.float32)).shape == (1, 10)
    run.send(Control())
    for event in train(SMALL, data=images, folder=run.path):
        run.append(event)
    assert [(e.loss, e.val_loss, e.value("val_accuracy")) for e in Run(run.path).history().epochs] == undisturbed


def test_relu_on_raw_pixels_explodes_and_says_what_to_try(images: Images) -> None:
    wild = {"model.activation": "relu", "data.normalize": False, "model.dense": "8", "training.learning_rate": 10.0,
            "training.epochs": 20}  # fmt: skip
    last = list(train(SMALL.with_settings(wild), data=images))[-1]
    assert isinstance(last, Failed)
    assert "became NaN or infinite in epoch" in last.message
    assert "lower learning rate or gradient clipping" in last.message


def test_data_of_the_other_kind_are_refused(images: Images) -> None:
    t = np.arange(100.0)
    series = Series(np.sin(t)[:, None], t, ("v",), ("",), "Wave", "")
    with pytest.raises(ValueError, match=r"^The data of data\.name=digits must be Images; received Series\.$"):
        next(train(SMALL, data=series))
    with pytest.raises(ValueError, match=r"must be Series; received Images\.$"):
        task_for(RunConfig(), images)


@pytest.mark.parametrize("name", ["mnist", "mnist-quick"])
def test_numpy_and_keras_agree_on_a_thousand_digits(name: str, images: Images, tmp_path: Path) -> None:
    config = preset(name)
    run = RunStore(tmp_path).create(config, images)
    rng = np.random.default_rng(0)
    shapes = weight_shapes(config.model, 28, 10, 28)
    weights = {k: rng.normal(0, 2 * shape[0] ** -0.5, shape).astype(np.float32) for k, shape in shapes.items()}
    if name == "mnist":  # whose states have no upper bound
        weights = {k: w if k == "output/kernel" else w / 2 for k, w in weights.items()}
        weights["output/kernel"] *= 4
    save_weights(run.path / "weights.npz", weights)
    network, model = run.network(), build(config.model, 28, 28, 10, 0, head="softmax")
    set_weights(model, weights)
    x = digits_of(config.data).sequences(load_images(config.data).test_images)
    expected = model.predict(x, verbose=0)
    assert np.ptp(expected) > 0.1, "a network that says one thing everywhere proves nothing"
    ours = network.predict(x)
    np.testing.assert_allclose(ours, expected, rtol=0, atol=1e-4)
    np.testing.assert_allclose(network.beliefs(x[0])[-1], ours[0], atol=1e-5)
    np.testing.assert_allclose(network.trace(x[0]).prediction, ours[0], atol=1e-5)
