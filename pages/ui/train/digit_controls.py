"""Controls of digits: which, and how an image is read."""

from __future__ import annotations

import streamlit as st

from lab.config.run import RunConfig
from lab.data.series import Series
from lab.data.sources import digits_of
from pages.ui.shared import words
from pages.ui.shared.bind import bound, bound_choice, show_error


def digit_options(config: RunConfig, raw: Series | None, missing: int) -> None:  # noqa: ARG001
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
    show_error("data.size", "data.order", "data.normalize", "data.permutation")


def sequence_group(config: RunConfig) -> None:
    """A digit is a sequence already."""
    read = words.READ[dict(config.data.options).get("order", "rows")]
    with st.expander(f"**Sequences** · {config.window.size} {read}s in, 1 class out", key="group-window"):
        st.number_input("Batch size", 1, 4096, help=words.HELP["training.batch_size"],
                        **bound("training.batch_size", config.training.batch_size))  # fmt: skip
        show_error("training.batch_size")
