"""The toy with one weight: why gradients vanish or explode at all."""

from __future__ import annotations

import streamlit as st

from pages.ui.components.weight import weight


def one_weight() -> None:
    """What it is, and its sliders."""
    st.markdown(
        "A network of one unit, $h_t = w\\,h_{t-1}$, and the same with a tanh, from $h_0 = 0.5$. By the chain rule the gradient of the last state "
        "with respect to the state $k$ steps before is $w^k$: below 1 it vanishes, above 1 it explodes."
    )
    weight(w=0.9, steps=50)
