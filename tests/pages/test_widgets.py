"""What a widget says by itself is what the page means, whatever the browser has missed of earlier runs."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from conftest import Open, draft, rates, widget
from streamlit.testing.v1 import AppTest

import lab
from lab import jobs
from lab.config.home import save_upload
from lab.config.presets import PRESETS

LINKS = [("train", {"preset": name}) for name in PRESETS]
LINKS += [("train", {"preset": "sine", "training.optimizer": "sgd", "training.momentum": "0.999"})]
LINKS += [("train", {"preset": "sine", "data.train": "0.95", "data.validation": "0.02", "window.size": "1000"})]
LINKS += [("gates", {"run": "sample-sine"}), ("gates", {"run": "sample-digits", "digit": "7"})]
LINKS += [("belief", {"run": "sample-digits", "digit": "7"}), ("forecast", {"run": "sample-sine"})]


def defaults_and_values(app: AppTest) -> dict[str, tuple[Any, Any]]:
    """Of every widget: where the browser would put it that knows nothing yet, and where it is."""
    found: dict[str, tuple[Any, Any]] = {}
    for w in (*app.number_input, *app.toggle, *app.text_input):
        found[w.key] = (w.proto.default, w.value)
    for w in (*app.slider, *app.select_slider):
        at = list(w.value) if isinstance(w.value, tuple) else [w.value]
        found[w.key] = ([*w.proto.default], at if w in app.slider else [[*w.proto.options].index(str(v)) for v in at])
    for w in app.selectbox:
        found[w.key] = (w.proto.default if w.proto.HasField("default") else None, w.index)
    for w in (*app.segmented_control, *app.multiselect):
        found[w.key] = ([*w.proto.default], [*w.indices])
    for w in app.date_input:
        assert isinstance(w.value, date)
        found[w.key] = ([*w.proto.default], [w.value.isoformat()])
    return found


def assert_at_their_defaults(app: AppTest) -> None:
    assert not app.exception
    found = defaults_and_values(app)
    assert len(found) >= 2
    assert {key: default for key, (default, _) in found.items()} == {key: value for key, (_, value) in found.items()}


@pytest.mark.parametrize(("page", "query"), LINKS)
def test_a_widget_begins_where_it_stands(open_page: Open, page: str, query: dict[str, str]) -> None:
    """Streamlit tells the browser of a value in the session once only; overtaken by the next run, it is lost."""
    assert_at_their_defaults(open_page(page, **query))


def test_and_follows_what_was_chosen(open_page: Open) -> None:
    app = open_page("train", preset="retail")
    widget(app, "training.epochs").set_value(77).run()
    widget(app, "model.units").set_value(3).run()
    widget(app, "model.units.2").set_value(9).run()
    widget(app, "data.scaler").set_value("minmax").run()
    widget(app, "clip").set_value("clip_norm").run()
    widget(app, "clip.limit").set_value(2.5).run()
    widget(app, "data.start").set_value(date(1999, 5, 1)).run()
    config = draft(app)
    assert (config.training.epochs, config.model.units[2], config.data.scaler) == (77, 9, "minmax")
    assert (config.training.clip_norm, config.data.start) == (2.5, "1999-05-01")
    assert_at_their_defaults(app)


def test_whole_numbers_from_python_are_numbers(open_page: Open) -> None:
    model = lab.ModelConfig(units=(4,), dropout=0, recurrent_dropout=0)
    training = lab.TrainingConfig(epochs=1, optimizer="sgd", learning_rate=1, decay=0, momentum=0, clip_value=4)
    run = jobs.create(lab.RunConfig(model=model, training=training), name="whole")
    assert_at_their_defaults(open_page("train", run=run.id))
    by_layer = lab.ModelConfig(units=(4, 4), dropout=(0, 0))
    run = jobs.create(lab.RunConfig(model=by_layer), name="whole-by-layer")
    assert_at_their_defaults(open_page("train", run=run.id))


def test_layers_that_come_and_go_have_widgets_of_their_own(open_page: Open) -> None:
    """A second click breaks the first one's run off, and what the browser then still says is of the layers before."""
    app = open_page("train", preset="mnist")
    seen = {w.key for w in rates(app)}
    widget(app, "model.dropout-by-layer").set_value(False).run()
    widget(app, "model.dropout-by-layer").set_value(True).run()
    again = {w.key for w in rates(app)}
    assert len(again) == 3
    assert not seen & again
    units = widget(app, "model.units.0").key
    widget(app, "model.units").set_value(3).run()
    assert widget(app, "model.units.0").key != units
    assert not again & {w.key for w in rates(app)}


def test_dates_begin_at_the_ends_of_the_series_even_if_it_is_read_otherwise(open_page: Open) -> None:
    rows = "".join(f"0{month}/{day:02d}/2020,{day + month}\n" for month in (1, 2, 3) for day in range(1, 13))
    path = save_upload(f"date,value\n{rows}".encode())
    app = open_page("train", **{"data.name": "csv", "data.path": path, "data.day_first": "false", "window.size": "2"})
    assert (widget(app, "data.start").value, widget(app, "data.end").value) == (date(2020, 1, 1), date(2020, 3, 12))
    widget(app, "data.day_first").set_value("yes").run()
    assert draft(app).data.start is None
    assert (widget(app, "data.start").value, widget(app, "data.end").value) == (date(2020, 1, 1), date(2020, 12, 3))


@pytest.mark.parametrize("noise", ["1", 1])
def test_an_option_has_the_widget_of_its_kind(open_page: Open, noise: str | int) -> None:
    data = lab.DataConfig(options=(("noise", noise), ("points", "300")))
    run = jobs.create(lab.RunConfig(data=data), name="options")
    app = open_page("train", run=run.id)
    assert_at_their_defaults(app)
    assert (widget(app, "data.noise").value, widget(app, "data.noise").proto.step) == (1.0, 0.01)
    assert widget(app, "data.points").value == 300
    widget(app, "data.noise").set_value(0.5).run()
    assert dict(draft(app).data.options)["noise"] == 0.5


def test_a_mark_may_be_given_as_itself_or_by_name(open_page: Open) -> None:
    path = save_upload(b"date;value\n" + b"".join(b"2020-01-%02d;%d,5\n" % (day, day) for day in range(1, 30)))
    marks = {"data.delimiter": ";", "data.decimal": "Comma", "data.thousands": "", "data.encoding": "utf-8"}
    app = open_page("train", **{"data.name": "csv", "data.path": path, "window.size": "2", **marks})
    assert_at_their_defaults(app)
    assert widget(app, "data.delimiter").value == "semicolon"
    assert widget(app, "data.decimal").value == "comma"
    assert widget(app, "data.thousands").value == "nothing"
