"""Gates: what goes on inside a trained network while it reads one window. All in NumPy, at once."""

import streamlit as st

from pages.ui import gate_panels
from pages.ui.gate_choice import choose_window
from pages.ui.gate_digit import choose_digit
from pages.ui.gate_what_if import what_if
from pages.ui.layout import page
from pages.ui.runs import no_run, run_of_the_page

page(
    "Gates",
    "What goes on inside a trained network while it reads one window of the data, or one digit, gate by gate and step by step.",
)
run = run_of_the_page("any", "its gates appear here")
if run is None:
    no_run("There is no trained run yet. Train one first; its gates appear here.")


@st.fragment
def inside() -> None:
    chosen = choose_digit(run) if run.config.is_classifier else choose_window(run)
    views = {
        "Heatmaps": gate_panels.heatmaps,
        "One step": gate_panels.one_step,
        "What if": what_if,
        "Compare": gate_panels.compare,
    }
    view = st.segmented_control("View", list(views), default="Heatmaps", required=True, key="gates-view",
                                label_visibility="collapsed")  # fmt: skip
    views[view](chosen)


inside()
