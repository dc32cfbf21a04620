import keras
import numpy as np
import pytest

from lab.config.model import ModelConfig
from lab.engine.models import build, get_weights, set_weights
from lab.network import network as network_module
from lab.network.architecture import count_parameters, summary, weight_shapes
from lab.network.cells import CELLS
from lab.network.interventions import Clamp
from lab.network.network import Network


def random_weights(model, features=1, horizon=1, seed=0):
    rng = np.random.default_rng(seed)
    shapes = weight_shapes(model, features, horizon)
    # Kernels shrink with their width: a simple network far above a spectral radius of 1 is chaotic.
    return {name: rng.normal(0, 0.9 / shape[0] ** 0.5, shape).astype(np.float32) for name, shape in shapes.items()}


def keras_model(model, weights, window, features, horizon, head):
    stack = build(model, window, features, horizon, seed=0, head=head)
    assert list(get_weights(stack)) == list(weights)
    set_weights(stack, weights)
    return stack


@pytest.mark.parametrize("bidirectional", [False, True], ids=["uni", "bi"])
@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize(
    ("units", "dense", "head"), [((1,), (), "linear"), ((3, 16), (6, 4), "softmax"), ((16, 3, 5), (), "linear")]
)
def test_predicts_what_keras_predicts(cell, units, dense, bidirectional, head):
    model = ModelConfig(
        cell=cell,
        units=units,
        dense=dense,
        bidirectional=bidirectional,
        activation="relu" if head == "softmax" else "tanh",
    )
    weights = random_weights(model, features=2, horizon=3)
    x = np.random.default_rng(1).normal(size=(5, 7, 2)).astype(np.float32)
    stack = keras_model(model, weights, 7, 2, 3, head)
    network = Network.build(model, weights, outputs=3, head=head)
    ours = network.predict(x)
    assert ours.shape == (5, 3)
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, np.asarray(stack(x)), rtol=1e-5, atol=1e-5)
    assert count_parameters(model, features=2, outputs=3) == stack.count_params()
    layers = [layer for layer in stack.layers if layer.weights]
    assert [row[2] for row in summary(model, 7, 2, 3)] == [layer.count_params() for layer in layers]
    assert [row[1] for row in summary(model, 7, 2, 3)] == [str(tuple(layer.output.shape[1:])) for layer in layers]

    said = keras.Model(stack.input, [layers[k].output for k in range(len(units))])(x[:1])
    traced = network.trace(x[0])
    for theirs, trace in zip(said if isinstance(said, list) else [said], traced.layers, strict=True):
        names = ["forward/hidden", "backward/hidden"] if bidirectional else ["hidden"]
        last = theirs.ndim == 2
        steps = [trace[name][0 if "backward" in name else -1] if last else trace[name] for name in names]
        np.testing.assert_allclose(np.concatenate(steps, axis=-1), theirs[0], atol=1e-5)


def test_chunks_change_nothing(monkeypatch):
    model = ModelConfig(cell="gru", units=(4, 3))
    network = Network.build(model, random_weights(model))
    x = np.random.default_rng(0).normal(size=(23, 6, 1))
    whole = network.predict(x)
    for floats in (1, 200):
        monkeypatch.setattr(network_module, "CHUNK_FLOATS", floats)
        np.testing.assert_allclose(network.predict(x), whole, atol=1e-6)


@pytest.mark.parametrize("bidirectional", [False, True], ids=["uni", "bi"])
def test_beliefs_are_the_predictions_on_every_beginning(bidirectional):
    model = ModelConfig(cell="gru", units=(5, 4), dense=(6,), bidirectional=bidirectional, activation="relu")
    network = Network.build(model, random_weights(model, 3, 10), 10, head="softmax")
    x = np.random.default_rng(0).normal(size=(7, 3)).astype(np.float32)
    beliefs = network.beliefs(x)
    assert beliefs.shape == (7, 10)
    np.testing.assert_allclose(beliefs.sum(axis=1), 1, rtol=1e-5)
    for t in range(7):
        np.testing.assert_allclose(beliefs[t], network.predict(x[None, : t + 1])[0], atol=1e-6)
    trace = network.trace(x, [Clamp(0, "hidden", 0.0), Clamp(1, "hidden", 0.0)])
    np.testing.assert_allclose(trace.beliefs, np.broadcast_to(trace.prediction, (7, 10)), atol=1e-6)
    assert list(trace.arrays())[-1] == "beliefs"


def test_a_forecaster_has_no_beliefs_in_its_trace():
    model = ModelConfig(units=(3,))
    trace = Network.build(model, random_weights(model)).trace(np.zeros((5, 1), np.float32))
    assert trace.beliefs is None
    assert list(trace.arrays())[-1] == "prediction"


def test_no_window_gives_no_prediction():
    model = ModelConfig(units=(3,))
    assert Network.build(model, random_weights(model)).predict(np.zeros((0, 5, 1))).shape == (0, 1)


@pytest.mark.parametrize("shape", [(4, 5), (4, 5, 2), (4, 0, 1)])
def test_inputs_of_another_shape_are_refused(shape):
    model = ModelConfig(units=(3,))
    with pytest.raises(ValueError, match=r"`x` must be \(n, window, 1\)"):
        Network.build(model, random_weights(model)).predict(np.zeros(shape))


def test_stepping_through_time_ends_where_predicting_does():
    model = ModelConfig(units=(4, 3), dense=(5,))
    network = Network.build(model, random_weights(model))
    x = np.random.default_rng(0).normal(size=(2, 6, 1)).astype(np.float32)
    states = network.initial_states(2)
    for t in range(6):
        states = network.advance(x[:, t], states)
    np.testing.assert_allclose(network.read_out(states[-1][0]), network.predict(x), atol=1e-6)


def test_the_summary_of_the_bitcoin_network():
    model = ModelConfig(units=(256, 512, 512))
    assert summary(model, window=7) == [
        ("LSTM 1", "(7, 256)", 264_192),
        ("LSTM 2", "(7, 512)", 1_574_912),
        ("LSTM 3", "(512,)", 2_099_200),
        ("Output (linear)", "(1,)", 513),
    ]
    assert count_parameters(model) == 3_938_817
    assert summary(model, 28, 28, 10, head="softmax")[-1] == ("Output (softmax)", "(10,)", 5130)
    assert summary(ModelConfig(dense=(8,)), 50)[1] == ("Dense 1 (ReLU)", "(8,)", 408)


def test_weights_that_do_not_fit_are_refused_by_name():
    model = ModelConfig(units=(3,))
    weights = random_weights(model)
    shape = r"`recurrent0/bias` must have the shape \(12,\); received \(3,\)"
    for change, message in (
        ({"recurrent0/bias": np.zeros(3, np.float32)}, shape),
        ({"output/bias": np.full(1, np.nan)}, "`output/bias` must be finite"),
        ({"recurrent0/kernel": np.float32(1)}, "`recurrent0/kernel` must have the shape"),
        ({"dense0/bias": np.zeros(3)}, "missing or unknown: dense0/bias"),
    ):
        with pytest.raises(ValueError, match=message):
            Network.build(model, weights | change)
    for name in weights:
        with pytest.raises(ValueError, match=f"missing or unknown: {name}"):
            Network.build(model, {k: v for k, v in weights.items() if k != name})
