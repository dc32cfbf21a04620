"""Networks that predict quantiles: how values are drawn of them, and how often their intervals hold."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_intervals import autoregression, case

import lab
from lab.config.model import ModelConfig
from lab.data.prepared import Prepared
from lab.data.series import Series
from lab.engine import train
from lab.network.architecture import weight_shapes
from lab.network.heads import QUANTILES
from lab.network.network import Network
from lab.runs.by_epoch import skill_by_epoch
from lab.runs.replay import all_forecasts, forecasts_from_snapshots, skill_in_words
from lab.runs.run import Run
from lab.runs.store import RunStore
from lab.scoring.interval_methods import intervals, judge
from lab.scoring.intervals import LEVELS
from lab.scoring.quantiles import drawn, ends_in_units, in_order, one_step_ends, values_at
from lab.scoring.sampling import methods_for, sampled_intervals, sampled_paths

LEVELS_OF_NORMAL = np.array([-1.96, -1.645, -1.2816, -0.6745, 0.0, 0.6745, 1.2816, 1.645, 1.96], np.float32)


def normal_network(weight: float, horizon: int = 1) -> Network:
    """y[t + 1] = weight * y[t] + e with a standard normal e (of each step of the horizon the same), from six scaled values."""
    model = ModelConfig(kind="linear")
    weights = {k: np.zeros(s, np.float32) for k, s in weight_shapes(model, 1, 9 * horizon, 6).items()}
    weights["output/kernel"][-1] = weight
    weights["output/bias"][:] = np.repeat(LEVELS_OF_NORMAL, horizon)
    return Network.build(model, weights, 9 * horizon, head="quantiles", window=6)


@given(st.integers(0, 10_000))
def test_values_are_those_of_the_line_through_the_quantiles(seed: int) -> None:
    rng = np.random.default_rng(seed)
    found = in_order(rng.normal(size=(4, 9 * 3)).astype(np.float32))
    assert (np.diff(found, axis=1) >= 0).all()
    u = rng.random((4, 3))
    values = values_at(found, u)
    for i in range(4):
        for k in range(3):
            q = found[i, :, k]
            knots = [2 * q[0] - q[1], *q, 2 * q[-1] - q[-2]]
            assert values[i, k] == pytest.approx(np.interp(u[i, k], [0, *QUANTILES, 1], knots), abs=1e-5)
    for k, level in enumerate(QUANTILES):
        np.testing.assert_allclose(values_at(found, np.full((4, 3), level)), found[:, k], atol=1e-5)


def test_values_are_drawn_as_often_as_the_quantiles_say() -> None:
    outputs = np.tile(np.repeat(LEVELS_OF_NORMAL, 2)[None], (20_000, 1))
    values = drawn(outputs, np.random.default_rng(0))
    assert values.shape == (20_000, 2)
    for level, at in zip(QUANTILES, LEVELS_OF_NORMAL, strict=True):
        assert (values <= at).mean() == pytest.approx(level, abs=0.01)
    assert abs(np.corrcoef(values.T)[0, 1]) < 0.03, "each for itself"


def test_paths_of_an_autoregression_spread_as_theory_says() -> None:
    """The error h steps ahead has the variance (1 - 0.36^h) / (1 - 0.36) of the first, which here is about 1 scaled unit."""
    prepared, _ = case(autoregression(4000, 5))
    paths = sampled_paths(prepared, normal_network(0.6), np.array([3900]), 12, "quantiles", draws=4000)
    scaled = paths[0, :, :, 0] / float(np.ravel(prepared.scaler.scale)[0])
    theory = np.sqrt((1 - 0.36 ** np.arange(1, 13)) / (1 - 0.36))
    assert scaled.std(axis=0) / scaled[:, 0].std() == pytest.approx(theory, rel=0.05)
    again = sampled_paths(prepared, normal_network(0.6), np.array([3900]), 12, "quantiles", draws=4000)
    assert np.array_equal(paths, again)


@pytest.mark.parametrize("level", LEVELS)
def test_the_first_steps_have_the_ends_that_the_network_says(level: float) -> None:
    prepared, _ = case(autoregression(400, 5), 3)
    network, origins = normal_network(0.6, 3), np.array([350, 360])
    ((low, high),) = sampled_intervals(prepared, network, origins, 7, [level], "quantiles", direct=True)
    own = ends_in_units(prepared, network.below_head.predict(prepared.scaled[None, 344:350]), origins[:1], level)
    np.testing.assert_allclose(low[0, :3], own[0][0], rtol=1e-5)
    np.testing.assert_allclose(high[0, :3], own[1][0], rtol=1e-5)
    assert (high[0, 3:] > low[0, 3:]).all()
    ((low, high),) = sampled_intervals(prepared, network, origins, 7, [level], "quantiles")
    assert low[0, 0, 0] == pytest.approx(own[0][0, 0, 0], rel=1e-5)
    assert low[0, 1, 0] != pytest.approx(own[0][0, 1, 0], rel=1e-5), (
        "a recursive path leaves what the second output says"
    )


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A series whose noise is three times as wide in every other stretch of 40 steps, and a second column says so a step ahead."""
    rng = np.random.default_rng(0)
    wide = np.arange(3000) // 40 % 2
    y = rng.normal(0, 1, 3000) * np.where(wide, 3.0, 1.0)
    values = np.column_stack([y, np.roll(wide, -1)]).astype(float)
    series = Series(values, np.arange(3000.0), ("y", "wide"), ("", ""), "made", "made", season_length=1)
    config = lab.RunConfig().with_settings(
        {"data.name": "csv", "data.targets": "y", "data.inputs": "y,wide", "window.size": 4, "model.kind": "mlp", "model.dense": "12",
         "training.loss": "pinball", "training.epochs": 40, "training.learning_rate": 5e-3}
    )  # fmt: skip
    made = RunStore(tmp_path_factory.mktemp("runs")).create(config, series)
    for event in train(config, data=series, folder=made.path):
        made.append(event)
    return made


