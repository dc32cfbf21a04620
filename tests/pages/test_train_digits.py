"""Train on digits without a browser: the controls, the views before it, the live run and its end; then Gates, Forecast, Runs."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from conftest import (
    Open,
    address,
    charts,
    choose_data,
    draft,
    progress_words,
    rates,
    sentences,
    switch,
    train_button,
    widget,
)
from streamlit.testing.v1 import AppTest
from test_home import EMOJI, labels, not_in_sentence_case, unexplained

import lab
from lab.config.run import RunConfig
from lab.data.sources import with_typed_options
from lab.jobs import checks
from lab.runs.alive import sign
from lab.runs.events import Progressed, Started
from lab.runs.run import SAMPLES, Run
from lab.runs.store import RunStore
from lab.scoring.mistake import Mistake

LIVE = ["confusion", "mistakes", "loss", "accuracy", "gradient"]


@pytest.fixture
def sample() -> Run:
    return RunStore().open("sample-digits")


@pytest.fixture
def own_run(lab_home: Path) -> Run:
    """The sample as a run of this home: one may append to it."""
    return Run(shutil.copytree(SAMPLES / "sample-digits", lab_home / "runs" / "digits"))


def chart(app: AppTest, key: str) -> dict[str, Any]:
    protos = [c.proto for c in app.get("bidi_component") if c.proto.component_name == "lab_chart"]
    return next(data for data in (json.loads(proto.json) for proto in protos) if data["key"] == key)


def markdown(app: AppTest) -> str:
    return " ".join(element.value for element in app.markdown)


def test_digits_are_chosen_in_the_picker_and_left_again(open_page: Open) -> None:
    app = open_page("train")
    assert "Images: MNIST digits" in widget(app, "data.name").options
    app = choose_data(app, "digits")
    assert not app.exception
    assert sentences(app) == []
    assert charts(app) == ["digits"]
    assert "6,000 to learn from, 1,000 to test on" in markdown(app)
    counts = app.table[0].value.set_index("part")
    assert set(counts.loc["train"]) == {600}
    assert set(counts.loc["test"]) == {100}
    assert any("CC BY-SA" in caption.value for caption in app.caption)
    assert widget(app, "training.loss").proto.disabled
    assert [e.label for e in app.expander if "Windows" in e.label] == []
    app = choose_data(app, "sine")
    assert sentences(app) == []
    assert draft(app).training.loss == "mse"
    assert charts(app) == ["series"]


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("data.order", "both"),
        ("data.normalize", False),
        ("data.permutation", 7),
        ("model.activation", "relu"),
        ("model.cell", "gru"),
        ("training.decay", 0.01),
        ("training.batch_size", 32),
    ],
)
def test_a_control_changes_the_draft_and_the_address(open_page: Open, setting: str, value: Any) -> None:
    app = choose_data(open_page("train"), "digits")
    before = draft(app)
    widget(app, setting).set_value(value).run()
    assert not app.exception
    assert sentences(app)[:-1] == []
    assert draft(app) == before.with_settings({setting: value})
    linked = RunConfig().with_settings(address(app))
    assert replace(linked, data=with_typed_options(linked.data)) == draft(app)
    for view in ("Windows", "Model", "Data"):
        switch(app).set_value(view).run()
        assert not app.exception, view


def test_raw_pixels_are_warned_of(open_page: Open) -> None:
    app = choose_data(open_page("train"), "digits")
    assert sentences(app) == []
    widget(app, "data.normalize").set_value(False).run()
    assert len(sentences(app)) == 1
    assert "little is learned" in sentences(app)[0]


def test_sequences_are_shown_as_the_network_reads_them(open_page: Open) -> None:
    app = open_page("train", preset="mnist-quick")
    switch(app).set_value("Windows").run()
    assert app.code[0].value == "X (32, 28, 28) -> y (32,), from 0 to 1"
    assert len(app.dataframe[0].value) == 28
    before = chart(app, "sequences")["figure"]
    widget(app, "data.order").set_value("both").run()
    assert app.code[0].value == "X (32, 28, 56) -> y (32,), from 0 to 1"
    widget(app, "data.order").set_value("rows").run()
    widget(app, "data.permutation").set_value(4).run()
    assert chart(app, "sequences")["figure"] != before


def test_the_model_of_the_preset_is_laid_out(open_page: Open) -> None:
    app = open_page("train", preset="mnist")
    switch(app).set_value("Model").run()
    layers = list(app.table[0].value["layer"])
    assert layers[-1] == "Output (softmax)"
    assert app.table[0].value["output shape"].iloc[-1] == "(10,)"


def test_the_full_set_that_is_not_here_is_no_error(open_page: Open, submitted: list[Run]) -> None:
    app = choose_data(open_page("train"), "digits")
    widget(app, "data.size").set_value("full").run()
    assert sentences(app) == []
    assert any("Train downloads it" in info.value for info in app.info)
    assert not train_button(app).disabled
    train_button(app).click().run()
    assert not app.exception
    (run,) = [run for run in RunStore().list() if not run.is_sample]
    assert dict(run.config.data.options)["size"] == "full"
    assert charts(app) == [*LIVE, "gradient-course"]


def test_a_file_that_is_not_there_is_a_sentence(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LAB_MNIST", "/nowhere/mnist.npz")
    app = choose_data(open_page("train"), "digits")
    widget(app, "data.size").set_value("full").run()
    assert len(sentences(app)) == 1
    assert "LAB_MNIST" in sentences(app)[0]
    assert train_button(app).disabled


def test_each_layer_keeps_its_dropout_when_layers_come_and_go(open_page: Open) -> None:
    app = open_page("train", preset="mnist")
    widget(app, "model.units").set_value(3).run()
    assert sentences(app) == []
    assert draft(app).model.dropout == (0.2, 0.1, 0.1, 0.2)
    assert [slider.value for slider in rates(app)] == [0.2, 0.1, 0.1, 0.2]
    rates(app)[2].set_value(0.4).run()
    assert draft(app).model.dropout == (0.2, 0.1, 0.4, 0.2)
    widget(app, "model.dense").set_value(0).run()
    assert draft(app).model.dropout == (0.2, 0.1, 0.4)
    widget(app, "model.dropout-by-layer").set_value(False).run()
    assert draft(app).model.dropout == 0.2
    assert widget(app, "model.dropout").value == 0.2


def test_a_finished_run_shows_confusion_mistakes_and_honest_baselines(open_page: Open, sample: Run) -> None:
    app = open_page("train", run=sample.id)
    assert charts(app) == LIVE
    assert "logistic regression on pixels errs on" in markdown(app)
    table = app.table[0].value.set_index("classifier")
    assert table.loc["LSTM", "error rate"] == f"{1 - sample.scores()[0]['accuracy']:.1%}"
    assert "Commonest class" in table.index
    frames = chart(app, "confusion")["frames"]
    assert sum(int(n) for n in frames[-1]["traces"]["count"]["text"]) == 1000
    assert [frame["epoch"] for frame in frames] == list(range(sample.config.training.epochs + 1))
    first = Mistake._make(sample.history().last("mistakes")[1][0])
    labels = [note["text"] for note in json.loads(chart(app, "mistakes")["figure"])["layout"]["annotations"]]
    assert labels[0].startswith(f"{first.truth} → {first.predicted}<br>")
    assert [(link.proto.label, link.proto.query_string) for link in app.get("page_link")] == [
        ("Belief", f"run={sample.id}"), ("Gates", f"run={sample.id}"), ("Gradients", f"run={sample.id}"), ("Evaluate", f"run={sample.id}"),
    ]  # fmt: skip


def test_within_an_epoch_there_are_points_and_a_time_left(open_page: Open, own_run: Run) -> None:
    (own_run.path / "events.jsonl").unlink()
    for event in (
        Started(0, 15, 100, 1),
        Progressed(1, 20, 100, 2.0, 2.0, {"accuracy": 0.3}),
        Progressed(1, 40, 100, 1.5, 4.0, {"accuracy": 0.5}),
    ):
        own_run.append(event)
    sign(own_run.path / "worker.json")  # this process plays the worker
    app = open_page("train", run=own_run.id)
    assert progress_words(app) == "Epoch 1 of 15, step 40 of 100, about 2 min left"
    accuracy = json.loads(chart(app, "accuracy")["figure"])["data"][0]
    assert (accuracy["x"], accuracy["y"]) == ([0.2, 0.4], [0.3, 0.5])


@pytest.mark.parametrize("preset", ["mnist", "mnist-quick"])
def test_words_are_in_sentence_case_and_explained(open_page: Open, preset: str) -> None:
    app = open_page("train", preset=preset)
    for view in ("Windows", "Data"):
        switch(app).set_value(view).run()
        assert [text for text in labels(app) if not_in_sentence_case(text)] == []
        assert unexplained(app) == set()


@pytest.mark.parametrize("page", ["belief", "gates", "train", "forecast"])
def test_so_are_those_of_pages_on_a_run_with_digits(open_page: Open, page: str, sample: Run) -> None:
    app = open_page(page, run=sample.id)
    assert [text for text in labels(app) if not_in_sentence_case(text)] == []
    assert [text for text in labels(app) if EMOJI.search(text)] == []
    assert unexplained(app) == set()


def test_forecast_says_where_to_go_instead(open_page: Open, sample: Run) -> None:
    app = open_page("forecast", run=sample.id)
    assert sentences(app) == []
    assert any("needs a series" in info.value for info in app.info)
    assert [link.proto.query_string for link in app.get("page_link")] == 4 * [f"run={sample.id}"]
    app.selectbox[0].set_value("sample-sine").run()
    assert charts(app) == ["future", "test"]


def gates(open_page: Open, run: Run) -> AppTest:
    return open_page("gates", run=run.id, digit="3")


def test_every_view_of_gates_shows_a_digit(open_page: Open, sample: Run) -> None:
    app = gates(open_page, sample)
    assert {"gate-window", "gate-window-belief", "gate-window-shares", "gate-forget"} <= set(charts(app))
    assert any("Test digit 3" in caption.value for caption in app.caption)
    for view in ("One step", "What if", "Compare"):
        app.segmented_control(key="gates-view").set_value(view).run()
        assert not app.exception, view
        assert charts(app)
    others = next(box for box in app.selectbox if box.label == "With the run").options
    assert all("digits" in name for name in others), "digits beside digits"


def test_what_if_half_of_the_digit_were_hidden(open_page: Open, sample: Run) -> None:
    app = gates(open_page, sample)
    app.segmented_control(key="gates-view").set_value("What if").run()
    prediction = lambda: next(m.value for m in app.markdown if "Prediction" in m.value)  # noqa: E731
    untouched = prediction()
    assert "nothing is changed yet" in untouched
    app.selectbox(key="what-digit").set_value("bottom").run()
    assert "before" in prediction()
    app.selectbox(key="what-gate").set_value("output").run()
    next(b for b in app.button if b.label == "Put everything back").click().run()
    assert prediction() == untouched


def test_the_equations_say_relu_where_the_cell_has_it(open_page: Open, lab_home: Path) -> None:
    import numpy as np

    from lab.network.architecture import weight_shapes
    from lab.network.weights import save_weights

    config = lab.RunConfig().with_settings({"data.name": "digits", "model.units": "3", "model.activation": "relu"})
    run = RunStore().create(config, None, "mine")
    shapes = weight_shapes(config.model, 28, 10)
    save_weights(run.path / "weights.npz", {k: np.full(s, 0.1, np.float32) for k, s in shapes.items()})
    app = gates(open_page, run)
    app.segmented_control(key="gates-view").set_value("One step").run()
    assert not app.exception
    assert any("ReLU" in latex.value for latex in app.latex)


def test_runs_list_accuracy_and_compare_it(open_page: Open, sample: Run, quick_run: Run) -> None:
    app = open_page("runs")
    rows = app.dataframe[0].value.set_index("run")
    row = rows.loc["sample-digits (sample)"]
    assert (row["data"], row["test accuracy"], row["test MAE"]) == ("MNIST digits", "96.4%", "")
    at = list(app.dataframe[0].value["run"]).index("sample-digits (sample)")
    app.session_state["runs-table"] = {"selection": {"rows": [at], "columns": [], "cells": []}}
    app.run()
    assert [link.proto.label for link in app.get("page_link")] == ["Open", "Belief"]
    curves = app.selectbox(key="compare-metric").options
    assert "Test accuracy" in curves
    assert "Validation MAPE (%)" not in curves
    app.session_state["runs-table"] = {"selection": {"rows": [0, at], "columns": [], "cells": []}}
    app.selectbox(key="compare-metric").set_value("val_accuracy").run()
    assert not app.exception


def test_digits_too_large_for_the_memory_are_refused_with_a_sentence(
    open_page: Open, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(checks, "memory_limit", lambda _workers: 2**30)
    app = open_page("train", **{"preset": "mnist-quick", "model.units": "1024,1024", "training.batch_size": "4096"})
    assert "GiB of memory" in " ".join(sentences(app))
    assert train_button(app).disabled
