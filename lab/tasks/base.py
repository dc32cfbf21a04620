"""What a person gets to see of an epoch, whatever it is that a run learns."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import numpy as np

from lab.data.arrays import Array
from lab.runs.events import EpochEnded

Weights = Mapping[str, Array]
Predict = Callable[[Array], Array]


class Examples(Protocol):
    """What a network is trained on: `inputs` `(n, window, features)` float32, `targets` `(n, horizon)`."""

    @property
    def inputs(self) -> Array: ...

    @property
    def targets(self) -> Array: ...


class Observer(Protocol):
    """The data of a run as the network sees them, `train`, and the ruler that is laid on its predictions."""

    @property
    def train(self) -> Examples: ...

    @property
    def held_out(self) -> Array:
        """`(n, window, features)` the inputs that each epoch is judged by."""

    def untrained(self, weights: Weights, predict: Predict, rate: float, clock: Callable[[], float]) -> EpochEnded:
        """Epoch 0: what the network says before it has learned anything; see `observe`."""

    def observe(
        self,
        epoch: int,
        weights: Weights,
        predict: Predict,
        order: Array,
        records: list[Array],
        *,
        rate: float,
        seconds: float,
        trained: float,
        share: float,
        rests: bool,
        last: bool,
        clock: Callable[[], float],
    ) -> EpochEnded:
        """An epoch's event, from what the compiled loop recorded on the way and the network after it.

        The network is there twice: its `weights`, for NumPy, and `predict`, which is compiled and suits many examples.
        Of the `trained` seconds at most this `share` may go into what is only looked at. `rests`: the training waits after
        this epoch, with what this event shows on the screen.
        """

    def accuracy(self, order: Array, predictions: Array) -> float | None:
        """Within an epoch, of the steps done so far: the share of classes met; None for a forecaster.

        Args:
            order: `(steps, batch)` which examples, -1 for none.
            predictions: `(steps, batch, outputs)`.
        """


def of_the_steps(order: Array, records: list[Array]) -> dict[str, float]:
    """What an epoch's gradient steps say of themselves, by the fields of `EpochEnded`; arguments as `observe`."""
    losses, norms, clips, _ = records
    sizes = (order >= 0).sum(axis=1)
    ranked, n = np.sort(norms), len(norms)  # NumPy's median takes ten times as long for a few numbers
    return {
        "loss": float(losses @ sizes / sizes.sum()),
        "gradient_norm": digits((ranked[(n - 1) // 2] + ranked[n // 2]) / 2),
        "gradient_norm_max": digits(ranked[-1]),
        "clipped": digits(clips.mean()),
    }


def digits(value: Any) -> float:
    """Six significant digits: what a screen can show and a file need hold."""
    return float(f"{float(value):.6g}")
