"""Metrics of forecasts and intervals, each against a written-out loop, and scikit-learn's where it has them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn import metrics as sklearn_metrics

from lab.scoring.metrics import coverage, direction, pinball, r2, rmsse, width, winkler

NUMBERS = st.floats(-1e4, 1e4).map(lambda x: round(x, 3))
TRIPLES = st.integers(2, 30).flatmap(lambda n: st.tuples(*(arrays(np.float64, n, elements=NUMBERS) for _ in "abc")))
LEVELS = st.floats(0.02, 0.98)


@given(TRIPLES, st.integers(1, 12))
def test_rmsse_is_the_written_out_loop(triple, m) -> None:  # type: ignore[no-untyped-def]
    truth, prediction, _ = triple
    training = np.random.default_rng(0).normal(size=40)
    scale = sum((training[t] - training[t - m]) ** 2 for t in range(m, 40)) / (40 - m)
    error = sum((y - f) ** 2 for y, f in zip(truth, prediction, strict=True)) / len(truth)
    assert rmsse(truth, prediction, training, m) == pytest.approx((error / scale) ** 0.5)


@given(TRIPLES)
def test_r2_is_that_of_sklearn(triple) -> None:  # type: ignore[no-untyped-def]
    truth, prediction, _ = triple
    if np.ptp(truth) > 1e-6:
        assert r2(truth, prediction) == pytest.approx(sklearn_metrics.r2_score(truth, prediction))


@given(TRIPLES)
def test_direction_is_the_written_out_loop(triple) -> None:  # type: ignore[no-untyped-def]
    truth, prediction, last = triple
    right = 0
    for y, f, before in zip(truth, prediction, last, strict=True):
        moved, said = y - before, f - before
        right += (moved > 0 and said > 0) or (moved < 0 and said < 0) or (moved == 0 and said == 0)
    assert direction(truth, prediction, last) == pytest.approx(right / len(truth))
    assert direction(truth[None], prediction[None], last[None]) == direction(truth, prediction, last)


@given(TRIPLES, LEVELS)
def test_pinball_is_that_of_sklearn(triple, quantile) -> None:  # type: ignore[no-untyped-def]
    truth, prediction, _ = triple
    expected = sklearn_metrics.mean_pinball_loss(truth, prediction, alpha=quantile)
    assert pinball(truth, prediction, quantile) == pytest.approx(expected)


@given(TRIPLES, LEVELS)
def test_the_measures_of_intervals_are_the_written_out_loops(triple, level) -> None:  # type: ignore[no-untyped-def]
    truth, a, b = triple
    low, high = np.minimum(a, b), np.maximum(a, b)
    inside, wide, score = 0, 0.0, 0.0
    for y, lo, hi in zip(truth, low, high, strict=True):
        inside += bool(lo <= y <= hi)
        wide += hi - lo
        score += hi - lo
        if y < lo:
            score += 2 / (1 - level) * (lo - y)
        if y > hi:
            score += 2 / (1 - level) * (y - hi)
    n = len(truth)
    assert coverage(truth, low, high) == pytest.approx(inside / n)
    assert width(low, high) == pytest.approx(wide / n)
    assert winkler(truth, low, high, level) == pytest.approx(score / n)


def test_winkler_of_an_interval_is_the_pinball_loss_of_its_ends() -> None:
    rng = np.random.default_rng(1)
    truth, low = rng.normal(size=50), rng.normal(-1, 1, 50)
    high, level = low + rng.uniform(0, 2, 50), 0.8
    ends = pinball(truth, low, 0.1) + pinball(truth, high, 0.9)
    assert winkler(truth, low, high, level) == pytest.approx(2 / (1 - level) * ends)


@pytest.mark.parametrize("call", [
    lambda: rmsse([1.0], [1.0], [2.0, 2.0, 2.0]), lambda: r2([2.0, 2.0], [1.0, 2.0]), lambda: pinball([1.0], [1.0], 1.0),
    lambda: winkler([1.0], [1.0], [1.0], 0.0), lambda: coverage([1.0], [1.0, 2.0], [1.0]),
])  # fmt: skip
def test_what_has_no_meaning_is_a_sentence(call) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(ValueError, match="received"):
        call()
