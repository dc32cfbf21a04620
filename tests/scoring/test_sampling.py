"""Intervals from sampled paths: their width is the theory's where there is one, and they are as honest as the conformal ones."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from test_intervals import autoregression, case

from lab.config.model import ModelConfig
from lab.network.architecture import weight_shapes
from lab.network.layers import Dropout
from lab.network.network import Network
from lab.scoring.branches import branches, operations, shares_past
from lab.scoring.forecaster import path_from, paths_from
from lab.scoring.sampling import dropping, interval_of, methods_for, sampled_coverage, sampled_paths


def linear(prepared: object, weight: float) -> Network:
    """y[t + 1] = weight * y[t], read from a window of six scaled values."""
    model = ModelConfig(kind="linear")
    weights = {name: np.zeros(shape, np.float32) for name, shape in weight_shapes(model, 1, 1, 6).items()}
    weights["output/kernel"][-1] = weight
    return Network.build(model, weights, 1, window=6)


def random_network(model: ModelConfig, features: int = 1) -> Network:
    rng = np.random.default_rng(0)
    weights = {k: rng.normal(0, 0.4, s).astype(np.float32) for k, s in weight_shapes(model, features, 1, 6).items()}
    return Network.build(model, weights, 1, window=6, features=features)


def with_dropout(rate: float) -> Network:
    return random_network(ModelConfig(units=(5,), dropout=rate))


def test_bootstrap_of_an_autoregression_is_as_wide_as_theory_says() -> None:
    """Of y[t+1] = 0.6 y[t] + e the error h steps ahead has the variance (1 - 0.36^h) / (1 - 0.36) of e."""
    prepared, _ = case(autoregression(4000, 5))
    network = linear(prepared, 0.6)
    paths = sampled_paths(prepared, network, np.array([3900]), 12, "bootstrap", draws=4000)
    spread = paths[0, :, :, 0].std(axis=0)
    theory = np.sqrt((1 - 0.36 ** np.arange(1, 13)) / (1 - 0.36))
    assert spread == pytest.approx(theory, rel=0.06)
    low, high = interval_of(paths, 0.9)
    assert (high - low)[0, :, 0] == pytest.approx(2 * 1.645 * theory, rel=0.08)


def test_paths_lie_about_the_forecast_and_come_again_with_their_seed() -> None:
    prepared, network = case(autoregression(300, 1), 3)
    for direct in (False, True):
        paths = sampled_paths(prepared, network, np.array([250, 260]), 7, "bootstrap", draws=400, direct=direct)
        assert paths.shape == (2, 400, 7, 1)
        alone = path_from(prepared, network, 250, 1, direct=direct)
        assert paths[0, :, 0].mean() == pytest.approx(alone[0, 0], abs=0.25)
        again = sampled_paths(prepared, network, np.array([250, 260]), 7, "bootstrap", draws=400, direct=direct)
        other = sampled_paths(prepared, network, np.array([250, 260]), 7, "bootstrap", draws=400, direct=direct, seed=1)
        assert np.array_equal(paths, again)
        assert not np.array_equal(paths, other)


def test_dropout_is_keras_own_in_the_mean() -> None:
    network = with_dropout(0.3)
    x = np.random.default_rng(1).normal(size=(1, 6, 1)).astype(np.float32)
    many = np.array([dropping(network, np.random.default_rng(k)).predict(x)[0, 0] for k in range(4000)])
    assert many.mean() == pytest.approx(network.predict(x)[0, 0], abs=float(4 * many.std() / 4000**0.5))
    hidden = network.inputs_of(x, "output")[0]
    kernel = network.weights["output"]["kernel"][:, 0]
    assert many.var() == pytest.approx(0.3 / 0.7 * np.sum((hidden * kernel) ** 2), rel=0.1)


def test_a_network_without_dropout_has_no_such_intervals() -> None:
    prepared, network = case(autoregression(200, 1))
    assert methods_for(network) == ("conformal", "bootstrap")
    with pytest.raises(ValueError, match="this one has none; use another method"):
        sampled_paths(prepared, network, np.array([150]), 3, "dropout")
    assert methods_for(with_dropout(0.2)) == ("conformal", "bootstrap", "dropout")
    still = replace(network)
    assert np.array_equal(
        still.predict(prepared.windows("test").inputs), network.predict(prepared.windows("test").inputs)
    )


def test_they_cover_as_often_as_they_say() -> None:
    found = []
    for seed in range(10):
        prepared, _ = case(autoregression(1200, seed))
        (covered,) = sampled_coverage(prepared, linear(prepared, 0.6), 5, 0.9, "bootstrap")
        assert covered is not None
        found.append(covered.share)
        assert covered.width == pytest.approx(2 * 1.645 * 1.17, rel=0.25)
    assert 0.85 <= np.mean(found) <= 0.95


def test_a_large_network_is_asked_from_fewer_origins() -> None:
    prepared, network = case(autoregression(1200, 0))
    (few,) = sampled_coverage(prepared, network, 5, 0.9, "bootstrap", most_operations=2e7)
    (many,) = sampled_coverage(prepared, network, 5, 0.9, "bootstrap", most_operations=2e9)
    assert few is not None
    assert many is not None
    assert few.origins < many.origins
    assert sampled_coverage(prepared, network, 5, 0.9, "bootstrap", most_operations=10.0) == [None]


@pytest.mark.parametrize(("horizon", "direct"), [(1, False), (3, False), (3, True)])
def test_paths_that_share_their_past_are_those_that_read_it_alone(horizon: int, direct: bool) -> None:
    """The same noise on each: reading the true values once for all must not change a path, also beyond the first window."""
    prepared, network = case(autoregression(300, 1), horizon)
    origins, draws, steps = np.array([200, 260]), 3, 15
    noises = np.random.default_rng(0).normal(0, 0.1, (steps, 6, horizon, 1))

    def noise() -> Callable[[int], np.ndarray]:
        left = iter(noises)
        return lambda count: next(left)[:count]

    ours_noise = noise()
    ours = branches(
        prepared, network, origins, draws, steps, direct=direct,
        draw=lambda z: z.reshape(len(z), -1, 1)[:, : horizon if direct else 1] + ours_noise(len(z))[:, : horizon if direct else 1],
    )  # fmt: skip
    alone = paths_from(prepared, network, np.repeat(origins, draws), steps, direct=direct, noise=noise())
    np.testing.assert_allclose(ours.reshape(alone.shape), alone, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "model", [{"units": (5, 4)}, {"units": (5,), "bidirectional": True}, {"kind": "mlp", "dense": (4,)}]
)
def test_every_kind_of_network_can_branch(model: dict[str, object]) -> None:
    prepared, _ = case(autoregression(300, 1))
    network = random_network(ModelConfig(**model))
    ours = branches(prepared, network, np.array([200, 260]), 2, 9)
    alone = paths_from(prepared, network, np.array([200, 200, 260, 260]), 9)
    np.testing.assert_allclose(ours.reshape(alone.shape), alone, rtol=1e-4, atol=1e-5)


def test_dropout_between_recurrent_layers_draws_on_the_past_too() -> None:
    prepared, _ = case(autoregression(300, 1))
    for model, shared in (
        (ModelConfig(units=(5,), dropout=0.4), True),
        (ModelConfig(units=(5, 4), dropout=0.4), False),
    ):
        network = random_network(model)
        assert shares_past(network), "without masks all is alike"
        assert shares_past(dropping(network, np.random.default_rng(0))) == shared
        paths = sampled_paths(prepared, network, np.array([250]), 4, "dropout", draws=50)
        assert len(np.unique(paths[0, :, 0])) > 10, "each path has masks of its own from its first step on"


def test_a_rate_of_nothing_gives_no_width() -> None:
    prepared, _ = case(autoregression(300, 1))
    network = random_network(ModelConfig(units=(5,), dropout=0.4))
    still = replace(
        network, layers=tuple(replace(x, rate=0.0) if isinstance(x, Dropout) else x for x in network.layers)
    )
    paths = branches(prepared, dropping(still, np.random.default_rng(0)), np.array([250]), 20, 8)
    low, high = interval_of(paths, 0.9)
    assert np.ptp(paths, axis=1) == pytest.approx(0)
    assert high - low == pytest.approx(0)
    assert methods_for(still) == ("conformal", "bootstrap")
    assert np.ptp(sampled_paths(prepared, network, np.array([250]), 8, "dropout", draws=20), axis=1).min() > 0


def test_sharing_the_past_is_less_than_half_the_work() -> None:
    network = with_dropout(0.3)
    assert operations(network, 50, 50) < 0.51 * operations(network, 50, 50, branched=False)
    assert operations(network, 50, 20) < 0.2 * operations(network, 50, 20, branched=False)
