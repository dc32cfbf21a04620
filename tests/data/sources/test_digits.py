"""Digits: from a file nobody vouches for to the sequences that a network reads."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.config.run import RunConfig
from lab.config.sections import DataConfig
from lab.data.images import Images
from lab.data.sources import DATASETS, digits_of, load, load_all, load_images, without_effect
from lab.data.sources.digits import Digits, kept_path, read_images, write_images


def some(n: int = 5, seed: int = 0) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(seed)
    arrays: dict[str, np.ndarray] = {}
    for part in ("train", "test"):
        arrays[f"x_{part}"] = rng.integers(0, 256, (n, 28, 28), dtype=np.uint8)
        arrays[f"y_{part}"] = rng.integers(0, 10, n, dtype=np.uint8)
    return arrays


def test_the_sample_ships_and_is_balanced() -> None:
    images = load_images(DataConfig(name="digits"))
    assert images.train_images.shape == (6000, 28, 28)
    assert np.bincount(images.train_labels).tolist() == [600] * 10
    assert np.bincount(images.test_labels).tolist() == [100] * 10
    assert images.size == "6,000 to learn from, 1,000 to test on"
    assert "CC BY-SA 3.0" in images.source


def test_config_and_registry_agree_on_what_is_an_image() -> None:
    assert [name for name, cls in DATASETS.items() if cls.yields is Images] == ["digits"]
    for name in DATASETS:
        assert RunConfig(DataConfig(name)).task.accepts is DATASETS[name].yields


def test_a_series_is_no_image_and_an_image_no_series() -> None:
    for wrong in (load, load_all):
        with pytest.raises(ValueError, match=r"must be a series for this; received 'digits', a data set of images\.$"):
            wrong(DataConfig(name="digits"))
    with pytest.raises(ValueError, match=r"data set of images, digits, for this; received 'sine', a series\.$"):
        load_images(DataConfig(name="sine"))


def test_row_by_row_column_by_column_or_both() -> None:
    images = some()["x_train"]
    rows, columns, both = (Digits(order=order).sequences(images) for order in ("rows", "columns", "both"))
    assert (rows.shape, columns.shape, both.shape) == ((5, 28, 28), (5, 28, 28), (5, 28, 56))
    for t in range(28):
        np.testing.assert_array_equal(rows[:, t], images[:, t, :] / np.float32(255))
        np.testing.assert_array_equal(columns[:, t], images[:, :, t] / np.float32(255))
        np.testing.assert_array_equal(both[:, t], np.concatenate([rows[:, t], columns[:, t]], axis=1))
    assert (Digits().features, Digits(order="both").features) == (28, 56)
    assert rows.dtype == np.float32
    assert rows.flags.c_contiguous


def test_raw_pixels_stay_what_they_are() -> None:
    images = some()["x_train"]
    np.testing.assert_array_equal(Digits(normalize=False).sequences(images), images)


@given(seed=st.integers(1, 2**31 - 1))
def test_a_permutation_moves_the_same_pixel_of_every_image_to_the_same_place(seed: int) -> None:
    numbered = np.stack([np.arange(784) // 256, np.arange(784) % 256]).astype(np.uint8).reshape(2, 28, 28)
    high, low = Digits(normalize=False, permutation=seed).sequences(numbered).reshape(2, 784)
    assert sorted((256 * high + low).tolist()) == list(range(784))
    assert (256 * high + low != np.arange(784)).any()


@pytest.mark.parametrize("shape", [(28, 28), (3, 28, 27), (3, 28, 28, 1)])
def test_images_of_another_shape_are_refused(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match=r"^`images` must be \(n, 28, 28\); received"):
        Digits().sequences(np.zeros(shape, np.uint8))


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("size", "half", "`data.size` must be one of sample, full; received 'half'."),
        ("order", "diagonal", "one of rows, columns, both"),
        ("normalize", "perhaps", "`data.normalize` must be true or false; received 'perhaps'."),
        ("permutation", "-1", "`data.permutation` must be a whole number from 0"),
        ("points", "3", "`data.points` is no option of the data set digits; allowed are size, order, normalize"),
    ],
)
def test_a_bad_option_is_one_sentence(option: str, value: str, words: str) -> None:
    with pytest.raises(ValueError, match=r"received|allowed") as error:
        digits_of(DataConfig(name="digits", options=((option, value),)))
    assert words in str(error.value)


def test_options_are_read_from_text() -> None:
    config = RunConfig().with_settings({"data.name": "digits", "data.normalize": "false", "data.permutation": "7"})
    assert digits_of(config.data) == Digits(normalize=False, permutation=7)


def test_what_means_nothing_to_digits_is_found() -> None:
    digits = RunConfig().with_settings({"data.name": "digits"})
    keys = ["window.size", "data.size", "model.units", "data.scaler", "data.train"]
    assert without_effect(digits, keys) == ["window.size", "data.scaler", "data.train"]
    assert without_effect(RunConfig(), keys) == []


class TestTheFullSet:
    def test_it_is_read_where_the_environment_says(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        np.savez(tmp_path / "mine.npz", **some())  # type: ignore[arg-type]
        monkeypatch.setenv("LAB_MNIST", str(tmp_path / "mine.npz"))
        images = load_images(DataConfig(name="digits", options=(("size", "full"),)))
        np.testing.assert_array_equal(images.test_images, some()["x_test"])

    def test_where_it_is_not_a_sentence_says_what_to_do(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        full = DataConfig(name="digits", options=(("size", "full"),))
        monkeypatch.delenv("LAB_MNIST", raising=False)
        with pytest.raises(ValueError, match=r"not on this machine yet.*LAB_MNIST.*data\.size=sample"):
            load_images(full)
        monkeypatch.setenv("LAB_MNIST", str(tmp_path / "nowhere.npz"))
        with pytest.raises(ValueError, match=r"^`LAB_MNIST` must name a file mnist\.npz; there is none at"):
            load_images(full)

    def test_what_was_kept_is_read_back(self) -> None:
        arrays = some()
        write_images(kept_path(), Images(*arrays.values(), title="MNIST", source=""))
        images = Digits(size="full").load()
        np.testing.assert_array_equal(images.train_images, arrays["x_train"])
        np.testing.assert_array_equal(images.test_labels, arrays["y_test"])


BROKEN = {
    "one array missing": ({k: v for k, v in some().items() if k != "y_test"}, "it has no array y_test"),
    "another shape": (some() | {"x_train": np.zeros((5, 14, 28), np.uint8)}, r"\(5, 14, 28\) uint8"),
    "another type": (some() | {"x_train": np.zeros((5, 28, 28))}, "float64"),
    "labels too few": (some() | {"y_test": np.zeros(4, np.uint8)}, r"labels must be \(5,\) uint8; received \(4,\)"),
    "an eleventh class": (some() | {"y_test": np.full(5, 10, np.uint8)}, "from 0 to 9; received 10"),
    "nothing in it": (some() | {"x_train": np.zeros((0, 28, 28), np.uint8)}, r"received \(0, 28, 28\)"),
    "pickles": (some() | {"x_train": np.array([None, {}], object)}, "allow_pickle"),
    "far too many": (some() | {"y_train": np.zeros(10**6, np.uint8)}, "`y_train` would take 1,000,128 bytes"),
}


@pytest.mark.parametrize("what", BROKEN)
def test_another_npz_is_one_sentence(what: str, tmp_path: Path) -> None:
    arrays, words = BROKEN[what]
    np.savez(tmp_path / "other.npz", **arrays)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"^other\.npz is no npz file of MNIST: ") as error:
        read_images(tmp_path / "other.npz")
    assert error.match(words)
    assert "\n" not in str(error.value)


@given(data=st.binary(max_size=200), as_member=st.booleans())
def test_any_bytes_are_a_sentence(data: bytes, as_member: bool, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("any") / "any.npz"
    if as_member:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w") as archive:
            for name in ("x_train", "y_train", "x_test", "y_test"):
                archive.writestr(f"{name}.npy", data)
        data = buffer.getvalue()
    path.write_bytes(data)
    with pytest.raises(ValueError, match=r"^any\.npz is no npz file of MNIST: "):
        read_images(path)
