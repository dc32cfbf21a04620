"""What a network with the head `quantiles` says of how sure it is: no errors of other data are asked, it has learned its own spread.

Trained with the pinball loss (Koenker & Bassett 1978; of networks Taylor 2000) it predicts the `QUANTILES` of what comes next. Curves
that cross are put in order (Chernozhukov, Fernández-Val & Galichon 2010). Along a recursive path values are drawn of them and fed back.
"""

from __future__ import annotations

import numpy as np

from lab.data.arrays import Array, FloatArray
from lab.data.prepared import Prepared
from lab.network.heads import QUANTILES, by_quantile
from lab.network.network import Network
from lab.network.types import Float32Array
from lab.scoring.forecaster import windows_before

SHOWN_LEVEL = 0.9  # of the intervals that such a network shows of itself while it trains
BY_STEP = (
    "none",
    "log",
    "box_cox",
)  # transforms that keep the order of values, step by step: their quantiles are quantiles


def predicts_quantiles(network: Network) -> bool:
    """Whether it was trained to."""
    return network.head == "quantiles"


def in_order(outputs: Float32Array) -> Float32Array:
    """`(n, levels, outputs)` of the values under the head, none below the one before it."""
    return np.sort(by_quantile(outputs), axis=-2)


def ends_in_units(
    prepared: Prepared, outputs: Float32Array, origins: Array, level: float, steps: int | None = None
) -> tuple[FloatArray, FloatArray]:
    """Both ends of an interval, `(n, steps, targets)` each in the targets' units, of outputs `(n, levels * horizon * targets)`.

    Only of the first of the `steps` (None: the whole horizon) where the transform adds steps up.
    """
    found = in_order(outputs)
    known = steps if prepared.data.transform in BY_STEP else 1
    low, high = (
        prepared.in_units(values_at(found, np.full(found[:, 0].shape, u)), origins)[:, :known]
        for u in ((1 - level) / 2, (1 + level) / 2)
    )
    return low, high


def one_step_ends(
    prepared: Prepared, network: Network, start: int, stop: int, level: float
) -> tuple[FloatArray, FloatArray]:
    """Both ends, `(stop - start, targets)` each in the targets' units, about `one_step_ahead` of the steps from `start` to `stop`."""
    outputs = network.below_head.predict(windows_before(prepared, start, stop))
    low, high = ends_in_units(prepared, outputs, np.arange(start, stop), level)
    return low[:, 0], high[:, 0]


def drawn(outputs: Float32Array, generator: np.random.Generator) -> Float32Array:
    """`(n, outputs)` a value drawn of each distribution, each for itself."""
    found = in_order(outputs)
    return values_at(found, generator.random(found[:, 0].shape))


def values_at(found: Float32Array, u: FloatArray) -> Float32Array:
    """`(n, outputs)` the values that a share `u`, `(n, outputs)`, of each distribution lies below, of quantiles `(n, levels, outputs)` in order.

    Between two quantiles all values are as likely, and beyond the outermost ones those as far away again as the next.
    """
    first, last = 2 * found[:, :1] - found[:, 1:2], 2 * found[:, -1:] - found[:, -2:-1]
    ends = np.concatenate([first, found, last], axis=1)
    levels = np.array([0.0, *QUANTILES, 1.0])
    k = np.searchsorted(levels, u, side="right") - 1
    low, high = (np.take_along_axis(ends, at[:, None], axis=1)[:, 0] for at in (k, k + 1))
    share = (u - levels[k]) / (levels[k + 1] - levels[k])
    values: Float32Array = (low + share * (high - low)).astype(np.float32)
    return values
