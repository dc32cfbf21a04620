"""Prediction intervals by split conformal prediction: how wrong was the forecast on data that it was not trained on?

From every origin of the validation part the network forecasts as it would beyond the data. The errors at each step of the path are
ranked, and so many per cent of them give the half width of the interval at that step (Vovk, Gammerman & Shafer 2005; by step of the
horizon as Stankeviciute, Alaa & van der Schaar 2021). If errors to come are like those, intervals of 90 % hold 90 % of the truth; on a
series that changes they are not, so the coverage that was found on the test part belongs beside the nominal one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from lab.data.arrays import Array, FloatArray
from lab.data.prepared import Prepared
from lab.data.series import Part
from lab.network.network import Network
from lab.scoring import metrics
from lab.scoring.forecaster import Others, paths_from

MOST_ORIGINS = 500  # of a part, evenly spaced: a coverage of 90 % is then known to within 1.3 %
LEVELS = (0.5, 0.8, 0.9, 0.95)
RATE = 0.02  # by which an adaptive interval answers to each miss (gamma of Gibbs & Candes 2021)


@dataclass(frozen=True, eq=False)
class Coverage:
    """What intervals did on the test part.

    Args:
        share: of the true values that lay within, 0 to 1, over all steps and origins.
        width: mean width, in the target's units.
        winkler: interval score, in the target's units.
        by_step: `(steps,)` the share at each step of the path; nan where nothing can be compared.
        width_by_step: `(steps,)` the mean width at each.
        origins: how many forecasts were looked at.
    """

    share: float
    width: float
    winkler: float
    by_step: FloatArray
    width_by_step: FloatArray
    origins: int


def half_widths(
    prepared: Prepared,
    network: Network,
    steps: int,
    level: float,
    *,
    direct: bool = False,
    others: Others = "held",
    most: int = MOST_ORIGINS,
) -> FloatArray:
    """`(steps, targets)` by how much a forecast of so many steps may be off at each; nan where the validation part is too short.

    Args:
        level: nominal coverage, above 0 and below 1.
        most: origins that are looked at, evenly spaced.

    Raises:
        ValueError: another level.
    """
    require_level(level)
    return half_widths_of(
        errors_over(prepared, network, "validation", steps, most, direct=direct, others=others), level
    )


def half_widths_of(errors: FloatArray, level: float) -> FloatArray:
    """`(steps, targets)` of errors `(origins, steps, targets)`; nan where too few are known."""
    return np.array([[conformal_quantile(column, level) for column in step.T] for step in errors.swapaxes(0, 1)])


def conformal_quantile(errors: FloatArray, level: float) -> float:
    """The smallest of the absolute errors that, with one more to come, at least `level` of them do not exceed; nan where there are
    too few (nan among the errors are left out)."""
    known = np.sort(np.abs(errors[np.isfinite(errors)]))
    rank = math.ceil((len(known) + 1) * level)
    return float(known[rank - 1]) if 0 < rank <= len(known) else math.nan


def coverage(
    prepared: Prepared,
    network: Network,
    widths: FloatArray,
    level: float,
    *,
    direct: bool = False,
    others: Others = "held",
    most: int = MOST_ORIGINS,
) -> list[Coverage | None]:
    """How often the test part lay within intervals of these half widths, `(steps, targets)`; of each target, None where nothing
    can be compared."""
    errors = errors_over(prepared, network, "test", len(widths), most, direct=direct, others=others)
    half = np.broadcast_to(widths, errors.shape)
    return [coverage_of(errors[:, :, k], -half[:, :, k], half[:, :, k], level) for k in range(widths.shape[1])]


def coverage_of(truth: FloatArray, low: FloatArray, high: FloatArray, level: float) -> Coverage | None:
    """What intervals did, `(origins, steps)` all; nan where the truth or an end is not known; None where nothing can be compared."""
    known = np.isfinite(truth) & np.isfinite(low) & np.isfinite(high)
    if not known.any():
        return None
    y, below, above = truth[known], low[known], high[known]
    return Coverage(
        metrics.coverage(y, below, above),
        metrics.width(below, above),
        metrics.winkler(y, below, above, level),
        _mean_by_step((low <= truth) & (truth <= high), known),
        _mean_by_step(np.subtract(high, low, out=np.zeros_like(truth), where=known), known),
        len(truth),
    )


def _mean_by_step(values: Array, known: Array) -> FloatArray:
    """`(steps,)` the mean of those values `(origins, steps)` that are known; nan where none is."""
    count = known.sum(axis=0)
    sums = np.where(known, values, 0).sum(axis=0)
    means: FloatArray = np.divide(sums, count, out=np.full(len(count), np.nan), where=count > 0)
    return means


def adaptive_half_widths(calibration: FloatArray, errors: FloatArray, level: float, rate: float = RATE) -> FloatArray:
    """`(n,)` half widths for a series that drifts: after each miss the next interval is wider, after each hit a little narrower, so
    that in the long run `level` of them hold the truth (adaptive conformal inference, Gibbs & Candes 2021).

    Args:
        calibration: `(m,)` errors known before.
        errors: `(n,)` in the order of time; the interval of each is made before it is known, and it joins the known ones after.
    """
    require_level(level)
    known, miss = sorted(np.abs(calibration[np.isfinite(calibration)]).tolist()), 1 - level
    widths = np.empty(len(errors))
    for k, error in enumerate(np.abs(errors).tolist()):
        rank = math.ceil((len(known) + 1) * (1 - miss))
        widths[k] = 0.0 if rank < 1 else known[rank - 1] if rank <= len(known) else math.inf
        miss += rate * ((1 - level) - float(error > widths[k]))
        known.insert(int(np.searchsorted(known, error)), error)
    return widths


def require_level(level: float) -> None:
    """ValueError unless it is a share between 0 and 1."""
    if not 0 < level < 1:
        raise ValueError(f"The level of an interval must be above 0 and below 1, for example 0.9; received {level:g}.")


def spread_over(prepared: Prepared, part: Part, most: int) -> Array:
    """At most so many origins, evenly spaced over a part; none where it has none with a whole window before it."""
    start, stop = prepared.split.bounds(part)
    first = max(start, prepared.earliest)
    count = min(most, stop - first)
    if count < 1:
        return np.zeros(0, np.int64)
    origins: Array = np.unique(np.linspace(first, stop - 1, count).astype(np.int64))
    return origins


def truth_at(prepared: Prepared, part: Part, origins: Array, steps: int) -> FloatArray:
    """`(origins, steps, targets)` the true values from each origin on; nan beyond the part."""
    stop = prepared.split.bounds(part)[1]
    at = origins[:, None] + np.arange(steps)
    return np.where((at < stop)[:, :, None], prepared.targets[np.minimum(at, stop - 1)], np.nan)


def errors_over(
    prepared: Prepared, network: Network, part: Part, steps: int, most: int, *, direct: bool, others: Others
) -> FloatArray:
    """`(origins, steps, targets)` truth less forecast from origins all over a part; nan where the truth lies beyond the part."""
    origins = spread_over(prepared, part, most)
    errors = np.full((len(origins), steps, len(prepared.target_names)), np.nan)
    if len(origins):
        start, stop = prepared.split.bounds(part)
        known = min(steps, stop - max(start, prepared.earliest))
        found = paths_from(prepared, network, origins, known, direct=direct, others=others)
        errors[:, :known] = truth_at(prepared, part, origins, known) - found
    return errors
