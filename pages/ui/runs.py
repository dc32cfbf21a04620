"""Choosing a run."""

from __future__ import annotations

import streamlit as st

from lab.estimate import pace
from lab.runs import Run
from pages.ui.state import select_run, selected_run, set_draft, store


@st.cache_data(ttl=60, show_spinner=False)
def machine_pace() -> float:
    """How fast this machine trains, by its own latest runs."""
    return pace(store().list())


def run_label(run: Run) -> str:
    """A run in a picker."""
    return f"{run.id} (sample)" if run.is_sample else run.id


def pick_run(chosen: Run | None, *, only_with_weights: bool = False) -> Run | None:
    """A picker over all runs, newest first; the choice goes into the URL."""
    runs = [r for r in store().list() if not only_with_weights or (r.path / "weights.npz").exists()]
    if not runs:
        return chosen
    by_id = {r.id: r for r in runs}
    key = f"run-picker-{chosen.id if chosen else ''}"

    def choose() -> None:
        run = by_id[st.session_state[key]]
        select_run(run.id)
        set_draft(run.config)  # its settings are on the table, to be changed and trained again
        st.session_state.view = "Training"

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
    run = selected_run()
    if run is None or not (run.path / "weights.npz").exists():
        run = next((r for r in store().list() if (r.path / "weights.npz").exists()), None)
    with st.sidebar:
        run = pick_run(run, only_with_weights=True)
    if run is None:
        st.info(f"There is no trained run yet. Train one first; {promise}.")
        st.page_link("pages/train.py", label="Train", icon=":material/show_chart:")
        st.stop()
    return run
