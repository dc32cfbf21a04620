"""Every method by the same two functions, and no more of it than there is time for."""

from __future__ import annotations

import numpy as np
import pytest
from test_intervals import autoregression, case
from test_sampling import random_network

from lab.config.model import ModelConfig
from lab.data.prepared import Prepared
from lab.network.architecture import weight_shapes
from lab.network.network import Network
from lab.scoring.forecaster import path_from
from lab.scoring.interval_methods import DRAWS, intervals, judge, within
from lab.scoring.intervals import coverage, half_widths
from lab.scoring.sampling import METHODS, Method, path_operations, sampled_coverage


def dropping_case(columns: int = 1, method: str = "") -> tuple[Prepared, Network]:
    values = np.column_stack([autoregression(300, k)[:, 0] for k in range(columns)])
    prepared, _ = case(values, inputs=("a", "b")[:columns])
    model = ModelConfig(units=(5,), dropout=0.3)
    if method != "quantiles":
        return prepared, random_network(model, features=columns)
    rng = np.random.default_rng(0)
    weights = {k: rng.normal(0, 0.4, s).astype(np.float32) for k, s in weight_shapes(model, columns, 9, 6).items()}
    return prepared, Network.build(model, weights, 9, head="quantiles", window=6, features=columns)


@pytest.mark.parametrize("method", METHODS)
def test_ends_of_every_method_lie_about_the_forecast_and_within_those_of_a_higher_level(method: Method) -> None:
    prepared, network = dropping_case(method=method)
    (low, high), (lower, higher) = intervals(prepared, network, 300, 9, (0.5, 0.9), method)
    assert low.shape == high.shape == (9, 1)
    assert ((lower < low) & (low < high) & (high < higher)).all()
    found = judge(prepared, network, 4, 0.9, method)
    assert len(found) == 1
    assert found[0] is not None
    assert found[0].by_step.shape == found[0].width_by_step.shape == (4,)
    assert found[0].winkler >= found[0].width == pytest.approx(found[0].width_by_step.mean(), rel=0.05)


def test_conformal_ends_are_the_forecast_and_the_half_width() -> None:
    prepared, network = dropping_case()
    (ends,) = intervals(prepared, network, 250, 5, (0.8,))
    mean, half = path_from(prepared, network, 250, 5), half_widths(prepared, network, 5, 0.8)
    np.testing.assert_allclose(ends, [mean - half, mean + half])


@pytest.mark.parametrize("method", METHODS)
def test_inputs_from_a_file_were_known_before_as_well(method: Method) -> None:
    prepared, network = dropping_case(2, method)
    to_come = np.linspace(0, 1, 4)[:, None]
    (ends,) = intervals(prepared, network, 300, 4, (0.9,), method, others=to_come)
    assert np.isfinite(ends).all()
    (ours,), (held,) = (judge(prepared, network, 4, 0.9, method, others=others) for others in (to_come, "held"))
    if method == "conformal":
        half = half_widths(prepared, network, 4, 0.9, others="known")
        (known,) = coverage(prepared, network, half, 0.9, others="known")
    else:
        (known,) = sampled_coverage(prepared, network, 4, 0.9, method, others="known")
    assert ours is not None
    assert held is not None
    assert known is not None
    assert ours.winkler == known.winkler != held.winkler


@pytest.mark.parametrize("method", METHODS)
def test_no_more_steps_than_there_is_time_for(method: Method) -> None:
    prepared, network = dropping_case(method=method)
    cost = path_operations(prepared, network, 20, method)
    many = 40 if method == "conformal" else DRAWS
    assert within(prepared, network, 60, method, cost * many)[0] == 20
    assert within(prepared, network, 60, method, cost * many - 1)[0] == 19
    assert within(prepared, network, 60, method, 1.0) == (0, 0)
    assert within(prepared, network, 60, method, 1e15) == (60, 500)


def test_beyond_the_validation_part_conformal_intervals_cost_no_more() -> None:
    prepared, network = dropping_case()
    start, stop = prepared.split.bounds("validation")
    budget = 40 * path_operations(prepared, network, stop - start, "conformal")
    assert within(prepared, network, 365, "conformal", budget) == (365, 40)


def test_what_makes_no_sense_is_a_sentence() -> None:
    prepared, network = case(autoregression(200, 1))
    with pytest.raises(ValueError, match="this one has none; use another method"):
        intervals(prepared, network, 150, 3, (0.9,), "dropout")
    with pytest.raises(ValueError, match=r"must be one of conformal, bootstrap, dropout, quantiles; received 'magic'"):
        judge(prepared, network, 3, 0.9, "magic")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"above 0 and below 1, for example 0.9; received 90"):
        intervals(prepared, network, 150, 3, (0.5, 90.0))
