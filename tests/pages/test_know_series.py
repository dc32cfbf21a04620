"""The panel Know your series, on Train's Data view."""

from __future__ import annotations

import pytest
from conftest import Open, charts
from streamlit.testing.v1 import AppTest

from lab.explain import diagnosis
from pages.ui.train import know_series


def opened(open_page: Open, **query: str) -> AppTest:
    app = open_page("train", **query)
    app.session_state["know-series"] = True
    return app.run()


@pytest.fixture(autouse=True)
def in_this_process(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many values were looked at, each time."""
    looked: list[int] = []

    def diagnose(values, season):  # type: ignore[no-untyped-def]
        looked.append(len(values))
        return diagnosis.diagnose(values, season)

    monkeypatch.setattr(know_series, "diagnose_aside", diagnose)
    monkeypatch.setattr(know_series, "FOUND", know_series.Kept(10**8, lambda found: found.length))
    return looked


def test_nothing_is_computed_before_it_is_opened(open_page: Open, in_this_process: list[int]) -> None:
    app = open_page("train", preset="retail")
    assert in_this_process == []
    assert "acf" not in charts(app)


def test_the_training_part_is_looked_at_once(open_page: Open, in_this_process: list[int]) -> None:
    app = opened(open_page, preset="retail")
    assert not app.exception
    assert {"acf", "pacf", "rolling", "stl"} <= set(charts(app))
    assert in_this_process == [309], "70 % of 441 months"
    said = [text.value for text in app.markdown]
    assert any(text.startswith("- Not stationary, by both tests") for text in said)
    assert any(text.startswith("- A season of 12 steps: strong") for text in said)
    app.run()
    assert len(in_this_process) == 1


def test_each_column_can_be_looked_at_and_outliers_are_listed(open_page: Open) -> None:
    app = opened(open_page, preset="climate")
    app.selectbox(key="know-column").set_value("Pressure").run()
    assert not app.exception
    assert any("7,679" in caption.value for caption in app.caption)


def test_what_cannot_be_looked_at_is_a_sentence(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(values, season):  # type: ignore[no-untyped-def]
        raise ValueError("It takes too long.")

    monkeypatch.setattr(know_series, "diagnose_aside", refuse)
    app = opened(open_page, preset="sine")
    assert [error.value for error in app.error] == ["It takes too long."]
