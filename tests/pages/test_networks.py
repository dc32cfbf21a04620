"""Networks that are not recurrent, on the pages: chosen on Train, and looked at from inside."""

from __future__ import annotations

import json
from base64 import b64decode
from pathlib import Path

import numpy as np
import pytest
from conftest import Open, address, charts, draft, sentences, switch, widget

import lab
from lab.data.sources import load_data
from lab.network.architecture import weight_shapes
from lab.network.weights import save_weights
from lab.runs.events import Finished
from lab.runs.run import Run
from lab.runs.store import RunStore


def trained(settings: dict[str, object]) -> Run:
    """A run with random weights: the page can't tell, and nothing has to be trained."""
    of_sine = {} if "data.name" in settings else {"data.points": 120, "window.size": 8}
    config = lab.RunConfig().with_settings(of_sine | settings)
    data = load_data(config.data)
    run = RunStore().create(config, data, "mine")
    rng = np.random.default_rng(0)
    task = config.task
    shapes = weight_shapes(config.model, task.features(config), task.head(config).units, config.window.size)
    save_weights(
        run.path / "weights.npz", {k: rng.normal(0, 0.3, s).astype(np.float32) ** 2 for k, s in shapes.items()}
    )
    run.append(Finished(0, 0, 0.0))
    return run


def test_another_kind_of_network_brings_its_own_settings(open_page: Open) -> None:
    app = open_page("train", preset="mnist")
    assert draft(app).model.dropouts == (0.2, 0.1, 0.2)
    for kind, there, gone in (
        (
            "conv1d",
            {"Convolutions", "Kernel size", "Padding", "At the end", "Dense layers"},
            {"Cell", "Recurrent layers"},
        ),
        ("mlp", {"Dense layers", "Units 1"}, {"Cell", "Convolutions", "Kernel size"}),
        ("linear", set(), {"Cell", "Convolutions", "Dense layers", "Dropout"}),
        ("recurrent", {"Cell", "Recurrent layers", "Convolutions in front"}, {"Convolutions", "Kernel size"}),
    ):
        widget(app, "model.kind").set_value(kind).run()
        assert not app.exception
        assert not sentences(app)
        assert draft(app).model.kind == kind
        labels = {e.label for e in [*app.selectbox, *app.number_input, *app.slider]}
        assert there <= labels, kind
        assert not gone & labels, kind
        switch(app).set_value("Model").run()
        assert not app.exception
    assert "model.kind" not in address(app)


def test_convolutions_come_and_go_in_front_of_recurrent_layers(open_page: Open) -> None:
    app = open_page("train", preset="sine")
    widget(app, "model.filters").set_value(2).run()
    assert draft(app).model.filters == (32, 32)
    widget(app, "model.stride").set_value(2).run()
    widget(app, "model.dilation").set_value(2).run()
    (sentence,) = sentences(app)
    assert "`model.dilation` must be 1 where the stride is not" in sentence
    widget(app, "model.dilation").set_value(1).run()
    widget(app, "model.pooling").set_value("max").run()
    assert not sentences(app)
    switch(app).set_value("Model").run()
    rows = app.table[0].value
    assert list(rows["layer"]) == [
        "Conv1D 1 (ReLU)",
        "Max pooling",
        "Conv1D 2 (ReLU)",
        "Max pooling",
        "LSTM 1",
        "Output (linear)",
    ]
    assert list(rows["output shape"]) == ["(25, 32)", "(13, 32)", "(7, 32)", "(4, 32)", "(50,)", "(1,)"]
    widget(app, "model.filters").set_value(0).run()
    assert draft(app).model == lab.preset("sine").model


