"""From anybody's picture to an image of MNIST's kind."""

from __future__ import annotations

import io
import struct
import tracemalloc
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from PIL import Image

from lab.config.sections import DataConfig
from lab.data.ink import as_mnist, read_digit
from lab.data.sources import load_images


def png(pixels: np.ndarray, mode: str | None = None, **how: object) -> io.BytesIO:
    buffer = io.BytesIO()
    image = Image.fromarray(pixels)
    (image.convert(mode) if mode else image).save(buffer, "PNG", **how)
    buffer.seek(0)
    return buffer


def a_seven(height: int = 120, width: int = 90) -> np.ndarray:
    """Light ink on black."""
    ink = np.zeros((height, width), np.uint8)
    ink[height // 6 : height // 4, width // 4 : 3 * width // 4] = 255
    ink[height // 6 : 5 * height // 6, 5 * width // 8 : 3 * width // 4] = 255
    return ink


def test_the_digits_of_mnist_are_left_as_they_are() -> None:
    """Fitted into 20 by 20 and centred by mass is what its authors say of them; and so they are, each pixel."""
    images = load_images(DataConfig(name="digits")).test_images
    assert all((as_mnist(image) == image).all() for image in images)
    for image in images[:100]:  # a file's ink is stretched to 255, and its faintest taken for noise
        assert np.abs(read_digit(png(image)).pixels.astype(int) - image).mean() < 2


def test_the_ink_fits_into_the_box_and_its_mass_stands_in_the_middle() -> None:
    pixels = as_mnist(a_seven())
    rows, columns = np.flatnonzero(pixels.any(axis=1)), np.flatnonzero(pixels.any(axis=0))
    assert rows[-1] - rows[0] + 1 == 20
    assert columns[-1] - columns[0] + 1 == round(20 * 45 / 80)
    for axis in (0, 1):
        mass = pixels.sum(axis=axis, dtype=float)
        assert 14 <= (mass * (np.arange(28) + 0.5)).sum() / mass.sum() < 15


@pytest.mark.parametrize("shape", [(120, 90), (90, 120), (400, 100), (30, 30)])
def test_nothing_is_distorted(shape: tuple[int, int]) -> None:
    ink = np.zeros(shape, np.uint8)
    ink[5:25, 5:25] = 255  # a square stays one, wherever it stands in whatever picture
    pixels = as_mnist(ink)
    assert np.ptp(np.flatnonzero(pixels.any(axis=0))) == np.ptp(np.flatnonzero(pixels.any(axis=1))) == 19


def test_dark_on_light_transparent_coloured_and_deep_pictures_are_the_same_digit() -> None:
    ink = a_seven()
    expected = read_digit(png(ink))
    assert expected.notes == ()
    inverted = read_digit(png(255 - ink))
    assert inverted.notes == ("Dark ink on light paper was inverted.",)
    transparent = np.zeros((*ink.shape, 4), np.uint8)
    transparent[..., 3] = ink  # black ink on nothing
    see_through = read_digit(png(transparent))
    assert see_through.notes[0] == "What is transparent was taken for white paper."
    others = [inverted, see_through, read_digit(png(ink, "RGB")), read_digit(png(ink, "P")), read_digit(png(ink, "1")),
              read_digit(png(ink.astype(np.uint16) * 257))]  # fmt: skip
    for other in others:
        np.testing.assert_allclose(other.pixels.astype(int), expected.pixels, atol=2)


def test_thin_lines_are_brightened_and_hairlines_refused() -> None:
    ink = np.zeros((300, 300), np.uint8)
    ink[20:280, 140:142] = 255
    ink[20:22, 60:142] = 255
    assert as_mnist(ink).max() == 255
    hair = np.zeros((9000, 9000), np.uint8)
    hair[0, 0] = hair[-1, -1] = 255
    with pytest.raises(ValueError, match=r"must be thicker; received hairlines"):
        as_mnist(hair)


@pytest.mark.parametrize(
    "pixels", [np.full((50, 50), 255, np.uint8), np.zeros((50, 50), np.uint8), np.full((9, 7), 90, np.uint8)]
)
def test_a_blank_picture_is_a_sentence(pixels: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"^The image must show a digit; received a blank one\.$"):
        read_digit(png(pixels))
    with pytest.raises(ValueError, match="blank"):
        as_mnist(np.zeros((5, 5), np.uint8))


def bomb(width: int, height: int) -> io.BytesIO:
    """A tiny file that claims to be a huge picture."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    body = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    return io.BytesIO(b"\x89PNG\r\n\x1a\n" + body)


@pytest.mark.parametrize(
    ("width", "height", "words"),
    [
        (60_000, 60_000, "at most 16,777,216 pixels; received far more"),
        (10_000, 10_000, "received 10,000 by 10,000"),
        (20_000, 4, "received 20,000 by 4"),
        (1, 30, "received 1 by 30"),
        (500, 500, "must be whole; received a broken one"),
    ],
)
def test_a_picture_too_large_is_refused_unread(width: int, height: int, words: str) -> None:
    with pytest.raises(ValueError, match=r"^The image must") as error:
        read_digit(bomb(width, height))
    assert words in str(error.value)


def test_a_file_too_large_is_refused_unread(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("lab.data.ink.MOST_BYTES", 2**20)
    (tmp_path / "large.png").write_bytes(b"\0" * (2**20 + 1))
    with pytest.raises(ValueError, match=r"^The image file must be at most 1 MiB; received a larger one\.$"):
        read_digit(tmp_path / "large.png")


@given(st.binary(max_size=300))
def test_no_image_is_a_sentence(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"^The (file|image) must"):
        read_digit(io.BytesIO(data))


@given(st.data())
def test_a_damaged_picture_is_a_digit_or_a_sentence(data: st.DataObject) -> None:
    whole = bytearray(png(a_seven(20, 20)).getvalue())
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(8, len(whole) - 1))] = data.draw(st.integers(0, 255))
    try:
        assert read_digit(io.BytesIO(bytes(whole))).pixels.shape == (28, 28)
    except ValueError as error:
        assert str(error).startswith("The ")  # noqa: PT017  (a sentence is one of the two outcomes allowed)


@given(arrays(np.uint8, array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=60)))
def test_any_picture_is_a_digit_or_blank(pixels: np.ndarray) -> None:
    try:
        digit = read_digit(png(pixels)).pixels
    except ValueError as error:
        assert "blank" in str(error)  # noqa: PT017
        return
    assert digit.shape == (28, 28)
    assert digit.dtype == np.uint8
    assert digit.max() >= 1


@pytest.mark.parametrize("ink", [np.zeros((3, 3, 3), np.uint8), np.ones((3, 3))])
def test_ink_of_another_kind_is_refused(ink: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"^`ink` must be \(height, width\) uint8; received"):
        as_mnist(ink)


@pytest.mark.parametrize("mode", ["L", "P", "RGBA"])
def test_a_large_image_is_not_unpacked_at_once(mode: str) -> None:
    """A PNG of 10 KB may have 4096 by 4096 pixels."""
    small = Image.new("L", (512, 512), 255)
    small.paste(0, (200, 60, 300, 440))
    wide = small.resize((4096, 4096), Image.Resampling.NEAREST).convert(mode)
    files = {}
    for name, picture in (("small", small), ("wide", wide)):
        files[name] = io.BytesIO()
        picture.save(files[name], "PNG")
        files[name].seek(0)
    del wide
    tracemalloc.start()
    digit = read_digit(files["wide"])
    _, peak = tracemalloc.get_traced_memory()  # of NumPy's arrays; Pillow's own are those of a band
    tracemalloc.stop()
    assert peak < 40 * 2**20
    assert np.abs(digit.pixels.astype(int) - read_digit(files["small"]).pixels).max() <= 2
