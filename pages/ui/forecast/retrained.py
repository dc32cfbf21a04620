"""Retrain on everything: for a forecast of what nobody knows yet, with nothing held out to score it."""

from __future__ import annotations

import streamlit as st

from lab.jobs import retrain
from lab.runs.run import Run
from pages.ui.forecast import words as own
from pages.ui.shared.layout import refusal
from pages.ui.shared.state import store


def retrain_button(run: Run) -> None:
    """Train the run's config on all parts of its data, for as many epochs as validation chose, and watch."""
    if run.config.data.leaks:
        return
    try:
        epochs = retrain.chosen_epochs(run)
    except ValueError:
        return
    many = f"{epochs} epoch{'s' if epochs > 1 else ''}"
    pressed = st.button("Retrain on everything", icon=":material/all_inclusive:", key="retrain",
                        help=own.HELP["retrain"].format(epochs=many))  # fmt: skip
    st.caption(
        f"Before it forecasts for real, a network may learn from the latest values too: {many}, as validation chose, on all of the series."
    )
    if pressed:
        try:
            made = retrain.submit(run, store())
        except (ValueError, OSError) as error:
            refusal(error)
        else:
            st.switch_page("pages/train.py", query_params={"run": made.id})


def nobody_knows(run: Run) -> None:
    """In place of errors: nothing was held out, so there is no truth to compare with; where the run that it comes from has some."""
    st.info(
        "This run was trained on the whole series, so there is no truth left to compare its forecast with. How far off such forecasts were "
        "is known of the run that it was retrained from."
    )
    base = retrain.base_of(run)
    try:
        store().open(base)
    except ValueError:
        return
    st.page_link(
        "pages/forecast.py",
        label=f"Forecasts of {base}, with their errors",
        icon=":material/timeline:",
        query_params={"run": base},
    )
