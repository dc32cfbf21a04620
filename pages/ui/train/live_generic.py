"""A run of any task, watched live: loss, each metric that the task declares, the gradient norm; at the end its scores."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from lab.plots import gradient_figure, loss_figure, metric_figure
from lab.plots.style import Figure
from lab.runs.history import History
from lab.runs.run import Run
from lab.runs.summary import Summary
from lab.tasks import TASKS
from lab.tasks.base import Metric
from pages.ui.components.chart import News, live_chart
from pages.ui.shared import words
from pages.ui.shared.layout import small_table
from pages.ui.train.gradient_strip import gradient_strip, strip_news
from pages.ui.train.live_series import LOW, clip_of


def charts(run: Run, history: History) -> None:
    """The curves, two in a row."""
    shown = _curves(run, history)
    titles = {"loss": "Loss"} | {metric.key: metric.label for metric in _metrics(run)}
    for k, (key, title) in enumerate(titles.items()):
        if k % 2 == 0:
            columns = st.columns(2)
        with columns[k % 2]:
            st.markdown(f"**{title}**")
            live_chart(shown[key], key=key, height=280, share=LOW,
                       alt=f"{title} of the training and the held-out part by epoch.")  # fmt: skip
    gradient_strip(run, history, shown["gradient"])


def news(run: Run, history: History) -> dict[str, News]:
    """What the charts have to show that they may not have yet, by their keys."""
    return {key: News(figure) for key, figure in _curves(run, history).items()} | strip_news(run, history)


def _metrics(run: Run) -> tuple[Metric, ...]:
    return TASKS[run.config.task.name].metrics


def _curves(run: Run, history: History) -> dict[str, Figure]:
    units = {"share": "", "data": run.summary().unit}
    return {
        "loss": loss_figure(history, log=st.session_state.get("log-loss", True)),
        **{m.key: metric_figure(history, m.key, m.label, units.get(m.unit, m.unit)) for m in _metrics(run)},
        "gradient": gradient_figure(history, clip_of(run.config)),
    }


def summary(run: Run) -> None:
    """The network against the best of the rest in one sentence."""
    if run.scores():
        st.markdown(f"**On the test part.** {words.escaped(run.task.report(run.scores()).sentence)}")


def scores(run: Run) -> None:
    """The network beside the rest on the test part."""
    if run.scores():
        report = run.task.report(run.scores())
        small_table(pd.DataFrame(report.rows, columns=list(report.heads)), alt="Scores on the test part.")


def score_cells(summary: Summary) -> Mapping[str, str]:
    """The first score's numbers, as they are."""
    first = summary.scores[0] if summary.scores else {}
    return {f"test {name}": f"{value:.4g}" for name, value in first.items() if isinstance(value, float)}
