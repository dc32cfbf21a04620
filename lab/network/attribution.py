"""Which input moves a prediction, and how far."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.network.types import Float32Array

NODES = (12, 24, 48, 96, 192)  # gradients that are averaged: more where fewer do not add up


def integrated_gradients(
    x: NDArray[Any],
    predict: Callable[[NDArray[Any]], Float32Array],
    gradients: Callable[[NDArray[Any]], Float32Array],
) -> Float32Array:
    r"""Each input's share in a prediction, `(window, features)`: integrated gradients (Sundararajan et al. 2017).

    $$s_{t,j} = (x_{t,j} - \bar{x}_j) \int_0^1 \frac{\partial \hat{y}}{\partial x_{t,j}}\bigl(\bar{x} + a (x - \bar{x})\bigr) \, da$$

    The baseline $\bar{x}$ is a flat window at the mean of this one, feature by feature: a series of the same level in
    which nothing happens. Gradient times input alone is the first-order guess at the same thing; it need not add up
    to anything. These shares do: their sum is $\hat{y}(x) - \hat{y}(\bar{x})$, all that the window's shape changes about
    the prediction. Gauss-Legendre quadrature finds them, over as many gradients as it takes for the sum to hold to
    1e-5, up to 192, which are not enough for a network that is chaotic.

    Args:
        x: `(window, features)` one window, scaled.
        predict: of windows `(n, window, features)` the prediction, `(n, 1)`.
        gradients: of the same, that of the prediction with respect to each input, `(n, window, features)`.
    """
    mean = x.mean(axis=0, dtype=np.float64)
    change = np.diff(predict(np.stack([np.broadcast_to(mean, x.shape), x])), axis=0).sum()
    for nodes in NODES:
        points, weights = np.polynomial.legendre.leggauss(nodes)
        on_the_way = mean + (points[:, None, None] + 1) / 2 * (x - mean)  # (nodes, window, features)
        exact = (x - mean) * np.tensordot(weights / 2, gradients(on_the_way), 1)
        if abs(exact.sum() - change) <= 1e-5:
            break
    shares: Float32Array = exact.astype(np.float32)
    return shares
