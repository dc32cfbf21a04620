"""One-step intervals over the test part of a series that may drift: split conformal ones, fixed, beside adaptive ones."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lab.data.arrays import FloatArray
from lab.data.prepared import Prepared
from lab.network.network import Network
from lab.scoring.forecaster import one_step_ahead
from lab.scoring.intervals import Coverage, adaptive_half_widths, conformal_quantile, coverage_of, require_level


@dataclass(frozen=True, eq=False)
class OneStepIntervals:
    """About the one-step forecast of each step of the test part, of one target, in its units.

    Args:
        start: the first step of the test part with a whole window before it.
        mean: `(n,)` the forecasts.
        fixed: half width of the split conformal intervals; nan where the validation part is too short for one.
        adaptive: `(n,)` half widths of the adaptive ones; nan where no error known so far is large enough.
        held: what each of the two did, None where nothing can be compared: steps without an interval are left out.
    """

    start: int
    mean: FloatArray
    fixed: float
    adaptive: FloatArray
    held: tuple[Coverage | None, Coverage | None]


def one_step_intervals(prepared: Prepared, network: Network, level: float, target: int = 0) -> OneStepIntervals:
    """Both kinds, calibrated on the validation part.

    The adaptive ones learn of each true value once the next step is to be forecast, as they would in use (Gibbs & Candes 2021), so
    they keep their level in the long run also where errors grow; the fixed ones keep it only where errors stay as they were.

    Raises:
        ValueError: `level` is not above 0 and below 1.
    """
    require_level(level)
    (_, known), (start, errors) = (_errors(prepared, network, part, target) for part in ("validation", "test"))
    fixed = conformal_quantile(known, level)
    adaptive = adaptive_half_widths(known, errors, level)
    adaptive[np.isinf(adaptive)] = np.nan
    held = [
        coverage_of(errors[:, None], -half, half, level)
        for half in (np.full((len(errors), 1), fixed), adaptive[:, None])
    ]
    mean = prepared.targets[start : start + len(errors), target] - errors
    return OneStepIntervals(start, mean, fixed, adaptive, (held[0], held[1]))


def _errors(prepared: Prepared, network: Network, part: str, target: int) -> tuple[int, FloatArray]:
    """The first step of a part with a whole window before it, and from there on truth less forecast."""
    start, stop = prepared.split.bounds(part)  # type: ignore[arg-type]
    start = min(max(start, prepared.earliest), stop)
    if start == stop:
        return start, np.zeros(0)
    return start, (prepared.targets[start:stop] - one_step_ahead(prepared, network, start, stop))[:, target]
