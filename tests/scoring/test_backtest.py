"""Backtests: which rows a fold sees, and its scores against a loop."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_intervals import autoregression, case

import lab
from lab.data.prepared import Prepared
from lab.scoring.backtest import (
    Fold,
    FoldScores,
    Plan,
    backtest,
    better_in,
    config_of,
    overall,
    plan_folds,
    score_fold,
    sentence,
)
from lab.scoring.forecast_scores import Score
from lab.scoring.forecaster import path_from

CONFIG = lab.RunConfig().with_settings({"window.size": 6, "data.train": 0.6, "data.validation": 0.2})


@given(
    st.integers(60, 400), st.integers(1, 12), st.integers(1, 9), st.integers(0, 6), st.integers(0, 5), st.booleans(),
    st.booleans(),
)  # fmt: skip
def test_no_fold_has_seen_what_it_forecasts(
    length: int, folds: int, horizon: int, stride: int, gap: int, sliding: bool, retrain: bool
) -> None:
    plan = Plan(folds, horizon, stride, gap, sliding, retrain)
    try:
        found = plan_folds(plan, length, CONFIG)
    except ValueError:
        return
    assert len(found) == folds
    assert found[-1].end == length, "the last origin's forecast ends with the series"
    origins = np.concatenate([fold.origins for fold in found])
    assert (np.diff(origins) == 1).all(), "every origin once, one after the other"
    for fold in found:
        known = fold.start - (gap if retrain else 0)
        assert 0 <= fold.first < fold.train_end < fold.validation_end <= known
        assert fold.end == fold.stop + horizon - 1
    if retrain and sliding:
        assert len({fold.validation_end - fold.first for fold in found}) == 1
    if retrain and not sliding:
        assert all(fold.first == 0 for fold in found)
    if not retrain:
        assert found[0].start >= round(length * 0.8), "the network has seen all before the test part"


@pytest.mark.parametrize(
    ("plan", "sentence"),
    [
        (Plan(9, 4, 3), "9 folds of 3 origins and 4 steps ahead need 30 steps, and the test part has 20"),
        (Plan(9, 4, 10, retrain=True), "Before the first of 9 folds of 10 origins there must be at least 10 steps"),
    ],
)
def test_folds_that_do_not_fit_are_a_sentence(plan: Plan, sentence: str) -> None:
    with pytest.raises(ValueError, match=re.escape(sentence)):
        plan_folds(plan, 100, CONFIG)


@pytest.mark.parametrize("asked", [{"folds": 0}, {"folds": 51}, {"horizon": 0}, {"stride": -1}, {"gap": 1.5}])
def test_a_plan_has_rules(asked: dict[str, int]) -> None:
    with pytest.raises(ValueError, match=f"`{next(iter(asked))}` must be a whole number"):
        Plan(**asked)


def test_the_run_of_a_fold_learns_its_rows_alone() -> None:
    fold = Fold(10, 70, 80, 85, 90, 92)
    config = config_of(CONFIG.with_settings({"data.first": 5}), fold)
    assert (config.data.first, config.data.stop) == (15, 97)
    series = lab.load_series(config.data)
    assert np.array_equal(series.values, lab.load_series(CONFIG.data).values[15:97])
    split = Prepared(series, config.data, config.window).split
    assert (split.train_end, split.validation_end, split.length) == (60, 70, 82)
    assert lab.RunConfig.from_json(config.to_json()) == config


@pytest.mark.parametrize(("horizon", "ahead"), [(1, 1), (1, 4), (3, 3), (3, 5)])
def test_a_fold_is_scored_as_a_loop_would(horizon: int, ahead: int) -> None:
    prepared, network = case(autoregression(120, 2), horizon)
    fold = Fold(0, 48, 84, 90, 100, 99 + ahead)
    scores = {score.name: score for score in score_fold(prepared, network, fold, ahead, "Model")}
    errors, naive = [], []
    for origin in range(90, 100):
        path = path_from(prepared, network, origin, ahead, direct=horizon > 1)[:, 0]
        truth = prepared.values[origin : origin + ahead]
        errors.append(np.abs(truth - path))
        naive.append(np.abs(truth - prepared.values[origin - 1]))
    assert scores["Model"].mae == pytest.approx(np.mean(errors), rel=1e-6)
    assert scores["Previous value"].mae == pytest.approx(np.mean(naive), rel=1e-12)
    if ahead > 1:
        assert scores["Model"].by_step == pytest.approx(np.mean(errors, axis=0), rel=1e-5)
    assert {"Mean", "Drift", "AR(p)", "Theta", "Last season", "Last season with drift"} <= set(scores)


def test_rows_before_the_training_part_change_nothing_for_a_fold() -> None:
    """A fold's run begins with row `first` of the series: its origins are counted from there."""
    prepared, network = case(autoregression(120, 2))
    series = prepared.series.take(slice(20, None))
    moved = Prepared(series, replace(prepared.data, train=0.28, validation=0.36), prepared.window)  # the same rows
    fold = Fold(20, 48, 84, 90, 100, 100)
    by_name = {score.name: score for score in score_fold(moved, network, fold, 1, "Model", first=20)}
    origins = np.arange(90, 100)
    naive = np.abs(prepared.values[origins] - prepared.values[origins - 1]).mean()
    assert by_name["Previous value"].mae == pytest.approx(naive, rel=1e-12)


def test_a_network_that_keeps_its_weights() -> None:
    prepared, network = case(autoregression(200, 3))
    config = replace(CONFIG, data=prepared.data)
    found = backtest(prepared, network, Plan(4, 2), config)
    assert len(found) == 4
    total = overall(found)
    assert total[0].name == config.model.title
    weights = [done.fold.stop - done.fold.start for done in found]
    assert total[0].mae == pytest.approx(np.average([done.scores[0].mae for done in found], weights=weights))
    assert total[0].rmse == pytest.approx(
        np.sqrt(np.average([done.scores[0].rmse ** 2 for done in found], weights=weights))
    )


def _fold(model: float, naive: float) -> FoldScores:
    scores = [Score(name, mae, mae, None, 1.0, mae) for name, mae in (("LSTM", model), ("Previous value", naive))]
    return FoldScores(Fold(0, 5, 8, 8, 10, 10), tuple(scores))


def test_the_sentence_counts_folds() -> None:
    folds = [_fold(1.0, 2.0), _fold(3.0, 2.0), _fold(1.0, 2.0)]
    assert better_in(folds) == ("Previous value", 2)
    assert sentence(folds) == (
        "Over 3 folds the model's error is 17% lower than that of the best baseline, Previous value; it is the lower one in 2 of 3."
    )
    assert "equal to that of" in sentence([_fold(2.0, 2.0)])
    assert sentence([_fold(1.0, 0.0)]) == "Previous value is exact in every fold; the model is not."
