"""Values far from those around them: found, and clipped to where "far" begins."""

from __future__ import annotations

import numpy as np

from lab.data.arrays import FloatArray

NEAR, AROUND, FAR = 7, 50, 6.0  # values to each side for the median and for its deviation; deviations


def outliers(values: FloatArray) -> list[int]:
    """The steps whose values lie over 6 standard deviations from the running median of 15 values (Hampel 1974).

    The deviation is estimated by the median absolute deviation of the 101 values around, no less than by that of all; and what
    lies within 3 deviations of the values themselves is none, however smooth the series is.
    """
    away = np.abs(values - running_median(values, NEAR))
    around = 1.4826 * np.maximum(running_median(away, AROUND), np.median(away))
    return [int(k) for k in np.flatnonzero(away > np.maximum(FAR * around, _least(values)))]


def clipped(values: FloatArray, known: int) -> FloatArray:
    """`(time,)` values, those that are far from the values before them brought to where that begins.

    The same rule, looking back alone: the median and the deviation of a step are those of the 15 and the 101 values before it, and what
    counts as near however smooth the series is comes from the first `known` values, the training part. So a step of the test part is
    clipped as it would be on the day. The first 15 values stay.
    """
    training = values[:known]
    least = max(_least(training), FAR * 1.4826 * float(np.median(np.abs(training - running_median(training, NEAR)))))
    found = np.array(values, np.float64)
    back = 2 * NEAR + 1
    if len(values) <= back:
        return found
    middle = np.median(np.lib.stride_tricks.sliding_window_view(values, back)[:-1], axis=1)  # of the values before each
    away = np.abs(values[back:] - middle)
    reach = 2 * AROUND + 1
    padded = np.concatenate([np.full(reach, np.median(away[: max(1, min(known - back, len(away)))])), away])
    around = 1.4826 * np.median(np.lib.stride_tricks.sliding_window_view(padded, reach)[:-1], axis=1)
    limit = np.maximum(FAR * around, least)
    found[back:] = np.clip(values[back:], middle - limit, middle + limit)
    return found


def _least(values: FloatArray) -> float:
    spread = 1.4826 * float(np.median(np.abs(values - np.median(values))))
    return max(3 * spread, 1e-9 * float(np.abs(values).max()))


def running_median(values: FloatArray, reach: int) -> FloatArray:
    """`(time,)` the median of each value and `reach` to either side."""
    padded = np.pad(values, reach, mode="reflect")
    medians: FloatArray = np.median(np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1), axis=1)
    return medians
