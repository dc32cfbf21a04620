"""All baselines on a run's own test part."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from sklearn.linear_model import Ridge
from statsmodels.tsa.vector_ar.var_model import VAR

import lab
from lab.data.prepared import Prepared
from lab.data.series import Series
from lab.scoring import baseline_scores as module
from lab.scoring.baseline_scores import Baseline, baselines, on_calendar, ridge, vector_autoregression
from lab.scoring.classical import CLASSICAL
from lab.scoring.fitting import Fitted, Problem, autoregressive_paths
from lab.scoring.forecast_scores import Judge

pytestmark = pytest.mark.filterwarnings("ignore:.*:FutureWarning")


def prepared(**settings: object) -> Prepared:
    chosen = {
        "data.points": 240,
        "data.periods": 12,
        "data.noise": 0.1,
        "window.size": 8,
        **{k.replace("_", ".", 1): v for k, v in settings.items()},
    }
    config = lab.RunConfig().with_settings(chosen)
    return Prepared(lab.load_series(config.data), config.data, config.window)


def several(horizon: int = 3) -> Prepared:
    """Two columns of a vector autoregression, of which the first is forecast."""
    rng, values = np.random.default_rng(4), [np.zeros(2)]
    weights = np.array([[0.5, 0.4], [-0.3, 0.6]])
    for _ in range(399):
        values.append(weights @ values[-1] + rng.normal(size=2))
    config = lab.RunConfig().with_settings({"window.size": 6, "window.horizon": horizon})
    data = replace(config.data, targets=("a",), inputs=("a", "b"))
    series = Series(np.array(values), np.arange(400.0), ("a", "b"), ("", ""), "two", "made")
    return Prepared(series, data, config.window)


def rated(case: Prepared) -> list[Baseline]:
    return [row for rate in baselines(case).values() for row in rate()]


def test_every_baseline_is_judged_at_the_origins_of_the_network() -> None:
    case = prepared(window_horizon=4)
    found = rated(case)
    assert [b.name for b in found] == list(baselines(case))
    assert {"Ridge", "AR(1)", "AR(p)", "Theta", "ETS", "Mean", "Drift", "Last season with drift", "STL with AR"} <= {
        b.name for b in found if b.score
    }
    assert next(b for b in found if b.name == "SARIMA").refused.startswith("A season of 20 steps is too long")
    judge = Judge.of(case, 0)
    paths, note = on_calendar(case, 0, CLASSICAL["AR(p)"])
    there = next(b for b in found if b.name == "AR(p)")
    assert there.score == judge.score("AR(p)", paths)
    assert there.note == note
    assert len(there.score.by_step) == 4
    assert there.seconds > 0


def test_of_data_without_a_season_none_is_asked() -> None:
    case = prepared()
    without = Prepared(replace(case.series, season_length=1), case.data, case.window)
    assert not {"Last season with drift", "STL with AR"} & set(baselines(without))


def test_what_fails_is_a_row_that_says_why_and_stops_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(problem: Problem) -> Fitted:
        raise ValueError("It broke.")

    def wild(problem: Problem) -> Fitted:
        return np.full((len(problem.origins), problem.horizon), np.inf), ""

    monkeypatch.setattr(module, "CLASSICAL", {"One": broken, "Two": wild, "Three": CLASSICAL["Mean"]})
    found = {b.name: b for b in rated(prepared())}
    assert found["One"].refused == "It broke."
    assert "infinity" in found["Two"].refused
    assert found["Three"].score is not None


def test_a_calendar_with_holes_keeps_its_season() -> None:
    """Days, a week long season, the weekends without rows: the value of a week ago is five rows back, and seven days."""
    days = np.arange(np.datetime64("2020-01-06"), np.datetime64("2021-03-01"))
    week = (days.astype("datetime64[D]").view("int64") - 4) % 7
    keep = ~((week == 2) & (np.arange(len(days)) % 3 == 0))  # a day of the week is missing now and then
    values = week.astype(float) * 10
    config = lab.RunConfig().with_settings({"window.size": 7, "window.horizon": 3})
    series = Series(values[keep], days[keep], ("x",), ("",), "days", "made", season_length=7, frequency="D")
    case = Prepared(series, config.data, config.window)
    assert (np.diff(series.positions) > 1).any()
    paths, _ = on_calendar(case, 0, CLASSICAL["Last season with drift"])
    truth = Judge.of(case, 0).truth
    holes = np.diff(series.positions, append=series.positions[-1] + 1) > 1
    assert holes.any()
    exact = np.isclose(paths, truth, atol=0.2)
    assert exact.mean() > 0.8, "only what is a season after a hole has the value before it"


def test_ridge_is_that_of_sklearn_on_the_networks_windows() -> None:
    case = several()
    paths, note = ridge(case, 0)
    penalty = float(note.split()[1].rstrip(","))
    train, test = case.windows("train"), case.windows("test")
    model = Ridge(alpha=penalty).fit(train.inputs.reshape(len(train), -1).astype(float), train.targets.astype(float))
    expected = case.in_units(model.predict(test.inputs.reshape(len(test), -1).astype(float)))[:, :, 0]
    np.testing.assert_allclose(paths, expected, rtol=1e-8)


def test_a_vector_autoregression_is_that_of_statsmodels() -> None:
    case = several()
    names, values, end = ["a", "b"], case.series.values, case.split.train_end
    fitted = VAR(values[:end]).fit(maxlags=14, ic="aic")
    origins = case.windows("test").origins
    paths = autoregressive_paths(values, origins, 3, fitted.intercept, fitted.coefs)
    for row in (0, 5, len(origins) - 1):
        known = values[origins[row] - fitted.k_ar : origins[row]]
        np.testing.assert_allclose(paths[row], fitted.forecast(known, 3), rtol=1e-8)
    found, note = vector_autoregression(case, 0)
    np.testing.assert_allclose(found, paths[:, :, names.index("a")])
    assert "2 columns" in note
    assert "VAR" in baselines(case)
    assert "VAR" not in baselines(prepared())


def test_scores_on_scaled_values_and_in_units_agree() -> None:
    case = prepared()
    judge = Judge.of(case, 0)
    score = judge.score("x", judge.truth + 0.1)
    assert score.rmse == pytest.approx(0.1)
    assert score.scaled_mse == pytest.approx((0.1 / case.scaler.scale) ** 2)
    assert judge.score("x", np.repeat(judge.last, 1, axis=1)).direction == pytest.approx(0.0, abs=0.05)
