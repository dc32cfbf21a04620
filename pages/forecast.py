"""Forecast: what a trained run predicts of the test part and of the time beyond the data. NumPy alone."""

from dataclasses import replace

import streamlit as st

from lab.cli.tables import forecast_csv
from lab.data.series import Series
from lab.scoring.forecaster import MAX_STEPS, future, one_step_ahead, path_from
from pages.ui.components.chart import live_chart
from pages.ui.forecast.charts import future_figure, part_figure
from pages.ui.forecast.intervals import bands, choose_interval, how_often_they_held, over_the_epochs
from pages.ui.forecast.intervals import ends as edges
from pages.ui.forecast.panels import (
    affordable,
    basis,
    choose_how,
    forecast_table,
    free_running_error,
    meaning_of_metrics,
    one_step_error,
)
from pages.ui.forecast.whole import over_the_whole_series
from pages.ui.runs.picker import no_run, run_of_the_page
from pages.ui.shared import address, words
from pages.ui.shared.data import network_of
from pages.ui.shared.layout import download, page

AHEAD = 20  # steps for which the intervals are judged: from many origins of the test part
FAN = 60  # steps of the test range that have a band
BEYOND = "Beyond the data"
TABS = {BEYOND: "beyond", "Over the test range": "test", "Over the whole series": "whole"}

page("Forecast", "How far does a trained network carry when it has only its own predictions to go on?")
run = run_of_the_page(Series, "its forecast appears here", "sample-sine")
if run is None:
    no_run("There is no trained run on a series yet. Train one first; its forecast appears here.")
address.begin("forecast", run.id)
config, prepared, network = run.config, run.prepared, network_of(run)
names = prepared.target_names
start, stop = prepared.split.bounds("test")
st.caption(
    f"Run **{run.id}**: {words.escaped(prepared.label)}, {words.network(config.model)}, window {config.window.size}. **Free-running**: "
    "every prediction becomes an input of the next one; no true value is seen after the start. **One step ahead**: each "
    "prediction sees the true values up to the step before (teacher forcing)."
)
target = names[0]
if len(names) > 1:
    target = address.one_of("target", list(names), names[0], key="forecast-target")
    target = st.segmented_control("Target", names, default=target, required=True, key="forecast-target",
                                  help="Which of the columns that it forecasts the charts show.")  # fmt: skip
series, k = run.series.columns([target]), names.index(target)
how = choose_how(run)
interval = choose_interval(network)

address.one_of("tab", list(TABS), BEYOND, key="forecast-tab", write=TABS.__getitem__)
beyond, over_test, whole = st.tabs(list(TABS), key="forecast-tab", on_change="rerun")
with beyond:
    steps = st.slider("Steps ahead", 1, MAX_STEPS, address.number("steps", 1, MAX_STEPS, 60, key="steps"), key="steps",
                      help="How many steps the network goes on, feeding on its own predictions.")  # fmt: skip
    steps = affordable(network, prepared, steps, direct=how.direct)
    others = how.beyond(steps) if steps else None
    if others is not None:
        forecast = future(prepared, network, steps, direct=how.direct, others=others)
        ours = replace(forecast, mean=forecast.mean.reshape(steps, -1)[:, k])
        stepwise = path_from(prepared, network, len(series), steps, others=others)[:, k] if how.direct else None
        shown = min(len(series), max(3 * steps, 2 * config.window.size))
        about = interval and bands(run, interval, len(series), steps, k, direct=how.direct, others=others)
        live_chart(
            future_figure(series, shown, ours, stepwise, about), caption=basis(prepared, how),
            key="future", height=420, alt=f"The end of the series and the forecast of {steps} steps beyond it.",
        )  # fmt: skip
        free_running_error(run, min(steps, stop - start), how, beyond=steps)
        meaning_of_metrics(run)
        ends = interval and edges(run, interval, len(series), steps, direct=how.direct, others=others)
        table = forecast_table(prepared, forecast, ends)
        download(
            "Download as CSV", lambda: forecast_csv(run.series, forecast, ends), f"{run.id}-forecast.csv", "text/csv"
        )
        st.dataframe(table, hide_index=True, height=280, alt="The forecast as numbers.")

with over_test:
    stop = start + affordable(network, prepared, stop - start, direct=how.direct)
    if stop > start:
        free = path_from(prepared, network, start, stop - start, direct=how.direct, others=how.over_test)[:, k]
        stepwise = path_from(prepared, network, start, stop - start, others=how.over_test)[:, k] if how.direct else None
        forced = one_step_ahead(prepared, network, start, stop)[:, k]
        about = None
        if interval and over_test.open:
            about = bands(run, interval, start, min(stop - start, FAN), k, direct=how.direct, others=how.over_test)
        live_chart(
            part_figure(series, start, stop, forced, free, stepwise, about), caption=basis(prepared, how, over_test=True),
            key="test", height=420, alt="The test part: the truth, the one-step forecast and the free-running forecast.",
        )  # fmt: skip
        free_running_error(run, stop - start, how)
        if interval and over_test.open:
            ahead = min(stop - start, AHEAD)
            how_often_they_held(run, interval, ahead, k, direct=how.direct, others=how.over_test)
        one_step_error(run)
        meaning_of_metrics(run)
        if over_test.open:
            over_the_epochs(run, interval, k)
with whole:
    if whole.open:
        over_the_whole_series(run, series, network, k)
address.end()
