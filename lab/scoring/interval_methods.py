"""One function for intervals of every method, and one that judges them: the Forecast page and `python -m lab forecast` call these."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np

from lab.data.arrays import FloatArray
from lab.data.prepared import Prepared
from lab.network.network import Network
from lab.scoring.forecaster import Others, path_from
from lab.scoring.intervals import (
    MOST_ORIGINS,
    Coverage,
    coverage,
    errors_over,
    half_widths,
    half_widths_of,
    require_level,
)
from lab.scoring.sampling import (
    DRAWS,
    Method,
    path_operations,
    require_method,
    sampled_coverage,
    sampled_intervals,
)

FEWEST = 40  # origins of which conformal intervals are still made where time is short: 95 % need 19 errors
MOST_OPERATIONS = 2e11  # that judging intervals may take, some seconds


def intervals(
    prepared: Prepared,
    network: Network,
    start: int,
    steps: int,
    levels: Sequence[float],
    method: Method = "conformal",
    *,
    direct: bool = False,
    others: Others = "held",
    most: int = MOST_ORIGINS,
) -> list[tuple[FloatArray, FloatArray]]:
    """The lower and the upper ends about the forecast of `steps` from step `start` on, for each of the levels.

    Args:
        levels: nominal coverages, above 0 and below 1.
        method: `conformal` (as far off as from the origins of the validation part), `bootstrap`, `dropout` or `quantiles`; these are
            quantiles of `DRAWS` sampled paths, always the same ones.
        others: how the other inputs go on, see `path_from`.
        most: origins of the validation part that conformal intervals look at.

    Returns:
        `(low, high)` a level, `(steps, targets)` each, in the targets' units; nan at steps of which too little is known.

    Raises:
        ValueError: another level or method, or one that means nothing to this network.
    """
    for level in levels:
        require_level(level)
    require_method(method, network)
    if method != "conformal":
        origins = np.array([start])
        found = sampled_intervals(prepared, network, origins, steps, levels, method, direct=direct, others=others)
        return [(low[0], high[0]) for low, high in found]
    errors = errors_over(prepared, network, "validation", steps, most, direct=direct, others=_where_known(others))
    mean = path_from(prepared, network, start, steps, direct=direct, others=others)
    return [(mean - half, mean + half) for half in (half_widths_of(errors, level) for level in levels)]


def judge(
    prepared: Prepared,
    network: Network,
    steps: int,
    level: float,
    method: Method = "conformal",
    *,
    direct: bool = False,
    others: Others = "held",
    most: int = MOST_ORIGINS,
    most_operations: float = MOST_OPERATIONS,
) -> list[Coverage | None]:
    """What such intervals did from origins all over the test part; of each target, None where nothing can be compared.

    Args:
        most: origins of each part that conformal intervals look at.
        most_operations: floating-point operations that sampled paths may take; with fewer, fewer origins are looked at.

    Raises:
        ValueError: as `intervals`.
    """
    require_level(level)
    require_method(method, network)
    known = _where_known(others)
    if method == "conformal":
        half = half_widths(prepared, network, steps, level, direct=direct, others=known, most=most)
        return coverage(prepared, network, half, level, direct=direct, others=known, most=most)
    return sampled_coverage(
        prepared, network, steps, level, method, most_operations=most_operations, direct=direct, others=known
    )


def within(
    prepared: Prepared, network: Network, steps: int, method: Method, most_operations: float, *, direct: bool = False
) -> tuple[int, int]:
    """Of `steps`, for how many there can be intervals at so many operations, and from how many origins conformal ones may be made;
    (0, 0) where not even one can."""
    first, stop = prepared.split.bounds("validation")
    known = max(1, stop - max(first, prepared.earliest))

    def operations(n: int) -> int:
        return path_operations(prepared, network, min(n, known) if method == "conformal" else n, method, direct=direct)

    paths = FEWEST if method == "conformal" else DRAWS
    able = bisect_right(range(1, steps + 1), most_operations / paths, key=operations)
    return (able, min(MOST_ORIGINS, int(most_operations // operations(able)))) if able else (0, 0)


def _where_known(others: Others) -> Others:
    """How the other inputs go on where the data are known: who brings them for what is to come knew them before as well."""
    return others if isinstance(others, str) else "known"
