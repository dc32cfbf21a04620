"""The Gradients page."""

from __future__ import annotations

import json

import numpy as np
import pytest
from conftest import Open, charts, shown_address
from streamlit.testing.v1 import AppTest
from test_networks import trained

import lab
from lab.explain.gradient_flow import of_first_layer
from lab.runs.gradients import batch, gradient_ways, spread

VIEWS = {
    "through-time": ["through-time"],
    "jacobians": ["jacobians", "along-cell"],
    "by-path": ["by-path"],
    "over-epochs": ["reach", "gradient-epochs"],
    "what-if": ["cures"],
    "through-layers": ["layers"],
}


def drawn(app: AppTest, key: str) -> dict[str, np.ndarray]:
    (data,) = [e.proto.json for e in app.get("bidi_component") if e.proto.id.endswith(f"live_{key}")]
    figure = json.loads(json.loads(data)["figure"])
    return {trace["name"]: np.asarray(trace["y"], float) for trace in figure["data"] if "name" in trace}


def text(app: AppTest) -> str:
    return " ".join(m.value for m in [*app.markdown, *app.caption, *app.info])


@pytest.mark.parametrize("of", ["one", "batch"])
@pytest.mark.parametrize("view", VIEWS)
def test_every_view_draws(open_page: Open, view: str, of: str) -> None:
    app = open_page("gradients", run="sample-sunspots", view=view, of=of)
    assert not app.exception
    assert [key for key in charts(app) if key != "gates-series"] == VIEWS[view]
    at = shown_address(app)
    assert at.get("view", "through-time") == view
    assert at.get("of", "one") == of


def test_the_line_is_that_of_the_library(open_page: Open) -> None:
    run = lab.load_run("sample-sunspots")
    app = open_page("gradients", run=run.id, of="batch")
    ways = gradient_ways(run, run.network(), batch(run, spread(run)))
    traces = drawn(app, "through-time")
    for way in ways:
        median = np.median(way.by_distance, axis=1)
        np.testing.assert_allclose(traces[way.label], np.where(median > 0, median, np.nan), rtol=1e-4)
    assert "spectral radius" in text(app)
    app = open_page("gradients", run=run.id, of="batch", epoch="0")
    assert "after 18 steps back less than 1% is left, so that the first 30 of 48 steps" in text(app)


def test_a_window_that_nobody_knows_the_end_of_has_the_gradient_of_its_prediction(open_page: Open) -> None:
    last = lab.load_run("sample-sunspots").task.examples - 1
    app = open_page("gradients", run="sample-sunspots", window=str(last))
    assert "Nobody knows yet what comes after this window" in text(app)


def test_a_gate_held_open_carries_the_gradient_further(open_page: Open) -> None:
    app = open_page("gradients", run="sample-sunspots", view="what-if", of="batch")
    assert "Nothing is changed yet" in text(app)
    before = drawn(app, "cures")
    np.testing.assert_array_equal(before["as it is"], before["with what is changed"])
    app.segmented_control(key="cure-gate").set_value("held at 1").run()
    assert not app.exception
    after = drawn(app, "cures")
    assert after["with what is changed"][-1] > 5 * after["as it is"][-1]
    assert "its direction has a cosine of" in text(app)
    assert shown_address(app)["gate"] == "held-at-1"
    app.slider(key="cure-truncate").set_value(10).run()
    assert np.isnan(drawn(app, "cures")["with what is changed"][10:]).all()


def test_paths_are_shares_of_the_whole(open_page: Open) -> None:
    app = open_page("gradients", run="sample-sunspots", view="by-path", of="batch", state="hidden")
    (table,) = [t.value for t in app.table]
    shares = [float(share.rstrip("%")) for share in table["share of the whole"]]
    assert sum(shares) == pytest.approx(100, abs=3)
    assert "through the forget gate f" in list(table["part"])


@pytest.mark.parametrize(
    "settings",
    [
        {"model.units": "5,4"},
        {"model.units": "5", "model.bidirectional": True},
        {"model.cell": "gru", "model.units": "4"},
        {"model.cell": "rnn", "model.units": "4", "model.activation": "relu"},
        {"model.cell": "jordan", "model.units": "4"},
        {"model.filters": "3", "model.units": "4", "training.loss": "pinball"},
        {"data.name": "digits", "model.units": "6"},
    ],
    ids=str,
)
def test_every_recurrent_network_has_gradients(open_page: Open, lab_home: object, settings: dict[str, object]) -> None:
    run = trained(settings)
    for view in VIEWS:
        app = open_page("gradients", run=run.id, view=view, of="batch")
        assert not app.exception, view
    assert of_first_layer(gradient_ways(run, run.network(), batch(run, spread(run)))).max() > 0


def test_a_network_without_recurrence_has_its_layers_alone(open_page: Open, lab_home: object) -> None:
    app = open_page("gradients", run=trained({"model.kind": "mlp", "model.dense": "5,4"}).id, of="batch")
    assert "has no recurrent layer" in text(app)
    assert [key for key in charts(app) if key != "gates-series"] == ["layers", "inside"]
    (table,) = [t.value for t in app.table]
    assert list(table["layer"]) == ["Dense 1 (ReLU)", "Dense 2 (ReLU)"]
    app.segmented_control(key="gradients-inside").set_value("dense1").run()
    assert not app.exception
    assert "slope of ReLU" in drawn(app, "inside")


def test_a_linear_network_has_no_layers_to_lose_a_gradient_in(open_page: Open, lab_home: object) -> None:
    app = open_page("gradients", run=trained({"model.kind": "linear"}).id)
    assert not app.exception
    assert "There is no layer under the output" in text(app)


def test_a_wide_layer_has_no_chain(open_page: Open, lab_home: object) -> None:
    app = open_page("gradients", run=trained({"model.units": "65"}).id, view="jacobians")
    assert "at most 64 units; this one has 65" in text(app)
