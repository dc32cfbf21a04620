"""Train: the widgets and the draft say the same, a bad value costs nothing, and Train makes exactly the draft's run."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from conftest import Open, address, charts, choose_data, draft, rates, sentences, switch, train_button, widget
from streamlit.testing.v1 import AppTest

from lab.config.presets import PRESETS, preset
from lab.config.run import RunConfig
from lab.data.sources import DATASETS, digits_of, source_of

MEMORY = ("first_symbol", "temporal_order", "adding", "parity")  # see test_memory_pages


def shown(app: AppTest) -> dict[str, Any]:
    """What the widgets say, as the draft's own settings."""
    config = draft(app)
    training = config.training
    said: dict[str, Any] = {
        name: widget(app, name).value
        for name in ("data.name", "model.cell", "model.activation", "model.recurrent_dropout", "training.epochs",
                     "training.batch_size", "training.optimizer", "training.learning_rate", "training.decay",
                     "training.loss", "training.patience", "seed")
    }  # fmt: skip
    if config.task.name == "digits":
        names = ("data.size", "data.order", "data.normalize", "data.permutation")
        said |= {name: widget(app, name).value for name in names}
    elif config.data.name in MEMORY:
        said |= {name: widget(app, name).value for name in ("data.length", "data.examples", "data.seed")}
    else:
        said |= {name: widget(app, name).value for name in ("data.scaler", "window.size", "window.stride")}
        said |= {name: widget(app, name).value / 100 for name in ("data.train", "data.validation")}
    if isinstance(config.model.dropout, tuple):
        said["model.dropout"] = tuple(slider.value for slider in rates(app))
    else:
        said["model.dropout"] = widget(app, "model.dropout").value
    for name, units in (("model.units", config.model.units), ("model.dense", config.model.dense)):
        said[name] = tuple(widget(app, f"{name}.{k}").value for k in range(widget(app, name).value))
        assert len(units) == len(said[name])
    clip = widget(app, "clip").value
    assert clip == next((k for k in ("clip_value", "clip_norm", "global_clip_norm") if getattr(training, k)), "none")
    if clip != "none":
        said[f"training.{clip}"] = widget(app, "clip.limit").value
    return said


def build_of(config: RunConfig) -> Any:
    if config.data.name in MEMORY:
        return source_of(config.data)
    return digits_of(config.data) if (config.task.name == "digits") else config.data


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_loads_in_one_click_and_the_widgets_say_so(open_page: Open, name: str) -> None:
    app = open_page("train", preset="retail" if name == "sine" else "sine")
    app.button(key=f"preset-{name}").click().run()
    assert not app.exception
    wanted = preset(name)
    assert draft(app) == wanted
    again = wanted.with_settings(shown(app))
    assert (again.window, again.model, again.training, again.seed) == (
        wanted.window, wanted.model, wanted.training, wanted.seed,
    )  # fmt: skip
    assert build_of(again) == build_of(wanted)  # a widget says an option that the preset leaves out
    memory = [f"sequence-{k}" for k in range(4)]
    assert charts(app) == (
        memory if wanted.data.name in MEMORY else ["digits" if (wanted.task.name == "digits") else "series"]
    )
    assert not train_button(app).disabled
    if wanted.data.start:
        assert widget(app, "data.start").value.isoformat() == wanted.data.start
        assert widget(app, "data.column").value == wanted.data.column


@pytest.mark.parametrize(
    ("setting", "value", "expected"),
    [
        ("data.train", 60, 0.6),
        ("data.validation", 20, 0.2),
        ("data.scaler", "minmax", "minmax"),
        ("window.size", 12, 12),
        ("window.stride", 3, 3),
        ("training.batch_size", 16, 16),
        ("model.cell", "gru", "gru"),
        ("model.units", 3, (50, 50, 50)),
        ("model.units.0", 9, (9,)),
        ("model.dropout", 0.25, 0.25),
        ("model.recurrent_dropout", 0.1, 0.1),
        ("model.dense", 1, (32,)),
        ("training.epochs", 7, 7),
        ("training.optimizer", "sgd", "sgd"),
        ("training.learning_rate", 0.01, 0.01),
        ("training.loss", "huber", "huber"),
        ("training.decay", 1e-3, 0.001),
        ("model.activation", "relu", "relu"),
        ("training.patience", 5, 5),
        ("seed", 3, 3),
        ("data.points", 300, 300),
        ("data.periods", 4.0, 4.0),
        ("data.noise", 0.5, 0.5),
    ],
)
def test_a_control_changes_the_draft_and_only_that(open_page: Open, setting: str, value: Any, expected: Any) -> None:
    app = open_page("train")
    before = draft(app)
    widget(app, setting).set_value(value).run()
    assert not app.exception
    assert sentences(app) == []
    name = setting.removesuffix(".0")
    assert draft(app) == before.with_settings({name: expected})
    assert draft(app) != before
    assert widget(app, setting).value == value
    assert address(app)[name] == (",".join(map(str, expected)) if isinstance(expected, tuple) else str(expected))


def test_momentum_appears_with_sgd(open_page: Open) -> None:
    app = open_page("train")
    assert not [s for s in app.slider if s.label == "Momentum"]
    widget(app, "training.optimizer").set_value("sgd").run()
    widget(app, "training.momentum").set_value(0.9).run()
    assert draft(app).training.momentum == 0.9


