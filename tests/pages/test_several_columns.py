"""Several columns and several steps on the pages: chosen on Train, forecast, and looked at from inside."""

from __future__ import annotations

import json
from base64 import b64decode

import numpy as np
import pytest
from conftest import Open, charts, draft, sentences, shown_address, switch, widget
from streamlit.testing.v1 import AppTest

import lab
from lab.network.architecture import weight_shapes
from lab.network.weights import save_weights
from lab.runs.events import Finished
from lab.runs.run import Run
from lab.runs.store import RunStore
from lab.scoring.forecaster import path_from

SETTINGS: dict[str, object] = {
    "data.name": "delhi_climate", "data.targets": "Temperature,Humidity", "data.inputs": "Humidity,WindSpeed,Temperature",
    "data.calendar": "month", "window.size": 6, "window.horizon": 3, "model.units": "4",
}  # fmt: skip


@pytest.fixture
def climate(lab_home: object) -> Run:
    """A run with random weights: pages can't tell, and nothing has to be trained."""
    config = lab.RunConfig().with_settings(SETTINGS)
    run = RunStore().create(config, lab.load_series(config.data), "climate")
    rng = np.random.default_rng(0)
    shapes = weight_shapes(config.model, config.task.features(config), config.task.head(config).outputs)
    save_weights(run.path / "weights.npz", {k: rng.normal(0, 0.5, s).astype(np.float32) for k, s in shapes.items()})
    run.append(Finished(0, 0, 0.0))
    return run


def chart(app: AppTest, key: str) -> dict[str, dict[str, object]]:
    """The traces of a chart by name."""
    found = [json.loads(c.proto.json) for c in app.get("bidi_component") if c.proto.component_name == "lab_chart"]
    traces = next(data for data in found if data["key"] == key)["figure"]
    traces = (json.loads(traces) if isinstance(traces, str) else traces)["data"]
    return {trace.get("name", "map"): trace for trace in traces}


def caption(app: AppTest, part: str) -> str:
    return next(c.value for c in app.caption if part in c.value)


def test_columns_are_chosen_one_by_one_or_several(open_page: Open) -> None:
    app = open_page("train", **{"data.name": "delhi_climate"})
    assert [b.label for b in app.selectbox].count("Column to learn") == 1
    app.toggle(key=next(t.key for t in app.toggle if t.label == "Several columns")).set_value(True).run()
    chosen = {m.label: m for m in app.multiselect}
    assert draft(app).data.targets == ("Temperature",)
    chosen["Read"].set_value(["Temperature", "Pressure"]).run()
    {m.label: m for m in app.multiselect}["Forecast"].set_value(["Temperature", "Humidity"]).run()
    {m.label: m for m in app.multiselect}["Known ahead"].set_value(["month"]).run()
    widget(app, "window.horizon").set_value(5).run()
    data = draft(app).data
    assert (data.targets, data.inputs, data.calendar) == (
        ("Temperature", "Humidity"),
        ("Temperature", "Pressure"),
        ("month",),
    )
    switch(app).set_value("Windows").run()
    assert not app.exception
    assert any("of **4 inputs** predicts the **5 steps** after it" in e.value for e in app.markdown)
    assert app.code[0].value == "X (32, 50, 4) -> y (32, 10)"
    app.toggle(key=next(t.key for t in app.toggle if t.label == "Several columns")).set_value(False).run()
    assert not app.exception
    assert (draft(app).data.column, draft(app).data.targets, draft(app).data.inputs) == ("Temperature", (), ())


