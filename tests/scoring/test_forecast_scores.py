"""The free-running forecast beside baselines that see as little, over the same steps."""

from __future__ import annotations

import numpy as np
import pytest

import lab
from lab.data.arrays import FloatArray
from lab.data.prepared import Prepared
from lab.data.series import Series, Split
from lab.network.architecture import weight_shapes
from lab.network.network import Network
from lab.scoring.forecast_scores import evaluate_free_running, verdict


def experiment(points: int = 120) -> tuple[lab.RunConfig, Series, Network]:
    """A network with random weights on a short sine, of which a season is 20 steps."""
    config = lab.RunConfig().with_settings(
        {"model.units": "5", "window.size": 8, "data.points": points, "data.periods": points / 20, "data.noise": 0.1}
    )
    rng = np.random.default_rng(3)
    weights = {k: rng.normal(0, 0.6, s).astype(np.float32) for k, s in weight_shapes(config.model).items()}
    return config, lab.load_series(config.data), Network.build(config.model, weights, 1)


def by_hand(config: lab.RunConfig, series: Series, network: Network, steps: int) -> dict[str, FloatArray]:
    """Each forecaster one step after the other, by its definition."""
    values = series.values[:, 0]
    start = Split.of(len(values), config.data.train, config.data.validation).bounds("test")[0]
    scaler, size, season = Prepared(series, config.data, config.window).scaler, config.window.size, series.season_length
    path = [float(v) for v in scaler.transform(values[:start])]
    for _ in range(steps):
        path.append(float(network.predict(np.array(path[-size:], np.float32)[None, :, None])[0, 0]))
    repeated = [float(v) for v in values[:start]]
    for _ in range(steps):
        repeated.append(repeated[-season])
    return {
        "LSTM, free-running": scaler.inverse(np.array(path[start:])),
        "Previous value, held": np.full(steps, values[start - 1]),
        "Last season, repeated": np.array(repeated[start:]),
    }


@pytest.mark.parametrize("steps", [1, 7, 18])
def test_it_is_the_loop_that_its_definition_says(steps: int) -> None:
    config, series, network = experiment()
    values = series.values[:, 0]
    split = Split.of(len(values), config.data.train, config.data.validation)
    truth = values[split.validation_end : split.validation_end + steps]
    naive = np.abs(np.diff(values[: split.train_end])).mean()
    scores = evaluate_free_running(Prepared(series, config.data, config.window), network, "LSTM", steps)
    expected = by_hand(config, series, network, steps)
    assert [score.name for score in scores] == list(expected)
    for score in scores:
        mae = np.abs(expected[score.name] - truth).mean()
        assert score.mae == pytest.approx(mae, rel=1e-4)
        assert score.mase == pytest.approx(mae / naive, rel=1e-4)
    assert verdict(scores).endswith(").")


@pytest.mark.parametrize("steps", [0, 19])
def test_more_steps_than_the_test_part_has_are_refused(steps: int) -> None:
    config, series, network = experiment()
    with pytest.raises(ValueError, match=r"from 1 to 18, the length of the test part; received"):
        evaluate_free_running(Prepared(series, config.data, config.window), network, "LSTM", steps)
