"""A run on digits, watched live: what is taken for what, the worst mistakes, then the curves; at the end its scores."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache

import numpy as np
import pandas as pd
import streamlit as st

from lab.explain.belief import percent
from lab.plots import accuracy_figure, confusion_figure, gradient_figure, loss_figure, sheet_figure
from lab.plots.style import Figure
from lab.runs.history import History
from lab.runs.run import Run
from lab.runs.summary import Summary
from lab.scoring.class_scores import MISTAKES, ClassScore, verdict
from lab.scoring.mistake import Mistake
from pages.ui.components.chart import Frame, News, Shown, live_chart
from pages.ui.shared import words
from pages.ui.shared.data import images_of
from pages.ui.shared.layout import small_table
from pages.ui.train.gradient_strip import gradient_strip, strip_news
from pages.ui.train.live_series import LOW, clip_of, loss_title

COLUMNS = 6


def charts(run: Run, history: History) -> None:
    """The confusion matrix beside the worst mistakes, then loss and accuracy, then the gradient norm."""
    shown = _curves(run, history)
    left, right = st.columns(2)
    with left:
        st.markdown("**Confusion matrix**", help=words.HELP["confusion"])
        live_chart(confusion_figure(np.zeros((10, 10), int).tolist()), caption="The test part is looked at in a moment.",
                   key="confusion", height=420, share=0.5, frames=_frames(history),
                   alt="How many test digits of each class were taken for each class.")  # fmt: skip
    with right:
        st.markdown("**Surest mistakes**", help=words.HELP["mistakes"])
        figure, caption = _mistakes(run, history)
        live_chart(figure, caption=caption, key="mistakes", height=420, share=0.5,
                   alt="The test digits most surely taken for another class, with the truth and the prediction.")  # fmt: skip
    left, right = st.columns(2)
    with left:
        loss_title(words.HELP["digit-loss-chart"])
        live_chart(
            shown["loss"],
            key="loss",
            height=280,
            share=LOW,
            alt="Cross-entropy of the training and the test part by epoch.",
        )
    with right:
        st.markdown("**Accuracy**", help=words.HELP["accuracy-chart"])
        live_chart(shown["accuracy"], key="accuracy", height=280, share=LOW,
                   alt="Share of digits recognised, of the training and the test part, by epoch.")  # fmt: skip
    gradient_strip(run, history, shown["gradient"])


def news(run: Run, history: History) -> dict[str, News]:
    """What the charts have to show that they may not have yet, by their keys."""
    curves = {key: News(figure) for key, figure in _curves(run, history).items()}
    return (
        {"confusion": News(None, frames=_frames(history)[-3:]), "mistakes": News(*_mistakes(run, history))}
        | curves
        | strip_news(run, history)
    )


def _curves(run: Run, history: History) -> dict[str, Figure]:
    return _drawn(history, clip_of(run.config), log=st.session_state.get("log-loss", True))


@lru_cache(maxsize=8)  # of one history the page, its news, and the pages of others are drawn
def _drawn(history: History, clip: tuple[str, float] | None, *, log: bool) -> dict[str, Figure]:
    return {
        "loss": loss_figure(history, log=log, classes=True),
        "accuracy": accuracy_figure(history),
        "gradient": gradient_figure(history, clip),
    }


def _frames(history: History) -> list[Frame]:
    return confusion_frames(history, "The test part after epoch {}: the diagonal is right.")


def confusion_frames(history: History, caption: str, names: Sequence[str] | None = None) -> list[Frame]:
    """The confusion matrix after each of the epochs that were kept; `caption` has a place for the epoch, `names` are the classes'."""
    found = []
    for epoch, counts in history.frames.get("confusion", []):
        cells, numbers = confusion_figure(counts.tolist(), names)["data"]
        traces = {
            cells["name"]: {key: cells[key] for key in ("z", "customdata")},
            numbers["name"]: {key: numbers[key] for key in ("x", "y", "text", "textfont")},
        }
        found.append(Frame(epoch, caption.format(epoch), traces))
    return found


def summary(run: Run) -> None:
    """The network against classifiers that have no memory in one sentence."""
    if run.scores():
        st.markdown(f"**On the test part.** {verdict([ClassScore(**row) for row in run.scores()])}")


def scores(run: Run) -> None:
    """The error rates on the test part beside those of classifiers that have no memory."""
    if run.scores():
        small_table(scores_table(run), alt="Error rates of the network and of the baselines on the test part.")
        st.caption("Error rate: the share of the test images that is not recognised, of all of them and of each digit.")


def score_cells(summary: Summary) -> Mapping[str, str]:
    """The share of the test digits that is recognised."""
    return {"test accuracy": f"{summary.scores[0]['accuracy']:.1%}" if summary.scores else ""}


def scores_table(run: Run) -> pd.DataFrame:
    """The share of the test images that is not recognised: of all, and of each class."""
    table = []
    for row in run.scores():
        name = f"{row['name']} ({row['note']})" if row["note"] else row["name"]
        errors = {str(k): "–" if e is None else f"{e:.0%}" for k, e in enumerate(row["errors"])}
        table.append({"classifier": name, "error rate": f"{1 - row['accuracy']:.1%}"} | errors)
    return pd.DataFrame(table)


def _mistakes(run: Run, history: History) -> Shown:
    newest = history.last("mistakes")
    if newest is None:
        return _sheet(run, ()), "The first mistakes appear in a moment."
    epoch, found = newest[0], tuple(map(Mistake._make, newest[1]))
    if not found:
        return _sheet(run, ()), f"After epoch {epoch} there is none: every test digit is recognised."
    return _sheet(run, found), f"After epoch {epoch}: truth → taken for, and how sure it was."


def _sheet(run: Run, found: tuple[Mistake, ...]) -> dict:
    if not found:
        return sheet_figure(np.zeros((0, 28, 28), np.uint8), [], columns=COLUMNS, rows=MISTAKES // COLUMNS, lines=2)
    images = images_of(run).test_images[[m.image for m in found]]
    labels = [f"{m.truth} → {m.predicted}<br>{percent(m.probability)}" for m in found]
    return sheet_figure(images, labels, columns=COLUMNS, rows=MISTAKES // COLUMNS, lines=2)
