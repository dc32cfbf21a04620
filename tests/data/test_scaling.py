import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from sklearn.preprocessing import MinMaxScaler, StandardScaler

from lab.data.scaling import Scaler

VALUES = arrays(np.float64, st.integers(2, 50), elements=st.floats(-1e6, 1e6).map(lambda x: round(x, 3)))


@pytest.mark.parametrize(("kind", "reference"), [("standard", StandardScaler()), ("minmax", MinMaxScaler())])
def test_scales_as_sklearn_does(kind, reference):
    rng = np.random.default_rng(0)
    training, later = rng.normal(300, 40, 100), rng.normal(350, 60, 30)
    scaler = Scaler.fit(kind, training)
    reference.fit(training[:, None])
    np.testing.assert_allclose(scaler.transform(later), reference.transform(later[:, None])[:, 0], rtol=1e-12)
    np.testing.assert_allclose(scaler.inverse(later), reference.inverse_transform(later[:, None])[:, 0], rtol=1e-12)


@given(VALUES.filter(lambda v: np.ptp(v) > 0), st.sampled_from(["standard", "minmax"]))
def test_inverse_undoes_transform(values, kind):
    scaler = Scaler.fit(kind, values)
    np.testing.assert_allclose(scaler.inverse(scaler.transform(values)), values, atol=1e-9 * np.abs(values).max())


@given(VALUES.filter(lambda v: np.ptp(v) > 0))
def test_the_fitted_values_land_where_promised(values):
    standard, minmax = (Scaler.fit(kind, values).transform(values) for kind in ("standard", "minmax"))
    assert (minmax.min(), minmax.max()) == pytest.approx((0, 1))
    tolerance = 1e-9 * np.abs(values).max() / values.std() + 1e-9
    assert (standard.mean(), standard.std()) == pytest.approx((0, 1), abs=tolerance)


@pytest.mark.parametrize("kind", ["standard", "minmax"])
@pytest.mark.parametrize("value", [0.0, 0.1, 1e9 / 3])
def test_constant_data_is_refused_even_where_the_deviation_is_a_rounding_error(kind, value):
    with pytest.raises(ValueError, match="constant series cannot be scaled"):
        Scaler.fit(kind, np.full(7, value))


@pytest.mark.parametrize("values", [[], [1.0, np.nan], [1.0, np.inf]])
def test_values_that_are_not_finite_are_refused(values):
    with pytest.raises(ValueError, match="finite"):
        Scaler.fit("standard", values)


def test_an_unknown_kind_is_refused():
    with pytest.raises(ValueError, match=r"data\.scaler"):
        Scaler.fit("robust", [1.0, 2.0])
