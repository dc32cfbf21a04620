"""The norm of the gradient of every state, by distance back."""

from __future__ import annotations

import streamlit as st

from lab.explain.gradient_flow import in_words, spectrum
from lab.plots.gradients import through_time_figure
from pages.ui.components.chart import live_chart
from pages.ui.gradients import words as own
from pages.ui.gradients.choice import ChosenGradient


def draw(found: ChosenGradient) -> None:
    """The chart, what it says in words, and the kernel's two numbers."""
    if found.of.y is None:
        st.caption(own.NO_ANSWER)
    st.markdown(f"**{in_words(found.ways)}**", help=own.HELP["through-time"])
    network = found.chosen.network
    first = spectrum(network, 0, found.ways[0].direction)
    live_chart(through_time_figure(found.ways, {0: first}), key="through-time", height=420, file=found.file("gradient"),
               alt="Norm of the gradient of each state by steps back from the last, on a logarithmic scale.")  # fmt: skip
    recurrent = network.recurrent[0]
    which = "candidate's recurrent kernel" if "candidate" in recurrent.cell.blocks else "recurrent kernel"
    fate = "vanish" if first.stretch * first.slope < 1 else "explode or vanish"
    st.caption(
        f"Of {found.label}. Layer 1's {which}: spectral radius {first.radius:.3g}, largest singular value {first.stretch:.3g}, largest slope "
        f"of the activation {first.slope:.3g}. By these alone the gradient of a network without gates could {fate}."
    )