def test_its_intervals_hold_and_know_where_the_noise_is_wide(run: Run) -> None:
    prepared, network = run.prepared, run.network()
    assert methods_for(network)[0] == "quantiles"
    (own,) = judge(prepared, network, 1, 0.9, "quantiles", others="known")
    (conformal,) = judge(prepared, network, 1, 0.9, "conformal", others="known")
    assert own is not None
    assert conformal is not None
    assert own.share == pytest.approx(0.9, abs=0.05)
    assert own.winkler < 0.9 * conformal.winkler, "one width for all cannot be as good"
    start, stop = prepared.split.bounds("test")
    low, high = one_step_ends(prepared, network, start, stop, 0.9)
    wide = np.arange(start, stop) // 40 % 2 == 1
    width = (high - low)[:, 0]
    assert width[wide].mean() == pytest.approx(3 * width[~wide].mean(), rel=0.25)


def test_its_epochs_tell_what_their_own_intervals_did(run: Run) -> None:
    rows = skill_by_epoch(run, 0.9, seconds=60)
    prepared, (start, stop) = run.prepared, run.prepared.split.bounds("test")
    low, high = one_step_ends(prepared, run.network(rows[-1].epoch), start, stop, 0.9)
    truth = prepared.targets[start:stop, 0]
    assert rows[-1].coverage == pytest.approx(((low[:, 0] <= truth) & (truth <= high[:, 0])).mean())
    assert rows[-1].width == pytest.approx((high - low).mean(), rel=1e-5)
    shown = all_forecasts(run, run.history(), seconds=60)[-1]
    made = forecasts_from_snapshots(run, set(run.snapshots()) - {shown.epoch}, 60)[-1]
    for ours, theirs in ((shown.low, made.low), (shown.high, made.high), (shown.one_step, made.one_step)):
        assert ours is not None
        assert theirs is not None
        np.testing.assert_allclose(ours, theirs, rtol=1e-3, atol=1e-4)
    assert "Its 90% interval held" in skill_in_words(prepared, shown)


def test_intervals_beyond_the_data_need_quantiles_or_another_method(run: Run) -> None:
    ((low, high),) = intervals(run.prepared, run.network(), len(run.series), 5, (0.9,), "quantiles")
    assert (low < high).all()
    prepared, network = case(autoregression(300, 1))
    with pytest.raises(ValueError, match="trained with the pinball loss, and this one was not"):
        intervals(prepared, network, 290, 5, (0.9,), "quantiles")


def test_transforms_that_add_steps_up_leave_the_first_step_alone_exact(tmp_path: Path) -> None:
    y = np.cumsum(np.random.default_rng(0).normal(size=400)) + 100
    series = Series(y[:, None], np.arange(400.0), ("y",), ("",), "made", "made", season_length=1)
    config = lab.RunConfig().with_settings(
        {"data.name": "csv", "window.size": 6, "window.horizon": 3, "model.kind": "linear", "training.loss": "pinball",
         "training.epochs": 5, "data.transform": "difference"}
    )  # fmt: skip
    run = RunStore(tmp_path).create(config, series)
    list(train(config, data=series, folder=run.path))
    prepared: Prepared = run.prepared
    outputs = run.network().below_head.predict(prepared.scaled[None, 344:350])
    low, high = ends_in_units(prepared, outputs, np.array([350]), 0.9)
    assert low.shape == high.shape == (1, 1, 1)
    ((low, high),) = intervals(prepared, run.network(), 350, 6, (0.9,), "quantiles", direct=True)
    assert np.isfinite(low).all()
    assert (high > low).all()
