import io
import pickle
import zipfile

import numpy as np
import pytest

from lab.config.model import ModelConfig
from lab.network import weights as weights_module
from lab.network.architecture import weight_shapes
from lab.network.weights import load_weights, save_weights


def test_saved_weights_come_back_bit_for_bit(tmp_path):
    weights = {
        name: np.random.default_rng(0).normal(size=shape).astype(np.float32)
        for name, shape in weight_shapes(ModelConfig(cell="gru", units=(4, 3), dense=(2,))).items()
    }
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
    monkeypatch.setattr(weights_module, "MAX_WEIGHT_BYTES", 10**6)
    monkeypatch.setattr(np, "load", lambda *_, **__: pytest.fail("the file was unpacked"))
    with pytest.raises(ValueError, match="at most 1,000,000 are read"):
        load_weights(path)
