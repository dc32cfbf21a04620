import re

import numpy as np
import pytest

from lab.config.sections import DataConfig
from lab.data.sources import load
from lab.data.sources.sine import Sine


def test_the_default_is_501_points_of_sin_x_on_0_to_50() -> None:
    series = Sine().load()
    assert np.array_equal(series.index, np.linspace(0, 50, 501))
    assert np.array_equal(series.values[:, 0], np.sin(np.linspace(0, 50, 501)))
    assert series.season_length == 63
    assert not series.is_dated


def test_each_option_adds_its_part() -> None:
    base = Sine().load()
    x = base.index
    assert np.allclose(Sine(amplitude=3).load().values, 3 * base.values)
    assert np.allclose(Sine(harmonic=0.5).load().values[:, 0], np.sin(x) + 0.5 * np.sin(2 * x))
    assert np.allclose(Sine(trend=0.1).load().values[:, 0], np.sin(x) + 0.1 * x)
    noise = Sine(points=20_000, noise=0.2).load().values - Sine(points=20_000).load().values
    assert noise.std() == pytest.approx(0.2, rel=0.03)


def test_the_seed_decides_the_noise() -> None:
    assert np.array_equal(Sine(noise=1, seed=3).load().values, Sine(noise=1, seed=3).load().values)
    assert not np.array_equal(Sine(noise=1, seed=3).load().values, Sine(noise=1, seed=4).load().values)


def test_too_few_points_a_period_are_noted() -> None:
    assert Sine(points=20, periods=10).load().notes
    assert Sine(points=20, periods=1000).load().season_length == 1


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"points": 3}, "`data.points` must be a whole number from 10 to 100,000; received 3."),
        ({"points": "many"}, "`data.points` must be a whole number from 10 to 100,000; received 'many'."),
        ({"periods": 0}, "`data.periods` must be a number above 0 up to 10000; received 0."),
        ({"noise": "nan"}, "`data.noise` must be a number from 0 to 1e+06; received nan."),
        ({"seed": -1}, "`data.seed` must be a whole number from 0 to 2,147,483,647; received -1."),
        ({"amplitude": 0}, "The column sine has the same value throughout, so there is nothing to learn."),
    ],
)
def test_wrong_options_are_named(options: dict[str, float | str], sentence: str) -> None:
    with pytest.raises(ValueError, match=f"^{re.escape(sentence)}$"):
        load(DataConfig(options=tuple(options.items())))
