"""Simpler models beside the network of a run that is over."""

from __future__ import annotations

import pytest
from conftest import Open, charts

from lab.runs import baseline_file
from lab.runs.run import Run
from pages.ui.train import simpler_models


def captions(app) -> list[str]:  # type: ignore[no-untyped-def]
    return [caption.value for caption in app.caption]


def test_a_sample_has_them_at_once(open_page: Open, asked_for_baselines: list[Run]) -> None:
    app = open_page("train", run="sample-sunspots")
    assert "skill" in charts(app)
    table = app.table[-1].value
    assert {"AR(p)", "Ridge", "Theta", "ETS"} <= set(table["forecast"])
    errors = [float(value) for value in table["MAE (sunspots)"]]
    assert errors == sorted(errors)
    assert any(text.startswith("SARIMA: A season of 132 steps is too long") for text in captions(app))
    said = next(text.value for text in app.markdown if text.value.startswith("**On the test range"))
    assert "higher than that of a simpler model (AR(p))." in said
    assert "shifted by 1" in said
    assert asked_for_baselines == []


def test_those_that_are_missing_are_asked_for_and_shown_as_they_come(
    open_page: Open, quick_run: Run, asked_for_baselines: list[Run]
) -> None:
    app = open_page("train", run=quick_run.id)
    assert [run.id for run in asked_for_baselines] == [quick_run.id]
    assert any("To come: Ridge, Mean" in text for text in captions(app))
    assert "skill" not in charts(app)
    coming = baseline_file.fit(quick_run)
    for _ in range(5):
        next(coming)
    app.run()
    assert any("To come: AR(p)" in text for text in captions(app))
    assert "skill" in charts(app)
    assert len(asked_for_baselines) == 1, "not again within seconds"
    list(coming)
    app.run()
    assert not any("To come" in text for text in captions(app))
    assert not app.exception


def test_a_page_asks_no_more_than_a_few_times(
    open_page: Open, quick_run: Run, asked_for_baselines: list[Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(simpler_models, "ASK_SECONDS", -1.0)
    app = open_page("train", run=quick_run.id)
    for _ in range(2 * simpler_models.MOST_TIMES):
        app.run()
    assert len(asked_for_baselines) == simpler_models.MOST_TIMES


def test_other_tasks_have_none(open_page: Open, asked_for_baselines: list[Run]) -> None:
    app = open_page("train", run="sample-digits")
    assert not any("Simpler models" in text.value for text in app.markdown)
    assert asked_for_baselines == []
