import io
import pickle
import zipfile

import keras
import numpy as np
import pytest

from lab import network as network_module
from lab.cells import CELLS
from lab.config import ModelConfig
from lab.network import Network, count_parameters, load_weights, save_weights, summary, weight_shapes


def random_weights(model, features=1, horizon=1, seed=0):
    rng = np.random.default_rng(seed)
    shapes = weight_shapes(model, features, horizon)
    return {name: rng.normal(0, 0.7, shape).astype(np.float32) for name, shape in shapes.items()}


def keras_model(model, weights, features, horizon):
    options = {} if model.cell == "rnn" else {"use_cudnn": False}
    recurrent = getattr(keras.layers, CELLS[model.cell].keras_layer)
    last = len(model.units) - 1
    layers = [recurrent(units, return_sequences=k != last, **options) for k, units in enumerate(model.units)]
    layers += [keras.layers.Dense(units, activation="relu") for units in model.dense]
    stack = keras.Sequential([keras.Input((None, features)), *layers, keras.layers.Dense(horizon)])
    stack.set_weights(list(weights.values()))
    return stack


@pytest.mark.parametrize("cell", CELLS)
@pytest.mark.parametrize("units", [(1,), (3, 16), (16, 3, 5)])
@pytest.mark.parametrize("dense", [(), (6, 4)])
def test_predicts_what_stock_keras_predicts(cell, units, dense):
    model = ModelConfig(cell=cell, units=units, dense=dense)
    weights = random_weights(model, features=2, horizon=3)
    x = np.random.default_rng(1).normal(size=(5, 7, 2)).astype(np.float32)
    stack = keras_model(model, weights, features=2, horizon=3)
    ours = Network.build(model, weights, horizon=3).predict(x)
    assert ours.shape == (5, 3)
    assert ours.dtype == np.float32
    np.testing.assert_allclose(ours, np.asarray(stack(x)), rtol=1e-5, atol=1e-5)
    assert count_parameters(model, features=2, horizon=3) == stack.count_params()
    assert [row[2] for row in summary(model, 7, 2, 3)] == [layer.count_params() for layer in stack.layers]


def test_chunks_change_nothing(monkeypatch):
    model = ModelConfig(cell="gru", units=(4, 3))
    network = Network.build(model, random_weights(model))
    x = np.random.default_rng(0).normal(size=(23, 6, 1))
    whole = network.predict(x)
    for floats in (1, 200):
        monkeypatch.setattr(network_module, "CHUNK_FLOATS", floats)
        np.testing.assert_allclose(network.predict(x), whole, atol=1e-6)


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


def test_saved_weights_come_back_bit_for_bit(tmp_path):
    weights = random_weights(ModelConfig(cell="gru", units=(4, 3), dense=(2,)))
    for path in (tmp_path / "weights.npz", str(tmp_path / "no suffix")):
        save_weights(path, weights)
        back = load_weights(path)
        assert list(back) == list(weights)
        assert all((back[name] == weights[name]).all() for name in weights)
    assert sorted(file.name for file in tmp_path.iterdir()) == ["no suffix", "weights.npz"]


def npz(**arrays):
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def npy(array):
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def lying_npz():
    """An array that says it is a terabyte."""
    header = {"descr": "<f4", "fortran_order": False, "shape": (2**38,)}
    array, archive = io.BytesIO(), io.BytesIO()
    np.lib.format.write_array_header_1_0(array, header)
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr("bomb.npy", array.getvalue())
    return archive.getvalue()


def zip_of(name, content):
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as file:
        file.writestr(name, content)
    return archive.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"epoch,loss\n1,2\n",
        pickle.dumps({"recurrent0/kernel": 1}),
        npy(np.zeros(3, np.float32)),
        npz(a=np.array([{}], dtype=object)),
        npz(a=np.zeros(3)),
        npz(a=np.zeros(300, np.float32))[:-400],
        zip_of("readme.txt", b"hello"),
        zip_of("broken.npy", b"\x93NUMPY\x01\x00\xff\xff"),
        lying_npz(),
    ],
    ids=["empty", "text", "pickle", "npy", "objects", "float64", "cut short", "other zip", "no header", "lies"],
)
def test_a_file_that_holds_no_weights_is_refused_in_one_sentence(tmp_path, content):
    path = tmp_path / "upload.npz"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"^upload\.npz is not a file of weights saved by RNN Lab"):
        load_weights(path)


def test_a_missing_file_is_refused_too(tmp_path):
    with pytest.raises(ValueError, match=r"^gone\.npz is not a file of weights"):
        load_weights(tmp_path / "gone.npz")


def test_a_file_that_unpacks_too_large_is_not_unpacked(tmp_path, monkeypatch):
    path = tmp_path / "bomb.npz"
    np.savez_compressed(path, a=np.zeros(10**6, np.float32))
    assert path.stat().st_size < 10**5
    assert load_weights(path)["a"].shape == (10**6,)
    monkeypatch.setattr(network_module, "MAX_WEIGHT_BYTES", 10**6)
    monkeypatch.setattr(np, "load", lambda *_, **__: pytest.fail("the file was unpacked"))
    with pytest.raises(ValueError, match="at most 1,000,000 are read"):
        load_weights(path)
