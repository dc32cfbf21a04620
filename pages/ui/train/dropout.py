"""Dropout: one for all main layers, or one after each layer."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from lab.config.model import dropout_by_layer
from lab.config.run import RunConfig
from pages.ui.shared import words
from pages.ui.shared.bind import bound, change_draft, take
from pages.ui.shared.state import draft, layer_key, renew_layers, widget_key


def dropout(config: RunConfig) -> None:
    """One dropout for all main layers (recurrent, else convolution or dense), or one after each layer."""
    model = config.model
    by_layer = isinstance(model.dropout, tuple)
    if isinstance(model.dropout, tuple):
        called = {"filters": "convolution", "units": "layer", "dense": "dense layer"}
        names = [
            f"Dropout after {called[key]} {k + 1}" for key, layers in model.stack.items() for k in range(len(layers))
        ]
        for k, name in enumerate(names):
            _one_rate(k, name, float(model.dropouts[k]))
    else:
        st.slider("Dropout", 0.0, 0.9, step=0.05, help=words.HELP["model.dropout"],
                  **bound("model.dropout", float(model.dropout)))  # fmt: skip
    if len(model.dropouts) > 1:
        _switch(by_layer)


def _one_rate(k: int, name: str, rate: float) -> None:
    setting = f"model.dropout.{k}"
    key = layer_key(setting)

    def put() -> None:
        rates = draft().model.dropouts
        if key in st.session_state and key == layer_key(setting):  # as in `bound`
            take("model.dropout", (*rates[:k], st.session_state[key], *rates[k + 1 :]))

    st.slider(name, 0.0, 0.9, rate, step=0.05, help=words.HELP["model.dropout"], key=key, on_change=put)


def _switch(by_layer: bool) -> None:
    key = widget_key("model.dropout-by-layer")

    def put() -> None:
        if key in st.session_state:
            wanted = st.session_state[key]
            change_draft("model.dropout", lambda c: replace(c, model=dropout_by_layer(c.model, wanted)))
            renew_layers()

    st.toggle("Dropout layer by layer", by_layer, help=words.HELP["model.dropout-by-layer"], key=key, on_change=put)
