"""A clock in the browser: while it plays, a callback is called again and again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

_component = st.components.v2.component("lab_ticker", js=Path(__file__).with_name("ticker.js").read_text("utf-8"))


def ticker(*, key: str, playing: bool, milliseconds: int, on_tick: Callable[[], None]) -> None:
    """Call `on_tick` every so many milliseconds while `playing`; nothing is seen of it."""
    with st.container(key=f"{key}-hidden"):
        _component(
            key=key, data={"playing": playing, "milliseconds": milliseconds}, on_tick_change=on_tick, height="content"
        )
