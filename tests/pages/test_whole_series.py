"""Forecast, over the whole series: the three parts in one chart, with the error in each."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import Open, charts

import pages.ui.forecast.whole as whole
from lab.plots import fitted_figure
from lab.runs.run import SAMPLES, Run
from lab.scoring.forecaster import one_step_ahead


def test_the_three_parts_are_drawn_and_scored(open_page: Open) -> None:
    app = open_page("forecast", run="sample-sunspots", tab="whole")
    assert not app.exception
    assert "whole" in charts(app)
    run = Run(SAMPLES / "sample-sunspots")
    prepared, size = run.prepared, run.config.window.size
    predicted = one_step_ahead(prepared, run.network(), size, len(run.series))[:, 0]
    table = app.table[-1].value
    assert list(table["part"]) == ["train", "validation", "test"]
    start, stop = prepared.split.bounds("test")
    error = np.abs(prepared.values[start:stop] - predicted[start - size :]).mean()
    assert float(table["MAE (sunspots)"][2]) == pytest.approx(error, rel=1e-3)
    naive = np.abs(np.diff(prepared.values[start - 1 : stop])).mean()
    assert float(table["MAE of the previous value"][2]) == pytest.approx(naive, rel=1e-3)
    assert any(text.value.startswith("The error on the test part is ") for text in app.markdown)
    traces = {t["name"]: t for t in fitted_figure(run.series, prepared.split, size, predicted)["data"]}
    assert set(traces) == {"truth", *(f"prediction, {part} part" for part in ("train", "validation", "test"))}


def test_it_is_not_computed_while_another_tab_is_open(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole, "one_step_ahead", lambda *_: pytest.fail("nobody looks at it"))
    assert "whole" not in charts(open_page("forecast", run="sample-sunspots"))


def test_of_a_large_network_the_last_steps_are_shown_and_said(open_page: Open, monkeypatch: pytest.MonkeyPatch) -> None:
    from lab.scoring.forecaster import path_operations

    run = Run(SAMPLES / "sample-sine")
    monkeypatch.setattr(whole, "MOST_OPERATIONS", 30 * path_operations(run.network(), run.config.window.size, 1))
    app = open_page("forecast", run="sample-sine", tab="whole")
    assert any("the last 30 are shown" in warning.value for warning in app.warning)
    assert list(app.table[-1].value["part"]) == ["test"]
    monkeypatch.setattr(whole, "MOST_OPERATIONS", 0)
    assert "whole" not in charts(open_page("forecast", run="sample-sine", tab="whole"))


@pytest.mark.parametrize(("train", "test", "word"), [
    ((1.0, 1.0, 2.0), (3.0, 1.0, 2.0), "does not hold"), ((1.0, 1.0, 2.0), (3.0, 1.0, 6.0), "does as well there"),
    ((0.0, 1.0, 2.0), (3.0, 1.0, 6.0), ""),
])  # fmt: skip
def test_the_sentence_compares_with_how_much_harder_the_test_part_is(train: tuple, test: tuple, word: str) -> None:  # type: ignore[type-arg]
    said = whole._gap(train, test)
    assert word in said
    assert bool(said) is bool(word)
