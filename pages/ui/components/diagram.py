"""The cell's diagram on the page: painted in the theme's colours; arrow keys on it step through time."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

_component = st.components.v2.component(
    "lab_diagram", js=Path(__file__).with_name("diagram.js").read_text("utf-8"), isolate_styles=False
)


def diagram(svg: str, *, key: str, on_move: Callable[[int], None], playing: bool = False) -> None:
    """Show an SVG of ours (with roles for colours). `on_move` is called with -1 or 1 for an arrow key, and with 1 again and again while `playing`."""

    def moved() -> None:
        move = st.session_state[f"diagram_{key}"].move
        if move:
            on_move(int(move))

    _component(
        key=f"diagram_{key}", data={"key": key, "svg": svg, "playing": playing}, on_move_change=moved, height="content"
    )
