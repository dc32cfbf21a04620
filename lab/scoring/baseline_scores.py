"""Every baseline on the test part of a run: the same split, origins and horizon as the network, the time that each took beside it."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from lab.data.arrays import Array, FloatArray
from lab.data.prepared import Prepared
from lab.scoring.classical import CLASSICAL, SEASONAL
from lab.scoring.fitting import Fitted, Problem, autoregressive_paths, quiet
from lab.scoring.forecast_scores import Judge, Score

MOST_COLUMNS = 12  # of a vector autoregression
LONGEST_STRIDE = 50  # steps of the calendar between two rows, above which the rows are taken for the steps


@dataclass(frozen=True)
class Baseline:
    """How a baseline did.

    Args:
        name: what tables call it; `target` which of several it forecasts.
        seconds: to fit it and to forecast from every origin.
        note: how it turned out (`p = 7`).
        refused: why there is no score, a sentence; `""` where there is one.
        score: its metrics.
    """

    name: str
    target: str
    seconds: float
    note: str = ""
    refused: str = ""
    score: Score | None = None

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Baseline:
        """From what `dataclasses.asdict` made of one. TypeError for anything else."""
        score = None if row.get("score") is None else Score(**row["score"])
        numbers = [row["seconds"], *((score.mae, score.rmse, score.smape, score.mase, *score.by_step) if score else ())]
        if not all(isinstance(number, int | float) for number in numbers):
            raise TypeError(f"A baseline's scores must be numbers; received {numbers}.")
        return cls(**{**row, "score": score})


def baselines(prepared: Prepared) -> dict[str, Callable[[], list[Baseline]]]:
    """Those that apply to these data, the quick ones first; each call fits one to each target, and gives how it did.

    What fails is a row that says why, and stops nothing.
    """
    season, several = prepared.series.season_length > 1, 2 <= len(_columns(prepared)) <= MOST_COLUMNS
    makers: dict[str, Callable[[int], Fitted]] = {
        name: partial(on_calendar, prepared, fit=fit)
        for name, fit in CLASSICAL.items()
        if season or name not in SEASONAL
    }
    makers = {"Ridge": partial(ridge, prepared)} | makers
    if several:
        makers["VAR"] = partial(vector_autoregression, prepared)
    return {name: partial(_rate, prepared, name, make) for name, make in makers.items()}


def _rate(prepared: Prepared, name: str, make: Callable[[int], Fitted]) -> list[Baseline]:
    found = []
    for k in range(len(prepared.target_names)):
        judge, began = Judge.of(prepared, k), time.perf_counter()
        try:
            paths, note = make(k)
            if not np.isfinite(paths).all():
                raise ValueError("Its forecasts run away to infinity.")
        except (ValueError, ArithmeticError) as error:
            found.append(Baseline(name, judge.target, time.perf_counter() - began, refused=str(error)))
        else:
            seconds, score = time.perf_counter() - began, judge.score(name, paths)
            found.append(Baseline(name, judge.target, seconds, note, score=score))
    return found


def on_calendar(
    prepared: Prepared,
    k: int,
    fit: Callable[[Problem], Fitted],
    origins: Array | None = None,
    horizon: int | None = None,
) -> Fitted:
    """`(origins, horizon)` forecasts of the target number `k` by a model that knows equal steps and no holes; from the origins of
    the test part, as far ahead as the network forecasts, unless others are given.

    Between two rows the calendar may have steps without a value; there the last value stands, and a row's forecast is that
    of its own step of the calendar. So a season stays as long as it is.
    """
    values, horizon = prepared.targets[:, k], horizon or prepared.window.horizon
    origins = prepared.windows("test", scaled=False).origins if origins is None else origins
    end = prepared.split.train_end
    at = np.floor(prepared.series.positions - prepared.series.positions[0]).astype(np.int64)
    strides = np.diff(at)
    if (strides < 1).any() or strides.max(initial=1) > LONGEST_STRIDE:
        at = np.arange(len(values))
    known = np.searchsorted(at, np.arange(at[-1] + 1), side="right") - 1  # the row that is the last at each step
    ahead = at[origins[:, None] + np.arange(horizon)] - at[origins - 1, None]  # steps from the last known row on
    problem = Problem(
        values[known], int(at[end - 1]) + 1, at[origins - 1] + 1, int(ahead.max()), prepared.series.season_length
    )
    paths, note = fit(problem)
    return np.take_along_axis(paths, ahead - 1, axis=1), note


def ridge(prepared: Prepared, k: int) -> Fitted:
    """A linear map from the network's own windows, all inputs and steps of them, with its weights kept small (Hoerl & Kennard
    1970) as much as does the validation part good."""
    from sklearn.linear_model import Ridge

    count, parts = len(prepared.target_names), {}
    for part in ("train", "validation", "test"):
        windows = prepared.windows(part)
        origins = windows.origins
        inputs = np.asarray(windows.inputs, np.float64).reshape(len(windows), -1)
        parts[part] = inputs, np.asarray(windows.targets, np.float64)[:, k::count]
    fits = []
    for penalty in (1e-3, 1e-2, 1e-1, 1.0, 10.0, 100.0, 1000.0):
        with quiet("Ridge"):
            model = Ridge(alpha=penalty).fit(*parts["train"])
            predicted = np.asarray(model.predict(parts["validation"][0])).reshape(parts["validation"][1].shape)
        fits.append((float(np.mean((predicted - parts["validation"][1]) ** 2)), penalty, model))
    _, penalty, model = min(fits, key=lambda fit: fit[0])
    inputs, truth = parts["test"]
    outputs = np.zeros((len(truth), truth.shape[1], count))
    outputs[:, :, k] = np.asarray(model.predict(inputs), np.float64).reshape(truth.shape)
    paths: FloatArray = prepared.in_units(outputs.reshape(len(truth), -1), origins)[:, :, k]
    return paths, f"penalty {penalty:g}"


def vector_autoregression(prepared: Prepared, k: int) -> Fitted:
    """An autoregression of all columns that are read or forecast on the pasts of all of them (Lütkepohl 2005)."""
    from statsmodels.tsa.vector_ar.var_model import VAR

    names = _columns(prepared)
    values = prepared.series.columns(names).values
    origins, end = prepared.windows("test", scaled=False).origins, prepared.split.train_end
    with quiet("The VAR"):
        most = max(1, min(14, (end // 3 - 1) // len(names)))
        found = VAR(values[:end]).fit(maxlags=most, ic="aic")
        if found.k_ar == 0:
            found = VAR(values[:end]).fit(1)
        weights, constant = np.asarray(found.coefs), np.asarray(found.intercept)
    paths = autoregressive_paths(values, origins, prepared.window.horizon, constant, weights)
    return paths[:, :, names.index(prepared.target_names[k])], f"p = {len(weights)}, {len(names)} columns"


def _columns(prepared: Prepared) -> list[str]:
    return list(dict.fromkeys([*prepared.target_names, *prepared.read_names]))
