"""The textbook's one weight, h = w h, with its sliders and its curve: all of it in the browser, without a word to the server."""

from __future__ import annotations

from pathlib import Path

import streamlit as st
from plotly.io.json import to_json_plotly

from lab.plots.gradients import one_weight_figure

_HERE = Path(__file__)
_component = st.components.v2.component(
    "lab_weight",
    js=_HERE.with_name("weight.js").read_text("utf-8"),
    css=_HERE.with_name("weight.css").read_text("utf-8"),
    isolate_styles=False,
)


def weight(*, w: float, steps: int) -> None:
    """Show it, with the sliders at `w` (0.5 to 1.5) and `steps` (5 to 100) at first. One a page."""
    alt = "The gradient of the last state by the state so many steps before, on a logarithmic scale."
    _component(key="lab_weight", data={"figure": to_json_plotly(one_weight_figure()), "alt": alt, "w": w, "steps": steps},
               height="content")  # fmt: skip
