"""The cell's diagram on the page: painted in the theme's colours; arrow keys on it step through time."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

JS = """
export default ({ data, parentElement, setTriggerValue }) => {
  let root = parentElement.querySelector(":scope > .lab-diagram");
  if (!root) {
    root = document.createElement("div");
    root.className = "lab-diagram";
    root.tabIndex = 0;
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", "One step of the cell; the arrow keys step through time");
    root.style.outlineOffset = "4px";
    parentElement.append(root);
  }
  root.dataset.testid = `diagram-${data.key}`;
  root.onkeydown = (e) => {
    const move = { ArrowLeft: -1, ArrowRight: 1 }[e.key];
    if (!move) return;
    e.preventDefault();
    setTriggerValue("move", move);
  };
  clearInterval(root.labTimer);
  if (data.playing)
    root.labTimer = setInterval(() => (root.isConnected ? setTriggerValue("move", 1) : clearInterval(root.labTimer)), 900);
  const show = () => {
    if (!parentElement.isConnected) return;
    if (window.labPaint) root.innerHTML = window.labPaint(data.svg, parentElement);
    else setTimeout(show, 50); // the palette comes with Plotly
  };
  show();
};
"""

_component = st.components.v2.component("lab_diagram", js=JS, isolate_styles=False)


def diagram(svg: str, *, key: str, on_move: Callable[[int], None], playing: bool = False) -> None:
    """Show an SVG of ours (with roles for colours). `on_move` is called with -1 or 1 for an arrow key, and with 1 again and again while `playing`."""

    def moved() -> None:
        move = st.session_state[f"diagram_{key}"].move
        if move:
            on_move(int(move))

    _component(
        key=f"diagram_{key}", data={"key": key, "svg": svg, "playing": playing}, on_move_change=moved, height="content"
    )
