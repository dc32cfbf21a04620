"""The Gates page without a browser: every cell, both directions, every view, and interventions that answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from streamlit.testing.v1 import AppTest

import lab
from lab.network.architecture import weight_shapes
from lab.network.cells import CELLS
from lab.network.weights import load_weights, save_weights
from lab.runs.events import Finished
from lab.runs.run import Run
from lab.runs.store import RunStore

APP = str(Path(__file__).parents[2] / "app.py")
VIEWS = ("Heatmaps", "One step", "What if", "Compare")


def trained(cell: str, *, bidirectional: bool = False) -> Run:
    """A run with random weights: the page can't tell, and nothing has to be trained."""
    settings = {"model.cell": cell, "model.units": "4,3", "model.bidirectional": bidirectional, "window.size": 6,
                "data.points": 120}  # fmt: skip
    config = lab.RunConfig().with_settings(settings)
    run = RunStore().create(config, lab.load_series(config.data), "mine")
    rng = np.random.default_rng(0)
    shapes = weight_shapes(config.model)
    save_weights(run.path / "weights.npz", {k: rng.normal(0, 0.5, s).astype(np.float32) for k, s in shapes.items()})
    run.append(Finished(0, 0, 0.0))
    return run


def gates(run_id: str | None = None) -> AppTest:
    app = AppTest.from_file(APP, default_timeout=30)
    if run_id:
        app.query_params["run"] = run_id
    return app.switch_page("pages/gates.py").run()


def show(app: AppTest, view: str) -> AppTest:
    return app.segmented_control(key="gates-view").set_value(view).run()


def chart(app: AppTest, key: str) -> dict[str, Any]:
    """What the browser is told about a chart."""
    protos = [c.proto for c in app.get("bidi_component") if c.proto.component_name == "lab_chart"]
    return next(data for data in (json.loads(proto.json) for proto in protos) if data["key"] == key)


def charts(app: AppTest) -> set[str]:
    found = [c.proto for c in app.get("bidi_component") if c.proto.component_name == "lab_chart"]
    return {json.loads(proto.json)["key"] for proto in found}


def test_the_sample_run_is_there_before_anything_was_trained() -> None:
    app = gates()
    assert not app.exception
    assert {"gate-window", "gate-forget", "gate-hidden"} <= charts(app)
    epochs = app.select_slider[0]
    assert len(epochs.options) > 5
    before = charts(app)
    epochs.set_value("0").run()
    assert not app.exception
    assert charts(app) == before


@pytest.mark.parametrize("cell", CELLS)
def test_every_view_shows_every_cell(cell: str) -> None:
    app = gates(trained(cell).id)
    for view in VIEWS:
        assert not show(app, view).exception, view
        assert charts(app)
    app.selectbox(key="gates-layer-mine").set_value(1).run()
    for view in VIEWS:
        assert not show(app, view).exception, view


def test_a_unit_keeps_its_row_at_every_window_and_epoch() -> None:
    app = gates("sample-sine")
    app.segmented_control(key="gates-order").set_value("similarity").run()

    def rows() -> tuple[list[str], str]:
        trace = json.loads(chart(app, "gate-hidden")["figure"])["data"][0]
        return trace["y"], trace["z"]["bdata"]

    first, values = rows()
    assert sorted(first, key=int) != first
    app.slider(key="gates-window-sample-sine").set_value(20).run()
    assert rows()[0] == first
    assert rows()[1] != values
    app.select_slider(key="gates-epoch-sample-sine").set_value(0).run()
    assert rows()[0] == first


def test_two_epochs_are_compared_row_by_row_on_one_scale() -> None:
    app = show(gates("sample-sine"), "Compare")
    ends = set()
    rows = []
    for which in ("first", "second"):
        trace = json.loads(chart(app, f"compare-{which}")["figure"])["data"][0]
        ends.add((trace["zmin"], trace["zmax"]))
        rows.append(trace["y"])
    assert len(ends) == 1
    assert rows[0] == rows[1]
    assert any("same unit" in caption.value for caption in app.caption)


