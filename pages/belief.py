"""Belief: which digit the network believes it reads, after every row. All in NumPy, at once."""

import streamlit as st

from lab.presets import PRESETS
from pages.ui import belief_panels
from pages.ui.belief_choice import choose_digit
from pages.ui.layout import page
from pages.ui.queue import submit_and_watch
from pages.ui.runs import run_on_digits

page(
    "Belief",
    "A recurrent network reads a digit row by row. See which digit it believes it to be after each row, and when it decides.",
)
run = run_on_digits()
if run is None:
    st.info(
        "There is no run that has learned digits yet. Start a small one; its belief can be watched here once it is over."
    )
    quick = PRESETS["mnist-quick"]
    if st.button(f"Train: {quick.title}", type="primary", icon=":material/play_arrow:", help=quick.blurb):
        submit_and_watch(quick.config)
    st.stop()


@st.fragment
def reading() -> None:
    seen = choose_digit(run)
    if seen is None:
        return
    belief_panels.row_by_row(seen)
    belief_panels.inside(seen)
    belief_panels.experiments(seen)


reading()
