"""The one place that imports TensorFlow: building a Keras model and training it. It runs in worker processes."""

import contextlib
import os
import sys
from collections.abc import Iterator

from lab.engine import programs

# Keras imports these for wrappers that are not used here; that would take a third of the time in which a worker starts.
_NOT_FOR_KERAS = ("sklearn", "pandas")


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


@contextlib.contextmanager
def _without(names: tuple[str, ...]) -> Iterator[None]:
    """Let these packages look as if they were not installed, where nobody has imported them yet."""
    hidden = [name for name in names if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment]  # how Python marks what can't be imported
    try:
        yield
    finally:
        for name in hidden:
            del sys.modules[name]


programs.keep()
with _quiet():
    with _without(_NOT_FOR_KERAS):
        import keras  # noqa: F401

    from lab.engine.fetch import fetch
    from lab.engine.training import train
    from lab.engine.warming import warm_up

__all__ = ["fetch", "train", "warm_up"]
