"""Named weights in a file, and back, without trust in the file."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.config.home import whole
from lab.network.types import Float32Array

MAX_WEIGHT_BYTES = 2**30  # six bidirectional LSTM layers of 1024 units, the largest model a config allows: 0.55 GiB


def save_weights(path: Path | str, weights: Mapping[str, NDArray[Any]]) -> None:
    """Write float32 weights as an `.npz` file, whole or not at all."""
    with whole(Path(path)) as aside, zipfile.ZipFile(aside, "w") as archive:
        for name, weight in weights.items():
            buffer = io.BytesIO()
            np.lib.format.write_array(buffer, np.asarray(weight, np.float32), allow_pickle=False)
            archive.writestr(f"{name}.npy", buffer.getvalue())


def load_weights(path: Path | str) -> dict[str, Float32Array]:
    """Read what `save_weights` wrote; nothing in the file is executed, and what would be too large is not unpacked.

    Raises:
        ValueError: the file is anything else.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            size = sum(member.file_size for member in archive.infolist())
        if size > MAX_WEIGHT_BYTES:
            raise ValueError(f"it would take {size:,} bytes; at most {MAX_WEIGHT_BYTES:,} are read")
        with np.load(path, allow_pickle=False) as archive:
            weights = {name: archive[name] for name in archive.files}
        for name, weight in weights.items():
            if not isinstance(weight, np.ndarray) or weight.dtype != np.float32:
                raise ValueError(f"`{name}` is no float32 array")
    except Exception as error:  # a stranger's file can break zipfile and NumPy's reader in a dozen ways
        raise ValueError(
            f"{Path(path).name} is not a file of weights saved by RNN Lab: {str(error).rstrip('.')}."
        ) from error
    return weights
