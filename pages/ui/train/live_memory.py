"""A run on a task that asks for memory, watched live: its answers, then loss and right answers beside what needs no memory."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
import streamlit as st

from lab.data.sequences import Classified, Sequences
from lab.plots import confusion_figure, gradient_figure, loss_figure, metric_figure
from lab.plots.memory import answers_figure
from lab.plots.style import Figure
from lab.plots.training import Chance
from lab.runs.history import History
from lab.runs.run import Run
from lab.runs.summary import Summary
from lab.tasks.memory import SHOWN
from pages.ui.components.chart import Frame, News, live_chart
from pages.ui.shared import words
from pages.ui.train.gradient_strip import gradient_strip, strip_news
from pages.ui.train.live_digits import confusion_frames
from pages.ui.train.live_generic import scores, summary
from pages.ui.train.live_series import LOW, clip_of, loss_title

LATEST = 4  # frames of a message
__all__ = ["charts", "news", "score_cells", "scores", "summary"]


def charts(run: Run, history: History) -> None:
    """Answers beside the right ones, then the curves."""
    data: Sequences = run.data
    shown = _curves(run, history)
    classes = isinstance(data, Classified)
    alt = (
        "How many validation sequences of each class were taken for each class."
        if classes
        else "Answers of the network against the right ones."
    )
    live_chart(_answers(data), key="answers", height=400, share=0.42, caption="The first answers appear in a moment.",
               frames=_frames(data, history), alt=alt)  # fmt: skip
    left, right = st.columns(2)
    with left:
        loss_title(words.HELP["memory-loss"])
        live_chart(shown["loss"], key="loss", height=280, share=LOW,
                   alt="Loss of the training and the validation part by epoch, beside that of an answer without memory.")  # fmt: skip
    with right:
        metric = run.config.task.metrics[0]
        st.markdown(f"**{metric.label}**", help=f"{metric.meaning}.")
        live_chart(shown["metric"], key="metric", height=280, share=LOW,
                   alt=f"{metric.label} of the validation part by epoch.")  # fmt: skip
    gradient_strip(run, history, shown["gradient"])


def news(run: Run, history: History) -> dict[str, News]:
    """What the charts have to show that they may not have yet, by their keys."""
    curves = {key: News(figure) for key, figure in _curves(run, history).items()}
    return {"answers": News(None, frames=_frames(run.data, history)[-LATEST:])} | curves | strip_news(run, history)


def _curves(run: Run, history: History) -> dict[str, Figure]:
    data: Sequences = run.data
    count = len(data.classes) if isinstance(data, Classified) else 0
    metric = run.config.task.metrics[0]
    return _drawn(
        history,
        clip_of(run.config),
        (metric.key, metric.label),
        data.chance,
        count,
        log=st.session_state.get("log-loss", True),
    )


@lru_cache(maxsize=8)  # of one history the page, its news, and the pages of others are drawn
def _drawn(
    history: History, clip: tuple[str, float] | None, metric: tuple[str, str], chance: float, classes: int, *, log: bool
) -> dict[str, Figure]:
    right = Chance(1 / classes, "at random") if classes else None
    return {
        "loss": loss_figure(history, log=log, chance=Chance(chance, "without memory")),
        "metric": metric_figure(history, *metric, "share", chance=right),
        "gradient": gradient_figure(history, clip),
    }


def _answers(data: Sequences) -> Figure:
    if isinstance(data, Classified):
        return confusion_figure(np.zeros((len(data.classes),) * 2, int).tolist(), data.classes)
    return answers_figure(data.answers["validation"][:SHOWN, 0], None, float(data.answers["validation"].mean()))


def _frames(data: Sequences, history: History) -> list[Frame]:
    if isinstance(data, Classified):
        caption = "1,000 validation sequences after epoch {}: the diagonal is right."
        return confusion_frames(history, caption, data.classes)
    found = []
    for epoch, answers in history.frames.get("answers", []):
        caption = f"{len(answers)} validation sequences after epoch {epoch}: on the diagonal the answer is right."
        found.append(Frame(epoch, caption, {"answers": {"y": answers.tolist()}}))
    return found


def score_cells(summary: Summary) -> Mapping[str, str]:
    """The share of right answers, and whether that is as good as always."""
    if not summary.scores:
        return {"right answers": ""}
    first = summary.scores[0]
    return {"right answers": f"{first['right']:.1%}{' (solved)' if first['solved'] else ''}"}
