"""Choosing a run."""

from __future__ import annotations

import time
from typing import Literal

import pandas as pd
import streamlit as st

from lab.datasets import DATASETS
from lab.estimate import pace
from lab.history import History
from lab.runs import Run
from pages.ui import words
from pages.ui.state import select_run, selected_run, set_draft, show_view, store

Kind = Literal["any", "series", "digits"]


@st.cache_data(ttl=60, show_spinner=False)
def machine_pace() -> float:
    """How fast this machine trains, by its own latest runs."""
    return pace(store().list())


def run_label(run: Run) -> str:
    """A run in a picker."""
    return f"{run.id} (sample)" if run.is_sample else run.id


def trained_runs(kind: Kind = "any") -> list[Run]:
    """The runs that have weights, newest first, the samples last."""
    runs = [r for r in store().list() if (r.path / "weights.npz").exists()]
    return [r for r in runs if kind == "any" or r.config.is_classifier == (kind == "digits")]


def run_with_a_series() -> Run:
    """As `trained_run`, for a page that needs a series; a run on digits ends it with a sentence and the way to go."""
    runs = trained_runs("series")
    chosen = selected_run()
    digits = chosen is not None and chosen.config.is_classifier
    run = (
        chosen
        if chosen is not None and (chosen.path / "weights.npz").exists() and not digits
        else next(iter(runs), None)
    )
    with st.sidebar:
        pick_run(None if digits else run, runs)
    if digits:
        st.info(f"A forecast needs a series, and run {chosen.id} learned to tell digits apart. Choose a run on a series in the "
                "sidebar, or watch what this one believes of a digit, row by row.")  # fmt: skip
        st.page_link("pages/belief.py", label="Belief", icon=":material/psychology:", query_params={"run": chosen.id})
        st.stop()
    if run is None:
        st.info("There is no trained run on a series yet. Train one first; its forecast appears here.")
        st.page_link("pages/train.py", label="Train", icon=":material/show_chart:")
        st.stop()
    return run


def run_on_digits() -> Run | None:
    """The chosen run, if it learned digits, or the newest that did; None where there is none."""
    runs, chosen = trained_runs("digits"), selected_run()
    if chosen is None or chosen.id not in [r.id for r in runs]:
        chosen = next(iter(runs), None)
    with st.sidebar:
        pick_run(chosen, runs)
    return chosen


def pick_run(chosen: Run | None, runs: list[Run] | None = None) -> Run | None:
    """A picker over `runs` (all, without them), newest first; the choice goes into the URL."""
    runs = store().list() if runs is None else runs
    if not runs:
        return chosen
    by_id = {r.id: r for r in runs}
    key = f"run-picker-{chosen.id if chosen else ''}"

    def choose() -> None:
        run = by_id[st.session_state[key]]
        select_run(run.id)
        set_draft(run.config)  # its settings are on the table, to be changed and trained again
        show_view("Training")

    st.selectbox(
        "Run",
        list(by_id),
        index=list(by_id).index(chosen.id) if chosen and chosen.id in by_id else None,
        format_func=lambda run_id: run_label(by_id[run_id]),
        placeholder="Choose a run",
        key=key,
        on_change=choose,
    )
    return chosen


def trained_run(promise: str) -> Run:
    """The run that a page on trained networks is about: the chosen one, or the newest; ends the page where there is none.

    `promise` says what the page will show once there is one.
    """
    runs = trained_runs()
    run = selected_run()
    if run is None or not (run.path / "weights.npz").exists():
        run = next(iter(runs), None)
    with st.sidebar:
        run = pick_run(run, runs)
    if run is None:
        st.info(f"There is no trained run yet. Train one first; {promise}.")
        st.page_link("pages/train.py", label="Train", icon=":material/show_chart:")
        st.stop()
    return run


def run_row(run: Run, history: History) -> dict[str, str]:
    """A run as a row of the Runs page: a forecaster with its error, a classifier with its accuracy."""
    config, scores = run.config, run.scores()
    model = next(iter(scores), {})
    naive = next((s for s in scores if s["name"] == "Previous value"), {})
    last = history.epochs[-1] if history.epochs else None
    done, epochs = last.epoch if last else 0, config.training.epochs
    title, unit, digits = DATASETS[config.data.name].title, "", config.is_classifier
    if not digits:
        title, unit = run.series.title, run.series.units[0]
    accuracy = {"test accuracy": f"{model['accuracy']:.1%}" if digits and model else ""}
    error = {
        "test MAE": f"{model['mae']:,.4g} {unit}".strip() if "mae" in model else "",
        "of previous value's": f"{model['mae'] / naive['mae']:.0%}" if "mae" in model and naive.get("mae") else "",
    }
    return {
        "run": run_label(run),
        "status": words.STATUS[run.status(history)][0],
        **(accuracy | error if digits else error | accuracy),  # the newest run's own score stands first
        "data": title,
        "network": config.model.label,
        "epochs": f"{done} of {epochs}",
        "validation loss": f"{last.val_loss:.3g}" if last and not model else "",
        "made": time.strftime("%Y-%m-%d %H:%M", time.localtime(run.created)),
    }


def runs_table(rows: list[dict[str, str]]) -> pd.DataFrame:
    """The rows under one another, without the columns in which none of them has anything."""
    table = pd.DataFrame(rows)
    return table.loc[:, (table != "").any()]
