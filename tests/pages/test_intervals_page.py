"""Intervals on the Forecast page."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from conftest import Open, charts, sentences, shown_address
from streamlit.testing.v1 import AppTest

import lab
from lab.network.architecture import weight_shapes
from lab.network.weights import save_weights
from lab.scoring.interval_methods import intervals as ends
from lab.scoring.intervals import Coverage, half_widths
from lab.scoring.sampling import Method, path_operations
from pages.ui.forecast import intervals, judged


def drawn(app: AppTest, key: str) -> dict[str, np.ndarray]:
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
    (table,) = [t.value for t in app.table if "origins" in t.value]
    assert list(table["nominal"]) == ["90%"]
    assert 50 < float(table["held"].iloc[0].rstrip("%")) <= 100
    assert drawn(app, "interval-steps")["held on the test range"].shape == (20,)


def test_a_large_network_has_no_bands_and_the_page_is_there(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intervals, "MOST_OPERATIONS", 1e6)
    app = open_page("forecast", run="sample-sunspots", tab="test")
    assert charts(app)[:2] == ["future", "test"]
    assert not [name for name in drawn(app, "future") if "interval" in name]
    assert any("so large that intervals take minutes" in text for text in below(app))


def below(app: AppTest) -> list[str]:
    """The words under the charts."""
    return [json.loads(e.proto.json).get("caption", "") for e in app.get("bidi_component") if "live_" in e.proto.id]


def dropped(home: Path, rate: float = 0.2) -> str:
    """The sunspots' network with dropout under its output, which has no weights of its own."""
    folder = shutil.copytree(lab.load_run("sample-sunspots").path, home / "runs" / "dropped")
    config = json.loads((folder / "config.json").read_text())
    config["model"]["dropout"] = rate
    (folder / "config.json").write_text(json.dumps(config))
    return folder.name


def test_dropout_says_what_it_leaves_out(open_page: Open, lab_home: Path) -> None:
    name = dropped(lab_home)
    app = open_page("forecast", run=name, method="dropout", steps="8")
    assert app.segmented_control(key="interval-method").options == ["Conformal", "Bootstrap", "MC dropout"]
    assert any("without the noise in the data" in text for text in below(app))
    traces = drawn(app, "future")
    assert (traces["90% interval"][-8:] > traces["90% interval, from"][-8:]).all()
    app = open_page("forecast", run=name, method="dropout", tab="test")
    assert any("nothing of the noise in the data" in m.value for m in app.markdown)


def test_only_so_many_steps_have_intervals_as_there_is_time_for(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = lab.load_run("sample-sunspots")
    budget = 200 * path_operations(run.prepared, run.network(), 10, "bootstrap")
    monkeypatch.setattr(intervals, "MOST_OPERATIONS", budget)
    app = open_page("forecast", run="sample-sunspots", method="bootstrap", steps="30")
    ends = drawn(app, "future")["90% interval"][-30:]
    assert np.isfinite(ends).sum() == 10
    assert any("Only the first 10 steps have intervals" in text for text in below(app))


def test_a_short_validation_part_is_a_sentence(open_page: Open) -> None:
    app = open_page("forecast", run="sample-sine", steps="80")
    assert any(
        "The validation range of 75 steps is too short for intervals of 90% beyond step 67." in t for t in below(app)
    )


def test_one_step_ahead_fixed_and_adaptive_intervals_are_compared(open_page: Open) -> None:
    app = open_page("forecast", run="sample-sunspots", tab="test", interval="80")
    (table,) = [t.value for t in app.table if "adaptive" in list(t.value.get("intervals", []))]
    assert list(table["intervals"]) == ["split conformal", "adaptive"]
    assert list(table["nominal"]) == ["80%", "80%"]
    assert "One step ahead, intervals as wide as the errors of the validation range held" in " ".join(
        m.value for m in app.markdown
    )
    assert {"interval-steps", "adaptive", "skill-epochs", "interval-epochs"} <= set(charts(app))
    assert "narrower after epoch" in " ".join(m.value for m in app.markdown)


@pytest.mark.parametrize(
    ("method", "share", "level", "origins", "words"),
    [
        ("conformal", 0.91, 0.9, 400, "about as sure as they claim"),
        ("conformal", 0.7, 0.9, 400, "the test range differs from the validation range"),
        ("bootstrap", 0.6, 0.9, 400, "the bootstrap draws each for itself"),
        ("dropout", 0.1, 0.9, 400, "nothing of the noise in the data"),
        ("dropout", 0.99, 0.9, 400, "wider than need be"),
        ("conformal", 0.9, 0.9, 12, "From so few origins that says little."),
    ],
)
def test_the_verdict_is_honest(method: Method, share: float, level: float, origins: int, words: str) -> None:
    one = np.array([share])
    text = judged._verdict(intervals.Interval(level, method), Coverage(share, 1.0, 2.0, one, one, origins), 1)
    assert words in text
    assert ("about as sure" in text) == (abs(share - level) <= 0.05)


def test_a_network_with_quantiles_is_asked_for_its_own_intervals_first(open_page: Open, lab_home: Path) -> None:
    folder = shutil.copytree(lab.load_run("sample-sunspots").path, lab_home / "runs" / "quantiles")
    shutil.rmtree(folder / "snapshots")
    config = json.loads((folder / "config.json").read_text())
    config["training"]["loss"] = "pinball"
    (folder / "config.json").write_text(json.dumps(config))
    run = lab.load_run("quantiles")
    rng, units = np.random.default_rng(0), run.config.task.head(run.config).units
    shapes = weight_shapes(run.config.model, 1, units, run.config.window.size)
    save_weights(folder / "weights.npz", {k: rng.normal(0, 0.3, s).astype(np.float32) for k, s in shapes.items()})
    app = open_page("forecast", run="quantiles", tab="test", steps="6")
    assert app.segmented_control(key="interval-method").options == ["Quantiles", "Conformal", "Bootstrap"]
    ((low, high),) = ends(run.prepared, run.network(), len(run.series), 6, (0.9,), "quantiles")
    traces = drawn(app, "future")
    np.testing.assert_allclose(traces["90% interval"][-6:], high[:, 0], rtol=1e-4)
    np.testing.assert_allclose(traces["90% interval, from"][-6:], low[:, 0], rtol=1e-4)
    assert "of the true values lay within intervals" in " ".join(m.value for m in app.markdown)
