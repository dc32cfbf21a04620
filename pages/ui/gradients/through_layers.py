"""The gradient from the top layer down to the first, and the units that let none of it pass."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lab.explain.layer_flow import LayerFlow, in_words, layer_flow
from lab.plots.gradients import inside_figure, layers_figure
from lab.runs.gradients import batch
from lab.runs.run import Run
from pages.ui.components.chart import live_chart
from pages.ui.gradients import words as own
from pages.ui.gradients.choice import ChosenGradient
from pages.ui.shared import address, words
from pages.ui.shared.data import network_of
from pages.ui.shared.layout import small_table


def draw(found: ChosenGradient) -> None:
    """Norms by layer, dead and saturated units, and where the values of one layer lie on its activation."""
    chosen = found.chosen
    flows = _flows(str(chosen.run.path), chosen.epoch, chosen.run.written(chosen.epoch), found.of.indices)
    st.markdown(f"**{words.escaped(in_words(flows))}**", help=own.HELP["layers"])
    if not flows:
        return
    live_chart(layers_figure(flows), key="layers", height=120 + 44 * len(flows), file=found.file("layers"),
               alt="Norm of the gradient of what each layer hands on, and of its weights.")  # fmt: skip
    rows = [
        {"layer": f.label, "gradient": f"{f.norm:.2e}", "of its weights": f"{f.weights:.2e}", "saturated": f"{f.saturated:.1%}", "dead units": f"{f.dead:.1%}"}
        for f in flows
    ]  # fmt: skip
    small_table(pd.DataFrame(rows), alt="Gradient, saturated values and dead units by layer.")
    shown = {f.name: f for f in flows if len(f.inside)}
    if not shown:
        return
    names = list(shown)
    start = address.one_of("inside", names, names[0], key="gradients-inside")
    name = st.segmented_control("In front of the activation of", names, default=start, required=True, key="gradients-inside",
                                format_func=lambda n: shown[n].label, help=own.HELP["inside"])  # fmt: skip
    live_chart(inside_figure(shown[name]), key="inside", height=420, file=found.file(f"inside-{name}"),
               alt="Where the values in front of the activation lie, over the slopes of five activations.")  # fmt: skip


@st.cache_data(max_entries=16, show_spinner=False)
def _flows(path: str, epoch: int | None, written: float, indices: tuple[int, ...]) -> list[LayerFlow]:  # noqa: ARG001
    run = Run(path)
    of = batch(run, indices)
    return layer_flow(network_of(run, epoch), of.x, of.y, loss=run.config.training.loss)
