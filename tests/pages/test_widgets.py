"""What a widget says by itself is what the page means, whatever the browser has missed of earlier runs."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from conftest import Open, draft, widget
from streamlit.testing.v1 import AppTest

from lab.presets import PRESETS

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
