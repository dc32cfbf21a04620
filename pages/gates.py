"""Gates: what goes on inside a trained network while it reads one window. All in NumPy, at once."""

import streamlit as st

from pages.ui.gates import panels as gate_panels
from pages.ui.gates.what_if import VIEW, what_if
from pages.ui.runs.picker import no_run, run_of_the_page
from pages.ui.shared import address
from pages.ui.shared.layout import page, sound_runs
from pages.ui.views import view_of

page(
    "Gates",
    "Inside a trained network while it reads: every gate, state and filter, step by step.",
)
run = run_of_the_page(None, "its gates appear here", "sample-sunspots")
if run is None:
    no_run("There is no trained run yet. Train one first; its gates appear here.")


@st.fragment
@sound_runs()
def inside() -> None:
    address.begin("gates", run.id)
    chosen = view_of(run.config).choose(run)
    first = "Feature maps" if run.config.model.stack else "Weights"
    views = {first: gate_panels.feature_maps, "What if": what_if}
    if run.config.model.is_recurrent:
        views = {
            "Heatmaps": gate_panels.heatmaps,
            "One step": gate_panels.one_step,
            "What if": what_if,
            "Compare": gate_panels.compare,
        }
    first = next(iter(views))
    start = address.one_of("view", list(views), first, key=VIEW, write=lambda name: name.lower().replace(" ", "-"))
    view = st.segmented_control("View", list(views), default=start, required=True, key=VIEW,
                                label_visibility="collapsed")  # fmt: skip
    views[view](chosen)
    address.end()


inside()
