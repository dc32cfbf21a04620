"""Forecasts by a trained network, in the data's own units: one step ahead, or feeding on its own predictions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import ArrayLike

from lab.data.arrays import Array, FloatArray
from lab.data.prepared import Prepared, calendar_features
from lab.data.scaling import Scaler
from lab.network.network import Network
from lab.network.types import Float32Array

# A scaled value this small is zero: an untrained network's path shrinks towards it, and arithmetic with numbers under
# 1e-38 takes thirty times as long.
NOTHING = 1e-18
MAX_STEPS = 365  # beyond the data, on the page and the command line: predictions of predictions soon mean nothing


Method = Literal["one-step", "recursive", "direct"]
Others = Literal["held", "season", "known"] | FloatArray


@dataclass(frozen=True, eq=False)
class Forecast:
    """What is thought to come.

    Args:
        index: `(steps,)` the time stamps forecast.
        mean: `(steps,)` the forecast, in the data's own units; of several targets `(steps, targets)`.
        cutoff: position of the first step in the series whose truth the first forecast did not see.
        method: `one-step` (each step sees the truth before it), `recursive` (sees nothing after the cut-off, and feeds on its
            own predictions) or `direct` (as many steps at once as the network was trained for).
        names: of the targets.
    """

    index: Array
    mean: FloatArray
    cutoff: int
    method: Method
    names: tuple[str, ...] = ()


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
    rows = np.zeros((window + steps, 1), np.float32)
    rows[:window, 0] = scaler.transform(history[-window:])
    return scaler.inverse(_roll(network, rows, window, [(0, 0)], 1)[:, 0])


FEW = 8  # steps, for which whole windows are read sooner than side by side


def _roll(
    network: Network, rows: Float32Array, window: int, feeds: Sequence[tuple[int, int]], targets: int, block: int = 1
) -> Float32Array:
    """The scaled predictions `(steps, targets)` after the first `window` of `rows`, `(window + steps, features)`.

    Args:
        rows: what the network reads; beyond the window what is known ahead, and room for predictions.
        feeds: which target becomes which feature of the next steps.
        block: steps that are taken of each prediction before the network reads again.
    """
    steps = len(rows) - window
    path = np.empty((steps, targets), np.float32)

    def take(at: int, outputs: Float32Array) -> None:
        """The predictions of the steps from `at` on, as far as they are wanted."""
        ahead = outputs.reshape(-1, targets)[: min(block, steps - at)]
        path[at : at + len(ahead)] = np.where(np.abs(ahead) < NOTHING, 0, ahead)
        for target, feature in feeds:
            rows[window + at : window + at + len(ahead), feature] = path[at : at + len(ahead), target]

    if block > 1 or steps < FEW or not network.is_causal:
        for at in range(0, steps, block):
            take(at, network.predict(rows[None, at : at + window])[0])
        return path
    # Each window is read by a place of its own, which the window that begins when it ends takes over.
    places = min(window, steps)
    states = network.initial_states(places)
    x = np.empty((places, rows.shape[1]), np.float32)
    for t in range(window + steps - 1):
        begins, ends = t % window, (t + 1) % window
        if begins < places:
            for state in states:
                for array in state:
                    array[begins] = 0
        x[:] = rows[t]
        states = network.advance(x, states)
        if t + 1 >= window:
            take(t + 1 - window, network.read_out(states[-1][0][ends : ends + 1])[0])
    return path


def path_operations(network: Network, window: int, steps: int, block: int = 1) -> int:
    """About how many floating-point operations a path of so many steps takes, in blocks of `block`."""
    if block > 1 or steps < FEW or not network.is_causal:
        return 2 * network.parameters * window * -(-steps // block)
    # Products of a few rows take as long as those of more: the weights must be read all the same.
    return 2 * network.parameters * (window + steps) * max(min(window, steps), 16)


def steps_within(network: Network, window: int, steps: int, operations: float, block: int = 1) -> int:
    """Of a path of `steps`, how many can be had for so many operations; 0 where not even one."""
    able = (n for n in range(steps, 0, -1) if path_operations(network, window, n, block) <= operations)
    return next(able, 0)


def path_from(
    prepared: Prepared, network: Network, start: int, steps: int, *, direct: bool = False, others: Others = "held"
) -> FloatArray:
    """The `steps` from step `start` on, which may reach beyond the data, in the targets' units: `(steps, targets)`.

    Nothing of the targets is seen after `start`: the network feeds on its own predictions.

    Args:
        direct: take all steps of the horizon at once, and go on from there in blocks; else only the first of them
            (recursive).
        others: how the inputs of `prepared.other_names` go on: `held` at their last value, as in the `season` before, as
            they are `known` from the series itself, or as given, `(steps, inputs)` in their own units.

    Raises:
        ValueError: there is no whole window before `start`, or no season where one is asked for.
    """
    window, horizon = prepared.window.size, prepared.window.horizon
    if not prepared.earliest <= start <= len(prepared.series):
        raise ValueError(
            f"A forecast must start at least one window ({prepared.earliest}) into the series; received step {start}."
        )
    rows = rows_from(prepared, network, np.array([start]), steps, others)[0]
    found = _roll(network, rows, window, feeds(prepared), len(prepared.target_names), horizon if direct else 1)
    path: FloatArray = prepared.in_units(found.reshape(1, -1), np.array([start]))[0]
    return path


def paths_from(
    prepared: Prepared,
    network: Network,
    origins: Array,
    steps: int,
    *,
    direct: bool = False,
    others: Others = "held",
    noise: Callable[[int], Array] | None = None,
) -> FloatArray:
    """As `path_from`, from each of the `origins`, read side by side: `(origins, steps, targets)`.

    Args:
        others: `known` beyond the end of the series are held at their last value.
        noise: `(count, block, targets)` what is added to so many scaled predictions before they are fed back.
    """
    rows = rows_from(prepared, network, origins, steps, others)
    window, targets = prepared.window.size, len(prepared.target_names)
    block = prepared.window.horizon if direct else 1
    paths = np.empty((len(origins), steps, targets), np.float32)
    for at in range(0, steps, block):
        length = min(block, steps - at)
        outputs = network.predict(rows[:, at : at + window]).reshape(len(origins), -1, targets)[:, :length]
        if noise is not None:
            outputs = outputs + noise(len(origins))[:, :length].astype(np.float32)
        paths[:, at : at + length] = np.where(np.abs(outputs) < NOTHING, 0, outputs)
        for k, feature in feeds(prepared):
            rows[:, window + at : window + at + length, feature] = outputs[:, :, k]
    return prepared.in_units(paths.reshape(len(origins), -1), origins)


def rows_from(prepared: Prepared, network: Network, origins: Array, steps: int, others: Others) -> Float32Array:
    """`(origins, window + steps, features)` what the network reads on the way from each origin, with room for predictions."""
    window, columns = prepared.window.size, len(prepared.read_names)
    rows = np.empty((len(origins), window + steps, network.features), np.float32)
    for row, origin in zip(rows, origins.tolist(), strict=True):
        row[:window] = prepared.scaled[origin - window : origin]
        ahead = _others(prepared, origin, steps, others)
        row[window : window + len(ahead), :columns] = ahead
        row[window + len(ahead) :, :columns] = prepared.scaled[-1, :columns]
        if prepared.data.calendar:
            row[window:, columns:][:, : 2 * len(prepared.data.calendar)] = calendar_features(
                prepared.stamps(origin, steps), prepared.data.calendar
            )
        _forget_the_next(prepared, row[window - 1 :], origin)
    return rows


def feeds(prepared: Prepared) -> list[tuple[int, int]]:
    """Which target becomes which feature of the steps after it."""
    read = [
        (k, prepared.read_names.index(name))
        for k, name in enumerate(prepared.target_names)
        if name in prepared.read_names
    ]
    return [*read, *((k, len(prepared.names) - prepared.leaked + k) for k in range(prepared.leaked))]


def _forget_the_next(prepared: Prepared, rows: Float32Array, origin: int) -> None:
    """Where targets of the next step are among the features, they are not known from the last step before `origin` on: the last
    known value stands there."""
    if prepared.leaked:
        rows[:, -prepared.leaked :] = prepared.scaled_targets[origin - 1]


def _others(prepared: Prepared, start: int, steps: int, others: Others) -> Float32Array:
    """What the columns that are read hold in the `steps` from `start` on, as far as nobody predicts them."""
    series = prepared.scaled[:, : len(prepared.read_names)]
    season = prepared.series.season_length
    if isinstance(others, str):
        if others == "known":
            return series[start : start + steps]
        if others == "held":
            return np.broadcast_to(series[start - 1], (steps, series.shape[1]))
        if not 1 < season <= start:
            raise ValueError(
                f"The other inputs cannot go on as in the season before: there is none before step {start}."
            )
        return series[start - season + np.arange(steps) % season]
    values = np.repeat(prepared.raw[start - 1 : start, : series.shape[1]], steps, axis=0)
    values[:, [prepared.read_names.index(name) for name in prepared.other_names]] = others
    return prepared.read_scaler.transform(values).astype(np.float32)


def windows_before(prepared: Prepared, start: int, stop: int) -> Float32Array:
    """`(stop - start, window, features)` what the network reads before each of the steps, true values all."""
    size = prepared.window.size
    if not 1 <= prepared.earliest <= start <= stop <= len(prepared.series):
        raise ValueError(
            f"A forecast must start at least one window ({prepared.earliest}) into the series and end within it; "
            f"received steps {start} to {stop} of {len(prepared.series)}."
        )
    if start == stop:
        return np.zeros((0, size, prepared.scaled.shape[1]), np.float32)
    return sliding_window_view(prepared.scaled[start - size : stop - 1], size, axis=0).swapaxes(1, 2)


def one_step_ahead(prepared: Prepared, network: Network, start: int, stop: int) -> FloatArray:
    """Each of the steps from `start` to `stop` from the true window before it, `(stop - start, targets)`, in their units."""
    windows = windows_before(prepared, start, stop)
    if start == stop:
        return np.zeros((0, len(prepared.target_names)))
    return prepared.in_units(network.predict(windows), np.arange(start, stop))[:, 0]


def future(
    prepared: Prepared, network: Network, steps: int, *, direct: bool | None = None, others: Others = "held"
) -> Forecast:
    """The forecast of the `steps` beyond the end of a run's data, with their time stamps; see `path_from`.

    `direct`: None for what the network was trained for, direct where that is several steps.
    """
    direct = prepared.window.horizon > 1 if direct is None else direct
    mean = path_from(prepared, network, len(prepared.series), steps, direct=direct, others=others)
    method: Method = "direct" if direct else "recursive"
    return Forecast(
        prepared.series.future_index(steps), mean if mean.shape[1] > 1 else mean[:, 0], len(prepared.series), method,
        prepared.target_names,
    )  # fmt: skip


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
