"""Backtests: forecasts from a rolling origin, fold after fold, the model beside the baselines (Tashman 2000).

The origins of a fold follow one another; behind the last of one fold comes the first of the next. Before each fold the network is
trained anew on what is known by then (an expanding or a sliding window), or one network, which has seen nothing of any fold, keeps
its weights. A gap leaves out the steps just before a fold, where values are known late, or neighbours are nearly copies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from lab.config.rules import require_int
from lab.config.run import RunConfig
from lab.data.arrays import Array
from lab.data.prepared import Prepared
from lab.data.series import Split
from lab.network.network import Network
from lab.scoring.baseline_scores import on_calendar
from lab.scoring.classical import CLASSICAL, SEASONAL
from lab.scoring.forecast_scores import EXACT, Judge, Score, beside_naive
from lab.scoring.forecaster import paths_from

MOST_FOLDS = 50
QUICK = ("Mean", "Drift", "Last season with drift", "AR(p)", "Theta")  # fitted within a tenth of a second
LEAST_TRAINING = 0.1  # of the series, in the first fold


@dataclass(frozen=True)
class Plan:
    """What is asked.

    Args:
        folds: how many, 1 to 50.
        horizon: steps ahead that each origin forecasts.
        stride: origins of a fold, and so steps between two folds; 0 for as many as make the folds fill the test part.
        gap: steps before a fold that nothing is trained on.
        sliding: train on as many steps in every fold as in the first one, the latest; else on all that went before.
        retrain: train anew before each fold; else one network keeps its weights, and folds lie in its test part.
    """

    folds: int = 5
    horizon: int = 1
    stride: int = 0
    gap: int = 0
    sliding: bool = False
    retrain: bool = False

    def __post_init__(self) -> None:
        require_int("folds", self.folds, 1, MOST_FOLDS)
        require_int("horizon", self.horizon, 1, 365)
        require_int("stride", self.stride, 0, 10_000)
        require_int("gap", self.gap, 0, 10_000)


@dataclass(frozen=True)
class Fold:
    """One fold, in rows of the series.

    Args:
        first: the first row that is trained on.
        train_end, validation_end: the rows after the training and the validation part. What follows up to `start` is the gap.
        start: the first origin; its forecast begins there. `stop`: the origin after the last.
        end: the row after the last that a forecast of the fold is compared with.
    """

    first: int
    train_end: int
    validation_end: int
    start: int
    stop: int
    end: int

    @property
    def origins(self) -> Array:
        """`(n,)`"""
        return np.arange(self.start, self.stop)


@dataclass(frozen=True)
class FoldScores:
    """A fold and how every forecaster did from its origins: `scores`, the model first."""

    fold: Fold
    scores: tuple[Score, ...]

    def mae(self, name: str, target: str = "") -> float | None:
        """The error of the forecaster of this name; of one of several targets where `target` names it. None where it has none."""
        return next((s.mae for s in self.scores if s.name == name and (not target or s.target in ("", target))), None)


def plan_folds(plan: Plan, length: int, config: RunConfig) -> list[Fold]:
    """The folds in a series of `length` rows, the last of which ends with it.

    Raises:
        ValueError: they do not fit into the series; or, of a network that keeps its weights, into its test part.
    """
    split = Split.of(length, config.data.train, config.data.validation)
    tested = length - split.validation_end
    stride = plan.stride or max(1, (tested - plan.horizon + 1) // plan.folds)
    begin = length - plan.horizon + 1 - plan.folds * stride
    if not plan.retrain:
        if begin < split.validation_end:
            raise ValueError(
                f"{plan.folds} folds of {stride} origins and {plan.horizon} steps ahead need {plan.folds * stride + plan.horizon - 1} "
                f"steps, and the test part has {tested}; use fewer folds, a shorter horizon, or train anew before each fold."
            )
        return [
            Fold(0, split.train_end, split.validation_end, at, at + stride, at + stride + plan.horizon - 1)
            for at in range(begin, begin + plan.folds * stride, stride)
        ]
    share = config.data.validation / (config.data.train + config.data.validation)
    known = begin - plan.gap
    least = max(round(LEAST_TRAINING * length), config.window.size + 2 * config.window.horizon)
    if known < least:
        raise ValueError(
            f"Before the first of {plan.folds} folds of {stride} origins there must be at least {least} steps to train on; there are "
            f"{max(known, 0)}. Use fewer folds, a smaller stride, a shorter horizon or a smaller gap."
        )
    found = []
    for at in range(begin, begin + plan.folds * stride, stride):
        end = at - plan.gap
        first = end - known if plan.sliding else 0
        found.append(
            Fold(first, end - round(share * (end - first)), end, at, at + stride, at + stride + plan.horizon - 1)
        )
    return found


def config_of(config: RunConfig, fold: Fold) -> RunConfig:
    """The config of a run that trains for a fold, on its rows alone; the fold and its gap are its test part."""
    length = fold.end - fold.first
    offset = config.data.first or 0
    data = replace(
        config.data,
        first=offset + fold.first,
        stop=offset + fold.end,
        train=(fold.train_end - fold.first) / length,
        validation=(fold.validation_end - fold.train_end) / length,
    )
    return replace(config, data=data)


def score_fold(
    prepared: Prepared, network: Network, fold: Fold, horizon: int, name: str, first: int = 0
) -> list[Score]:
    """The network (under `name`) and the baselines from every origin of a fold.

    Args:
        prepared: the series that the network was trained on; `first` is the row of the whole series that it begins with.
        horizon: steps ahead: at once as far as the network does that, and on from its own predictions.
    """
    origins = fold.origins - first
    direct = prepared.window.horizon > 1
    found = beside_naive(prepared, paths_from(prepared, network, origins, horizon, direct=direct), name, origins)
    season = prepared.series.season_length > 1
    for k in range(len(prepared.target_names)):
        judge = Judge.of(prepared, k, origins, horizon)
        for called in QUICK:
            if season or called not in SEASONAL:
                try:
                    paths, _ = on_calendar(prepared, k, CLASSICAL[called], origins, horizon)
                except (ValueError, ArithmeticError):
                    continue  # one that cannot be fitted to so little stops nothing
                if np.isfinite(paths).all():
                    found.append(judge.score(called, paths))
    return found


def backtest(prepared: Prepared, network: Network, plan: Plan, config: RunConfig) -> list[FoldScores]:
    """The folds of a network that keeps its weights. ValueError where they do not fit into its test part."""
    return [
        FoldScores(fold, tuple(score_fold(prepared, network, fold, plan.horizon, config.model.title)))
        for fold in plan_folds(plan, len(prepared.series), config)
    ]


def overall(folds: Sequence[FoldScores], target: str = "") -> list[Score]:
    """Each forecaster over all origins of all folds that it has a score in, the model first.

    MAE, MAPE, sMAPE, MASE and direction are means over the origins, RMSE the root of the mean square; only forecasters that
    were there in every fold.
    """
    rows: dict[str, list[tuple[int, Score]]] = {}
    for done in folds:
        for score in done.scores:
            if score.target in ("", target) or not target:
                rows.setdefault(score.name, []).append((done.fold.stop - done.fold.start, score))
    return [_mean(kept) for kept in rows.values() if len(kept) == len(folds)]


def _mean(rows: Sequence[tuple[int, Score]]) -> Score:
    weights = np.array([count for count, _ in rows], np.float64)
    weights /= weights.sum()

    def mean(key: str) -> float | None:
        values = [getattr(score, key) for _, score in rows]
        return None if None in values else float(weights @ np.array(values))

    scores = [score for _, score in rows]
    by_step = np.array([score.by_step for score in scores])
    return Score(
        scores[0].name,
        mae=mean("mae") or 0.0,
        rmse=float(np.sqrt(weights @ np.array([score.rmse**2 for score in scores]))),
        mape=mean("mape"),
        smape=mean("smape") or 0.0,
        mase=mean("mase") or 0.0,
        target=scores[0].target,
        by_step=tuple((weights @ by_step).tolist()) if by_step.size else (),
        direction=mean("direction"),
    )


def better_in(folds: Sequence[FoldScores], target: str = "") -> tuple[str, int]:
    """The best baseline over all folds, and in how many of them the model's MAE is lower than its."""
    scores = overall(folds, target)
    best = min(scores[1:], key=lambda score: score.mae)
    pairs = [(done.mae(scores[0].name, target), done.mae(best.name, target)) for done in folds]
    return best.name, sum(ours is not None and theirs is not None and ours < theirs for ours, theirs in pairs)


def sentence(folds: Sequence[FoldScores], target: str = "") -> str:
    """One honest sentence or two on the model over all folds."""
    scores = overall(folds, target)
    model = scores[0]
    best, wins = better_in(folds, target)
    rival = next(score for score in scores if score.name == best)
    if rival.mae <= EXACT * max(score.mae for score in scores):
        return f"{best} is exact in every fold; the model is not."
    change = model.mae / rival.mae - 1
    how = (
        f"{-change:.0%} lower than"
        if change <= -0.005
        else f"{change:.0%} higher than"
        if change >= 0.005
        else "equal to"
    )
    many = f"{len(folds)} folds" if len(folds) > 1 else "the one fold"
    text = f"Over {many} the model's error is {how} that of the best baseline, {best}"
    return f"{text}; it is the lower one in {wins} of {len(folds)}." if len(folds) > 1 else f"{text}."
