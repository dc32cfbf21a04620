"""The data of a run, downloaded if need be: the one place that does so, and it runs in workers."""

from __future__ import annotations

import contextlib
import io
from typing import Any

import keras

from lab.config.sections import DataConfig
from lab.data.images import Images
from lab.data.sources import load_data, source_of
from lab.data.sources.digits import SOURCE, kept_path, write_images


def fetch(config: DataConfig) -> Any:
    """What `config` names; the full MNIST is downloaded the first time, and kept under `LAB_HOME`.

    Raises:
        ValueError: it can't be had; one sentence says why and what to do.
    """
    if source_of(config).must_come:
        write_images(kept_path(), _download())
    return load_data(config)


def _download() -> Images:
    try:
        with contextlib.redirect_stdout(io.StringIO()):  # its progress bar is no event
            (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
    except Exception as error:  # Keras passes on whatever the network threw, and plain Exceptions of its own
        raise ValueError(
            "The full MNIST could not be downloaded; are we offline? Let LAB_MNIST name a file mnist.npz, or take "
            f"data.size=sample, which ships with RNN Lab ({type(error).__name__})."
        ) from error
    return Images(x_train, y_train, x_test, y_test, title="MNIST", source=SOURCE)
