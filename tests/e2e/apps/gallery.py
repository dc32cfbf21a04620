"""Every figure once, as the pages show them; for looking at and for test_gallery.py."""

from __future__ import annotations

import numpy as np
import streamlit as st

from lab import plots
from lab.data.series import Series, Split
from lab.runs.events import EpochEnded, Event, Finished, Started
from lab.runs.history import History
from pages.ui.components.chart import live_chart, mount_plotly

st.set_page_config(layout="wide")
mount_plotly()
rng = np.random.default_rng(7)

days = np.arange("2016-01-01", "2020-12-31", dtype="datetime64[D]")
price = 400 * np.exp(np.cumsum(rng.normal(0.0015, 0.03, len(days))))
filled = np.zeros(len(days), dtype=bool)
filled[[200, 201, 640, 900, 1500]] = True
series = Series(price, days, ("price",), ("USD",), "Bitcoin", "made up", filled=filled, frequency="D")


def run(best: float, rate: float, epochs: int) -> History:
    events: list[Event] = [Started(0, 40, 12, 10_000)]
    for k in range(epochs + 1):
        loss = best + np.exp(-k / rate)
        noise = rng.normal(0, 0.01)
        events.append(
            EpochEnded(
                k,
                loss,
                loss * 1.1 + max(0, k - 25) * 0.004 + noise,
                1e-3,
                0.1,
                k * 0.1,
                metrics={"mape": 4 + 30 * loss, "val_mape": 5 + 31 * loss + 10 * noise},
                gradient_norm=2 * loss if k else None,
                gradient_norm_max=(9 * loss + abs(noise) * 40) if k else None,
            )
        )
    if epochs == 40:
        events.append(Finished(40, 27, 4.0))
    return History.of(events)


history = run(0.1, 6, 40)
live_chart(plots.series_figure(series, Split.of(len(series), 0.68, 0.16)), key="series", height=380, alt="The series")

t = np.arange(160)
truth = 100 + 20 * np.sin(t / 8) + rng.normal(0, 2, 160)
one_step = np.r_[np.full(100, np.nan), truth[99:139] + rng.normal(0, 2, 40)]
free = np.r_[np.full(100, np.nan), 100 + 20 * np.sin(t[100:] / 8 + 0.1) * np.exp(-np.arange(60) / 60)]
spread = np.r_[np.full(100, np.nan), np.sqrt(np.arange(60)) * 2]
naive = np.r_[np.full(100, np.nan), np.full(60, truth[99])]
live_chart(
    plots.forecast_figure(
        days[:160],
        truth[:140],
        one_step,
        free,
        unit="°C",
        name="temperature",
        baseline=naive,
        baseline_name="last value",
        interval=(free - spread, free + spread),
        cutoff=days[99],
    ),
    key="forecast",
    height=380,
    alt="Forecasts beside the truth",
)
left, right = st.columns(2)
with left:
    live_chart(plots.loss_figure(history), key="loss", height=280, alt="Loss by epoch")
    live_chart(
        plots.gradient_figure(history, ("global_clip_norm", 4.0)),
        key="gradient",
        height=280,
        alt="Gradient norm by epoch",
    )
    live_chart(plots.loss_figure(run(0.1, 6, 13), log=True), key="log", height=280, alt="Loss by epoch, logarithmic")
with right:
    live_chart(plots.metric_figure(history, "mape", "MAPE", "%"), key="mape", height=280, alt="MAPE by epoch")
    runs = {"LSTM 50": history, "GRU 50": run(0.2, 5, 40), "plain RNN": run(0.3, 9, 40)}
    live_chart(
        plots.compare_figure(runs, "val_mape", title="MAPE, validation", unit="%"),
        key="compare",
        height=280,
        alt="Runs",
    )
    windows = np.stack([truth[k : k + 20] for k in (0, 9, 21)]) / 50 - 2
    live_chart(
        plots.windows_figure(windows, truth[[20, 29, 41]] / 50 - 2, True), key="windows", height=280, alt="Windows"
    )
