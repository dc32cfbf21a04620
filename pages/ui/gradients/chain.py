"""The chain of Jacobians of one layer on one example."""

from __future__ import annotations

import streamlit as st

from lab.explain.jacobians import MOST_UNITS, chain
from lab.plots.gradients import along_cell_figure, chain_figure
from pages.ui.components.chart import live_chart
from pages.ui.gradients import words as own
from pages.ui.gradients.choice import ChosenGradient


def draw(found: ChosenGradient) -> None:
    """Singular values by distance; of cells with a cell state the way along it beside all ways."""
    chosen = found.chosen
    layer = chosen.network.recurrent[chosen.layer]
    if layer.units > MOST_UNITS:
        st.info(f"The chain of Jacobians is found of layers of at most {MOST_UNITS} units; this one has {layer.units}.")
        return
    jacobians = chain(chosen.network, chosen.scaled(), chosen.layer, chosen.way)
    values = jacobians.values["hidden"]
    last = len(values) - 1
    alive = int((values[-1] >= 0.01).sum())
    st.markdown(
        f"**Of {layer.units} directions of the hidden state {alive} still count for a hundredth {last} steps later.** The largest singular value "
        f"there is {values[-1, 0]:.2g}.",
        help=own.HELP["chain"],
    )
    if len(found.of.x) > 1:
        st.caption(f"Of this {chosen.run.task.one} alone: a batch has no one chain.")
    live_chart(chain_figure(jacobians), key="jacobians", height=360, file=chosen.file("jacobians"),
               alt="Singular values of the derivative of the last hidden state by the hidden state at each step back.")  # fmt: skip
    if jacobians.along_cell is None:
        return
    whole, alone = jacobians.values["cell"][-1, 0], jacobians.along_cell[-1]
    share = alone / whole if whole > 0 else 0.0
    st.markdown(
        f"**Along the cell alone {alone:.2g} is left at the first step, of {whole:.2g} along all ways.** "
        + (
            "The conveyor belt carries it." if share > 0.5 else "Most of it comes another way, or is lost in the gates."
        ),
        help=own.HELP["along-cell"],
    )
    live_chart(along_cell_figure(jacobians), key="along-cell", height=320, file=chosen.file("along-cell"),
               alt="Largest singular value by steps back, along the cell alone and along all ways.")  # fmt: skip
