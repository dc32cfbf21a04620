"""Split conformal intervals against MAPIE's, of the same network on the same validation part."""

from __future__ import annotations

import numpy as np
import pytest
from mapie.regression import SplitConformalRegressor
from sklearn.base import BaseEstimator, RegressorMixin
from test_intervals import autoregression, case

from lab.scoring.intervals import half_widths


class Fitted(RegressorMixin, BaseEstimator):
    """A network as scikit-learn has estimators: windows side by side in, the next scaled value out."""

    def __init__(self, network: object = None) -> None:
        self.network = network
        self.fitted_ = True

    def fit(self, *_: np.ndarray) -> Fitted:
        return self

    def predict(self, x: np.ndarray) -> np.ndarray:
        return np.asarray(self.network.predict(x[:, :, None].astype(np.float32))[:, 0], np.float64)


@pytest.mark.parametrize("level", [0.5, 0.8, 0.9, 0.95])
def test_one_step_ahead_they_are_mapies(level: float) -> None:
    prepared, network = case(autoregression(400, 3))
    windows = prepared.windows("validation")
    mapie = SplitConformalRegressor(Fitted(network), confidence_level=level, prefit=True)
    mapie.conformalize(np.asarray(windows.inputs[:, :, 0]), np.asarray(windows.targets[:, 0], np.float64))
    _, ends = mapie.predict_interval(np.asarray(prepared.windows("test").inputs[:, :, 0]))
    theirs = (ends[:, 1, 0] - ends[:, 0, 0]) / 2 * prepared.scaler.scale
    ours = half_widths(prepared, network, 1, level, most=len(windows))[0, 0]
    assert theirs == pytest.approx(ours, rel=1e-5)
