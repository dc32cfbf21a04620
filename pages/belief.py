"""Belief: which digit the network believes it reads, after every row. All in NumPy, at once."""

import streamlit as st

from lab.config.presets import PRESETS
from lab.data.images import Images
from pages.ui.belief import panels as belief_panels
from pages.ui.belief.choice import choose_digit
from pages.ui.runs.picker import run_of_the_page
from pages.ui.shared import address
from pages.ui.shared.layout import page, sound_runs
from pages.ui.shared.queue import submit_and_watch

page(
    "Belief",
    "A recurrent network reads a digit row by row. See which digit it believes it to be after each row, and from which row on it keeps to its choice.",
)
run = run_of_the_page(Images, "its belief can be watched here", "sample-digits")
if run is None:
    st.info(
        "There is no run that has learned digits yet. Start a small one; its belief can be watched here once it is over."
    )
    quick = PRESETS["mnist-quick"]
    if st.button(f"Train: {quick.title}", type="primary", icon=":material/play_arrow:", help=quick.blurb):
        submit_and_watch(quick.config)
    st.stop()


@st.fragment
@sound_runs()
def reading() -> None:
    address.begin("belief", run.id)
    seen = choose_digit(run)
    if seen is not None:
        belief_panels.row_by_row(seen)
        belief_panels.inside(seen)
        belief_panels.experiments(seen)
    address.end()


reading()
