"""Forecasts of several columns, several steps ahead, with inputs known ahead, against loops written out by hand."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab.config.model import ModelConfig
from lab.config.sections import DataConfig, WindowConfig
from lab.data.arrays import FloatArray
from lab.data.prepared import Prepared, calendar_features
from lab.data.series import Series
from lab.network.architecture import weight_shapes
from lab.network.network import Network
from lab.scoring.forecast_scores import evaluate, evaluate_free_running, verdict
from lab.scoring.forecaster import Others, future, one_step_ahead, path_from

NAMES = ("a", "b", "c")


def series(steps: int = 90, seed: int = 0, season: int = 7) -> Series:
    rng = np.random.default_rng(seed)
    values = rng.normal(0, 1, (steps, 3)).cumsum(axis=0) * [1, 50, 0.01] + [0, 300, 5]
    index = (np.datetime64("2021-03-01") + np.arange(steps)).astype("M8[us]")
    return Series(values, index, NAMES, ("m", "kg", ""), "Three", "Made here.", season_length=season)


def experiment(
    targets: tuple[str, ...] = ("a",), inputs: tuple[str, ...] = (), calendar: tuple[str, ...] = (), horizon: int = 1,
    seed: int = 0, **model: object,
) -> tuple[Prepared, Network]:  # fmt: skip
    names = (*targets, *(name for name in inputs if name not in targets))
    data = DataConfig(targets=targets, inputs=inputs, calendar=calendar)
    prepared = Prepared(series(seed=seed).columns(names), data, WindowConfig(size=6, horizon=horizon))
    config = ModelConfig(units=(5,), **model)  # type: ignore[arg-type]
    features, outputs = len(prepared.names), horizon * len(targets)
    rng = np.random.default_rng(seed)
    shapes = weight_shapes(config, features, outputs)
    weights = {key: rng.normal(0, 0.5, shape).astype(np.float32) for key, shape in shapes.items()}
    return prepared, Network.build(config, weights, outputs)


def by_hand(prepared: Prepared, network: Network, start: int, steps: int, block: int, others: Others) -> FloatArray:
    """One window after the other, each cell put in its place by its name."""
    data, size, season = prepared.series, prepared.window.size, prepared.series.season_length
    train = data.values[: prepared.split.train_end]
    mean, spread = train.mean(axis=0), train.std(axis=0)
    stamps = np.concatenate([data.index, data.future_index(steps)])
    known = [dict(zip(data.names, (row - mean) / spread, strict=True)) for row in data.values[:start]]
    found: list[FloatArray] = []
    while len(found) < steps:
        window = []
        for t in range(start + len(found) - size, start + len(found)):
            waves = calendar_features(stamps[t : t + 1], prepared.data.calendar)[0]
            window.append([*(known[t][name] for name in prepared.read_names), *waves])
        said = network.predict(np.array([window], np.float32))[0].reshape(-1, len(prepared.target_names))
        for ahead in said[:block]:
            t = len(known)
            row = dict(known[start - 1] if others == "held" else known[start - season + (t - start) % season])
            known.append(row | dict(zip(prepared.target_names, ahead, strict=True)))
            place = [data.names.index(name) for name in prepared.target_names]
            found.append(ahead * spread[place] + mean[place])
    return np.array(found[:steps])


CASES = [
    {},
    {"targets": ("a", "b")},
    {"targets": ("b", "a"), "inputs": ("a", "b")},
    {"targets": ("c",), "inputs": ("a", "c")},
    {"targets": ("a",), "inputs": ("b", "c")},
    {"targets": ("a", "c"), "calendar": ("weekday", "month")},
    {"targets": ("a",), "inputs": ("b",), "calendar": ("hour",)},
    {"targets": ("a", "b"), "bidirectional": True},
]


@pytest.mark.parametrize(("horizon", "direct"), [(1, False), (4, False), (4, True)])
@pytest.mark.parametrize("case", CASES, ids=lambda case: "-".join(map(str, case)) or "one")
@pytest.mark.parametrize("others", ["held", "season"])
def test_a_path_is_the_loop_that_its_definition_says(
    case: dict[str, object], horizon: int, direct: bool, others: Others
) -> None:
    prepared, network = experiment(horizon=horizon, **case)  # type: ignore[arg-type]
    for start, steps in ((50, 9), (len(prepared.series), 11)):
        path = path_from(prepared, network, start, steps, direct=direct, others=others)
        expected = by_hand(prepared, network, start, steps, horizon if direct else 1, others)
        np.testing.assert_allclose(path, expected, rtol=2e-4, atol=1e-3)


@given(seed=st.integers(0, 99))
def test_a_path_sees_nothing_of_the_targets_after_its_start(seed: int) -> None:
    prepared, network = experiment(("a", "b"), ("a", "b", "c"), seed=seed)
    values = prepared.series.values.copy()
    values[70:] = 1e6
    changed = Prepared(
        Series(values, prepared.series.index, prepared.series.names, prepared.series.units, "", "", season_length=7),
        prepared.data, prepared.window,
    )  # fmt: skip
    np.testing.assert_array_equal(path_from(prepared, network, 70, 8), path_from(changed, network, 70, 8))


def test_the_first_step_of_a_path_is_the_one_step_forecast() -> None:
    for case in CASES:
        prepared, network = experiment(**case)  # type: ignore[arg-type]
        first = path_from(prepared, network, 60, 1)
        np.testing.assert_allclose(one_step_ahead(prepared, network, 60, 61), first, rtol=1e-4, atol=1e-4)


def test_a_forecast_names_its_targets_and_its_method() -> None:
    prepared, network = experiment(("a", "b"), horizon=3)
    ahead = future(prepared, network, 8)
    assert (ahead.mean.shape, ahead.names, ahead.method) == ((8, 2), ("a", "b"), "direct")
    assert future(prepared, network, 8, direct=False).method == "recursive"
    assert str(ahead.index[0].astype("M8[D]")) == "2021-05-30"
    prepared, network = experiment()
    assert future(prepared, network, 8).mean.shape == (8,)


@pytest.mark.parametrize("horizon", [1, 3])
def test_scores_are_those_of_every_origin_and_step(horizon: int) -> None:
    prepared, network = experiment(("a", "b"), horizon=horizon)
    scores = evaluate(prepared, network, "LSTM")
    start, stop = prepared.split.bounds("test")
    for k, name in enumerate(("a", "b")):
        values, rows = prepared.targets[:, k], {s.name: s for s in scores if s.target == name}
        errors: dict[str, list[list[float]]] = {"LSTM": [], "Previous value": [], "Last season": []}
        for origin in range(start, stop - horizon + 1):
            window = prepared.scaled[None, origin - 6 : origin]
            said = prepared.in_units(network.predict(window))[0, :, k]
            season = list(values[origin - 7 : origin])
            errors["LSTM"].append([abs(values[origin + h] - said[h]) for h in range(horizon)])
            errors["Previous value"].append([abs(values[origin + h] - values[origin - 1]) for h in range(horizon)])
            errors["Last season"].append([abs(values[origin + h] - season[h]) for h in range(horizon)])
        naive = np.abs(np.diff(values[: prepared.split.train_end])).mean()
        for who, found in errors.items():
            assert rows[who].mae == pytest.approx(np.mean(found), rel=1e-5)
            assert rows[who].mase == pytest.approx(np.mean(found) / naive, rel=1e-5)
            assert rows[who].by_step == (pytest.approx(np.mean(found, axis=0), rel=1e-5) if horizon > 1 else ())
    assert verdict(scores).startswith("a: the model")
    assert " b: the model" in verdict(scores)


def test_free_running_scores_have_a_row_a_target() -> None:
    prepared, network = experiment(("a", "b"), horizon=3)
    scores = evaluate_free_running(prepared, network, "LSTM", 9, direct=True)
    assert [(s.target, s.name) for s in scores] == list(
        itertools.product("ab", ("LSTM, free-running", "Previous value, held", "Last season, repeated"))
    )


def test_without_a_season_before_them_inputs_do_not_silently_stay_as_they_are() -> None:
    prepared, network = experiment(("a",), ("a", "b"))
    for season in (1, 61):
        prepared.series = replace(prepared.series, season_length=season)
        with pytest.raises(ValueError, match="there is none before step 60"):
            path_from(prepared, network, 60, 3, others="season")
