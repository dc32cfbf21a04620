"""Gradients: how much of the loss's gradient reaches each step of the past, on a trained network's own weights and data."""

import streamlit as st

from pages.ui.gradients import by_path, chain, over_epochs, through_layers, through_time, what_if
from pages.ui.gradients.choice import choose_gradient
from pages.ui.gradients.one_weight import one_weight
from pages.ui.runs.picker import no_run, run_of_the_page
from pages.ui.shared import address
from pages.ui.shared.layout import page, sound_runs
from pages.ui.views import view_of

VIEWS = {
    "Through time": through_time.draw,
    "Jacobians": chain.draw,
    "By path": by_path.draw,
    "Over epochs": over_epochs.draw,
    "What if": what_if.draw,
    "Through layers": through_layers.draw,
}

page("Gradients", "A network learns from a step of the past only what the gradient brings back there. Does it arrive?")
with st.expander("One weight: why it vanishes or explodes", icon=":material/timeline:", key="one-weight"):
    one_weight()
run = run_of_the_page(None, "its gradients appear here", "sample-sunspots")
if run is None:
    no_run("There is no trained run yet. Train one first; its gradients appear here.")
if not run.config.model.is_recurrent:
    st.info(
        "This network has no recurrent layer, so its gradient has a way through its layers alone, and none through time."
    )
views = VIEWS if run.config.model.is_recurrent else {"Through layers": VIEWS["Through layers"]}


@st.fragment
@sound_runs()
def inside() -> None:
    address.begin("gradients", run.id)
    chosen = view_of(run.config).choose(run)
    first = next(iter(views))
    start = address.one_of(
        "view", list(views), first, key="gradients-view", write=lambda name: name.lower().replace(" ", "-")
    )
    with st.container(horizontal=True, vertical_alignment="bottom"):
        view = st.segmented_control("View", list(views), default=start, required=True, key="gradients-view",
                                    label_visibility="collapsed")  # fmt: skip
        found = choose_gradient(chosen)
    views[view](found)
    address.end()


inside()
