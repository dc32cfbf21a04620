"""A run on digits, watched live: what is taken for what, the worst mistakes, then the curves; at the end its scores."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from lab.belief import percent
from lab.classification import MISTAKES, ClassScore, verdict
from lab.events import Mistake
from lab.history import History
from lab.plots import accuracy_figure, confusion_figure, gradient_figure, loss_figure, sheet_figure
from lab.runs import Run
from pages.ui import words
from pages.ui.data import images_of
from pages.ui.layout import small_table
from pages.ui.live import Shown, live_chart
from pages.ui.live_series import clip_of

COLUMNS = 6


def charts(run: Run, history: History) -> None:
    """The confusion matrix beside the worst mistakes, then loss and accuracy, then the gradient norm."""
    shown = figures(run, history)
    left, right = st.columns(2)
    with left:
        st.markdown("**Confusion matrix**", help=words.HELP["confusion"])
        figure, caption = shown["confusion"]
        live_chart(figure, caption=caption, key="confusion", height=420,
                   alt="How many test digits of each class were taken for each class.")  # fmt: skip
    with right:
        st.markdown("**Surest mistakes**", help=words.HELP["mistakes"])
        figure, caption = shown["mistakes"]
        live_chart(figure, caption=caption, key="mistakes", height=420,
                   alt="The test digits most surely taken for another class, with the truth and the prediction.")  # fmt: skip
    left, right = st.columns(2)
    with left:
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown("**Loss**", help=words.HELP["digit-loss-chart"])
            st.toggle("Logarithmic", key="log-loss", value=True)
        live_chart(
            shown["loss"][0], key="loss", height=280, alt="Cross-entropy of the training and the test part by epoch."
        )
    with right:
        st.markdown("**Accuracy**", help=words.HELP["accuracy-chart"])
        live_chart(shown["accuracy"][0], key="accuracy", height=280,
                   alt="Share of digits recognised, of the training and the test part, by epoch.")  # fmt: skip
    st.markdown("**Gradient norm**", help=words.HELP["gradient-chart"])
    live_chart(shown["gradient"][0], key="gradient", height=220, alt="Norm of the gradient before clipping by epoch.")


def figures(run: Run, history: History) -> dict[str, Shown]:
    """What the charts show now, by their keys."""
    log = st.session_state.get("log-loss", True)
    curves = {
        "loss": loss_figure(history, log=log, classes=True),
        "accuracy": accuracy_figure(history),
        "gradient": gradient_figure(history, clip_of(run.config)),
    }
    return {
        "confusion": _confusion(history),
        "mistakes": _mistakes(run, history),
    } | {key: (figure, "") for key, figure in curves.items()}


def result(run: Run) -> None:
    """The error rates on the test part beside those of classifiers that have no memory."""
    rows = run.scores()
    if not rows:
        return
    st.markdown(f"**On the test part.** {verdict([ClassScore(**row) for row in rows])}")
    small_table(scores_table(run), alt="Error rates of the network and of the baselines on the test part.")
    st.caption("Error rate: the share of the test images that is not recognised, of all of them and of each digit.")
    st.page_link("pages/belief.py", label="Watch its belief form, row by row", icon=":material/psychology:",
                 query_params={"run": run.id})  # fmt: skip


def scores_table(run: Run) -> pd.DataFrame:
    """The share of the test images that is not recognised: of all, and of each class."""
    table = []
    for row in run.scores():
        name = f"{row['name']} ({row['note']})" if row["note"] else row["name"]
        errors = {str(k): "–" if e is None else f"{e:.0%}" for k, e in enumerate(row["errors"])}
        table.append({"classifier": name, "error rate": f"{1 - row['accuracy']:.1%}"} | errors)
    return pd.DataFrame(table)


def _confusion(history: History) -> Shown:
    newest = history.last("confusion")
    if newest is None:
        return confusion_figure(np.zeros((10, 10), int).tolist()), "The test part is looked at in a moment."
    return confusion_figure(newest[1]), f"The test part after epoch {newest[0]}: the diagonal is right."


def _mistakes(run: Run, history: History) -> Shown:
    newest: tuple[int, tuple[Mistake, ...]] | None = history.last("mistakes")
    if newest is None:
        return _sheet(run, ()), "The first mistakes appear in a moment."
    epoch, found = newest
    if not found:
        return _sheet(run, ()), f"After epoch {epoch} there is none: every test digit is recognised."
    return _sheet(run, found), f"After epoch {epoch}: truth → taken for, and how sure it was."


def _sheet(run: Run, found: tuple[Mistake, ...]) -> dict:
    if not found:
        return sheet_figure(np.zeros((0, 28, 28), np.uint8), [], columns=COLUMNS, rows=MISTAKES // COLUMNS, lines=2)
    images = images_of(run).test_images[[m.image for m in found]]
    labels = [f"{m.truth} → {m.predicted}<br>{percent(m.probability)}" for m in found]
    return sheet_figure(images, labels, columns=COLUMNS, rows=MISTAKES // COLUMNS, lines=2)
