"""What a trained network predicts of the test part: one step ahead and free-running, how sure it was, and what became of both as it learned."""

from __future__ import annotations

import streamlit as st

from lab.data.series import Series
from lab.network.network import Network
from lab.plots.forecast import growth_figure
from lab.runs.run import Run
from lab.scoring.feedback import Growth, error_growth, sentence
from lab.scoring.forecaster import Others, one_step_ahead, path_from, path_operations
from pages.ui.components.chart import live_chart
from pages.ui.forecast import words as own
from pages.ui.forecast.charts import part_figure
from pages.ui.forecast.intervals import Interval, fan
from pages.ui.forecast.judged import as_time_went_on, how_often_they_held, over_the_epochs
from pages.ui.forecast.panels import (
    MOST_OPERATIONS,
    How,
    affordable,
    basis,
    free_running_error,
    meaning_of_metrics,
    one_step_error,
)
from pages.ui.shared.data import network_of

AHEAD = 20  # steps for which the intervals are judged: from many origins of the test part
FAN = 60  # steps of the test range that have a band


def over_the_test_range(
    run: Run, series: Series, network: Network, k: int, how: How, interval: Interval | None, *, opened: bool
) -> None:
    """One chart, its errors beside the baselines, and, where somebody looks, its intervals and its course; of target `k`."""
    prepared = run.prepared
    start, stop = prepared.split.bounds("test")
    stop = start + affordable(network, prepared, stop - start, direct=how.direct)
    if stop == start:
        return
    free = path_from(prepared, network, start, stop - start, direct=how.direct, others=how.over_test)[:, k]
    stepwise = path_from(prepared, network, start, stop - start, others=how.over_test)[:, k] if how.direct else None
    forced = one_step_ahead(prepared, network, start, stop)[:, k]
    direct, others = how.direct, how.over_test
    about = fan(run, interval, start, stop - start, most=FAN, direct=direct, others=others) if interval else None
    live_chart(
        part_figure(series, start, stop, forced, free, stepwise, about and about.bands(k)),
        caption=f"{basis(prepared, how, over_test=True)} {about.note if about else ''}".strip(),
        key="test", height=420, alt="The test part: the truth, the one-step forecast and the free-running forecast.",
    )  # fmt: skip
    free_running_error(run, stop - start, how)
    if interval:
        how_often_they_held(run, interval, min(stop - start, AHEAD), k, direct=how.direct, others=how.over_test)
    if opened:
        along_the_path(run, min(stop - start, AHEAD), k, how)
    one_step_error(run)
    if interval:
        as_time_went_on(run, interval, k)
    meaning_of_metrics(run)
    if opened:
        over_the_epochs(run, interval, k)


def along_the_path(run: Run, steps: int, k: int, how: How) -> None:
    """How the error grows from step to step, direct beside recursive, and how much of that is feedback."""
    network = network_of(run)
    if steps < 2 or 3 * 200 * steps * path_operations(network, run.config.window.size, 1) > MOST_OPERATIONS:
        return
    growth = _growth(str(run.path), run.written(), steps, k, how.over_test)
    title = "Recursive against direct" if growth.direct is not None else "Along the recursive path"
    st.markdown(f"**{title}.** {sentence(growth)}", help=own.HELP["feedback"])
    errors = {"recursive": growth.recursive.tolist(), "previous value, held": growth.naive.tolist()}
    if growth.direct is not None:
        errors["direct"] = growth.direct.tolist()
    live_chart(growth_figure(errors, growth.feedback.tolist(), run.prepared.target_units[k]), key="growth", height=280,
               alt="The error by step ahead, recursive and direct, and what is left of an error in the first step.")  # fmt: skip


@st.cache_data(max_entries=32, show_spinner="Forecasting from many origins")
def _growth(
    path: str,
    written: float,  # noqa: ARG001  (other weights, another result)
    steps: int,
    k: int,
    others: Others,
) -> Growth:
    run = Run(path)
    return error_growth(run.prepared, network_of(run), steps, k, others=others)
