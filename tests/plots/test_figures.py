"""Every figure: valid Plotly, units on the axes, and each thing in its own colour and dash."""

from __future__ import annotations

import json
from base64 import b64decode
from typing import Any

import numpy as np
import plotly.graph_objects as go
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lab import plots
from lab.data.series import Series, Split
from lab.plots.base import numbers, thin
from lab.plots.forecast import FREE_RUNNING, ONE_STEP
from lab.plots.gates import gate_heatmap
from lab.plots.style import Figure, resolve
from lab.plots.training import MOST_POINTS
from lab.runs.events import EpochEnded, Finished, Started
from lab.runs.history import History

LOSSES = (1.0, 0.5, 0.3, 0.4)


def history(final: bool = False) -> History:
    epochs = [
        EpochEnded(
            k,
            v,
            v * 1.1,
            1e-3,
            0.1,
            k / 10,
            metrics={"mape": v, "val_mape": None if k == 0 else v},
            gradient_norm=v if k else None,
        )
        for k, v in enumerate(LOSSES)
    ]
    return History.of([Started(0, 10, 5, 100), *epochs, *([Finished(3, 1, 0.3)] if final else [])])


def dated(n: int = 100) -> Series:
    index = np.datetime64("2020-01-01") + np.arange(n)
    filled = np.arange(n) == 7
    return Series(np.arange(n, dtype=float), index, ("price",), ("USD",), "t", "s", filled=filled, frequency="D")


def checked(figure: Figure) -> dict[str, dict[str, Any]]:
    """Valid JSON without NaN, valid Plotly in both themes; its traces by name."""
    json.dumps(figure, allow_nan=False)
    go.Figure(resolve(figure, "light"))
    go.Figure(resolve(figure, "dark"))
    return {trace["name"]: trace for trace in figure["data"]}


def title(figure: Figure, axis: str) -> str:
    return str(figure["layout"][axis]["title"]["text"])


def test_loss_tells_train_from_validation_by_dash_and_colour_and_marks_the_best() -> None:
    figure = plots.loss_figure(history())
    traces = checked(figure)
    assert traces["train"]["line"] == {"color": "role:train", "dash": "dot", "width": 2}
    assert traces["validation"]["line"] == {"color": "role:validation", "width": 2}
    assert traces["train"]["x"] == [0, 1, 2, 3]
    assert traces["best so far"]["x"] == [2]
    assert title(figure, "yaxis") == "loss [scaled]"
    assert title(figure, "xaxis") == "epoch"
    assert figure["layout"]["xaxis"]["range"] == [0, 10]


def test_the_best_epoch_is_the_one_that_was_kept_once_that_is_known() -> None:
    assert checked(plots.loss_figure(history(final=True)))["weights kept"]["x"] == [1]


def test_log_loss_has_a_logarithmic_axis() -> None:
    figure = plots.loss_figure(history(), log=True)
    checked(figure)
    assert figure["layout"]["yaxis"]["type"] == "log"


def test_a_metric_without_meaning_is_a_gap() -> None:
    figure = plots.metric_figure(history(), "mape", "MAPE", "%")
    assert checked(figure)["validation"]["y"] == [None, 0.5, 0.3, 0.4]
    assert title(figure, "yaxis") == "MAPE [%]"


@pytest.mark.parametrize("make", [plots.loss_figure, lambda h: plots.metric_figure(h, "mape", "MAPE", "%")])
def test_an_empty_history_draws_empty_axes(make: Any) -> None:
    assert list(checked(make(History()))) == ["train", "validation"]


def test_gradient_norm_draws_the_limit_that_is_a_norm_and_names_the_others() -> None:
    figure = plots.gradient_figure(history(), ("global_clip_norm", 4.0))
    assert list(checked(figure)) == ["median", "largest"]
    assert figure["layout"]["yaxis"]["type"] == "log"
    assert figure["layout"]["shapes"][0]["y0"] == 4.0
    by_value = plots.gradient_figure(history(), ("clip_value", 0.5))
    checked(by_value)
    assert "shapes" not in by_value["layout"]
    assert title(by_value, "yaxis") == "gradient norm (clip value 0.5)"
    checked(plots.gradient_figure(history(), None))


def test_runs_are_told_apart_by_colour_and_dash() -> None:
    traces = checked(plots.compare_figure({f"run {k}": history() for k in range(4)}, "val_loss"))
    looks = [(t["line"]["color"], t["line"]["dash"]) for t in traces.values()]
    assert len(set(looks)) == 4


