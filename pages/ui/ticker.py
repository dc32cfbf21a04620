"""A clock in the browser: while it plays, a callback is called again and again."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

JS = """
export default ({ data, setTriggerValue }) => {
  if (!data.playing) return;
  const timer = setInterval(() => setTriggerValue("tick", true), data.milliseconds);
  return () => clearInterval(timer);
};
"""

_component = st.components.v2.component("lab_ticker", js=JS)


def ticker(*, key: str, playing: bool, milliseconds: int, on_tick: Callable[[], None]) -> None:
    """Call `on_tick` every so many milliseconds while `playing`; nothing is seen of it."""
    with st.container(key=f"{key}-hidden"):
        _component(
            key=key, data={"playing": playing, "milliseconds": milliseconds}, on_tick_change=on_tick, height="content"
        )
