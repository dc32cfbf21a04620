"""Handwritten digits, read as sequences: each image a row at a time, from the top."""

from __future__ import annotations

import os
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar, Literal

import numpy as np
from numpy.typing import NDArray

from lab.config.home import lab_home, whole
from lab.config.rules import require, require_choice, require_int
from lab.data.images import Images
from lab.data.sources.base import Dataset, Group
from lab.data.sources.bundled import FOLDER

MAX_IMAGES = 100_000  # of a file, in each part; MNIST has 60,000 and 10,000
SOURCE = "MNIST: Y. LeCun and C. Cortes, derived from NIST's Special Databases 1 and 3 (CC BY-SA 3.0)."
ARRAYS = {"x_train": "train_images", "y_train": "train_labels", "x_test": "test_images", "y_test": "test_labels"}


@dataclass(frozen=True)
class Digits(Dataset):
    """MNIST (LeCun, Bottou, Bengio & Haffner 1998): 28 by 28 grey pixels, ten classes.

    Args:
        size: `sample`, 6,000 + 1,000 digits that ship with RNN Lab, equally many of each class; or `full`, all
            60,000 + 10,000, from the file that the environment variable `LAB_MNIST` names, else downloaded once.
        order: what is read at step t: row t, column t, or both (56 values).
        normalize: whether pixels are divided by 255. Raw ones, 0 to 255, saturate the gates: see what becomes of learning.
        permutation: 0, or the seed of one fixed shuffle of the 784 pixels, the same for every image: neighbours are torn
            apart, and all that is left is long memory (Le, Jaitly & Hinton 2015 read such digits pixel by pixel).
    """

    title: ClassVar[str] = "MNIST digits"
    group: ClassVar[Group] = "Images"
    blurb: ClassVar[str] = (
        "MNIST, read row by row: watch which digit the network believes it to be after each of 28 rows."
    )
    yields = Images

    size: Literal["sample", "full"] = "sample"
    order: Literal["rows", "columns", "both"] = "rows"
    normalize: bool = True
    permutation: int = 0

    def __post_init__(self) -> None:
        require_choice("data.size", self.size, ("sample", "full"))
        require_choice("data.order", self.order, ("rows", "columns", "both"))
        require(isinstance(self.normalize, bool), "data.normalize", "true or false", self.normalize)
        require_int("data.permutation", self.permutation, 0, 2**31 - 1)

    @property
    def features(self) -> int:
        """Values read at each step."""
        return 56 if self.order == "both" else 28

    @property
    def training_images(self) -> int:
        """How many there are to learn from, without a look at them."""
        return {"sample": 6_000, "full": 60_000}[self.size]

    def path(self) -> Path:
        """The file that `load` reads, whether it is there or not."""
        if self.size == "sample":
            return FOLDER / "mnist_small.npz"
        return Path(os.environ["LAB_MNIST"]).expanduser() if os.environ.get("LAB_MNIST") else kept_path()

    @property
    def must_come(self) -> bool:
        """Whether it is yet to be downloaded, which the worker that trains on it does, once."""
        return self.path() == kept_path() and not self.path().exists()

    def load(self) -> Images:
        """The images from this machine's disk; ValueError, one sentence, where they are not there or no such file."""
        path = self.path()
        if not path.exists():
            if os.environ.get("LAB_MNIST"):
                raise ValueError(f"`LAB_MNIST` must name a file mnist.npz; there is none at {str(path)!r}.")
            raise ValueError(
                "The full MNIST is not on this machine yet; training with data.size=full downloads it, LAB_MNIST may "
                "name a file mnist.npz, and data.size=sample needs neither."
            )
        return read_images(path, "MNIST, a balanced sample" if self.size == "sample" else "MNIST")

    def shuffled(self, images: NDArray[np.uint8]) -> NDArray[np.uint8]:
        """Images `(n, 28, 28)` with their pixels where the network finds them: as they were, without a `permutation`."""
        if not self.permutation:
            return images
        shuffle = np.random.default_rng(self.permutation).permutation(784)
        return images.reshape(-1, 784)[:, shuffle].reshape(images.shape)

    def sequences(self, images: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Images `(n, 28, 28)` as the network reads them: `(n, 28, features)`."""
        if images.ndim != 3 or images.shape[1:] != (28, 28):
            raise ValueError(f"`images` must be (n, 28, 28); received {images.shape}.")
        images = self.shuffled(images)
        columns = images.swapaxes(1, 2)
        read = {"rows": images, "columns": columns}.get(self.order)
        x = (np.concatenate([images, columns], axis=2) if read is None else read).astype(np.float32, order="C")
        return np.divide(x, np.float32(255), out=x) if self.normalize else x


def kept_path() -> Path:
    """Where a downloaded MNIST is kept."""
    return lab_home() / "data" / "mnist.npz"


def read_images(path: Path | str, title: str = "MNIST") -> Images:
    """Read `x_train`, `y_train`, `x_test` and `y_test` of an npz file, as Keras keeps MNIST; nothing in it is executed.

    Raises:
        ValueError: the file is anything else; what would be too large is not unpacked.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {member.filename.removesuffix(".npy"): member.file_size for member in archive.infolist()}
        missing = [name for name in ARRAYS if name not in sizes]
        if missing:
            raise ValueError(f"it has no array {', '.join(missing)}")
        for name in ARRAYS:
            most = MAX_IMAGES * (784 if name.startswith("x") else 1) + 1024
            if sizes[name] > most:
                raise ValueError(f"`{name}` would take {sizes[name]:,} bytes; at most {most:,} are read")
        with np.load(path, allow_pickle=False) as file:
            arrays = {ours: np.asarray(file[name]) for name, ours in ARRAYS.items()}
        return Images(title=title, source=SOURCE, **arrays)
    except Exception as error:  # a stranger's file can break zipfile and NumPy's reader in a dozen ways
        raise ValueError(f"{Path(path).name} is no npz file of MNIST: {str(error).rstrip('.')}.") from error


def write_images(path: Path, images: Images) -> None:
    """Write a file that `read_images` reads, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole(path) as aside, aside.open("wb") as file:
        np.savez_compressed(file, **{name: getattr(images, ours) for name, ours in ARRAYS.items()})
