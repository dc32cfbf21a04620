"""The one place that imports TensorFlow: building a Keras model and training it. It runs in worker processes."""

import contextlib
import os
from collections.abc import Iterator


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """TensorFlow's C++ side writes notes to file descriptor 2 before it has read its own log level; spare people those."""
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        saved = os.dup(2)
    except OSError:  # no stderr at all
        yield
        return
    try:
        with open(os.devnull, "wb") as null:  # noqa: PTH123  (a Path has no open for devices that is any clearer)
            os.dup2(null.fileno(), 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)


with _quiet():
    from lab.engine.fetch import fetch
    from lab.engine.training import train

__all__ = ["fetch", "train"]
