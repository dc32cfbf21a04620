"""Forecast: what a trained run predicts of the test part and of the time beyond the data. NumPy alone."""

from dataclasses import replace

import streamlit as st

from lab.cli.tables import forecast_csv
from lab.data.series import Series
from lab.scoring.forecaster import MAX_STEPS, future, path_from
from pages.ui.components.chart import live_chart
from pages.ui.forecast.charts import future_figure
from pages.ui.forecast.intervals import choose_interval, fan
from pages.ui.forecast.over_test import over_the_test_range
from pages.ui.forecast.panels import (
    affordable,
    basis,
    choose_how,
    forecast_table,
    free_running_error,
    meaning_of_metrics,
)
from pages.ui.forecast.retrained import nobody_knows, retrain_button
from pages.ui.forecast.whole import over_the_whole_series
from pages.ui.runs.picker import no_run, run_of_the_page
from pages.ui.shared import address, words
from pages.ui.shared.data import network_of
from pages.ui.shared.layout import download, page

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
held_out = not config.data.everything
interval = choose_interval(network) if held_out else None

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
        about = interval and fan(run, interval, len(series), steps, most=steps, direct=how.direct, others=others)
        live_chart(
            future_figure(series, shown, ours, stepwise, about and about.bands(k)),
            caption=f"{basis(prepared, how)} {about.note if about else ''}".strip(),
            key="future", height=420, alt=f"The end of the series and the forecast of {steps} steps beyond it.",
        )  # fmt: skip
        if held_out:
            free_running_error(run, min(steps, stop - start), how, beyond=steps)
            meaning_of_metrics(run)
        else:
            nobody_knows(run)
        ends = about and about.outer
        table = forecast_table(prepared, forecast, ends)
        download(
            "Download as CSV", lambda: forecast_csv(run.series, forecast, ends), f"{run.id}-forecast.csv", "text/csv"
        )
        st.dataframe(table, hide_index=True, height=280, alt="The forecast as numbers.")
        if held_out:
            retrain_button(run)

with over_test:
    if held_out:
        over_the_test_range(run, series, network, k, how, interval if over_test.open else None, opened=over_test.open)
    else:
        nobody_knows(run)
with whole:
    if whole.open and held_out:
        over_the_whole_series(run, series, network, k)
    elif whole.open:
        nobody_knows(run)
address.end()