def test_forecast_gives_each_kind_its_role_and_leaves_out_what_is_none() -> None:
    index = dated(6).index
    nan = float("nan")
    figure = plots.forecast_figure(
        index,
        [1, 2, 3],
        [nan, 2, 3],
        [nan, nan, 3, 4, 5, 6],
        unit="USD",
        name="price",
        baseline=[nan, 1, 1],
        cutoff=index[2],
    )
    traces = checked(figure)
    assert {name: t["line"]["color"] for name, t in traces.items()} == {
        "truth": "role:truth",
        "baseline": "role:baseline",
        ONE_STEP: "role:model",
        FREE_RUNNING: "role:free_running",
    }
    assert traces["baseline"]["line"]["dash"] == "dash"
    assert traces["truth"]["x"] == ["2020-01-01", "2020-01-02", "2020-01-03"]
    assert traces[FREE_RUNNING]["y"][:3] == [None, 2.0, 3.0], "it starts at the last true value before it"
    assert figure["layout"]["shapes"][0]["x0"] == "2020-01-03"
    assert (title(figure, "xaxis"), title(figure, "yaxis")) == ("date", "price [USD]")
    assert list(checked(plots.forecast_figure(np.arange(3.0), [1, 2, 3], None, None, unit="", name="sine"))) == [
        "truth"
    ]


@pytest.mark.parametrize(("cutoff", "side"), [(20, "left"), (75, "right")])
def test_the_words_at_the_cutoff_stand_where_there_is_room_for_them(cutoff: int, side: str) -> None:
    figure = plots.forecast_figure(np.arange(100.0), np.ones(100), None, np.ones(100), unit="", name="y", cutoff=cutoff)
    assert figure["layout"]["shapes"][0]["label"]["xanchor"] == side


def test_an_interval_is_a_band_about_the_forecast() -> None:
    figure = plots.forecast_figure(
        np.arange(3.0), None, None, [1, 2, 3], unit="", name="x", interval=([0, 1, 2], [2, 3, 4]), title="Later"
    )
    band = checked(figure)["interval"]
    assert (band["fill"], band["fillcolor"]) == ("tonexty", "role:free_running@0.13")


def test_a_narrower_interval_lies_within_and_both_have_their_levels() -> None:
    figure = plots.forecast_figure(
        np.arange(3.0), None, None, [1, 2, 3], unit="", name="x", interval=([0, 1, 2], [2, 3, 4]),
        inner=([0.5, 1.5, 2.5], [1.5, 2.5, 3.5]), levels=("90% interval", "50% interval"),
    )  # fmt: skip
    traces = checked(figure)
    assert list(traces) == [
        "90% interval, from",
        "90% interval",
        "50% interval, from",
        "50% interval",
        "free-running, from its own forecasts",
    ]
    assert traces["50% interval"]["y"] == [1.5, 2.5, 3.5]


def test_series_shades_and_labels_its_parts_and_marks_filled_points() -> None:
    figure = plots.series_figure(dated(), Split(60, 80, 100))
    highest = max(v for v in figure["data"][0]["y"] if v is not None)
    assert figure["layout"]["yaxis"]["autorangeoptions"]["include"] > highest  # the names of the parts stand above it
    traces = checked(figure)
    assert traces["filled in"]["x"] == ["2020-01-08"]
    assert traces["filled in"]["marker"]["symbol"] == "circle-open"
    bands = figure["layout"]["shapes"]
    assert [(b["label"]["text"], b["x0"]) for b in bands] == [
        ("train", "2020-01-01"),
        ("validation", "2020-03-01"),
        ("test", "2020-03-21"),
    ]
    assert figure["layout"]["xaxis"]["rangeslider"]["visible"]
    assert title(figure, "yaxis") == "price [USD]"


def test_the_overview_marks_the_window_over_the_parts() -> None:
    figure = plots.overview_figure(dated(), Split(60, 80, 100), 90, 10)
    assert len(checked(figure)) == 1
    *parts, window = figure["layout"]["shapes"]
    assert [p["x0"] for p in parts] == ["2020-01-01", "2020-03-01", "2020-03-21"]
    assert (window["x0"], window["x1"]) == ("2020-03-31", "2020-04-09")
    assert figure["layout"]["dragmode"] is False


