"""Forecast: as far as one asks, as a picture and as numbers."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import Open, address, charts, sentences

import lab
from lab.runs.run import Run
from lab.scoring.forecast_scores import evaluate_free_running
from lab.scoring.forecaster import MAX_STEPS


def test_the_sample_serves_where_nothing_was_trained(open_page: Open) -> None:
    app = open_page("forecast")
    assert any("sample-sine" in caption.value for caption in app.caption)
    assert charts(app) == ["future", "test"]


@pytest.mark.parametrize("steps", [1, 10, 365])
def test_the_slider_sets_how_far(open_page: Open, quick_run: Run, steps: int) -> None:
    app = open_page("forecast", run=quick_run.id)
    assert len(app.dataframe[0].value) == 60
    app.slider(key="steps").set_value(steps).run()
    assert not app.exception
    table = app.dataframe[0].value
    assert len(table) == steps
    np.testing.assert_allclose(table["sine"], lab.forecast(quick_run, steps).mean)


def test_the_url_sets_how_far(open_page: Open, quick_run: Run) -> None:
    app = open_page("forecast", run=quick_run.id, steps="12")
    assert app.slider(key="steps").value == 12
    assert len(app.dataframe[0].value) == 12


def test_scores_stand_beside_baselines(open_page: Open, quick_run: Run) -> None:
    app = open_page("forecast", run=quick_run.id)
    scores = app.table[-1].value
    assert list(scores["forecast"]) == [row["name"] for row in quick_run.scores()]
    assert "Previous value" in set(scores["forecast"])


def test_another_run_is_picked(open_page: Open, quick_run: Run) -> None:
    app = open_page("forecast", run=quick_run.id)
    app.selectbox(key=f"run-picker-{quick_run.id}").set_value("sample-sine").run()
    assert not app.exception
    assert address(app)["run"] == "sample-sine"
    assert any("sample-sine" in caption.value for caption in app.caption)


def test_an_unknown_run_is_a_sentence_and_another_is_shown(open_page: Open, quick_run: Run) -> None:
    app = open_page("forecast", run="nope")
    assert len(sentences(app)) == 1
    assert "'nope'" in sentences(app)[0]
    assert charts(app) == ["future", "test"]


def test_the_error_of_the_free_running_path_stands_beside_baselines_over_the_same_steps(
    open_page: Open, quick_run: Run
) -> None:
    app = open_page("forecast", run=quick_run.id, steps="12")
    for table, steps in ((app.table[0].value, 12), (app.table[1].value, 75)):
        expected = evaluate_free_running(quick_run.prepared, quick_run.network(), "LSTM", steps)
        assert list(table["forecast"]) == [score.name for score in expected]
        assert list(table["MAE"]) == [f"{score.mae:,.4g}" for score in expected]
        assert list(table["MASE"]) == [f"{score.mase:,.4g}" for score in expected]
    said = [element.value for element in app.markdown]
    assert any("Over the first 12 steps of the test range" in text and "error" in text for text in said)


def test_more_steps_than_the_test_range_has_are_not_passed_over(open_page: Open, quick_run: Run) -> None:
    app = open_page("forecast", run=quick_run.id, steps="100")
    said = " ".join(element.value for element in app.markdown)
    assert "first 75 steps of the test range" in said
    assert "the last 25 steps have no figure" in said


def test_as_many_steps_as_on_the_command_line(open_page: Open) -> None:
    assert open_page("forecast").slider(key="steps").max == MAX_STEPS
