"""Leaks do what they say, each; and on data that nobody has seen, as one would forecast from day to day, nothing of them is left."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from test_intervals import autoregression

import lab
from lab.config.honesty import honesty, mark
from lab.config.model import ModelConfig
from lab.data.prepared import Prepared
from lab.data.series import Series
from lab.network.architecture import weight_shapes
from lab.network.network import Network
from lab.scoring.forecaster import one_step_ahead, path_from, paths_from

CONFIG = lab.RunConfig().with_settings({"window.size": 6, "data.train": 0.6, "data.validation": 0.2})


def prepared(*leaks: str, horizon: int = 1, n: int = 200) -> Prepared:
    values = autoregression(n, 1) + np.linspace(0, 5, n)[:, None]
    series = Series(values, np.arange(float(n)), ("a",), ("",), "made", "made")
    window = replace(CONFIG.window, horizon=horizon)
    return Prepared(series, replace(CONFIG.data, leaks=leaks), window)


def test_the_scaler_knows_all_of_the_series() -> None:
    assert prepared("scaler").scaler.shift == pytest.approx(prepared().values.mean())
    assert prepared().scaler.shift == pytest.approx(prepared().values[:120].mean())


def test_shuffled_windows_come_from_all_parts_and_as_many_as_before() -> None:
    honest, leaky = prepared().windows("train"), prepared("shuffle").windows("train")
    assert len(leaky) == len(honest)
    assert leaky.origins.max() > 180
    tested = prepared("shuffle").windows("test")
    assert not set(tested.origins) & set(leaky.origins), "it is not asked for the very windows that it was trained on"
    assert 0 < len(tested) < 40
    row = int(leaky.origins[5])
    assert np.array_equal(leaky.inputs[5], prepared("shuffle").scaled[row - 6 : row])


def test_the_epoch_is_chosen_on_the_test_part() -> None:
    found = prepared("epoch")
    assert found.split.bounds("validation") == found.split.bounds("test") == (160, 200)
    assert np.array_equal(found.windows("validation").origins, found.windows("test").origins)


@pytest.mark.parametrize("horizon", [1, 3])
def test_the_next_value_is_read_where_it_leaks_and_not_where_it_is_unknown(horizon: int) -> None:
    found = prepared("target", horizon=horizon)
    assert found.names == ("a", "a, one step ahead")
    windows = found.windows("test")
    assert np.array_equal(windows.inputs[:, -1, 1], windows.targets[:, 0])
    model = ModelConfig(kind="linear")
    weights = {k: np.zeros(s, np.float32) for k, s in weight_shapes(model, 2, horizon, 6).items()}
    weights["output/kernel"][-1] = 1.0  # it repeats the leaked value of the last step
    network = Network.build(model, weights, horizon, window=6, features=2)
    assert one_step_ahead(found, network, 160, 200)[:, 0] == pytest.approx(found.values[160:200], abs=1e-5)
    for origin in (160, 180, 200):
        path = path_from(found, network, origin, 4, direct=horizon > 1)[:, 0]
        assert path == pytest.approx(np.full(4, found.values[origin - 1]), abs=1e-5), "the last known value, held"
    many = paths_from(found, network, np.array([160, 180]), 4, direct=horizon > 1)
    assert many[0, :, 0] == pytest.approx(np.full(4, found.values[159]), abs=1e-5)


def test_a_longer_series_stays_on_the_same_scales() -> None:
    whole = prepared(n=200)
    part = Prepared(whole.series.take(slice(0, 160)), whole.data, whole.window)
    longer = part.on(whole.series)
    assert longer.scaler == part.scaler
    assert longer.split.train_end == part.split.train_end
    assert longer.split.bounds("test") == (128, 200)
    assert np.array_equal(longer.scaled[:160], part.scaled)


def test_everything_is_trained_on_and_nothing_scored() -> None:
    config = lab.preset("sine").with_settings({"data.everything": "true"})
    series = lab.load_series(config.data)
    task = config.task(config, series)
    assert len(task.train.inputs) == len(series) - config.window.size
    assert config.task.training_examples(config, len(series)) == len(task.train.inputs)
    assert task.baselines() == {}
    assert task.prepared.scaler.shift == pytest.approx(series.values.mean())
    assert "trained on the whole series" in honesty(config.data)[0]
    assert mark(config.data) == "on everything"


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"data.leaks": "peeking"}, "`data.leaks` must be one of scaler, shuffle, epoch, target; received 'peeking'"),
        ({"data.leaks": "epoch,epoch"}, "must be different ones"),
        ({"data.leaks": "epoch", "data.everything": "true"}, "must be empty where data.everything is true"),
        ({"data.everything": "perhaps"}, "`data.everything` must be true or false"),
    ],
)
def test_what_makes_no_sense_is_a_sentence(settings: dict[str, str], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        lab.preset("sine").with_settings(settings)


def test_leaky_runs_say_so() -> None:
    config = lab.preset("sine").with_settings({"data.leaks": "scaler,target"})
    assert mark(config.data) == "leaks"
    assert len(honesty(config.data)) == 2
    assert config.task.features(config) == 2
    assert lab.RunConfig.from_json(config.to_json()) == config
    assert config.settings()["data.leaks"] == "scaler,target"
