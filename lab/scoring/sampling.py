"""Prediction intervals from sampled paths: what might come, drawn many times over.

`bootstrap`: one-step errors of the validation part, their mean taken off, are drawn at random and added to each prediction before it is
fed back, so that uncertainty grows along the path as errors do (Hyndman & Athanasopoulos 2021, section 5.5). `dropout`: the units that
dropout would drop while training are dropped while forecasting too (Gal & Ghahramani 2016): how unsure the network is of its own
function, and nothing of the noise in the data; masks are drawn anew at each step, and recurrent dropout stays off. `quantiles`: each step is
drawn of the distribution that a network trained with the pinball loss predicts. The quantiles of the paths at each step are the interval.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Literal, get_args

import numpy as np

from lab.data.arrays import Array, FloatArray
from lab.data.prepared import Prepared
from lab.network.layers import Dropout
from lab.network.network import Network
from lab.network.types import Float32Array
from lab.scoring.branches import branches, operations
from lab.scoring.forecaster import Others, rows_from
from lab.scoring.intervals import Coverage, coverage_of, require_level, spread_over, truth_at
from lab.scoring.quantiles import drawn, ends_in_units, predicts_quantiles

Method = Literal["conformal", "bootstrap", "dropout", "quantiles"]
METHODS: tuple[Method, ...] = get_args(Method)
DRAWS = 200


def drops(network: Network) -> bool:
    """Whether it has dropout between its layers."""
    return any(isinstance(layer, Dropout) and layer.rate > 0 for layer in network.layers)


def dropping(network: Network, generator: np.random.Generator) -> Network:
    """The same network with its dropout on, drawn from the generator at each call, as while training."""
    layers = tuple(replace(layer, noise=generator) if isinstance(layer, Dropout) else layer for layer in network.layers)
    return replace(network, layers=layers)


def methods_for(network: Network) -> tuple[Method, ...]:
    """Those that mean something to a network, its own first: `dropout` only where it has some, `quantiles` where it predicts them."""
    own: tuple[Method, ...] = ("quantiles",) if predicts_quantiles(network) else ()
    dropped: tuple[Method, ...] = ("dropout",) if drops(network) else ()
    return (*own, "conformal", "bootstrap", *dropped)


def require_method(method: str, network: Network) -> None:
    """ValueError unless it is one of `methods_for` this network."""
    if method not in METHODS:
        raise ValueError(f"The method of an interval must be one of {', '.join(METHODS)}; received {method!r}.")
    if method not in methods_for(network):
        raise ValueError(
            "Intervals by dropout need a network with dropout between its layers, and this one has none; use another method."
            if method == "dropout"
            else "Intervals by quantiles need a network that was trained with the pinball loss, and this one was not; use another method."
        )


def sampled_paths(
    prepared: Prepared,
    network: Network,
    origins: Array,
    steps: int,
    method: Method,
    *,
    draws: int = DRAWS,
    seed: int = 0,
    direct: bool = False,
    others: Others = "held",
) -> FloatArray:
    """`(origins, draws, steps, targets)` paths in the targets' units; equal seeds give equal paths.

    Raises:
        ValueError: `method` is none that samples, or means nothing to the network.
    """
    require_method(method, network)
    if method == "conformal":
        raise ValueError("Conformal intervals need no sampled paths; use `half_widths`.")
    generator, origins = np.random.default_rng(seed), np.asarray(origins)
    if method == "dropout":
        dropped = dropping(network, generator)
        return branches(prepared, dropped, origins, draws, steps, direct=direct, others=others)
    if method == "quantiles":
        return branches(
            prepared,
            network.below_head,
            origins,
            draws,
            steps,
            direct=direct,
            others=others,
            draw=lambda z: drawn(z, generator),
        )
    residuals = _residuals(prepared, network, direct)

    def disturbed(outputs: Float32Array) -> Array:
        errors: Array = residuals[generator.integers(0, len(residuals), len(outputs))]
        return outputs.reshape(len(outputs), -1, errors.shape[2])[:, : errors.shape[1]] + errors

    return branches(prepared, network, origins, draws, steps, direct=direct, others=others, draw=disturbed)


def _residuals(prepared: Prepared, network: Network, direct: bool) -> Array:
    """`(n, block, targets)` scaled errors of the validation part, of whole horizons where these are taken at once."""
    windows = prepared.windows("validation")
    errors = np.asarray(windows.targets, np.float64) - network.predict(windows.inputs)
    errors = errors.reshape(len(errors), -1, len(prepared.target_names))[:, : None if direct else 1]
    centred: Array = errors - errors.mean(axis=0)
    return centred


def sampled_intervals(
    prepared: Prepared,
    network: Network,
    origins: Array,
    steps: int,
    levels: Sequence[float],
    method: Method,
    *,
    draws: int = DRAWS,
    direct: bool = False,
    others: Others = "held",
) -> list[tuple[FloatArray, FloatArray]]:
    """The lower and the upper ends, `(origins, steps, targets)` each, for each of the levels, of paths that are always the same ones.

    What a network that predicts quantiles says of its first steps without any path is taken as it says it.
    """
    paths = sampled_paths(prepared, network, origins, steps, method, draws=draws, direct=direct, others=others)
    found = [interval_of(paths, level) for level in levels]
    if method == "quantiles":
        origins = np.asarray(origins)
        outputs = network.below_head.predict(rows_from(prepared, network, origins, 0, "held"))
        for (low, high), level in zip(found, levels, strict=True):
            own = ends_in_units(prepared, outputs, origins, level, min(steps, prepared.window.horizon if direct else 1))
            for end, exact in zip((low, high), own, strict=True):
                end[:, : exact.shape[1]] = exact
    return found


def interval_of(paths: FloatArray, level: float) -> tuple[FloatArray, FloatArray]:
    """The lower and the upper end at each step, `(..., steps, targets)` each, of paths `(..., draws, steps, targets)`."""
    require_level(level)
    low, high = np.quantile(paths, [(1 - level) / 2, (1 + level) / 2], axis=-3)
    return low, high


def sampled_coverage(
    prepared: Prepared,
    network: Network,
    steps: int,
    level: float,
    method: Method,
    *,
    most_operations: float = 2e11,
    draws: int = 100,
    direct: bool = False,
    others: Others = "held",
) -> list[Coverage | None]:
    """How often the test part lay within such intervals, from origins all over it; of each target, None where nothing can be compared.

    Args:
        most_operations: that it may take; fewer origins are looked at where all would take more.
    """
    start, stop = prepared.split.bounds("test")
    known = min(steps, stop - max(start, prepared.earliest))
    a_path = path_operations(prepared, network, max(1, known), method, direct=direct)
    origins = spread_over(prepared, "test", min(int(most_operations // (a_path * draws)), 200))
    if len(origins) == 0:
        return [None] * len(prepared.target_names)
    ((low, high),) = sampled_intervals(
        prepared, network, origins, known, [level], method, draws=draws, direct=direct, others=others
    )
    truth = truth_at(prepared, "test", origins, known)
    return [coverage_of(truth[:, :, k], low[:, :, k], high[:, :, k], level) for k in range(truth.shape[2])]


def path_operations(prepared: Prepared, network: Network, steps: int, method: Method, *, direct: bool = False) -> int:
    """About how many floating-point operations a path takes that this method draws, or of conformal intervals, that it looks at."""
    block = prepared.window.horizon if direct else 1
    drawn = dropping(network, np.random.default_rng(0)) if method == "dropout" else network
    return operations(drawn, prepared.window.size, steps, block, branched=method != "conformal")
