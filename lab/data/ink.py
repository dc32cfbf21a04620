"""Anybody's image of a digit, made into one of MNIST's kind: light ink on black, 28 by 28, centred by its mass."""

from __future__ import annotations

import io
import warnings
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import numpy as np
from numpy.typing import NDArray

from lab.data.arrays import Array

if TYPE_CHECKING:
    from PIL.Image import Image as Picture

MOST_PIXELS = 4096 * 4096  # of an image that is read; a phone's photo has 12 to 16 million
MOST_BYTES = 32 * 2**20
MOST_SIDE = 16_384
SEEN, BAND = 1024, 256  # pixels a side that are looked at, and rows that are unpacked at once
FAINTEST = 8  # of 255: what differs less from the paper is paper
THIN = 128  # of 255: what no pixel of a digit reaches is brightened
BOX, SIDE = 20, 28  # MNIST: the ink fits into 20 by 20, in an image of 28 by 28


@dataclass(frozen=True, eq=False)
class Digit:
    """One image as the network was taught to see them.

    Args:
        pixels: `(28, 28)` uint8, 0 the paper and 255 the ink.
        notes: what was done to the image on the way, a sentence each.
    """

    pixels: NDArray[np.uint8]
    notes: tuple[str, ...]


def read_digit(file: Path | str | BinaryIO) -> Digit:
    """A PNG or JPEG file as `Digit`, its aspect ratio kept. Dark ink on light paper is inverted.

    Raises:
        ValueError: it is no such image, too large, or blank; one sentence says which.
    """
    picture = _open(_bytes(file))
    grey, transparent = _grey(picture)
    notes = ["What is transparent was taken for white paper."] if transparent else []
    edge = np.concatenate([grey[0], grey[-1], grey[:, 0], grey[:, -1]])
    paper = int(np.median(edge))
    light, dark = int(grey.max()) - paper, paper - int(grey.min())
    if dark > light:
        grey, paper = 255 - grey, 255 - paper
        notes.append("Dark ink on light paper was inverted.")
    ink = np.clip(grey.astype(np.float64) - paper, 0, None)
    if max(light, dark) < FAINTEST:
        raise ValueError("The image must show a digit; received a blank one.")
    ink[ink < FAINTEST] = 0
    return Digit(as_mnist(np.round(ink * (255 / ink.max())).astype(np.uint8)), tuple(notes))


def as_mnist(ink: Array) -> NDArray[np.uint8]:
    """Ink on a black paper, of any size, as MNIST's authors prepared theirs: `(28, 28)` uint8.

    "The original black and white images were size normalized to fit in a 20x20 pixel box while preserving their aspect
    ratio. The resulting images contain grey levels as result of the anti-aliasing technique [...] the images were
    centered in a 28x28 image by computing the center of mass of the pixels, and translating the image so as to position
    this point at the center of the 28x28 field." (LeCun, Bottou, Bengio & Haffner 1998, section III.A)

    Lines so thin that scaling down makes them faint are brightened; that is ours. Ink is never cut off: a digit that
    leans far out of its middle stands at the edge.

    Args:
        ink: `(height, width)` uint8, 0 the paper.

    Raises:
        ValueError: it is no such array, blank, or drawn in hairlines.
    """
    from PIL import Image

    if ink.ndim != 2 or ink.dtype != np.uint8:
        raise ValueError(f"`ink` must be (height, width) uint8; received {ink.shape} {ink.dtype}.")
    there = ink > 0
    if not there.any():
        raise ValueError("The image must show a digit; received a blank one.")
    rows, columns = np.flatnonzero(there.any(axis=1)), np.flatnonzero(there.any(axis=0))
    found = ink[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    scale = BOX / max(found.shape)
    height, width = (max(1, round(side * scale)) for side in found.shape)
    # A box filter is the mean of what falls on a pixel; enlarging asks for something smoother.
    how = Image.Resampling.BOX if scale < 1 else Image.Resampling.BICUBIC
    small = np.asarray(Image.fromarray(found).resize((width, height), how), dtype=np.float64)
    if small.max() < 1:
        raise ValueError("The digit's lines must be thicker; received hairlines that vanish in 20 by 20 pixels.")
    if small.max() < THIN:
        small *= 255 / small.max()
    pixels = np.zeros((SIDE, SIDE), np.uint8)
    y, x = _start(small.sum(axis=1)), _start(small.sum(axis=0))
    pixels[y : y + height, x : x + width] = np.clip(np.round(small), 0, 255)
    return pixels


def _start(mass: Array) -> int:
    """Where a strip with this mass begins, so that its centre of mass stands at the centre of the field.

    In every digit of MNIST the centre of mass lies within the pixel behind the middle, 14 to 15: so they rounded up.
    """
    centre = (mass * (np.arange(len(mass)) + 0.5)).sum() / mass.sum()
    return int(np.clip(np.ceil(SIDE / 2 - centre), 0, SIDE - len(mass)))


def _bytes(file: Path | str | BinaryIO) -> bytes:
    if isinstance(file, Path | str):
        with Path(file).open("rb") as opened:
            return _bytes(opened)
    data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ValueError(f"The image file must be at most {MOST_BYTES // 2**20} MiB; received a larger one.")
    return data


def _open(data: bytes) -> Picture:
    """A picture whose size was looked at before anything was unpacked."""
    from PIL import Image

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's limit of pixels is higher than ours
            picture = Image.open(io.BytesIO(data), formats=("PNG", "JPEG"))
    except Image.DecompressionBombError:
        raise ValueError(f"The image must have at most {MOST_PIXELS:,} pixels; received far more.") from None
    except Exception as error:  # a stranger's file can break Pillow in a dozen ways
        raise ValueError("The file must be a PNG or JPEG image; received something else.") from error
    width, height = picture.size
    if width * height > MOST_PIXELS or max(width, height) > MOST_SIDE or min(width, height) < 2:
        raise ValueError(
            f"The image must have 2 to {MOST_SIDE:,} pixels a side and at most {MOST_PIXELS:,} in all; "
            f"received {width:,} by {height:,}."
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            picture.load()
    except Exception as error:
        raise ValueError(f"The image must be whole; received a broken one ({error}).") from error
    return picture


def _grey(picture: Picture) -> tuple[NDArray[np.uint8], bool]:
    """`(height, width)` on white paper, at most about `SEEN` pixels a side, and whether anything was transparent.

    A band of rows at a time: of a file of 10 KB the whole would be 64 MB, and several times that on the way.
    """
    from PIL import Image

    width, height = picture.size
    grey, transparent = Image.new("L", picture.size), False
    for top in range(0, height, BAND):
        band = picture.crop((0, top, width, min(top + BAND, height)))
        if picture.mode.startswith("I"):  # sixteen bits a pixel
            shades = Image.fromarray((np.asarray(band).astype(np.int64) >> 8).clip(0, 255).astype(np.uint8))
        else:
            band = band.convert("RGBA")
            transparent |= picture.has_transparency_data and bool(np.asarray(band)[:, :, 3].min() < 255)
            shades = Image.alpha_composite(Image.new("RGBA", band.size, "white"), band).convert("L")
        grey.paste(shades, (0, top))
    return np.asarray(grey.reduce(max(1, max(width, height) // SEEN))), transparent