def test_a_heatmap_carries_its_numbers_as_plotly_reads_them() -> None:
    values = np.arange(6, dtype=np.float32).reshape(3, 2)  # (time, units)
    z = gate_heatmap(values, "forget", order=np.array([1, 0]))["data"][0]["z"]
    assert z["shape"] == "2, 3"
    decoded = np.frombuffer(b64decode(z["bdata"]), z["dtype"]).reshape(2, 3)
    np.testing.assert_array_equal(decoded, values.T[[1, 0]])


def test_an_empty_part_has_no_band() -> None:
    assert len(plots.series_figure(dated(), Split(60, 60, 100))["layout"]["shapes"]) == 2


def test_hours_keep_their_time_of_day() -> None:
    hours = np.datetime64("2020-01-01T00") + np.arange(3)
    series = Series(np.ones(3), hours, ("load",), ("kW",), "t", "s")
    assert plots.series_figure(series, Split(1, 2, 3))["data"][0]["x"][1] == "2020-01-01T01:00:00"


def test_thinning_keeps_extremes_gaps_and_both_ends() -> None:
    values = np.sin(np.arange(100_000) / 50)
    values[[12_345, 54_321]] = [9.0, -9.0]
    values[70_000:70_100] = np.nan
    kept = thin(values, 2000)
    assert len(kept) <= 2010
    assert {0, 12_345, 54_321, 99_999} <= set(kept.tolist())
    assert np.isnan(values[kept]).any()
    assert (np.diff(kept) > 0).all()
    assert thin(values[:10], 10).tolist() == list(range(10))


def test_windows_put_the_target_one_step_after_the_input() -> None:
    figure = plots.windows_figure(np.ones((2, 5)), np.zeros(2), True)
    assert checked(figure)["window 2"]["x"] == [-4, -3, -2, -1, 0]
    assert figure["data"][1]["x"] == [1]
    assert title(figure, "yaxis") == "value [scaled]"


@given(st.lists(st.floats(width=64) | st.none(), max_size=20))
def test_numbers_have_six_significant_digits_and_no_nan(values: list[float | None]) -> None:
    for got, value in zip(numbers(values), values, strict=True):
        if value is None or not np.isfinite(value):
            assert got is None
        elif 1e-290 < abs(value) < 1e290:
            assert got == pytest.approx(value, rel=5.1e-6)
            assert float(f"{got:.6g}") == pytest.approx(got, rel=1e-15)


def test_numbers_print_short() -> None:
    assert json.dumps(numbers([0.1234567891, 1234567.0, -2e-7, 0.0, 0.3])) == "[0.123457, 1234570.0, -2e-07, 0.0, 0.3]"


def test_a_long_run_s_curves_keep_their_ends_and_every_spike() -> None:
    run = History.of([Started(0, 9000, 5, 100)])
    for k in range(9001):
        run.fold(EpochEnded(k, 99.0 if k == 4321 else 1 / (k + 1), 1.0, 1e-3, 0.1, k / 10))
    curve = plots.loss_figure(run)["data"][0]
    assert len(curve["x"]) <= 1.5 * MOST_POINTS
    assert (curve["x"][0], curve["x"][-1]) == (0, 9000)
    assert (4321, 99.0) in zip(curve["x"], curve["y"], strict=True)
    assert curve["x"] == sorted(curve["x"])


def test_the_one_step_forecast_shows_under_the_free_running_one() -> None:
    truth, nothing = np.array([1.0, 2.0, 3.0, 4.0]), [np.nan, np.nan]
    figure = plots.forecast_figure(np.arange(4.0), truth, [*nothing, 3.0, 4.0], [*nothing, 3.0, 4.0], unit="", name="x")
    known, one_step, free = figure["data"]
    assert one_step["line"]["width"] >= 2 * free["line"]["width"]
    assert one_step["zorder"] < known.get("zorder", 0) <= free.get("zorder", 0)
    assert one_step["y"] == [None, None, 3.0, 4.0]
    assert free["y"] == [None, 2.0, 3.0, 4.0]


def test_a_forecast_that_has_not_come_yet_begins_nowhere() -> None:
    figure = plots.forecast_figure(np.arange(3.0), np.ones(3), None, [np.nan] * 2, unit="", name="x")
    assert figure["data"][-1]["y"] == [None, None]
