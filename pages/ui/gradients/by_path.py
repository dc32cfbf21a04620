"""What the gradient of a state is the sum of: along the state, through each gate, from above."""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from lab.explain.jacobians import ABOVE, DIRECT
from lab.network.cells import SIGNALS
from lab.plots.gradients import parts_figure
from pages.ui.components.chart import live_chart
from pages.ui.gradients import words as own
from pages.ui.gradients.choice import ChosenGradient
from pages.ui.shared import address
from pages.ui.shared.layout import small_table


def draw(found: ChosenGradient) -> None:
    """The norms of the parts by distance, and the share that each has in the whole."""
    chosen = found.chosen
    cell = chosen.network.recurrent[chosen.layer].cell
    states = list(cell.state_names)
    state = states[0]
    if len(states) > 1:
        start = address.one_of("state", states, "cell", key="gradients-state")
        state = st.segmented_control("Gradient of the", states, default=start, required=True, key="gradients-state",
                                     format_func=lambda name: f"{name.capitalize()} state")  # fmt: skip
    of = found.parts()[state]
    shares = {way: _share(values, of.whole) for way, values in of.by_way.items() if np.any(values)}
    largest = max((way for way in shares if way != ABOVE), key=lambda way: shares[way], default=None)
    if largest is not None:
        st.markdown(
            f"**Most of what reaches the {state} state from later steps comes {_name(largest)}.**",
            help=own.HELP["by-path"],
        )
    live_chart(parts_figure(of, backwards=chosen.way == "backward/"), key="by-path", height=420, file=found.file("by-path"),
               alt=f"Norms of the parts of the gradient of the {state} state by steps back from the last.")  # fmt: skip
    rows = [{"part": _name(way), "share of the whole": f"{share:.0%}"} for way, share in shares.items()]
    small_table(pd.DataFrame(rows), alt="The share of each part in the whole gradient, over all steps.")
    st.caption(
        "A share is what a part contributes in the direction of the whole, over all steps; below 0 it works against it. They sum to 100 %."
    )


def _share(part: np.ndarray, total: np.ndarray) -> float:
    whole = float((total.astype(np.float64) ** 2).sum())
    return float((part.astype(np.float64) * total).sum()) / whole if whole > 0 else 0.0


def _name(way: str) -> str:
    if way == ABOVE:
        return "from above"
    return "along the state itself" if way == DIRECT else f"through the {SIGNALS[way].label}"
