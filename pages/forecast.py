"""Forecast: what a trained run says of the test part and of the time beyond the data. NumPy alone."""

import pandas as pd
import streamlit as st

from lab.evaluation import Score, verdict
from lab.forecasting import future, one_step, recursive, scaler_of
from lab.series import Split
from pages.ui.data_view import stamps
from pages.ui.forecast_charts import future_figure, part_figure
from pages.ui.layout import download, page, small_table
from pages.ui.live import live_chart
from pages.ui.live_series import scores_table
from pages.ui.runs import run_with_a_series

page("Forecast", "How far does a trained network carry when it has only its own predictions to go on?")
run = run_with_a_series()

config, series, network = run.config, run.series, run.network()
values, unit = series.values[:, 0], series.units[0]
split = Split.of(len(series), config.data.train, config.data.validation)
scaler = scaler_of(config, series)
st.caption(f"Run **{run.id}**: {series.label}, {config.model.label}, window {config.window.size}.")

beyond, over_test = st.tabs(["Beyond the data", "Over the test range"])
with beyond:
    steps = st.slider("Steps ahead", 1, 365, 60, key="steps", bind="query-params",
                      help="How many steps the network goes on, feeding on its own predictions.")  # fmt: skip
    forecast = future(config, series, network, steps)
    shown = min(len(series), max(3 * steps, 2 * config.window.size))
    live_chart(
        future_figure(series, shown, forecast),
        key="future", height=420, alt=f"The end of the series and the recursive forecast of {steps} steps beyond it.",
    )  # fmt: skip
    st.caption("Every step stands on the predictions before it, so errors add up; no forecast knows how far it is off. "
               "The test range shows how far this network carried when the truth was known.")  # fmt: skip
    table = pd.DataFrame(
        {
            "time": stamps(series, forecast.index),
            f"{series.names[0]} {f'({unit})' if unit else ''}".strip(): forecast.mean,
        }
    )
    download("Download as CSV", lambda: table.to_csv(index=False), f"{run.id}-forecast.csv", "text/csv")
    st.dataframe(table, hide_index=True, height=280, alt="The forecast as numbers.")

with over_test:
    start, stop = split.bounds("test")
    free = recursive(network, scaler, values[:start], config.window.size, stop - start)
    led = one_step(network, scaler, values, config.window.size, start, stop)
    live_chart(
        part_figure(series, start, stop, led, free),
        key="test", height=420, alt="The test part: the truth, the one-step forecast and the free-running forecast.",
    )  # fmt: skip
    st.caption("One-step: before each prediction the network is told the truth up to the step before. Free-running: at the "
               "start of the test range it is told nothing more.")  # fmt: skip
    if run.scores():
        st.markdown(f"**One step ahead.** {verdict([Score(**row) for row in run.scores()])}")
        small_table(scores_table(run), alt="Test metrics of the model and of the baselines.")
