"""A curve that grows twenty times, for test_live.py."""

from __future__ import annotations

import time

import streamlit as st

from lab.plots.style import role
from pages.ui.components.chart import live_chart, mount_plotly

st.set_page_config(layout="wide")
mount_plotly()
st.title("Live")


def figure(n: int) -> dict[str, object]:
    x = list(range(n))
    return {
        "data": [
            {"x": x, "y": [1 / (k + 1) for k in x], "name": "training loss", "line": {"color": role("train")}},
            {"x": x, "y": [float("nan"), *[1.2 / (k + 1) for k in x[1:]]], "line": {"color": role("validation")}},
        ],
        "layout": {"xaxis": {"title": {"text": "epoch"}, "range": [0, 25]}, "hovermode": "x unified"},
    }


@st.fragment(run_every=0.3 if st.session_state.get("n", 0) < 20 else None)
def grow() -> None:
    n = min(20, st.session_state.get("n", 0) + 1)
    st.session_state.n = n
    live_chart(figure(n), key="loss", height=320, alt=f"Loss after {n} epochs")
    st.caption(f"epoch {n}")


grow()
st.button("Rerun")
left, right = st.columns(2)
with left:
    live_chart(figure(12), key="still", height=240, alt="A chart that does not change")
with right:
    st.write(f"run at {time.time():.3f}")
