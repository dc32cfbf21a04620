"""Cut a series into examples: a window of the past in, the next steps out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from lab.config.sections import WindowConfig
from lab.data.series import Part, Split


@dataclass(frozen=True, eq=False)
class Windows:
    """Examples of one part of a series, in the order of time.

    Args:
        inputs: `(n, window, features)`; a read-only view of the series that takes no memory of its own. Copy a batch
            of it, not the whole: the whole is `window` times as large as the series.
        targets: `(n, horizon * targets)` the steps that follow, all targets of a step side by side; of one target a view as well.
        origins: `(n,)` where in the series each example's first target stands.
    """

    inputs: NDArray[Any]
    targets: NDArray[Any]
    origins: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.origins)

    def take(self, which: NDArray[Any]) -> Windows:
        """Those at these positions, copied."""
        return Windows(self.inputs[which], self.targets[which], self.origins[which])


def window_about(step: int, size: int, length: int) -> int:
    """The first step of the window of `size` steps whose middle is as near to `step` as a series of `length` allows."""
    return max(0, min(step - size // 2, length - size))


def make_windows(
    values: NDArray[Any],
    config: WindowConfig,
    split: Split,
    part: Part,
    targets: NDArray[Any] | None = None,
    skip: int = 0,
) -> Windows:
    """The examples of one part of `values`, `(time, features)`, usually scaled; the dtype is kept.

    An example belongs to the part in which *all* its targets lie. Inputs of validation and test examples may reach back
    into earlier parts, for that is the past and known by then; training examples lie wholly in the training part.
    `targets`: `(time, targets)` what is to be predicted; without them the first feature of `values`. `skip`: rows at the start that
    no window may begin before the end of.

    `config.stride` thins out the training examples only: validation and test use every step, so that a metric covers
    the whole part.

    Raises:
        ValueError: the part has no example.
    """
    window, horizon = config.size, config.horizon
    start, stop = split.bounds(part)
    first = max(start, window + skip)  # the earliest origin with a whole window before it
    if first + horizon > stop:
        most = stop - horizon if start + horizon <= stop else 0  # of the steps before the first target
        cure = f"use a window of at most {most}" if most > 0 else "use a longer series or another split"
        raise ValueError(
            f"The series is too short: the {part} part needs at least {first - start + horizon} steps "
            f"for a window of {window} and a horizon of {horizon}, and it has {stop - start}; {cure}."
        )
    stride = config.stride if part == "train" else 1
    origins = np.arange(first, stop - horizon + 1, stride)
    inputs = sliding_window_view(values, window, axis=0).swapaxes(1, 2)  # (time - window + 1, window, features)
    targets = values[:, :1] if targets is None else targets
    ahead = sliding_window_view(targets, horizon, axis=0).swapaxes(1, 2)  # (time - horizon + 1, horizon, targets)
    ahead = ahead.reshape(len(ahead), -1) if targets.shape[1] > 1 else ahead[:, :, 0]
    every = slice(first, stop - horizon + 1, stride)
    past = slice(first - window, stop - horizon + 1 - window, stride)
    return Windows(inputs[past], ahead[every], origins)
