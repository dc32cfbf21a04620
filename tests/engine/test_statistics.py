"""What the compiled loop sums up is what NumPy finds of all predictions, kept or not."""

from __future__ import annotations

import numpy as np
import pytest
import tensorflow as tf

import lab
from lab.engine import statistics
from lab.engine.kept import stepper_for
from lab.scoring import metrics
from lab.scoring.statistics import CORRECT, STATISTICS, means_of
from lab.tasks import task_for

rng = np.random.default_rng(0)


def test_every_statistic_of_values_and_no_padding() -> None:
    names = tuple(STATISTICS)
    truth, prediction = rng.normal(size=(2, 9, 3)).astype(np.float32)
    truth[0, 0] = prediction[0, 0] = -2.0  # both are 0 in the data's units
    scale, shift = np.float32([2, 3, 0.5]), np.float32([4, -1, 0])
    present = np.float32([1] * 7 + [0] * 2)
    sums = statistics.sums(names, truth, prediction, (tf.constant(scale), tf.constant(shift)), tf.constant(present))
    expected = means_of(names, truth[:7] * scale + shift, prediction[:7] * scale + shift)
    for name, found in zip(names, sums, strict=True):
        np.testing.assert_allclose(found / 7, expected[name], rtol=1e-5, err_msg=name)


def test_the_share_of_the_right_classes() -> None:
    probabilities = rng.dirichlet(np.ones(4), 10).astype(np.float32)
    truth = rng.integers(0, 4, (10, 1)).astype(np.int32)
    present = np.float32([1] * 8 + [0] * 2)
    (hits,) = statistics.sums((CORRECT,), tf.constant(truth), tf.constant(probabilities), (1, 0), tf.constant(present))
    assert hits.shape == (statistics.width(CORRECT, 4),)
    by_hand = sum(int(p.argmax()) == int(t) for p, t in zip(probabilities[:8], truth[:8, 0], strict=True))
    assert float(hits[0]) == by_hand
    assert float(means_of((CORRECT,), truth[:8], probabilities[:8])[CORRECT][0]) == by_hand / 8


def test_metrics_are_made_of_them() -> None:
    truth, prediction = rng.normal(5, 1, (2, 30, 1))
    means = {name: float(value[0]) for name, value in means_of(STATISTICS, truth, prediction).items()}
    assert means["absolute"] == pytest.approx(metrics.mae(truth, prediction))
    assert np.sqrt(means["squared"]) == pytest.approx(metrics.rmse(truth, prediction))
    assert 100 * means["percentage"] == pytest.approx(metrics.mape(truth, prediction))
    assert 100 * means["symmetric"] == pytest.approx(metrics.smape(truth, prediction))


@pytest.mark.parametrize(
    "settings", [{}, {"data.name": "delhi_climate", "data.targets": "Temperature,Humidity", "window.horizon": 3}]
)
def test_an_epochs_means_are_those_of_its_predictions(settings: dict[str, object]) -> None:
    """With a learning rate that changes nothing, what the network predicts stays what it is."""
    given = {
        "window.size": 8,
        "model.units": "6",
        "training.batch_size": 16,
        "data.points": 120,
        "training.learning_rate": 1e-30,
    }
    config = lab.RunConfig().with_settings(
        {k: v for k, v in given.items() if k != "data.points" or not settings} | settings
    )
    task = task_for(config, lab.load_series(config.data))
    stepper = stepper_for(config, task.train.inputs, task.train.targets, task.units)
    n = len(task.train.inputs)
    assert n % stepper.batch, "the test wants a last batch that is not full"
    stepper.run(stepper.order(0, 1, n), 0, 2)
    assert stepper.records[3] == 32
    stepper.run(stepper.order(0, 1, n), 2, stepper.steps)
    assert stepper.records[3] == n
    predictions = stepper.predict(task.train.inputs, stepper.weights())
    scale, shift = task.units
    expected = means_of(task.statistics, task.train.targets * scale + shift, predictions * scale + shift)
    assert stepper.means.keys() == expected.keys()
    for name, values in expected.items():
        np.testing.assert_allclose(stepper.means[name], values, rtol=2e-4, err_msg=name)


def test_what_an_epoch_keeps_does_not_grow_with_outputs_times_examples() -> None:
    def kept(horizon: int) -> int:
        config = lab.RunConfig().with_settings({"window.horizon": horizon, "model.units": "2", "data.points": 2000})
        task = task_for(config, lab.load_series(config.data))
        stepper = stepper_for(config, task.train.inputs, task.train.targets, task.units)
        return sum(record.nbytes for record in stepper.records)

    assert kept(100) - kept(1) <= 4 * 4 * 99


def test_sums_of_another_version_begin_anew() -> None:
    config = lab.RunConfig().with_settings({"window.size": 8, "model.units": "6", "data.points": 120})
    task = task_for(config, lab.load_series(config.data))
    stepper = stepper_for(config, task.train.inputs, task.train.targets, task.units)
    losses = np.full(stepper.steps, 3, np.float32)
    stepper.take_up([losses, losses, losses, np.ones((stepper.steps, stepper.batch, 1), np.float32)])
    np.testing.assert_array_equal(stepper.records[0], losses)
    assert all(not record.any() for record in stepper.records[3:])
