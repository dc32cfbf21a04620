"""Forecasts that need no learning (Hyndman & Athanasopoulos 2021, section 5.2).

A network that does not beat them has learned nothing. The one-step forms forecast `values[start:stop]`, each from the
truth up to the step before it; the `_path` forms forecast the `steps` after the end of `history`, with no truth on the
way. All in the data's own units.
"""

from __future__ import annotations

import numpy as np

from lab.series import FloatArray


def naive(values: FloatArray, start: int, stop: int) -> FloatArray:
    """Yesterday's value: `(stop - start,)`. ValueError where there is no yesterday."""
    return seasonal_naive(values, start, stop, season_length=1)


def seasonal_naive(values: FloatArray, start: int, stop: int, season_length: int) -> FloatArray:
    """The value of one season ago: `(stop - start,)`. ValueError where `values` does not reach back that far."""
    if not 1 <= season_length <= start <= stop <= len(values):
        raise ValueError(
            f"A naive forecast must start at least one season ({season_length}) into the series and end within it; "
            f"received steps {start} to {stop} of {len(values)}."
        )
    return np.array(values[start - season_length : stop - season_length], dtype=np.float64)


def naive_path(history: FloatArray, steps: int) -> FloatArray:
    """The last value, for ever: `(steps,)`. ValueError for an empty history."""
    return seasonal_naive_path(history, steps, season_length=1)


def seasonal_naive_path(history: FloatArray, steps: int, season_length: int) -> FloatArray:
    """The last season, over and over: `(steps,)`. ValueError where the history is shorter than a season."""
    _require_history(history, season_length)
    return np.resize(np.asarray(history[-season_length:], dtype=np.float64), steps)


def drift_path(history: FloatArray, steps: int) -> FloatArray:
    """The straight line through the first and the last value: `(steps,)`. ValueError for fewer than two values."""
    _require_history(history, 2)
    slope = (history[-1] - history[0]) / (len(history) - 1)
    path: FloatArray = history[-1] + slope * np.arange(1, steps + 1)
    return path


def _require_history(history: FloatArray, length: int) -> None:
    if len(history) < max(length, 1) or length < 1:
        raise ValueError(f"The history must hold at least {max(length, 1)} values; received {len(history)}.")
