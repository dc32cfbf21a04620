"""Controls that digits brought with them: how an image is read, and a dropout for each layer."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from lab.config.model import dropout_by_layer
from lab.config.run import RunConfig
from lab.data.sources import digits_of
from pages.ui.shared import words
from pages.ui.shared.bind import bound, bound_choice, change_draft, say_error, take
from pages.ui.shared.state import draft, layer_key, renew_layers, widget_key


def digit_options(config: RunConfig) -> None:
    """Which digits, read in which order, in which numbers."""
    try:
        digits = digits_of(config.data)
    except ValueError:
        return  # the page says what is wrong with them
    st.selectbox("Digits", format_func=words.SIZES.get, help=words.HELP["data.size"],
                 **bound_choice("data.size", words.SIZES, digits.size))  # fmt: skip
    if digits.must_come:
        st.caption(
            "The full set is not on this machine yet. Train downloads it once; or let LAB_MNIST name a file mnist.npz."
        )
    st.selectbox("Read by", format_func=words.ORDERS.get, help=words.HELP["data.order"],
                 **bound_choice("data.order", words.ORDERS, digits.order))  # fmt: skip
    st.toggle("Pixels from 0 to 1", help=words.HELP["data.normalize"], **bound("data.normalize", digits.normalize))
    if not digits.normalize:
        st.warning(
            "Raw pixels, up to 255, push every gate to its end, and little is learned. Try it to see it, not to use it."
        )
    st.number_input("Pixel shuffle (0: none)", 0, 2**31 - 1, help=words.HELP["data.permutation"],
                    **bound("data.permutation", digits.permutation))  # fmt: skip
    say_error("data.size", "data.order", "data.normalize", "data.permutation")


def dropout(config: RunConfig) -> None:
    """One dropout for all recurrent layers, or one after each layer."""
    model = config.model
    by_layer = isinstance(model.dropout, tuple)
    if by_layer:
        names = [f"Dropout after layer {k + 1}" for k in range(len(model.units))]
        names += [f"Dropout after dense layer {k + 1}" for k in range(len(model.dense))]
        for k, name in enumerate(names):
            _one_rate(k, name, float(model.dropouts[k]))
    else:
        st.slider("Dropout", 0.0, 0.9, step=0.05, help=words.HELP["model.dropout"],
                  **bound("model.dropout", float(model.dropouts[0])))  # fmt: skip
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
