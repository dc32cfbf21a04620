"""A sheet to draw a digit on: a canvas in the browser, its ink as an image here."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path

import numpy as np
import streamlit as st

from lab.data.arrays import Array

SENT = 140  # pixels a side of what the browser sends

_component = st.components.v2.component(
    "lab_sketch", js=Path(__file__).with_name("sketch.js").read_text("utf-8"), isolate_styles=False
)


def sketch(*, key: str) -> Array | None:
    """Show the sheet; the ink on it, `(140, 140)` uint8 with 0 the paper, or None while it is empty."""
    sent = _component(key=key, data={}, default={"ink": ""}, on_ink_change=lambda: None, height="content")
    return ink(sent.ink)


def ink(sent: object) -> Array | None:
    """The image that the browser sent; None for anything else, and for an empty sheet."""
    try:
        data = base64.b64decode(str(sent or ""), validate=True)
    except binascii.Error:
        return None
    if len(data) != SENT * SENT:
        return None
    drawn: Array = np.frombuffer(data, np.uint8).reshape(SENT, SENT)
    return drawn if drawn.any() else None
