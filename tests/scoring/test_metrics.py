from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn import metrics as sklearn_metrics

from lab.scoring.baselines import seasonal_naive
from lab.scoring.metrics import all_metrics, mae, mape, mape_is_meaningful, mase, rmse, smape, why_no_mape

NUMBERS = st.floats(-1e4, 1e4).map(lambda x: round(x, 3))
PAIRS = st.integers(1, 30).flatmap(lambda n: st.tuples(*(arrays(np.float64, n, elements=NUMBERS) for _ in "ab")))
DATA = Path(__file__).parents[2] / "assets" / "data"


def naive_smape(truth, prediction):
    total = 0.0
    for y, f in zip(truth, prediction, strict=True):
        if y != f:
            total += abs(y - f) / ((abs(y) + abs(f)) / 2)
    return 100 * total / len(truth)


def naive_mase(truth, prediction, training, m):
    scale = sum(abs(training[t] - training[t - m]) for t in range(m, len(training))) / (len(training) - m)
    return sum(abs(y - f) for y, f in zip(truth, prediction, strict=True)) / len(truth) / scale


@given(PAIRS)
def test_agree_with_sklearn(pair):
    truth, prediction = pair
    assert mae(truth, prediction) == pytest.approx(sklearn_metrics.mean_absolute_error(truth, prediction))
    assert rmse(truth, prediction) == pytest.approx(sklearn_metrics.root_mean_squared_error(truth, prediction))
    if (truth != 0).all():
        expected = 100 * sklearn_metrics.mean_absolute_percentage_error(truth, prediction)
        assert mape(truth, prediction) == pytest.approx(expected)


@given(PAIRS)
def test_smape_is_the_written_out_loop_bounded_and_symmetric(pair):
    truth, prediction = pair
    assert smape(truth, prediction) == pytest.approx(naive_smape(truth, prediction))
    assert 0 <= smape(truth, prediction) <= 200 + 1e-9
    assert smape(truth, prediction) == pytest.approx(smape(prediction, truth))


@given(PAIRS, st.integers(1, 12))
def test_mase_is_the_written_out_loop(pair, m):
    truth, prediction = pair
    training = np.random.default_rng(0).normal(size=40)
    assert mase(truth, prediction, training, m) == pytest.approx(naive_mase(truth, prediction, training, m))


@given(PAIRS)
def test_a_perfect_forecast_scores_zero_and_rmse_is_never_below_mae(pair):
    truth, prediction = pair
    training = np.arange(5.0)
    assert mae(truth, truth) == rmse(truth, truth) == smape(truth, truth) == mase(truth, truth, training) == 0
    assert rmse(truth, prediction) >= mae(truth, prediction) * (1 - 1e-12)


@given(PAIRS, st.floats(0.01, 100))
def test_a_change_of_unit_leaves_the_relative_metrics_alone(pair, factor):
    truth, prediction = pair
    training = np.random.default_rng(0).normal(size=40)
    assert mae(factor * truth, factor * prediction) == pytest.approx(factor * mae(truth, prediction))
    assert smape(factor * truth, factor * prediction) == pytest.approx(smape(truth, prediction))
    assert mase(factor * truth, factor * prediction, factor * training) == pytest.approx(
        mase(truth, prediction, training)
    )
    assert why_no_mape(4 * truth) == why_no_mape(truth)


@pytest.mark.parametrize("m", [1, 12])
def test_the_seasonal_naive_forecast_of_the_training_part_has_mase_one(m):
    training = np.random.default_rng(0).normal(size=60)
    assert mase(training[m:], seasonal_naive(training, m, 60, m), training, m) == pytest.approx(1)


def test_what_cannot_be_divided_by_is_refused():
    with pytest.raises(ValueError, match="zero"):
        mape([1.0, 0.0], [1.0, 1.0])
    with pytest.raises(ValueError, match="MASE"):
        mase([1.0], [2.0], np.full(10, 3.0))
    with pytest.raises(ValueError, match="MASE"):
        mase([1.0], [2.0], np.arange(12.0), 12)


@pytest.mark.parametrize("metric", [mae, rmse, mape, smape])
def test_shapes_that_do_not_fit_are_refused(metric):
    with pytest.raises(ValueError, match="one shape"):
        metric([1.0, 2.0], [1.0])
    with pytest.raises(ValueError, match="one shape"):
        metric([], [])


@pytest.mark.parametrize(
    ("file", "column", "meaningful"),
    [
        ("bitcoin_daily", "Close", True),
        ("air_passengers_monthly", "Passengers", True),
        ("clothing_retail_monthly", "Turnover", True),
        ("household_energy_hourly", "Appliances", True),
        ("melbourne_temperature_daily", "MinTemperature", False),
        ("sunspots_monthly", "Sunspots", False),
    ],
)
def test_mape_is_shown_for_prices_and_sales_but_not_near_zero(file, column, meaningful):
    table = np.genfromtxt(DATA / f"{file}.csv", delimiter=",", names=True, dtype=None, encoding="utf-8")
    assert mape_is_meaningful(table[column]) is meaningful


@pytest.mark.parametrize(
    ("truth", "reason"),
    [
        (np.sin(np.arange(50) + 0.5), "changes sign"),
        ([3.0, 0.0, 2.0], "zero at times"),
        ([100.0, 0.5, 100.0], "near zero"),
        ([np.nan], "no values"),
    ],
)
def test_the_reason_against_mape_is_given_in_words(truth, reason):
    assert reason in (why_no_mape(truth) or "")
    assert not mape_is_meaningful(truth)


def test_negative_numbers_far_from_zero_have_a_mape():
    assert why_no_mape([-100.0, -90.0, np.nan]) is None


def test_all_metrics_leaves_out_what_has_no_meaning():
    truth, prediction, training = [1.0, 2.0], [2.0, 2.0], [0.0, 1.0, 3.0]
    scores = all_metrics(truth, prediction, training)
    assert scores == {
        "mae": mae(truth, prediction),
        "rmse": rmse(truth, prediction),
        "mape": mape(truth, prediction),
        "smape": smape(truth, prediction),
        "mase": mase(truth, prediction, training),
    }
    assert all_metrics(truth, prediction, training, with_mape=False)["mape"] is None
    assert all_metrics([0.0], [1.0], training)["mape"] is None
    assert all_metrics(truth, prediction, training, season_length=3)["mase"] is None
