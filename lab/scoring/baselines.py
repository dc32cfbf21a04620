"""Forecasts that need no learning (Hyndman & Athanasopoulos 2021, section 5.2).

A network that does not beat them has learned nothing. The one-step forms forecast `values[start:stop]`, each from the
truth up to the step before it; the `_path` forms forecast the `steps` after the end of `history`, with no truth on the
way. All in the data's own units.
"""

from __future__ import annotations

import numpy as np

from lab.data.arrays import FloatArray


def naive(values: FloatArray, start: int, stop: int) -> FloatArray:
    """Yesterday's value: `(stop - start,)`. ValueError where there is no yesterday."""
    return seasonal_naive(values, start, stop, season_length=1)


def seasonal_naive(
    values: FloatArray, start: int, stop: int, season_length: int, positions: FloatArray | None = None
) -> FloatArray:
    """The value of one season ago: `(stop - start,)`; where there is none at that time, the last one before it.

    Args:
        values: `(time,)`.
        start, stop: the steps to forecast.
        season_length: steps of the calendar in a season.
        positions: `(time,)` which step of the calendar each value is; 0, 1, 2, ... where none are given.

    Raises:
        ValueError: `values` does not reach back that far.
    """
    at = np.arange(len(values)) if positions is None else positions
    if not (season_length >= 1 and 0 < start <= stop <= len(values)) or at[start - 1] - at[0] + 1 < season_length:
        raise ValueError(
            f"A naive forecast must start at least one season ({season_length}) into the series and end within it; "
            f"received steps {start} to {stop} of {len(values)}."
        )
    rows = np.searchsorted(at, at[start:stop] - season_length, side="right") - 1
    return np.array(values[np.maximum(rows, 0)], dtype=np.float64)


def naive_path(history: FloatArray, steps: int) -> FloatArray:
    """The last value, for ever: `(steps,)`. ValueError for an empty history."""
    return seasonal_naive_path(history, steps, season_length=1)


def seasonal_naive_path(
    history: FloatArray, steps: int, season_length: int, positions: FloatArray | None = None
) -> FloatArray:
    """The last season, over and over: `(steps,)`; where it has no value at that time, the last one before it.

    `positions` `(time + steps,)`: which step of the calendar each value of the history, and each step of the path, is.
    ValueError where the history is shorter than a season.
    """
    at = np.arange(len(history) + steps, dtype=np.float64) if positions is None else positions
    known, asked = at[: len(history)], at[len(history) :]
    if len(history) < 1 or season_length < 1 or known[-1] - known[0] + 1 < season_length:
        _require_history(history, season_length)
    seasons = np.maximum(np.ceil((asked - known[-1]) / season_length), 1)
    rows = np.searchsorted(known, asked - seasons * season_length, side="right") - 1
    return np.array(history[np.maximum(rows, 0)], dtype=np.float64)


def drift_path(history: FloatArray, steps: int) -> FloatArray:
    """The straight line through the first and the last value: `(steps,)`. ValueError for fewer than two values."""
    _require_history(history, 2)
    slope = (history[-1] - history[0]) / (len(history) - 1)
    path: FloatArray = history[-1] + slope * np.arange(1, steps + 1)
    return path


def _require_history(history: FloatArray, length: int) -> None:
    if len(history) < max(length, 1) or length < 1:
        raise ValueError(f"The history must hold at least {max(length, 1)} values; received {len(history)}.")
