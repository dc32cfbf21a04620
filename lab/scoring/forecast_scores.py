"""The model beside the baselines on the test part, so that nobody mistakes a copy for a forecast."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lab.data.arrays import FloatArray
from lab.data.prepared import Prepared
from lab.data.series import Series
from lab.network.network import Network
from lab.scoring import baselines, metrics
from lab.scoring.forecaster import one_step, recursive


@dataclass(frozen=True)
class Score:
    """Metrics of one forecaster over the test part, in the data's units (mape, smape in percent).

    `mase` is scaled by the previous-value forecast of the training part: under 1 is better than it was there.
    """

    name: str
    mae: float
    rmse: float
    mape: float | None
    smape: float
    mase: float


def evaluate(prepared: Prepared, network: Network, name: str) -> list[Score]:
    """The model (under `name`), the previous value and (given a season) the value a season ago, one step ahead on the test part."""
    values, series = prepared.values, prepared.series
    start, stop = prepared.split.bounds("test")
    predictions = {
        name: one_step(network, prepared.scaler, values, prepared.window.size, start, stop),
        "Previous value": baselines.naive(values, start, stop),
    }
    if _has_season(series, start):
        predictions["Last season"] = baselines.seasonal_naive(
            values, start, stop, series.season_length, series.positions
        )
    training, with_mape = prepared.in_training, metrics.mape_is_meaningful(values)
    return [_score(name, values[start:stop], p, training, with_mape) for name, p in predictions.items()]


def evaluate_free_running(prepared: Prepared, network: Network, name: str, steps: int) -> list[Score]:
    """The free-running forecast and baselines that see as little, over the first `steps` of the test part.

    All of them start from the last value before the test part and see none after it: the model feeds on its own
    predictions, the previous value is held, and (given a season) the last season is repeated.

    Raises:
        ValueError: the test part has fewer steps, or none are asked for.
    """
    values, series = prepared.values, prepared.series
    start, stop = prepared.split.bounds("test")
    if not 1 <= steps <= stop - start:
        raise ValueError(f"`steps` must be from 1 to {stop - start}, the length of the test part; received {steps}.")
    history, truth = values[:start], values[start : start + steps]
    paths = {
        f"{name}, free-running": recursive(network, prepared.scaler, history, prepared.window.size, steps),
        "Previous value, held": baselines.naive_path(history, steps),
    }
    if _has_season(series, start):
        paths["Last season, repeated"] = baselines.seasonal_naive_path(
            history, steps, series.season_length, series.positions[: start + steps]
        )
    training, with_mape = prepared.in_training, metrics.mape_is_meaningful(values)
    return [_score(name, truth, path, training, with_mape) for name, path in paths.items()]


def _has_season(series: Series, start: int) -> bool:
    """Whether there is a season, and a whole one before the step `start`."""
    at = series.positions
    return series.season_length > 1 and start > 0 and bool(at[start - 1] - at[0] + 1 >= series.season_length)


def _score(name: str, truth: FloatArray, prediction: FloatArray, training: FloatArray, with_mape: bool) -> Score:
    return Score(
        name,
        mae=metrics.mae(truth, prediction),
        rmse=metrics.rmse(truth, prediction),
        mape=metrics.mape(truth, prediction) if with_mape else None,
        smape=metrics.smape(truth, prediction),
        mase=metrics.mase(truth, prediction, training, 1),
    )


def verdict(scores: list[Score]) -> str:
    """One honest sentence on the model against the best baseline, by mean absolute error."""
    model, rivals = scores[0], scores[1:]
    best = min(rivals, key=lambda s: s.mae)
    if best.mae == 0 or not np.isfinite(model.mae):
        return f"{best.name} is exact on the test range; the model is not."
    share = model.mae / best.mae - 1
    if share <= -0.01:
        return f"The model's error is {-share:.0%} lower than that of the best baseline ({best.name.lower()})."
    if share < 0.01:
        return f"The model does no better than a baseline that learns nothing ({best.name.lower()})."
    return f"The model's error is {share:.0%} higher than that of a baseline that learns nothing ({best.name.lower()})."
