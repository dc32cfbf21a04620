"""A task without a view of its own is shown by what it declares."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from conftest import Open, charts, sentences

from lab import RunConfig, jobs
from lab.jobs import worker
from lab.runs.run import Run

sys.path.insert(0, str(Path(__file__).parents[1] / "tasks"))
from test_toy import SETTINGS, toys  # noqa: F401  (the fixture registers the task)


@pytest.fixture
def run() -> Run:
    run = jobs.create(RunConfig().with_settings(SETTINGS), name="toy")
    worker.execute(run.path)
    return run


@pytest.mark.trains
def test_a_trained_run_has_curves_gates_and_scores(open_page: Open, run: Run) -> None:
    app = open_page("train", run=run.id)
    assert sentences(app) == []
    assert charts(app) == ["loss", "error", "gradient", "gradient-course"]
    assert list(app.table[0].value["who"]) == ["Network", "Half"]
    app = open_page("gates", run=run.id)
    assert sentences(app) == []
    assert "gate-hidden" in charts(app)
    app = open_page("runs")
    row = app.dataframe[0].value.set_index("run").loc["toy"]
    assert row["data"] == "Random bits"
    assert float(row["test error"]) == pytest.approx(run.scores()[0]["error"], rel=1e-3)


def test_the_data_and_the_examples_are_shown_before(open_page: Open) -> None:
    app = open_page("train", **{"data.name": "bits"})
    assert sentences(app) == []
    assert any("160 examples to learn from" in element.value for element in app.markdown)
    next(s for s in app.segmented_control if s.label == "View").set_value("Windows").run()
    assert not app.exception
    assert "X (160, 6, 1) -> y (160, 1)" in app.code[0].value


def test_a_page_that_needs_other_data_says_where_it_is_shown(open_page: Open, run: Run) -> None:
    for page in ("forecast", "belief"):
        app = open_page(page, run=run.id)
        assert not app.exception
        assert any("needs a" in info.value for info in app.info)
        assert [link.proto.page for link in app.get("page_link")][:1]
