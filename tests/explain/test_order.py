"""Order checking: residuals of autoregressions, and the test whether they are white noise."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi2

from lab.explain.diagnosis import diagnose, diagnose_aside
from lab.explain.order import check_orders, in_words


def autoregression(weights: tuple[float, ...], n: int, seed: int = 0) -> np.ndarray:
    rng, values = np.random.default_rng(seed), [0.0] * len(weights)
    for _ in range(n):
        past = values[: -len(weights) - 1 : -1]
        values.append(float(np.dot(weights, past)) + rng.normal())
    return np.array(values[len(weights) :])


def test_an_order_that_is_enough_leaves_white_noise() -> None:
    (check, *rest) = check_orders(autoregression((0.6,), 2000, 1))
    assert check.order == 1
    assert check.weights == [pytest.approx(0.6, abs=0.05)]
    assert check.is_enough
    assert all(other.is_enough for other in rest)
    assert "AR(1): each value is 0.5" in in_words([check])[0]
    assert "looks like white noise" in in_words([check])[0]


def test_an_order_that_is_too_low_leaves_what_a_higher_one_explains() -> None:
    low, chosen = check_orders(autoregression((0.5, 0.0, 0.4), 2000))
    assert not low.is_enough
    assert chosen.order >= 3
    assert chosen.is_enough
    assert chosen.weights[2] == pytest.approx(0.4, abs=0.06)
    first, second = in_words([low, chosen])
    assert "is not white noise" in first
    assert "the order is too low" in first
    assert second.startswith(f"AR({chosen.order}), the order that AIC chooses: what it leaves looks like white noise")


def test_the_test_is_that_of_ljung_and_box() -> None:
    values = autoregression((0.5, 0.3), 300)
    check = check_orders(values)[0]
    x, y = values[:-1], values[1:]
    slope, constant = np.polyfit(x, y, 1)
    assert (check.weights[0], check.constant) == (pytest.approx(slope), pytest.approx(constant))
    left = y - constant - slope * x
    n, q = len(left), 0.0
    centred = left - left.mean()
    for k in range(1, check.lags + 1):
        r = float((centred[k:] * centred[:-k]).sum() / (centred**2).sum())
        assert check.acf[k] == pytest.approx(r, abs=1e-9)
        q += r * r / (n - k)
    assert check.p == pytest.approx(chi2.sf(n * (n + 2) * q, check.lags - 1), rel=1e-6)


def test_a_wave_without_noise_follows_from_its_past() -> None:
    checks = check_orders(np.sin(np.arange(300) / 5))
    assert not checks[0].is_exact
    assert checks[-1].is_exact
    assert checks[-1].is_enough
    assert "follows from its past exactly" in in_words(checks)[-1]


def test_values_without_any_spread_have_no_order() -> None:
    assert check_orders(np.full(50, 3.0)) == []
    assert diagnose(np.full(50, 3.0)).orders == []


def test_it_comes_through_the_process_aside() -> None:
    values = autoregression((0.6,), 200)
    assert diagnose_aside(values).orders == check_orders(values)
