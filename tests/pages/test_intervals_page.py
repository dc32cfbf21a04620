"""Intervals on the Forecast page."""

from __future__ import annotations

import json

import numpy as np
import pytest
from conftest import Open, charts, sentences, shown_address

import lab
from lab.scoring.intervals import half_widths
from pages.ui.forecast import intervals


def drawn(app: object, key: str) -> dict[str, np.ndarray]:
    (data,) = [e.proto.json for e in app.get("bidi_component") if e.proto.id.endswith(f"live_{key}")]
    figure = json.loads(json.loads(data)["figure"])
    return {trace["name"]: np.asarray(trace["y"], float) for trace in figure["data"]}


def test_the_bands_are_those_of_the_library(open_page: Open) -> None:
    app = open_page("forecast", run="sample-sunspots", steps="12")
    run = lab.load_run("sample-sunspots")
    half = half_widths(run.prepared, run.network(), 12, 0.9)[:, 0]
    mean = lab.forecast(run, 12).mean
    traces = drawn(app, "future")
    np.testing.assert_allclose(traces["90% interval"][-12:], mean + half, rtol=1e-4)
    np.testing.assert_allclose(traces["90% interval, from"][-12:], mean - half, rtol=1e-4)
    assert (traces["50% interval"][-12:] < traces["90% interval"][-12:]).all()
    table = app.dataframe[0].value
    np.testing.assert_allclose(table["Sunspots (sunspots), to"], mean + half, rtol=1e-6)


def test_the_controls_stand_in_the_address(open_page: Open) -> None:
    app = open_page("forecast", run="sample-sunspots", interval="80", method="bootstrap", steps="6")
    assert "80% interval" in drawn(app, "future")
    assert shown_address(app) == {"run": "sample-sunspots", "interval": "80", "method": "bootstrap", "steps": "6"}
    app.segmented_control(key="interval").set_value("None").run()
    assert not [name for name in drawn(app, "future") if "interval" in name]
    assert app.segmented_control(key="interval").value == "None"


def test_dropout_is_offered_where_there_is_some(open_page: Open) -> None:
    app = open_page("forecast", run="sample-sunspots")
    assert app.segmented_control(key="interval-method").options == ["Conformal", "Bootstrap"]
    app = open_page("forecast", run="sample-sunspots", method="dropout")
    assert "The address asks for method 'dropout', but it may be one of conformal, bootstrap" in sentences(app)[0]


@pytest.mark.parametrize("method", ["conformal", "bootstrap"])
def test_over_the_test_range_they_are_judged(open_page: Open, method: str) -> None:
    app = open_page("forecast", run="sample-sunspots", tab="test", method=method)
    text = " ".join(m.value for m in app.markdown)
    assert "of the true values lay within intervals that were to hold 90%" in text
    (table,) = [t.value for t in app.table if "nominal" in t.value]
    assert list(table["nominal"]) == ["90%"]
    assert 50 < float(table["held on the test range"].iloc[0].rstrip("%")) <= 100


def test_a_large_network_has_no_bands_and_the_page_is_there(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intervals, "MOST_OPERATIONS", 1e6)
    app = open_page("forecast", run="sample-sunspots", tab="test")
    assert charts(app)[:2] == ["future", "test"]
    assert not [name for name in drawn(app, "future") if "interval" in name]
    assert [c.value for c in app.caption if "so large that intervals take minutes" in c.value]