def test_what_most_leave_as_it_is_stands_behind_a_switch(open_page: Open) -> None:
    app = open_page("train", preset="sine")
    labels = {
        "Normalisation",
        "First weights",
        "First bias of the forget gate",
        "Activation of the gates",
        "Weight decay (L2)",
    }
    assert not labels & {e.label for e in [*app.selectbox, *app.number_input]}
    widget(app, "model.more").set_value(True).run()
    assert labels <= {e.label for e in [*app.selectbox, *app.number_input]}
    widget(app, "model.norm").set_value("layer").run()
    widget(app, "model.forget_bias").set_value(3.0).run()
    widget(app, "model.gate_activation").set_value("hard_sigmoid").run()
    widget(app, "model.recurrent_initializer").set_value("identity").run()
    assert not app.exception
    model = draft(app).model
    assert (model.norm, model.forget_bias, model.gate_activation, model.recurrent_initializer) == (
        "layer",
        3.0,
        "hard_sigmoid",
        "identity",
    )
    again = open_page("train", **address(app))
    assert draft(again).model == model
    assert labels <= {e.label for e in [*again.selectbox, *again.number_input]}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({"model.kind": "conv1d", "model.filters": "4,3", "model.pooling": "max", "model.dense": "5", "model.norm": "layer"},
         {"map-conv0", "map-conv1", "map-pooling0", "map-dense0", "filter-weights", "filter-patch", "gate-window"}),
        ({"model.kind": "mlp", "model.dense": "6"}, {"map-dense0", "input-weights", "gate-window", "gate-window-shares"}),
        ({"model.kind": "linear"}, {"input-weights", "gate-window", "gate-window-shares"}),
        ({"model.filters": "4", "model.units": "3", "model.stride": 2}, {"gate-forget", "map-conv0", "filter-patch", "gate-window"}),
        ({"data.name": "digits", "model.kind": "conv1d", "model.filters": "4"}, {"map-conv0", "filter-weights", "gate-window-belief"}),
        ({"data.name": "digits", "model.kind": "linear"}, {"input-weights", "gate-window-belief"}),
    ],
    ids=str,
)  # fmt: skip
def test_no_network_leaves_the_page_empty(
    settings: dict[str, object], expected: set[str], open_page: Open, lab_home: Path
) -> None:
    run = trained(settings)
    app = open_page("gates", run=run.id)
    assert not sentences(app)
    assert expected <= set(charts(app))
    for view in ("What if", *(("One step", "Compare") if run.config.model.is_recurrent else ())):
        app.segmented_control(key="gates-view").set_value(view).run()
        assert not app.exception, view
        assert not sentences(app)


def test_a_feature_map_is_what_the_layer_makes_of_the_window(open_page: Open, lab_home: Path) -> None:
    run = trained({"model.kind": "conv1d", "model.filters": "4"})
    app = open_page("gates", run=run.id, window="5")
    found = [json.loads(c.proto.json) for c in app.get("bidi_component") if c.proto.component_name == "lab_chart"]
    drawn = next(data for data in found if data["key"] == "map-conv0")["figure"]
    drawn = json.loads(drawn) if isinstance(drawn, str) else drawn
    values = np.frombuffer(b64decode(drawn["data"][0]["z"]["bdata"]), "<f4").reshape(4, 8)
    np.testing.assert_allclose(values.T, run.network().trace(run.window(5)).outputs["conv0"], rtol=1e-6)


def test_belief_of_a_network_that_reads_all_at_once(open_page: Open, lab_home: Path) -> None:
    run = trained({"data.name": "digits", "model.kind": "mlp"})
    app = open_page("belief", run=run.id)
    assert not app.exception
    assert any("reads the whole digit at once" in c.value for c in app.caption)


@pytest.mark.parametrize("cell", ["lstm", "rnn"])
def test_a_sequence_that_convolutions_shorten_has_fewer_steps_to_interfere_with(
    cell: str,
    open_page: Open,
    lab_home: Path,
) -> None:
    run = trained({"model.filters": "4", "model.units": "3", "model.stride": 2, "model.cell": cell})
    app = open_page("gates", run=run.id, view="what-if", freeze="4", reset="4")
    assert not sentences(app)
    assert len(run.network().trace(run.window(0)).layers[0]["hidden"]) == 4
    for step in (n for n in app.number_input if n.label in ("From step", "At step")):
        assert (step.max, step.value) == (4, 4)
    app = open_page("gates", run=run.id, view="what-if", freeze="8")
    (sentence,) = sentences(app)
    assert "from 1 to 4" in sentence
    assert not open_page("gates", run=run.id).exception
