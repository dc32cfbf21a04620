"""Home: what this is, one picture, and a card a preset that goes straight to training."""

from functools import partial
from pathlib import Path

import streamlit as st

from lab.config.presets import PRESETS
from pages.ui.shared.layout import page, plotly_ahead
from pages.ui.shared.queue import submit_and_watch

page(
    "RNN Lab",
    "See a recurrent network learn. Choose a real series or a CSV file of yours, set the network up, and watch its forecast "
    "improve epoch by epoch, beside baselines that keep it honest. Then let it run free into the future, and see how far it carries. Or let "
    "it read handwritten digits row by row, and watch what it believes after each; or set it a task that asks for memory, and see whether "
    "the gradient arrives.",
    charts=False,
)
st.image(Path(__file__).parents[1] / "assets" / "images" / "home.svg", width="stretch",
         alt="The free-running forecast of an LSTM on a sine wave, untrained and after 3, 8 and 100 epochs: from a flat "
         "line to the wave.")  # fmt: skip


def ready(name: str) -> None:
    preset = PRESETS[name]
    st.markdown(f"**{preset.title}**")
    st.caption(preset.blurb)
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button("Train", key=f"train-{name}", icon=":material/play_arrow:", help="Start it now and watch.")
        st.page_link("pages/train.py", label="Look at its settings", query_params={"preset": name})
    if pressed:
        submit_and_watch(preset.config)


def own_file() -> None:
    st.markdown("**A CSV file of yours**")
    st.caption(
        "Dates in one column and numbers in the others: sales, prices, a sensor. How it is written is found out."
    )
    st.page_link("pages/train.py", label="Choose the file", query_params={"data.name": "csv"})


st.subheader("Start with a ready experiment", anchor=False)
cards = [*(partial(ready, name) for name in PRESETS), own_file]
for row in range(0, len(cards), 3):
    for card, column in zip(cards[row : row + 3], st.columns(3), strict=False):
        with column.container(border=True, height="stretch"):
            card()
plotly_ahead()
