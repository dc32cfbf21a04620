"""What weights are drawn from at first, by the names that a config has for it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

SMALL = 0.01


@keras.saving.register_keras_serializable("rnn_lab")
class Identities(keras.initializers.Initializer):  # type: ignore[misc]
    """An identity for each block of a recurrent kernel `(units, blocks * units)`: at first each state passes itself on."""

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        units, width = shape
        return ops.tile(ops.eye(units, dtype=dtype or "float32"), (1, width // units))


@keras.saving.register_keras_serializable("rnn_lab")
class ForgetBias(keras.initializers.Initializer):  # type: ignore[misc]
    """The bias of an LSTM `(4 * units,)`: `value` for the forget gate, 0 for the rest."""

    def __init__(self, value: float) -> None:
        self.value = value

    def get_config(self) -> dict[str, Any]:
        """What another like it is made from."""
        return {"value": self.value}

    def __call__(self, shape: Any, dtype: Any = None) -> Any:
        units = shape[0] // 4
        parts = [ops.full((n * units,), v, dtype=dtype or "float32") for n, v in ((1, 0.0), (1, self.value), (2, 0.0))]
        return ops.concatenate(parts)


# Glorot & Bengio (2010); He et al. (2015); Saxe, McClelland & Ganguli (2014); identity: Le, Jaitly & Hinton (2015).
INITIALIZERS: dict[str, Callable[[int], keras.Initializer]] = {
    "glorot_uniform": lambda seed: keras.initializers.GlorotUniform(seed=seed),
    "glorot_normal": lambda seed: keras.initializers.GlorotNormal(seed=seed),
    "he_uniform": lambda seed: keras.initializers.HeUniform(seed=seed),
    "he_normal": lambda seed: keras.initializers.HeNormal(seed=seed),
    "orthogonal": lambda seed: keras.initializers.Orthogonal(seed=seed),
    "small_normal": lambda seed: keras.initializers.RandomNormal(stddev=SMALL, seed=seed),
    "identity": lambda _: Identities(),
    "zeros": lambda _: keras.initializers.Zeros(),
}
