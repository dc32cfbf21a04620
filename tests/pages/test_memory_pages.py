"""Tasks that ask for memory, on Train, Gates and Gradients."""

from __future__ import annotations

import numpy as np
import pytest
from conftest import Open, charts, draft, sentences, switch, widget
from test_networks import trained

from lab.plots.training import Chance, loss_figure, metric_figure
from lab.runs.events import EpochEnded
from lab.runs.history import History
from lab.tasks.memory import MemoryScore

NAMES = ("first_symbol", "temporal_order", "adding", "parity")


@pytest.mark.parametrize("name", NAMES)
def test_the_data_are_shown_before_anything_is_trained(open_page: Open, name: str) -> None:
    app = open_page("train", **{"data.name": name})
    assert not app.exception
    assert charts(app) == [f"sequence-{k}" for k in range(4)]
    assert any("Without any memory" in c.value for c in app.caption)
    widget(app, "data.length").set_value(60).run()
    assert dict(draft(app).data.options)["length"] == 60
    switch(app).set_value("Windows").run()
    assert not app.exception
    assert f"({draft(app).window.size}, " not in app.code[0].value
    assert f", {draft(app).window.size}, " in app.code[0].value
    switch(app).set_value("Model").run()
    assert not app.exception
    assert not sentences(app)


@pytest.mark.parametrize("name", NAMES)
def test_a_finished_run_is_watched_and_looked_into(open_page: Open, lab_home: object, name: str) -> None:
    run = trained({"data.name": name, "data.length": 12, "data.examples": 200, "model.units": "4"})
    app = open_page("train", run=run.id)
    assert not app.exception
    assert charts(app) == ["answers", "loss", "metric", "gradient"]
    for page in ("gates", "gradients"):
        app = open_page(page, run=run.id)
        assert not app.exception
        assert any("whose answer is" in c.value for c in app.caption)


def test_chance_is_a_line_in_the_curves() -> None:
    history = History()
    for epoch in range(3):
        history.fold(EpochEnded(epoch, 1.0, 0.5, 1e-3, 0.1, 0.1, metrics={"val_right": 0.1 * epoch}))
    figure = loss_figure(history, chance=Chance(0.1667, "without memory"))
    (line,) = figure["layout"]["shapes"]
    assert (line["y0"], line["label"]["text"]) == (0.1667, "without memory")
    figure = metric_figure(history, "right", "Right answers", "share")
    assert next(trace["name"] for trace in figure["data"]) == "validation", "a metric of one part has one curve"
    np.testing.assert_allclose(figure["data"][0]["y"], [0.0, 0.1, 0.2])


def test_a_row_of_runs_says_whether_it_was_solved() -> None:
    from types import SimpleNamespace

    from pages.ui.train.live_memory import score_cells

    score = MemoryScore("GRU 4", 0.01, 0.995, solved=True)
    assert score_cells(SimpleNamespace(scores=[vars(score)])) == {"right answers": "99.5% (solved)"}  # type: ignore[arg-type]
    assert score_cells(SimpleNamespace(scores=[])) == {"right answers": ""}  # type: ignore[arg-type]
