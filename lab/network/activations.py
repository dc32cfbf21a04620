"""Activations with their slopes, in NumPy; each is that of the same name in `keras.activations`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from lab.network.types import Float32Array

LEAK = 0.2  # Keras's `negative_slope`


@dataclass(frozen=True)
class Activation:
    """An activation and its derivative.

    Args:
        function: $a = f(z)$, element by element.
        slope: $f'(z)$, given $a$ and $z$.
        label, symbol, latex: how a sentence calls it, a diagram, and an equation.
        by_value: whether the slope is known from $a$ alone, and $z$ may be None.
    """

    function: Callable[[Any], Any]
    slope: Callable[[Any, Any], Any]
    label: str
    symbol: str
    latex: str
    by_value: bool = True

    def __call__(self, z: Any) -> Any:
        return self.function(z)


def sigmoid(z: Any) -> Any:
    """σ(z) = 1 / (1 + e⁻ᶻ), written with tanh, which cannot overflow."""
    return 0.5 + 0.5 * np.tanh(0.5 * z)


def _normal_share(z: Any) -> Any:
    """The share of a standard normal distribution that lies under z."""
    from scipy.special import ndtr

    return ndtr(z)


def _gelu_slope(_: Any, z: Any) -> Float32Array:
    density = np.exp(-0.5 * z * z) / np.sqrt(2 * np.pi)
    slope: Float32Array = (_normal_share(z) + z * density).astype(np.asarray(z).dtype)
    return slope


ACTIVATIONS: dict[str, Activation] = {
    "tanh": Activation(np.tanh, lambda a, _: 1 - a * a, "tanh", "tanh", r"\tanh"),
    "relu": Activation(lambda z: np.maximum(z, 0), lambda a, _: a > 0, "ReLU", "ReLU", r"\mathrm{ReLU}"),
    "sigmoid": Activation(sigmoid, lambda a, _: a * (1 - a), "sigmoid", "σ", r"\sigma"),
    # Maas, Hannun & Ng (2013); Clevert, Unterthiner & Hochreiter (2016); Hendrycks & Gimpel (2016)
    "leaky_relu": Activation(
        lambda z: np.where(z > 0, z, LEAK * z), lambda a, _: np.where(a > 0, 1, LEAK).astype(a.dtype),
        "leaky ReLU", "LReLU", r"\mathrm{LReLU}",
    ),
    "elu": Activation(
        lambda z: np.where(z > 0, z, np.expm1(np.minimum(z, 0))), lambda a, _: np.where(a > 0, 1, a + 1), "ELU", "ELU", r"\mathrm{ELU}"
    ),
    "gelu": Activation(lambda z: z * _normal_share(z), _gelu_slope, "GELU", "GELU", r"\mathrm{GELU}", by_value=False),
    "linear": Activation(lambda z: z, lambda a, _: np.ones_like(a), "linear", "id", ""),
}  # fmt: skip
GATE_ACTIVATIONS: dict[str, Activation] = {
    "sigmoid": ACTIVATIONS["sigmoid"],
    "hard_sigmoid": Activation(
        lambda z: np.clip(z / 6 + 0.5, 0, 1), lambda a, _: ((a > 0) & (a < 1)) / np.asarray(6, a.dtype),
        "hard sigmoid", "σ", r"\sigma_{\mathrm{hard}}",
    ),
}  # fmt: skip