def test_the_forecast_of_each_target_stands_with_what_it_rests_on(open_page: Open, climate: Run) -> None:
    app = open_page("forecast", run=climate.id, steps="10")
    prepared, network = climate.prepared, climate.network()
    for column, target in ((0, "Temperature"), (1, "Humidity")):
        app.segmented_control(key="forecast-target").set_value(target).run()
        traces = chart(app, "future")
        direct = path_from(prepared, network, len(prepared.series), 10, direct=True)[:, column]
        stepwise = path_from(prepared, network, len(prepared.series), 10)[:, column]
        drawn = {name: np.asarray(trace["y"], float)[-10:] for name, trace in traces.items()}
        np.testing.assert_allclose(drawn["free-running, from its own forecasts"], direct, rtol=1e-4)
        np.testing.assert_allclose(drawn["recursive, step by step"], stepwise, rtol=1e-4)
    shown = app.dataframe[0].value
    of_each = ("Temperature (°C)", "Humidity (%)")
    assert list(shown) == ["time", *(f"{name}{end}" for name in of_each for end in ("", ", from", ", to"))]
    app.segmented_control(key="interval").set_value("None").run()
    assert list(app.dataframe[0].value) == ["time", *of_each]
    assert list(app.table[0].value["target"]) == ["Temperature"] * 3 + ["Humidity"] * 3
    assert "Temperature and Humidity" in caption(app, "Run ")


def test_the_other_inputs_are_held_or_come_from_a_file(open_page: Open, climate: Run) -> None:
    app = open_page("forecast", run=climate.id, steps="3")
    assert charts(app) == ["future", "test"]
    app.segmented_control(key="forecast-others").set_value("file").run()
    assert charts(app) == ["test"]
    assert "WindSpeed" in app.info[0].value
    assert shown_address(app)["others"] == "file"
    (upload,) = app.get("file_uploader")
    upload.set_value(("soon.csv", b"date,WindSpeed\n2017-01-02,1\n2017-01-03,2\n", "text/csv")).run()
    (sentence,) = sentences(app)
    assert "2017-01-04" in sentence
    (upload,) = app.get("file_uploader")
    upload.set_value(("soon.csv", b"date,WindSpeed\n2017-01-02,1\n2017-01-03,2\n2017-01-04,30\n", "text/csv")).run()
    assert not app.exception
    assert not sentences(app)
    prepared = climate.prepared
    found = path_from(
        prepared, climate.network(), len(prepared.series), 3, direct=True, others=np.array([[1.0], [2], [30]])
    )
    np.testing.assert_allclose(app.dataframe[0].value["Humidity (%)"], found[:, 1])
    assert any("taken from the file" in c.proto.json for c in app.get("bidi_component"))


def test_gates_show_any_input_target_and_step_of_the_horizon(open_page: Open, climate: Run) -> None:
    app = open_page("gates", run=climate.id, window="100")
    prepared, trace = climate.prepared, climate.network().trace(climate.window(100))
    said = prepared.in_units(trace.prediction[None])[0]
    app.selectbox(key=f"gates-target-{climate.id}").set_value("Humidity").run()
    app.slider(key=f"gates-ahead-{climate.id}").set_value(3).run()
    assert not app.exception
    sentence = caption(app, "it reads 6 steps")
    assert f"{said[2, 1]:,.4g} %" in sentence.replace("\\", "")
    assert f"truth {prepared.series.values[108, 1]:,.4g}" in sentence
    assert prepared.series.names[1] == "Humidity"
    drawn = chart(app, "gate-window")
    assert "prediction" not in drawn  # a temperature is shown, and a humidity forecast
    drawn = chart(app, "gate-window-shares")["map"]["z"]["bdata"]
    shares = np.frombuffer(b64decode(drawn), "<f4").reshape(5, 6)
    expected = climate.network().contributions(climate.window(100), output=5)
    np.testing.assert_allclose(shares, expected.T, atol=1e-4)
    app.selectbox(key=f"gates-input-{climate.id}").set_value("Humidity").run()
    drawn = chart(app, "gate-window")
    assert drawn["prediction"]["y"] == pytest.approx([said[2, 1]], rel=1e-4)
    assert drawn["truth"]["y"] == pytest.approx([prepared.series.values[108, 1]], rel=1e-4)
    assert shown_address(app) | {"target": "Humidity", "ahead": "3", "input-shown": "Humidity"} == shown_address(app)


@pytest.mark.parametrize("view", ["One step", "What if", "Compare"])
def test_every_view_of_gates_takes_several_columns(open_page: Open, climate: Run, view: str) -> None:
    app = open_page("gates", run=climate.id, ahead="2", target="Humidity")
    app.segmented_control(key="gates-view").set_value(view).run()
    assert not app.exception
    assert not sentences(app)