def test_both_directions_of_a_bidirectional_layer() -> None:
    app = gates(trained("lstm", bidirectional=True).id)
    for way in ("backward/", "forward/"):
        app.selectbox(key="gates-way").set_value(way).run()
        for view in VIEWS:
            assert not show(app, view).exception, (way, view)


def test_steps_go_forward_and_back_and_stop_at_the_ends() -> None:
    app = show(gates(trained("lstm").id), "One step")
    step = lambda: app.slider(key="gates-step").value  # noqa: E731
    assert step() == 6
    back = next(b for b in app.button if b.label == "Step back")
    back.click().run()
    assert step() == 5
    next(b for b in app.button if b.label == "Step forward").click().run()
    assert step() == 6
    assert len(app.latex) == 6


def test_holding_the_output_gate_shut_changes_the_prediction() -> None:
    run = trained("lstm")
    app = show(gates(run.id), "What if")
    prediction = lambda: next(m.value for m in app.markdown if "Prediction" in m.value)  # noqa: E731
    assert "nothing is changed yet" in prediction()
    app.selectbox(key="what-gate").set_value("output").run()
    assert "before" in prediction()
    # h is 0 everywhere, so the prediction is the output layer's bias
    bias = load_weights(run.path / "weights.npz")["output/bias"]
    in_units = float(run.prepared.scaler.inverse(np.asarray(bias))[0])
    layer_two = app.selectbox(key="gates-layer-mine").set_value(1).run()
    assert not layer_two.exception
    assert f"{in_units:,.4g}" in prediction()


def test_a_changed_input_stays_where_it_is_until_everything_is_put_back() -> None:
    app = show(gates(trained("gru").id), "What if")
    prediction = lambda: next(m.value for m in app.markdown if "Prediction" in m.value)  # noqa: E731
    untouched = prediction()
    app.toggle(key="what-input-on").set_value(True).run()
    for step, to in ((6, 1.5), (2, -1.5)):
        app.number_input(key="what-input").set_value(step).run()
        next(s for s in app.slider if s.label == "To").set_value(to).run()
    assert any(c.value == "Changed: steps 2, 6." for c in app.caption)
    app.toggle(key="what-freeze-on").set_value(True).run()
    app.number_input(key="what-freeze").set_value(3).run()
    app.multiselect[0].set_value([1]).run()
    assert "before" in prediction()
    app.number_input(key="what-input").set_value(6).run()
    assert next(s for s in app.slider if s.label == "To").value == 1.5
    next(b for b in app.button if b.label == "Put everything back").click().run()
    assert not app.exception
    assert prediction() == untouched
    assert not any(app.toggle(key=f"what-{name}-on").value for name in ("freeze", "reset", "input"))


def test_a_point_dragged_to_a_whole_number_is_a_number_like_others() -> None:
    app = show(gates(trained("gru").id), "What if")
    app.toggle(key="what-input-on").set_value(True).run()
    app.number_input(key="what-input").set_value(6).run()
    start = app.slider(key="gates-window-mine").value
    app.session_state[f"what-inputs-mine-{start}"][6] = 1  # JavaScript has one kind of number, and sends 1.0 as 1
    app.run()
    assert not app.exception
    assert next(s for s in app.slider if s.label == "To").value == 1.0


def test_the_series_stands_above_with_the_window_marked() -> None:
    app = gates(trained("lstm").id)
    app.slider(key="gates-window-mine").set_value(30).run()
    figure = json.loads(chart(app, "gates-series")["figure"])
    assert len(figure["data"][0]["x"]) == 120
    x = figure["data"][0]["x"]
    assert (figure["layout"]["shapes"][-1]["x0"], figure["layout"]["shapes"][-1]["x1"]) == (x[30], x[35])
    assert chart(app, "gates-series")["gestures"] == ["pick"]
    assert chart(app, "gate-hidden")["file"] == "mine-window-30-layer-1-hidden"
