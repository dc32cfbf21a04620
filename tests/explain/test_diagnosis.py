"""A series before anything is fitted, against statsmodels and against series of which the answer is known."""

from __future__ import annotations

from dataclasses import asdict

import numpy as np
import pytest
from statsmodels.tsa.seasonal import STL
from statsmodels.tsa.stattools import acf, adfuller, kpss, pacf

import lab
from lab.config.sections import DataConfig
from lab.explain.diagnosis import Diagnosis, diagnose, diagnose_aside, outliers

RNG = np.random.default_rng(0)
NOISE = RNG.normal(size=600)
WALK = np.cumsum(RNG.normal(size=600))
T = np.arange(600)
WAVE = 20 + 5 * np.sin(2 * np.pi * T / 12) + 0.02 * T + RNG.normal(0, 0.3, 600)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("values", "season"), [(NOISE, 1), (WALK, 1), (WAVE, 12)], ids=["noise", "walk", "wave"])
def test_numbers_are_those_of_statsmodels(values: np.ndarray, season: int) -> None:
    found = diagnose(values, season)
    np.testing.assert_allclose(found.acf, acf(values, nlags=len(found.acf) - 1, result_object=True).acf)
    np.testing.assert_allclose(found.pacf, pacf(values, nlags=len(found.pacf) - 1, result_object=True).pacf)
    dickey, level = adfuller(values, result_object=True), kpss(values, nlags="auto", result_object=True)
    assert found.adf is not None
    assert found.kpss is not None
    assert (found.adf.statistic, found.adf.p) == pytest.approx((dickey.statistic, dickey.pvalue))
    assert (found.kpss.statistic, found.kpss.p) == pytest.approx((level.statistic, level.pvalue))
    assert found.band == pytest.approx(1.96 / 600**0.5)
    whole = np.array(found.trend) + np.array(found.seasonal) + np.array(found.remainder)
    np.testing.assert_allclose(whole, values)
    if season > 1:
        np.testing.assert_allclose(found.seasonal, STL(values, period=season, robust=True).fit().seasonal)


def test_rolling_numbers_are_the_loop() -> None:
    found = diagnose(WAVE, 12)
    assert found.window == 12
    assert found.rolling_mean[:11] == [None] * 11
    for k in (11, 100, 599):
        stretch = WAVE[k - 11 : k + 1]
        assert found.rolling_mean[k] == pytest.approx(stretch.mean())
        assert found.rolling_std[k] == pytest.approx(stretch.std())


def test_the_verdict_is_the_one_that_is_known() -> None:
    assert diagnose(NOISE).sentences[0].startswith("Stationary, by both tests")
    walk = diagnose(WALK).sentences
    assert walk[0].startswith("Not stationary, by both tests")
    assert "previous value is hard to beat" in walk[0]
    assert "at lag 1, and is still outside" in walk[1]
    wave = diagnose(WAVE, 12)
    assert wave.seasonal_strength > 0.95
    assert any(s.startswith("A season of 12 steps: strong") for s in wave.sentences)
    assert not any("season of" in s for s in diagnose(NOISE).sentences)


def test_outliers_are_those_that_were_put_there() -> None:
    values = WAVE.copy()
    values[[50, 300, 599]] += [30, -25, 40]
    assert diagnose(values, 12).outliers == [50, 300, 599]
    assert diagnose(WAVE, 12).outliers == []
    assert outliers(np.sin(T / 9.0)) == [], "a smooth series has none, however small its deviations are"


def test_the_real_ones_of_delhis_pressure_are_found() -> None:
    series = lab.load_series(DataConfig(name="delhi_climate", targets=("Pressure",)))
    values = series.values[:, 0]
    found = outliers(values)
    assert {int(values.argmax()), int(values.argmin())} <= set(found)
    assert len(found) < 15
    rest = np.delete(values, found)
    assert 980 < rest.min() < rest.max() < 1040, "hectopascals as there are on Earth"


@pytest.mark.parametrize(
    ("values", "season"),
    [(np.full(40, 3.0), 1), (np.full(40, 3.0), 12), (np.arange(40.0), 30), (np.r_[np.zeros(39), 1.0], 1)],
)
def test_odd_series_are_looked_at_as_well(values: np.ndarray, season: int) -> None:
    found = diagnose(values, season)
    assert found.sentences
    assert all(s.endswith(".") for s in found.sentences)
    assert Diagnosis.from_json(asdict(found)) == found


def test_what_is_too_short_is_a_sentence() -> None:
    for look in (diagnose, diagnose_aside):
        with pytest.raises(ValueError, match=r"at least 20 values, none missing, to be looked at; received 5\.$"):
            look(np.arange(5.0))


def test_a_process_of_its_own_finds_the_same() -> None:
    assert diagnose_aside(WAVE, 12) == diagnose(WAVE, 12)
