"""The gradient while a network trains: its norm before clipping, and beside it how far back it reaches."""

from __future__ import annotations

import numpy as np
import streamlit as st

from lab.plots.gradients import course_figure
from lab.plots.style import Figure
from lab.runs.history import History
from lab.runs.run import Run
from lab.tasks.gradient_course import NAME
from pages.ui.components.chart import News, live_chart
from pages.ui.shared import words

KEY = "gradient-course"


def gradient_strip(run: Run, history: History, norms: Figure) -> None:
    """Side by side where the network has a way through time."""
    alt = "Norm of the gradient before clipping by epoch."
    nothing_came = history.final is not None and not history.frames.get(NAME)
    if not run.config.model.is_recurrent or nothing_came:
        st.markdown("**Gradient norm**", help=words.HELP["gradient-chart"])
        live_chart(norms, key="gradient", height=220, alt=alt)
        return
    left, right = st.columns(2)
    with left:
        st.markdown("**Gradient norm**", help=words.HELP["gradient-chart"])
        live_chart(norms, key="gradient", height=240, alt=alt)
    with right:
        st.markdown("**Gradient by step back**", help=words.HELP["gradient-course"])
        live_chart(_figure(run, history), key=KEY, height=240,
                   alt="How much of the gradient is left at each step back, by epoch.")  # fmt: skip


def strip_news(run: Run, history: History) -> dict[str, News]:
    """What the picture has to show that it may not have yet."""
    return {KEY: News(_figure(run, history))} if run.config.model.is_recurrent else {}


def _figure(run: Run, history: History) -> Figure:
    rows = [(epoch, np.asarray(row)) for epoch, row in history.frames.get(NAME, [])]
    return course_figure(rows, _steps(run))


def _steps(run: Run) -> int:
    """That the first recurrent layer reads: fewer than the window where convolutions in front shorten it."""
    from lab.network.architecture import architecture, shapes
    from lab.network.layers import Recurrent

    config = run.config
    layers = architecture(config.model)
    into = shapes(layers, (config.window.size, config.task.features(config)))
    return next(shape[0] for layer, shape in zip(layers, into, strict=False) if isinstance(layer, Recurrent))
