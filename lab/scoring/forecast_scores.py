"""The model beside the baselines on the test part, so that nobody mistakes a copy for a forecast."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from lab.data.arrays import Array, FloatArray
from lab.data.prepared import Prepared
from lab.data.series import Series
from lab.network.network import Network
from lab.scoring import baselines, metrics
from lab.scoring.forecaster import Others, best_lag, path_from

LEARNS_NOTHING = ("Previous value", "Last season", "Previous value, held", "Last season, repeated", "Mean", "Drift",
                  "Last season with drift")  # fmt: skip
EXACT = 1e-6  # of the largest error: below it nothing is left
MOST_LAG = 10  # steps by which a forecast is looked for behind the truth


@dataclass(frozen=True)
class Score:
    """Metrics of one forecaster over the test part, in the data's units (mape, smape in percent).

    `target` names one of several. `by_step`: the MAE of each step of a horizon of more than one.
    `mase` and `rmsse` are scaled by the previous-value forecast of the training part: under 1 is better than it was there.
    `direction`: share of steps that move from the last known value as the truth does. `scaled_mse`: on the values as the network
    reads them, to compare with publications. `lag`: how many steps before the truth fits the one-step forecast best, 1 for a copy of the
    previous value. None where one has no meaning, or the run is of before.
    """

    name: str
    mae: float
    rmse: float
    mape: float | None
    smape: float
    mase: float
    target: str = ""
    by_step: tuple[float, ...] = ()
    rmsse: float | None = None
    r2: float | None = None
    direction: float | None = None
    scaled_mse: float | None = None
    lag: int | None = None


@dataclass(frozen=True, eq=False)
class Judge:
    """The test part of one target, at every origin that has all of the horizon before it: the same for every forecaster.

    Args:
        truth: `(origins, horizon)` in the target's units; `last` `(origins, 1)` the value before each.
        training: `(steps,)` the training part.
        with_mape: whether MAPE has a meaning.
        scale: what a standard deviation, or a range, of the scaler is in the target's units; nan where there is a transform.
        target: its name, where there are several.
    """

    truth: FloatArray
    last: FloatArray
    training: FloatArray
    with_mape: bool
    scale: float
    target: str = ""

    @classmethod
    def of(cls, prepared: Prepared, k: int, origins: Array | None = None, horizon: int | None = None) -> Judge:
        """That of the target number `k`; at other origins, or so many steps ahead, where they are given."""
        values = prepared.targets[:, k]
        origins = prepared.windows("test", scaled=False).origins if origins is None else origins
        scale = np.broadcast_to(np.asarray(prepared.scaler.scale, np.float64), len(prepared.target_names))
        if prepared.data.transform != "none":
            scale = np.full(
                len(prepared.target_names), np.nan
            )  # what the network reads is no scaled value of the target
        return cls(
            values[origins[:, None] + np.arange(horizon or prepared.window.horizon)], values[origins - 1, None],
            values[: prepared.split.train_end], metrics.mape_is_meaningful(values), float(scale[k]),
            prepared.target_names[k] if len(prepared.target_names) > 1 else "",
        )  # fmt: skip

    def score(self, name: str, prediction: FloatArray) -> Score:
        """The metrics of a forecaster, `(origins, horizon)`."""
        truth = self.truth
        by_step = np.abs(truth - prediction).mean(axis=0)
        return replace(
            _score(name, truth, prediction, self.training, self.with_mape),
            target=self.target,
            by_step=tuple(by_step.tolist()) if truth.shape[1] > 1 else (),
            rmsse=metrics.rmsse(truth, prediction, self.training),
            r2=metrics.r2(truth, prediction) if np.ptp(truth) > 0 else None,
            direction=metrics.direction(truth, prediction, self.last),
            scaled_mse=float(np.mean((truth - prediction) ** 2)) / self.scale**2 if self.scale == self.scale else None,
            lag=best_lag(truth[:, 0], prediction[:, 0], MOST_LAG) if len(truth) >= 3 * MOST_LAG else None,
        )


def evaluate(prepared: Prepared, network: Network, name: str) -> list[Score]:
    """The model (under `name`), the previous value and (given a season) the value a season ago on the test part.

    From every step of it that has all of the horizon before it: one step ahead, or all steps of the horizon at once.
    """
    windows = prepared.windows("test")
    predicted = prepared.in_units(network.predict(windows.inputs), windows.origins)  # (n, horizon, targets)
    return beside_naive(prepared, predicted, name, windows.origins)


def beside_naive(prepared: Prepared, predicted: FloatArray, name: str, origins: Array) -> list[Score]:
    """Forecasts `(origins, horizon, targets)` (under `name`) beside the previous value and (given a season) the value a season ago."""
    found, horizon = [], predicted.shape[1]
    for k in range(len(prepared.target_names)):
        values, judge = prepared.targets[:, k], Judge.of(prepared, k, origins, horizon)
        predictions = {name: predicted[:, :, k], "Previous value": np.repeat(judge.last, horizon, axis=1)}
        if _has_season(prepared.series, int(origins[0])):
            predictions["Last season"] = _last_season(prepared.series, values, origins, horizon)
        found += [judge.score(who, prediction) for who, prediction in predictions.items()]
    return found


def _last_season(series: Series, values: FloatArray, origins: Array, horizon: int) -> FloatArray:
    """`(n, horizon)` the value a season before each step, or before that where this one lies behind the origin as well."""
    season, positions = series.season_length, series.positions
    if horizon == 1:
        start, stop = int(origins[0]), int(origins[-1]) + 1
        return baselines.seasonal_naive(values, start, stop, season, positions)[origins - start, None]
    return np.stack(
        [
            baselines.seasonal_naive_path(values[:origin], horizon, season, positions[: origin + horizon])
            for origin in origins
        ]
    )


def evaluate_free_running(
    prepared: Prepared, network: Network, name: str, steps: int, *, direct: bool = False, others: Others = "held"
) -> list[Score]:
    """The free-running forecast and baselines that see as little, over the first `steps` of the test part.

    All of them start from the last value before the test part and see none after it: the model feeds on its own
    predictions, the previous value is held, and (given a season) the last season is repeated.

    Raises:
        ValueError: the test part has fewer steps, or none are asked for.
    """
    series = prepared.series
    start, stop = prepared.split.bounds("test")
    if not 1 <= steps <= stop - start:
        raise ValueError(f"`steps` must be from 1 to {stop - start}, the length of the test part; received {steps}.")
    predicted = path_from(prepared, network, start, steps, direct=direct, others=others)
    found = []
    for k, target in enumerate(prepared.target_names):
        values = prepared.targets[:, k]
        history, truth = values[:start], values[start : start + steps]
        paths = {
            f"{name}, free-running": predicted[:, k],
            "Previous value, held": baselines.naive_path(history, steps),
        }
        if _has_season(series, start):
            paths["Last season, repeated"] = baselines.seasonal_naive_path(
                history, steps, series.season_length, series.positions[: start + steps]
            )
        with_mape = metrics.mape_is_meaningful(values)
        training = values[: prepared.split.train_end]
        called = target if len(prepared.target_names) > 1 else ""
        found += [replace(_score(who, truth, path, training, with_mape), target=called) for who, path in paths.items()]
    return found


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
    """One honest sentence on the model against the best baseline, by mean absolute error; of several targets one each."""
    targets = dict.fromkeys(score.target for score in scores)
    if len(targets) > 1:
        found = (_verdict([s for s in scores if s.target == target]) for target in targets)
        return " ".join(f"{t}: {v[0].lower()}{v[1:]}" for t, v in zip(targets, found, strict=True))
    return _verdict(scores)


def lag_sentence(model: Score) -> str:
    """What the lag of a forecast says of it, a sentence; `""` where the lag is not known."""
    if model.lag is None:
        return ""
    if model.lag == 0:
        return "Its one-step forecast fits the truth best unshifted: it does not lag behind."
    if model.lag == 1:
        return "Its one-step forecast fits the truth best one step late: it is nearly the previous value, shifted by 1."
    return f"Its one-step forecast fits the truth best {model.lag} steps late."


def overtaken(model: Score, naive: Score) -> int | None:
    """The first step of the horizon, from 1, at which the previous value is as good as the model; None where there is none."""
    better = [k + 1 for k, (m, n) in enumerate(zip(model.by_step, naive.by_step, strict=True)) if m >= n]
    return better[0] if better else None


def overtaking(model: Score, naive: Score) -> str:
    """From which step ahead on the previous value is as good, a sentence."""
    first = overtaken(model, naive)
    if first is None:
        return "The model is better than the previous value at every step ahead."
    return f"The previous value first is as good as the model at step {first} ahead."


def _verdict(scores: list[Score]) -> str:
    model, rivals = scores[0], scores[1:]
    best = min(rivals, key=lambda s: s.mae)
    called = best.name.lower() if best.name in LEARNS_NOTHING else best.name
    if best.mae <= EXACT * max(s.mae for s in scores) or not np.isfinite(model.mae):
        return f"{best.name} is exact on the test range; the model is not."
    share = model.mae / best.mae - 1
    learns = "a baseline that learns nothing" if best.name in LEARNS_NOTHING else "a simpler model"
    if share <= -0.01:
        return f"The model's error is {-share:.0%} lower than that of the best baseline ({called})."
    if share < 0.01:
        return f"The model does no better than {learns} ({called})."
    return f"The model's error is {share:.0%} higher than that of {learns} ({called})."
