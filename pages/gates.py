"""Gates: what goes on inside a trained network while it reads one window. All in NumPy, at once."""

import streamlit as st

from pages.ui import gate_panels
from pages.ui.gate_choice import choose_window
from pages.ui.layout import page
from pages.ui.runs import pick_run
from pages.ui.state import selected_run, store

page(
    "Gates",
    "What goes on inside a trained network while it reads one window of the data, gate by gate and step by step.",
)
run = selected_run()
if run is None or not (run.path / "weights.npz").exists():
    run = next((r for r in store().list() if (r.path / "weights.npz").exists()), None)
with st.sidebar:
    run = pick_run(run, only_with_weights=True)
if run is None:
    st.info("There is no trained run yet. Train one first; its gates appear here.")
    st.page_link("pages/train.py", label="Train", icon=":material/show_chart:")
    st.stop()


@st.fragment
def inside() -> None:
    chosen = choose_window(run)
    views = {
        "Heatmaps": gate_panels.heatmaps,
        "One step": gate_panels.one_step,
        "What if": gate_panels.what_if,
        "Compare": gate_panels.compare,
    }
    view = st.segmented_control("View", list(views), default="Heatmaps", required=True, key="gates-view",
                                label_visibility="collapsed")  # fmt: skip
    views[view](chosen)


inside()
