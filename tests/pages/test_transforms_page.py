"""Transforms and outliers among Train's data settings."""

from __future__ import annotations

from conftest import Open, address, charts, draft, sentences, widget


def test_a_transform_is_shown_before_it_is_learned(open_page: Open) -> None:
    app = open_page("train", **{"data.name": "air_passengers"})
    assert "transformed" not in charts(app)
    widget(app, "data.transform").set_value("seasonal_difference").run()
    assert draft(app).data.transform == "seasonal_difference"
    assert "transformed" in charts(app)
    assert "The network learns its change since the season before" in " ".join(m.value for m in app.markdown)
    assert address(app)["data.transform"] == "seasonal_difference"


def test_one_that_is_not_defined_is_a_sentence(open_page: Open) -> None:
    app = open_page("train", **{"data.name": "sine", "data.transform": "log"})
    assert "log needs values above zero" in " ".join(sentences(app))
    assert not app.exception


def test_what_is_clipped_is_counted(open_page: Open) -> None:
    app = open_page("train", preset="climate")
    widget(app, "data.outliers").set_value("clip").run()
    (caption,) = [c.value for c in app.caption if c.value.startswith("Clipped: ")]
    assert "values of Pressure" in caption
