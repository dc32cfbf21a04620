"""Data in a run's folder: one file, whose name says of which kind they are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from lab.data.images import Images
from lab.data.sequences import Classified, Valued
from lab.data.series import Series
from lab.data.series_file import load_series, save_series
from lab.data.sources.digits import read_images, write_images


@dataclass(frozen=True)
class DataFile:
    """How data of one type are kept.

    Args:
        at_once: whether they are kept when the run is made, and the run is damaged without them; else they are kept when
            training starts, as they may have to be downloaded first, and a run without them takes the machine's.
    """

    name: str
    save: Callable[[Path, Any], None]
    load: Callable[[Path], Any]
    at_once: bool = True


def _made_anew(path: Path, data: Any) -> None:
    """Nothing is written: the config makes the same ones every time."""


def _never(path: Path) -> Any:
    raise ValueError(f"{path.name} holds what RNN Lab has not written.")


DATA_FILES: dict[type, DataFile] = {
    Series: DataFile("series.npz", save_series, load_series),
    Images: DataFile("images.npz", write_images, read_images, at_once=False),
    Valued: DataFile("sequences.npz", _made_anew, _never, at_once=False),
    Classified: DataFile("sequences.npz", _made_anew, _never, at_once=False),
}


def save_data(folder: Path, data: Any) -> None:
    """Keep data in a run's folder."""
    file = DATA_FILES[type(data)]
    file.save(folder / file.name, data)
