"""Skill and intervals by epoch, from the snapshots of the samples."""

from __future__ import annotations

import numpy as np
import pytest

import lab
from lab.plots.by_epoch import interval_epochs_figure, skill_epochs_figure
from lab.runs.by_epoch import EpochSkill, copying, narrowing, skill_by_epoch
from lab.scoring.forecaster import one_step_ahead


def test_rows_are_those_of_a_loop() -> None:
    run = lab.load_run("sample-sunspots")
    rows = skill_by_epoch(run, 0.9)
    assert [row.epoch for row in rows] == run.snapshots()
    last, prepared, values = rows[-1], run.prepared, run.prepared.values
    network = run.network(last.epoch)
    start, stop = prepared.split.bounds("validation")
    ours = one_step_ahead(prepared, network, start, stop)[:, 0]
    training = values[: prepared.split.train_end]
    scale = np.abs(np.diff(training)).mean()
    assert last.mase == pytest.approx(np.abs(values[start:stop] - ours).mean() / scale)
    assert last.naive == pytest.approx(np.abs(np.diff(values[start - 1 : stop])).mean() / scale)
    errors = np.sort(np.abs(values[start:stop] - ours))
    half = errors[int(np.ceil((len(errors) + 1) * 0.9)) - 1]
    assert last.width == pytest.approx(2 * half)
    begin, end = prepared.split.bounds("test")
    tested = one_step_ahead(prepared, network, begin, end)[:, 0]
    assert last.coverage == pytest.approx((np.abs(values[begin:end] - tested) <= half).mean())
    assert rows[0].width is not None
    assert rows[0].width > 2 * half, "it has learned something"


def test_little_time_still_goes_from_first_to_last() -> None:
    rows = skill_by_epoch(lab.load_run("sample-sunspots"), seconds=0.0)
    assert rows == []
    with pytest.raises(ValueError, match="it has no series to forecast"):
        skill_by_epoch(lab.load_run("sample-digits"))


def row(epoch: int, mase: float, lag: int | None = 1) -> EpochSkill:
    return EpochSkill(epoch, mase, 1.0, lag, 0.9, 2.0)


def test_the_sentence_says_whether_it_ever_did_more_than_copy() -> None:
    assert copying([row(0, 5.0)]) == ""
    assert copying([row(0, 5.0), row(5, 1.2), row(9, 1.1)]) == (
        "At none of these epochs did it do better than copying the previous value; at the end its error is 110% of the copy's and "
        "fits the truth best 1 step late."
    )
    assert copying([row(0, 5.0), row(5, 0.7, 0), row(9, 0.8, 0)]) == (
        "It did more than copy: after epoch 5 its error on the validation part was 30% below that of the previous value; at the end it "
        "is 80% of it."
    )


def test_a_series_that_never_changes_is_a_sentence() -> None:
    still = EpochSkill(3, 0.2, 0.0, 0, 0.9, 2.0)
    assert copying([still]).startswith("The validation part never changes")


def test_where_no_interval_can_be_made_none_has_a_coverage() -> None:
    """Of 75 errors none is so large that 999 in 1000 are below it."""
    rows = skill_by_epoch(lab.load_run("sample-sine"), 0.999)
    assert rows
    assert all(row.coverage is None and row.width is None for row in rows)
    assert narrowing(rows) == ""
    figure = interval_epochs_figure(rows, 0.999, "")
    assert next(trace["name"] for trace in figure["data"]) == "held on the test range"


def test_the_sentence_on_widths_counts_from_the_first_to_the_last() -> None:
    rows = [EpochSkill(e, 1.0, 1.0, 1, 0.9, w) for e, w in ((0, 8.0), (2, 9.0), (7, 2.0))]
    assert narrowing(rows) == "The intervals are 75% narrower after epoch 7 than after epoch 0."
    assert narrowing(rows[:2]) == "The intervals are 12% wider after epoch 2 than after epoch 0."
    assert narrowing([rows[0], EpochSkill(9, 1.0, 1.0, 1, 0.9, 8.1)]).startswith(
        "The intervals are as wide after epoch 9"
    )
    assert narrowing(rows[:1]) == ""


def test_the_chart_of_skill_has_the_lag_under_it() -> None:
    rows = [EpochSkill(0, 2.0, 1.0, 3, 0.9, 2.0), EpochSkill(1, 0.9, 1.0, None, 0.9, 2.0)]
    lag = next(t for t in skill_epochs_figure(rows)["data"] if t["name"] == "best-fitting lag")
    assert next(iter(lag["y"])) == 3
    assert lag["yaxis"] == "y2"