@pytest.mark.parametrize("kind", ["none", "clip_value", "clip_norm", "global_clip_norm"])
def test_one_kind_of_clipping_at_a_time(open_page: Open, kind: str) -> None:
    app = open_page("train")
    widget(app, "clip").set_value(kind).run()
    if kind != "none":
        widget(app, "clip.limit").set_value(2.5).run()
    training = draft(app).training
    clips = {k: getattr(training, k) for k in ("clip_value", "clip_norm", "global_clip_norm")}
    assert clips == {k: 2.5 if k == kind else None for k in clips}


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ([("data.train", 90)], "2 % for the test part"),
        ([("training.learning_rate", 0.0)], "training.learning_rate"),
        ([("data.amplitude", -1.0)], "data.amplitude"),
        ([("data.points", 3)], "data.points"),
        ([("clip.limit", 0.0)], "training.global_clip_norm"),
    ],
)
def test_a_bad_value_is_one_sentence_and_costs_nothing(
    open_page: Open, settings: list[tuple[str, Any]], said: str
) -> None:
    app = open_page("train")
    before = draft(app)
    for setting, value in settings:
        widget(app, setting).set_value(value).run()
    assert not app.exception
    assert len(sentences(app)) == 1, sentences(app)
    assert said in sentences(app)[0]
    assert draft(app) == before
    assert train_button(app).disabled


def test_a_good_value_takes_the_sentence_back(open_page: Open) -> None:
    app = open_page("train")
    rate = widget(app, "training.learning_rate")
    rate.set_value(0.0).run()
    widget(app, "training.learning_rate").set_value(0.005).run()
    assert sentences(app) == []
    assert not train_button(app).disabled
    widget(app, "data.train").set_value(90).run()
    assert train_button(app).disabled
    widget(app, "data.validation").set_value(5).run()  # the other slider makes both good
    assert sentences(app) == []
    assert not train_button(app).disabled
    assert (draft(app).data.train, draft(app).data.validation) == (0.9, 0.05)


def test_a_preset_clears_what_was_wrong(open_page: Open) -> None:
    app = open_page("train")
    widget(app, "training.learning_rate").set_value(0.0).run()
    assert train_button(app).disabled
    app.button(key="preset-retail").click().run()
    assert sentences(app) == []
    assert not train_button(app).disabled


def test_a_window_too_long_for_its_part_is_said(open_page: Open) -> None:
    app = open_page("train", preset="sine")
    widget(app, "window.size").set_value(600).run()
    assert not app.exception
    assert len(sentences(app)) == 1
    assert train_button(app).disabled


def test_another_data_set_starts_from_its_own_defaults(open_page: Open) -> None:
    app = open_page("train", preset="bitcoin")
    before = draft(app)
    app = choose_data(app, "temperature")
    data = draft(app).data
    assert (data.name, data.column, data.start, data.end, data.options) == ("temperature", None, None, None, ())
    assert draft(app).model == before.model
    assert widget(app, "data.column").value == "MinTemperature"
    widget(app, "data.column").set_value("MaxTemperature").run()
    assert draft(app).data.column == "MaxTemperature"
    app = choose_data(app, "sine")
    widget(app, "data.noise").set_value(0.5).run()
    app = choose_data(app, "retail")
    app = choose_data(app, "sine")
    assert draft(app).data.options == ()
    assert widget(app, "data.noise").value == 0.0


@pytest.mark.parametrize("name", [name for name in DATASETS if name not in ("yahoo", "csv", "digits", *MEMORY)])
def test_every_data_set_shows_its_data(open_page: Open, name: str) -> None:
    app = choose_data(open_page("train"), name)
    assert not app.exception
    assert sentences(app) == []
    assert charts(app) == ["series"]
    assert [len(frame.value) for frame in app.table] == [3, 7]
    assert any(caption.value.startswith("Source: ") for caption in app.caption)
    assert DATASETS[name].blurb in [caption.value for caption in app.caption]


def test_csv_asks_for_a_file_first(open_page: Open) -> None:
    app = choose_data(open_page("train"), "csv")
    assert not app.exception
    assert any("Upload a CSV file" in info.value for info in app.info)
    assert train_button(app).disabled


def test_gaps_are_chosen_and_said(open_page: Open) -> None:
    app = choose_data(open_page("train"), "bitcoin")
    gaps = widget(app, "data.gaps")
    assert gaps.value == "leave"
    assert "missing" in gaps.label
    for choice, words in (("ffill", "carrying the last value forward"), ("interpolate", "interpolation")):
        widget(app, "data.gaps").set_value(choice).run()
        assert draft(app).data.gaps == choice
        assert any(words in caption.value for caption in app.caption)


def test_dates_narrow_the_series(open_page: Open) -> None:
    app = choose_data(open_page("train"), "bitcoin")
    widget(app, "data.start").set_value(date(2018, 1, 1)).run()
    widget(app, "data.end").set_value(date(2019, 12, 31)).run()
    assert (draft(app).data.start, draft(app).data.end) == ("2018-01-01", "2019-12-31")
    parts = app.table[0].value
    assert parts["from"].iloc[0] == "2018-01-01"
    assert parts["to"].iloc[-1] == "2019-12-31"


@pytest.mark.parametrize("view", ["Windows", "Model"])
def test_the_other_views(open_page: Open, view: str) -> None:
    app = open_page("train")
    switch(app).set_value(view).run()
    assert not app.exception
    assert sentences(app) == []
    text = " ".join(element.value for element in app.markdown)
    assert ("windows**" if view == "Windows" else "10,451 parameters") in text
