"""Forecasts by a trained network, in the data's own units: one step ahead, or feeding on its own predictions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from lab.data.arrays import Array, FloatArray
from lab.data.prepared import Prepared
from lab.data.scaling import Scaler
from lab.network.network import Network

# A scaled value this small is zero: an untrained network's path shrinks towards it, and arithmetic with numbers under
# 1e-38 takes thirty times as long.
NOTHING = 1e-18
MAX_STEPS = 365  # beyond the data, on the page and the command line: predictions of predictions soon mean nothing


@dataclass(frozen=True, eq=False)
class Forecast:
    """What is thought to come.

    Args:
        index: `(steps,)` the time stamps forecast.
        mean: `(steps,)` the forecast, in the data's own units.
        cutoff: position of the first step in the series whose truth the first forecast did not see.
        method: `one-step` (each step sees the truth before it) or `recursive` (sees nothing after the cut-off).
    """

    index: Array
    mean: FloatArray
    cutoff: int
    method: Literal["one-step", "recursive"]


def one_step(network: Network, scaler: Scaler, values: FloatArray, window: int, start: int, stop: int) -> FloatArray:
    """Forecast each of `values[start:stop]` from the `window` true values before it (teacher forcing).

    Args:
        values: `(time,)` in the data's units; the result, `(stop - start,)`, too.

    Raises:
        ValueError: there is no whole window before `start`, or the steps reach past the end.
    """
    if not 1 <= window <= start <= stop <= len(values):
        raise ValueError(
            f"A forecast must start at least one window ({window}) into the series and end within it; "
            f"received steps {start} to {stop} of {len(values)}."
        )
    if start == stop:
        return np.zeros(0)
    windows = sliding_window_view(scaler.transform(values[start - window : stop - 1]), window)  # (steps, window)
    return scaler.inverse(network.predict(windows[:, :, None])[:, 0])


def recursive(network: Network, scaler: Scaler, history: FloatArray, window: int, steps: int) -> FloatArray:
    """Forecast the `steps` after `history`, each from the last `window` values, own predictions among them.

    Every prediction starts from a zero state and reads its whole window, as in training. Neighbouring windows share all
    values but one, so they are not read one after the other: `window` rows, each a window begun one step later than
    the row before, take in each new value together. In every step one row has read its whole window; it makes the
    prediction and begins anew. One matrix product a layer and step instead of `window`, and the same arithmetic. A
    bidirectional network reads from both ends, so there the windows are read one after the other.

    Args:
        history: `(time,)` in the data's units; the result, `(steps,)`, too.

    Raises:
        ValueError: the history is shorter than the window.
    """
    if not 1 <= window <= len(history):
        raise ValueError(f"The history must hold a whole window ({window}); received {len(history)} values.")
    path = np.empty(window + steps, np.float32)
    path[:window] = scaler.transform(history[-window:])
    if not network.is_causal:
        for t in range(window, window + steps):
            path[t] = network.predict(path[None, t - window : t, None])[0, 0]
        return scaler.inverse(path[window:])
    states = network.initial_states(window)
    x = np.empty((window, 1), np.float32)
    for t in range(window + steps - 1):
        begins, ends = t % window, (t + 1) % window
        for state in states:
            for array in state:
                array[begins] = 0
        x[:] = path[t]
        states = network.advance(x, states)
        if t + 1 >= window:
            said = network.read_out(states[-1][0][ends : ends + 1])[0, 0]
            path[t + 1] = 0.0 if abs(said) < NOTHING else said
    return scaler.inverse(path[window:])


def future(prepared: Prepared, network: Network, steps: int) -> Forecast:
    """The recursive forecast of the `steps` beyond the end of a run's data, with their time stamps."""
    mean = recursive(network, prepared.scaler, prepared.values, prepared.window.size, steps)
    return Forecast(prepared.series.future_index(steps), mean, len(prepared.values), "recursive")


def lag_correlations(truth: ArrayLike, prediction: ArrayLike, max_lag: int) -> FloatArray:
    """How well the prediction of each step matches the truth 0, 1, ..., `max_lag` steps before it: `(max_lag + 1,)`.

    Pearson's correlation, over the same steps for every lag, so that the lags compare fairly; NaN where either side is
    constant.

    Raises:
        ValueError: fewer than two steps are left, or the lengths differ.
    """
    y, y_hat = np.asarray(truth, np.float64), np.asarray(prediction, np.float64)
    if y.shape != y_hat.shape or len(y) < max_lag + 2:
        raise ValueError(
            f"Truth and prediction must have one length, at least {max_lag + 2}; received {y.shape} and {y_hat.shape}."
        )
    late = y_hat[max_lag:] - y_hat[max_lag:].mean()
    lagged = sliding_window_view(y, len(late))[::-1]  # row k: the truth k steps before
    lagged = lagged - lagged.mean(axis=1, keepdims=True)
    norms = np.linalg.norm(lagged, axis=1) * np.linalg.norm(late)
    correlations = np.full(max_lag + 1, np.nan)
    np.divide(lagged @ late, norms, out=correlations, where=norms > 0)
    return correlations


def best_lag(truth: ArrayLike, prediction: ArrayLike, max_lag: int = 10) -> int:
    """The lag at which prediction and truth agree best: 0 for a forecast that follows, 1 for one that copies yesterday.

    0 where nothing varies. Raises ValueError as `lag_correlations` does.
    """
    correlations = lag_correlations(truth, prediction, max_lag)
    return 0 if np.isnan(correlations).all() else int(np.nanargmax(correlations))
