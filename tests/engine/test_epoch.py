"""An epoch of every kind of network is what Keras would have done, and what is shown of it what NumPy finds."""

from __future__ import annotations

from pathlib import Path

import keras
import numpy as np
import pytest
from conftest import SMALL

import lab
from lab.data.series import Series
from lab.engine import train
from lab.engine.kept import stepper_for
from lab.engine.models import build, get_weights
from lab.runs.events import EpochEnded, Event, Stopped
from lab.runs.run import Control
from lab.runs.store import RunStore
from lab.tasks.forecast import Forecast


def regularised(model: keras.Model, l2: float) -> keras.Model:
    """The model with Keras's own `kernel_regularizer` on each layer."""
    if l2:
        for layer in model.layers:
            for part in (layer.forward_layer, layer.backward_layer) if hasattr(layer, "forward_layer") else (layer,):
                part = getattr(part, "cell", part)
                if hasattr(part, "kernel"):
                    part.kernel.regularizer = keras.regularizers.L2(l2)
    return model


def pinball_by_level(truth: keras.KerasTensor, predicted: keras.KerasTensor) -> keras.KerasTensor:
    """The pinball loss of each quantile, written out."""
    losses = []
    for k, level in enumerate((0.025, 0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.975)):
        error = truth[:, 0] - predicted[:, k]
        losses.append(keras.ops.where(error >= 0, level * error, (level - 1) * error))
    return sum(losses) / 9


MLP = {
    "model.kind": "mlp",
    "model.dense": "5",
}  # where nothing depends on the network: it compiles in a third of the time


@pytest.mark.parametrize(
    ("settings", "optimizer"),
    [
        ({}, lambda: keras.optimizers.Adam(1e-3)),
        ({"training.clip_value": 0.01, **MLP}, lambda: keras.optimizers.Adam(1e-3, clipvalue=0.01)),
        ({"training.clip_norm": 0.01, **MLP}, lambda: keras.optimizers.Adam(1e-3, clipnorm=0.01)),
        ({"training.global_clip_norm": 0.01, **MLP}, lambda: keras.optimizers.Adam(1e-3, global_clipnorm=0.01)),
        ({"training.optimizer": "rmsprop", **MLP}, lambda: keras.optimizers.RMSprop(1e-3)),
        (
            {"training.optimizer": "sgd", "training.momentum": 0.9, **MLP},
            lambda: keras.optimizers.SGD(1e-3, momentum=0.9),
        ),
        ({"training.loss": "mae", **MLP}, lambda: keras.optimizers.Adam(1e-3)),
        ({"training.loss": "huber", **MLP}, lambda: keras.optimizers.Adam(1e-3)),
        ({"training.loss": "pinball", **MLP}, lambda: keras.optimizers.Adam(1e-3)),
        *(
            ({"model.kind": kind, "model.norm": norm}, lambda: keras.optimizers.Adam(1e-3))
            for kind, norm in (
                ("recurrent", "batch"),
                ("recurrent", "layer"),
                ("conv1d", "batch"),
                ("mlp", "batch"),
                ("linear", "none"),
            )
        ),
        (
            {
                "model.kind": "conv1d",
                "model.filters": "4,3",
                "model.pooling": "max",
                "model.global_pooling": "average",
                "model.dilation": 2,
            },
            lambda: keras.optimizers.Adam(1e-3),
        ),
        ({"model.filters": "4", "model.stride": 2, "model.cell": "gru"}, lambda: keras.optimizers.Adam(1e-3)),
        ({"model.activation": "gelu", "model.gate_activation": "hard_sigmoid"}, lambda: keras.optimizers.Adam(1e-3)),
        ({"model.activation": "elu", "model.forget_bias": 3.0}, lambda: keras.optimizers.Adam(1e-3)),
        ({"model.kind": "mlp", "model.l2": 0.1}, lambda: keras.optimizers.Adam(1e-3)),
        ({"model.l2": 0.1, "model.bidirectional": True}, lambda: keras.optimizers.Adam(1e-3)),
    ],
    ids=str,
)
def test_a_whole_epoch_is_what_keras_would_have_done(settings: dict[str, object], optimizer, series: Series) -> None:  # type: ignore[no-untyped-def]
    """The compiled loop against `train_on_batch` on the same batches, the padded last one among them."""
    config = SMALL.with_settings(settings)
    task = Forecast(config, series)
    stepper = stepper_for(config, task.train.inputs, task.train.targets)
    n = len(task.train.inputs)
    assert n % stepper.batch, "the test wants a last batch that is not full"
    order = np.full(stepper.steps * stepper.batch, -1, np.int32)
    order[:n] = np.random.default_rng(0).permutation(n)
    order = order.reshape(stepper.steps, stepper.batch)
    pinball = config.training.loss == "pinball"
    model = regularised(build(config.model, 8, 1, 9 if pinball else 1, config.seed), config.model.l2)
    model.compile(optimizer(), loss=pinball_by_level if pinball else config.training.loss, run_eagerly=True)
    expected = [
        float(model.train_on_batch(task.train.inputs[rows[rows >= 0]], task.train.targets[rows[rows >= 0]]))
        for rows in order
    ]
    stepper.run(order, 0, 2)
    stepper.run(order, 2, stepper.steps)
    if not config.model.l2:  # Keras adds it to the loss that it shows
        np.testing.assert_allclose(stepper.records[0], expected, rtol=2e-4)
    for name, weights in get_weights(model).items():
        np.testing.assert_allclose(get_weights(stepper.model)[name], weights, atol=2e-5, err_msg=name)
    if any("clip" in key for key in settings):
        assert stepper.records[2].mean() > 0.5


KINDS: list[dict[str, object]] = [
    {
        "model.kind": "conv1d",
        "model.filters": "5,4",
        "model.pooling": "average",
        "model.norm": "batch",
        "model.dropout": 0.2,
    },
    {"model.kind": "mlp", "model.dense": "7,5", "model.dense_activation": "elu", "model.norm": "batch"},
    {"model.kind": "linear", "model.l2": 0.01},
    {"model.filters": "4", "model.stride": 2, "model.norm": "layer", "model.cell": "gru", "model.bidirectional": True},
    {
        "model.norm": "batch",
        "model.units": "4,3",
        "model.activation": "leaky_relu",
        "model.recurrent_initializer": "identity",
    },
]


@pytest.mark.parametrize("settings", KINDS, ids=str)
def test_it_goes_on_from_a_checkpoint_to_the_last_bit_and_numpy_finds_the_same(
    settings: dict[str, object], series: Series, tmp_path: Path
) -> None:
    config = SMALL.with_settings(settings | {"training.epochs": 60})
    whole = [e.val_loss for e in train(config, data=series) if isinstance(e, EpochEnded)]
    run = RunStore(tmp_path).create(config, series)
    events: list[Event] = []
    for event in train(config, data=series, folder=run.path):
        events.append(event)
        if isinstance(event, EpochEnded) and event.epoch == 2:
            run.send(Control(state="stop"))
    if isinstance(events[-1], Stopped):  # a machine may be done before it looks
        run.send(Control())
        events += train(config, data=series, folder=run.path)
    assert [e.val_loss for e in events if isinstance(e, EpochEnded)] == whole
    task = Forecast(config, series)
    predicted = run.network().predict(task.held_out)
    assert np.ptp(predicted) > 1e-3
    assert whole[-1] == pytest.approx(float(((predicted - task.validation.targets) ** 2).mean()), rel=1e-4)
    assert len(lab.forecast(run, 3).mean) == 3
