"""Runs: a row each, with status and scores; what one tick and two ticks offer."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

import pytest
from conftest import Open, charts, sentences
from streamlit.testing.v1 import AppTest

from lab.runs.events import Started
from lab.runs.run import Run
from lab.runs.store import RunStore
from pages.ui.shared import words


def table(app: AppTest) -> Any:
    return app.dataframe[0].value


def tick(app: AppTest, *rows: int) -> AppTest:
    """Select rows of the table."""
    app.session_state["runs-table"] = {"selection": {"rows": list(rows), "columns": [], "cells": []}}
    return app.run()


def test_runs_are_listed_with_status_and_scores(open_page: Open, quick_run: Run) -> None:
    rows = table(open_page("runs")).set_index("run")
    assert list(rows.index) == ["quick", "sample-sunspots (sample)", "sample-sine (sample)", "sample-digits (sample)"]
    row = rows.loc["quick"]
    assert (row["status"], row["data"], row["network"], row["epochs"]) == ("Finished", "Sine wave", "LSTM 4", "2 of 2")
    mae = next(score["mae"] for score in quick_run.scores())
    assert row["test MAE"] == f"{mae:,.4g}"
    assert row["of previous value's"].endswith("%")


def test_a_run_without_a_worker_is_interrupted(open_page: Open, quick_run: Run) -> None:
    quick_run.append(Started(0, 2, 1, 1))
    rows = table(open_page("runs")).set_index("run")
    assert rows.loc["quick", "status"] == "Interrupted"


def test_a_run_that_has_not_begun(open_page: Open, quick_run: Run) -> None:
    for name in ("events.jsonl", "weights.npz", "scores.json"):
        (quick_run.path / name).unlink()
    app = open_page("runs")
    row = table(app).set_index("run").loc["quick"]
    assert (row["epochs"], row["test MAE"]) == ("0 of 2", "")


def test_the_columns_are_those_in_which_a_run_has_something(open_page: Open, quick_run: Run) -> None:
    columns = list(table(open_page("runs")).columns)
    assert columns == ["run", "status", "test MAE", "of previous value's", "test accuracy", "data", "network", "epochs", "made"]  # fmt: skip
    assert set(columns) <= set(words.RUN_COLUMNS)
    (quick_run.path / "scores.json").unlink()
    assert "validation loss" in table(open_page("runs")).columns


def test_without_digits_there_is_no_accuracy(
    open_page: Open, quick_run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("lab.runs.run.SAMPLES", tmp_path)
    assert "test accuracy" not in table(open_page("runs")).columns


def test_a_run_is_chosen_by_name_too(open_page: Open, quick_run: Run) -> None:
    app = open_page("runs")
    names = app.pills(key="runs-named") if hasattr(app, "pills") else app.button_group(key="runs-named")
    names.set_value(["quick", "sample-digits"]).run()
    assert not app.exception, app.exception
    assert app.session_state["runs-table"]["selection"]["rows"] == [0, 3]
    assert charts(app) == ["compare"]


def test_one_tick_offers_what_one_does_with_a_run(open_page: Open, quick_run: Run) -> None:
    app = tick(open_page("runs"), 0)
    assert not app.exception
    assert [link.proto.label for link in app.get("page_link")] == ["Open", "Forecast"]
    assert {"Rename", "Delete"} <= {button.label for button in app.button}
    assert charts(app) == ["compare"]


def test_a_sample_is_not_to_be_renamed_or_deleted(open_page: Open, quick_run: Run) -> None:
    app = tick(open_page("runs"), 1)
    assert not {"Rename", "Delete"} & {button.label for button in app.button}


def test_two_ticks_compare(open_page: Open, quick_run: Run) -> None:
    app = tick(open_page("runs"), 0, 1)
    assert charts(app) == ["compare"]
    for metric in ("loss", "val_mase", "gradient_norm"):
        app.selectbox(key="compare-metric").set_value(metric).run()
        assert not app.exception


def press_in_dialog(app: AppTest, row: int, opener: str, *, key: str, name: str | None = None) -> AppTest:
    """Open a dialog of a ticked row and press a button in it. AppTest always runs whole pages: both presses in one."""
    app = tick(app, row)
    app.session_state["runs-table"] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    next(b for b in app.button if b.label == opener).click().run()
    if name is not None:
        app.text_input[0].set_value(name)
    app.session_state["runs-table"] = {"selection": {"rows": [row], "columns": [], "cells": []}}
    next(b for b in app.button if b.label == opener).click()
    return app.button(key=key).click().run()


@pytest.mark.parametrize("sure", [True, False])
def test_deleting_asks_first(open_page: Open, quick_run: Run, sure: bool) -> None:
    key = "delete-confirmed" if sure else "delete-cancelled"
    app = press_in_dialog(open_page("runs"), 0, "Delete", key=key)
    assert not app.exception
    assert quick_run.path.exists() is not sure


@pytest.mark.parametrize(("name", "good"), [("better", True), ("sample/../x", False), ("taken", False)])
def test_renaming(open_page: Open, quick_run: Run, name: str, good: bool) -> None:
    shutil.copytree(quick_run.path, quick_run.path.with_name("taken"))
    app = open_page("runs")
    row = list(table(app)["run"]).index("quick")
    app = press_in_dialog(app, row, "Rename", key="rename-confirmed", name=name)
    assert not app.exception
    assert (len(sentences(app)) == 0) is good
    assert ("quick" in {run.id for run in RunStore().list()}) is not good
