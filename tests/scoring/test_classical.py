"""The classical baselines give statsmodels' own forecasts, at every origin, with what was fitted on the training part."""

from __future__ import annotations

import csv
import warnings
from pathlib import Path

import numpy as np
import pytest
from statsmodels.tsa.ar_model import AutoReg
from statsmodels.tsa.exponential_smoothing.ets import ETSModel
from statsmodels.tsa.forecasting.theta import ThetaModel
from statsmodels.tsa.statespace.sarimax import SARIMAX

from lab.data.arrays import FloatArray
from lab.scoring import classical, sarima
from lab.scoring.classical import CLASSICAL
from lab.scoring.fitting import Problem

DATA = Path(__file__).parents[2] / "assets" / "data"
pytestmark = pytest.mark.filterwarnings("ignore")  # statsmodels', where the tests call it


def passengers() -> FloatArray:
    with (DATA / "air_passengers_monthly.csv").open() as file:
        return np.array([float(row["Passengers"]) for row in csv.DictReader(file)])


AIR = passengers()
SEASONAL = Problem(AIR, 100, np.array([100, 113, 131]), 13, 12)
WALK = Problem(np.cumsum(np.random.default_rng(2).normal(size=160)) + 50, 100, np.array([100, 101, 140]), 4, 1)


def origins(problem: Problem) -> list[tuple[int, FloatArray]]:
    return [(int(origin), problem.values[:origin]) for origin in problem.origins]


@pytest.mark.parametrize("name", CLASSICAL)
@pytest.mark.parametrize("problem", [SEASONAL, WALK], ids=["air", "walk"])
def test_a_forecast_knows_nothing_of_what_comes_after_its_origin(name: str, problem: Problem) -> None:
    if name in classical.SEASONAL and not problem.has_season:
        with pytest.raises(ValueError, match="needs two whole seasons"):
            CLASSICAL[name](problem)
        return
    paths, _ = CLASSICAL[name](problem)
    assert paths.shape == (3, problem.horizon)
    assert np.isfinite(paths).all()
    later = problem.values.copy()
    later[problem.origins[1] :] *= 7  # the first two origins see none of it
    again, _ = CLASSICAL[name](Problem(later, problem.train_end, problem.origins[:2], problem.horizon, problem.season))
    np.testing.assert_allclose(again, paths[:2], rtol=1e-9)


@pytest.mark.parametrize("problem", [SEASONAL, WALK], ids=["air", "walk"])
def test_the_simple_ones_are_the_loops_that_their_definitions_say(problem: Problem) -> None:
    m, h = problem.season, problem.horizon
    for row, (n, known) in enumerate(origins(problem)):
        assert CLASSICAL["Mean"](problem)[0][row] == pytest.approx([known.mean()] * h)
        slope = (known[-1] - known[0]) / (n - 1)
        assert CLASSICAL["Drift"](problem)[0][row] == pytest.approx([known[-1] + slope * k for k in range(1, h + 1)])
        if problem.has_season:
            change = np.mean([known[t] - known[t - m] for t in range(m, n)])
            expected, path = [], known.tolist()
            for _ in range(h):
                path.append(path[-m] + change)
                expected.append(path[-1])
            assert CLASSICAL["Last season with drift"](problem)[0][row] == pytest.approx(expected)


@pytest.mark.parametrize("problem", [SEASONAL, WALK], ids=["air", "walk"])
@pytest.mark.parametrize("lags", [1, 5])
def test_an_autoregression_is_that_of_statsmodels(problem: Problem, lags: int) -> None:
    fitted = AutoReg(problem.training, lags).fit()
    paths, note = classical.ar(problem, lags)
    for row, (n, known) in enumerate(origins(problem)):
        there = AutoReg(known, lags)
        expected = there.predict(fitted.params, start=n, end=n + problem.horizon - 1)
        np.testing.assert_allclose(paths[row], expected, rtol=1e-8)
    assert f"φ1 = {fitted.params[1]:.3f}" in note


def test_the_order_of_an_autoregression_is_found() -> None:
    rng, values = np.random.default_rng(5), [0.0, 0.0, 0.0]
    for _ in range(1500):
        values.append(0.5 * values[-1] - 0.6 * values[-2] + 0.4 * values[-3] + rng.normal())
    paths, note = classical.ar(Problem(np.array(values), 1400, np.array([1400]), 2, 1))
    assert note.startswith("p = ")
    assert 3 <= int(note.split()[2]) <= 8
    assert paths.shape == (1, 2)


def test_exponential_smoothing_is_that_of_statsmodels() -> None:
    paths, note = classical.ets(SEASONAL)
    kind = {"error": "add", "trend": "add", "damped_trend": True, "seasonal": "mul", "seasonal_periods": 12}
    if "no trend" in note:
        kind |= {"trend": None, "damped_trend": False}
    assert "multiplicative season" in note
    fitted = ETSModel(SEASONAL.training, **kind).fit(disp=False, maxiter=200)
    for row, (_, known) in enumerate(origins(SEASONAL)):
        expected = ETSModel(known, **kind).smooth(fitted.params).forecast(SEASONAL.horizon)
        np.testing.assert_allclose(paths[row], expected, rtol=1e-8)


@pytest.mark.parametrize("problem", [SEASONAL, WALK], ids=["air", "walk"])
def test_theta_is_that_of_statsmodels(problem: Problem) -> None:
    fitted = ThetaModel(problem.training, period=problem.season, deseasonalize=problem.has_season).fit()
    np.testing.assert_allclose(
        classical.theta(problem)[0][0], np.asarray(fitted.forecast(problem.horizon, theta=2)), rtol=1e-8
    )


@pytest.mark.parametrize(("problem", "order", "seasonal"), [
    (SEASONAL, (1, 1, 1), (0, 1, 1, 12)), (WALK, (2, 0, 1), (0, 0, 0, 0)), (WALK, (0, 1, 1), (0, 0, 0, 0)),
])  # fmt: skip
def test_sarima_is_that_of_statsmodels(problem: Problem, order: tuple, seasonal: tuple) -> None:  # type: ignore[type-arg]
    fitted = SARIMAX(problem.training, order=order, seasonal_order=seasonal).fit(disp=False)
    paths = sarima.state_space_paths(fitted, problem.values, problem.origins, problem.horizon)
    for row, (n, _) in enumerate(origins(problem)):
        there = fitted.append(problem.values[problem.train_end : n]) if n > problem.train_end else fitted
        np.testing.assert_allclose(paths[row], there.forecast(problem.horizon), rtol=1e-8)


def test_the_airline_model_has_its_published_weights() -> None:
    """Box & Jenkins (1976): on the logarithm of the airline passengers, 0.402 and 0.557 (there with the other sign)."""
    fitted = sarima.fit_sarima(np.log10(AIR), (0, 1, 1), (0, 1, 1, 12))
    weights = dict(zip(fitted.param_names, fitted.params, strict=True))
    assert weights["ma.L1"] == pytest.approx(-0.402, abs=0.005)
    assert weights["ma.S.L12"] == pytest.approx(-0.557, abs=0.005)


def test_sarima_takes_the_differences_that_the_series_asks_for() -> None:
    assert sarima.differences(np.log(AIR), 12)[1] == 1
    walk = np.cumsum(np.random.default_rng(3).normal(size=400))
    assert sarima.differences(walk, 0) == (1, 0)
    noise = np.random.default_rng(0).normal(size=200)
    assert sarima.differences(noise, 12) == (0, 0)
    _, note = sarima.sarima(Problem(np.log(AIR), 100, np.array([100]), 1, 12))
    assert ",1," in note
    assert "of 12" in note


def test_what_would_take_minutes_is_refused_with_what_does_it() -> None:
    long = Problem(np.random.default_rng(0).normal(size=800), 700, np.array([700]), 3, 24)
    with pytest.raises(ValueError, match=r"season of 24 steps is too long for SARIMA.*STL with AR"):
        sarima.sarima(long)
    assert CLASSICAL["STL with AR"](long)[0].shape == (1, 3)
    longer = Problem(long.values, 700, long.origins, 3, 100)
    assert "season too long" in classical.ets(longer)[1]


def test_a_season_is_left_to_stl_and_found_again() -> None:
    t = np.arange(400.0)
    wave = 10 + np.sin(2 * np.pi * t / 24) * 3 + np.random.default_rng(1).normal(0, 0.05, 400)
    problem = Problem(wave, 300, np.arange(300, 370), 30, 24)
    paths, _ = CLASSICAL["STL with AR"](problem)
    truth = wave[problem.origins[:, None] + np.arange(30)]
    assert np.abs(paths - truth).mean() < 0.15


@pytest.mark.parametrize("name", ["AR(1)", "AR(p)", "SARIMA", "ETS", "Theta"])
def test_a_constant_series_is_a_sentence_and_no_warning(name: str) -> None:
    problem = Problem(np.full(60, 5.0), 40, np.array([40, 50]), 3, 1)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(ValueError, match=r"not all equal\.$"):
            CLASSICAL[name](problem)
