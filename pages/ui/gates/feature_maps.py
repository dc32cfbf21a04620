"""The Gates page on layers that have no gates: feature maps over time, dense units, and what a filter or a unit looks for."""

from __future__ import annotations

import numpy as np
import streamlit as st

from lab.data.arrays import Array
from lab.explain.filters import Excited, most_exciting
from lab.network.layers import Conv1D, Dense, Flatten, Layer
from lab.plots.maps import map_heatmap, unit_bars, weight_figure
from pages.ui.components.chart import live_chart
from pages.ui.gates.choice import Chosen
from pages.ui.shared import address

EXAMPLES = 150  # that are searched for the patch that excites a filter most


def layer_maps(chosen: Chosen) -> None:
    """What every layer without gates makes of the window."""
    layers = [layer for layer in chosen.network.layers if layer.name in chosen.trace.outputs]
    with st.container(key="gates-maps"):
        for layer in layers:
            _one_map(chosen, layer)


def _one_map(chosen: Chosen, layer: Layer) -> None:
    values = chosen.trace.outputs[layer.name]
    over_time = values.ndim == 2
    with st.container():
        st.markdown(f"**{layer.label}**")
        what = "filter" if over_time else "unit"
        drawn = map_heatmap(values, what) if over_time else unit_bars(values)
        live_chart(drawn, key=f"map-{layer.name}", height=230, caption=_in_words(values, what), file=chosen.file(layer.name),
                   alt=f"{'Heatmap' if over_time else 'Bars'} of what {layer.label} makes of the window.")  # fmt: skip


def _in_words(values: Array, what: str) -> str:
    spread = f"From {values.min():.2f} to {values.max():.2f}"
    if values.ndim == 1:
        silent = int((values == 0).sum())
        rest = f"; {silent} of {len(values)} are silent" if silent else ""
        return f"{spread}{rest}."
    strongest = np.unravel_index(int(np.abs(values).argmax()), values.shape)
    return f"{spread}; {what} {strongest[1] + 1} answers most strongly, at step {strongest[0] + 1} of {len(values)}."


def looks_for(chosen: Chosen) -> None:
    """The weights of a filter, and the patch that excites it most; of a first dense layer, the weight on each input."""
    network = chosen.network
    convolutions = [layer for layer in network.layers if isinstance(layer, Conv1D)]
    if convolutions:
        _filter(chosen, convolutions)
        return
    first = network.layers[1] if isinstance(network.layers[0], Flatten) else None
    if isinstance(first, Dense):
        _weights_on_inputs(chosen, first)


def _filter(chosen: Chosen, convolutions: list[Conv1D]) -> None:
    st.subheader("What a filter looks for", anchor=False)
    left, right = st.columns([2, 1])
    names = [layer.name for layer in convolutions]
    layer = convolutions[0]
    with left:
        if len(convolutions) > 1:
            key = f"gates-conv-{chosen.run.id}"
            start = address.one_of("convolution", names, names[0], key=key)
            name = st.selectbox("Convolution", names, names.index(start), key=key,
                                format_func=lambda n: convolutions[names.index(n)].label,
                                help="The first sees the data, each further one the answers of the one before, and so more steps.")  # fmt: skip
            layer = convolutions[names.index(name)]
    with right:
        key = f"gates-filter-{chosen.run.id}-{layer.name}"
        strongest = int(np.abs(chosen.trace.outputs[layer.name]).max(axis=0).argmax()) + 1
        unit = st.number_input("Filter", 1, layer.filters, address.number("filter", 1, layer.filters, strongest, key=key), key=key,
                               help="It begins with the one that answers most strongly here.")  # fmt: skip
    found = _found(chosen, layer.name, unit - 1)
    weights, patch = st.columns(2)
    kernel = chosen.network.weights[layer.name]["kernel"][:, :, unit - 1]
    from_data = layer is convolutions[0]
    inputs = chosen.feature_names if from_data else [f"filter {k + 1}" for k in range(kernel.shape[1])]
    with weights:
        st.markdown("**Its weights**")
        live_chart(weight_figure(kernel, inputs), key="filter-weights", height=240, file=chosen.file(f"{layer.name}-{unit}-weights"),
                   alt=f"The weights of filter {unit} on each step that it sees.",
                   caption=f"On {len(kernel)} steps of {'the data' if from_data else 'the layer before'}"
                           f"{'' if layer.dilation == 1 else f', {layer.dilation} apart'}.")  # fmt: skip
    with patch:
        st.markdown("**The patch that excites it most**")
        values = chosen.run.window(found.example)[found.steps]
        live_chart(weight_figure(values, chosen.feature_names, found.steps.start + 1, "scaled value"), key="filter-patch", height=240,
                   file=chosen.file(f"{layer.name}-{unit}-patch"), alt=f"The stretch of data to which filter {unit} answers most.",
                   caption=f"It answers with {found.value:.2f} to {chosen.run.task.describe(found.example)}, steps "
                           f"{found.steps.start + 1} to {found.steps.stop}: the most among {_count(chosen)} examples.")  # fmt: skip


def _weights_on_inputs(chosen: Chosen, layer: Dense) -> None:
    """Each weight at the place of its input."""
    is_output = layer.name == "output"
    units, unit = layer.units, 1
    st.subheader("The weight on each input", anchor=False)
    if units > 1:
        key = f"gates-dense-{chosen.run.id}"
        unit = st.number_input("Output" if is_output else "Unit", 1, units, address.number("unit-shown", 1, units, 1, key=key), key=key,
                               help="Which of the outputs, or of the units of the first dense layer.")  # fmt: skip
    kernel = chosen.network.weights[layer.name]["kernel"][:, unit - 1].reshape(chosen.network.window, -1)
    means = (
        "The prediction is the sum of all inputs, each times its weight."
        if is_output
        else "What goes into this unit is the sum of all inputs, each times its weight."
    )
    live_chart(weight_figure(kernel, chosen.feature_names), key="input-weights", height=280, file=chosen.file(f"{layer.name}-{unit}-weights"),
               alt="The weight on each input, by its step.", caption=f"{means} The last step is the latest.")  # fmt: skip


def _count(chosen: Chosen) -> int:
    return min(EXAMPLES, chosen.run.task.examples)


def _found(chosen: Chosen, name: str, unit: int) -> Excited:
    return _search(str(chosen.run.path), chosen.epoch, chosen.run.written(chosen.epoch), name, unit, chosen)


@st.cache_resource(max_entries=64, show_spinner=False)
def _search(path: str, epoch: int | None, written: float, name: str, unit: int, _chosen: Chosen) -> Excited:  # noqa: ARG001
    places = np.linspace(0, _chosen.run.task.examples - 1, _count(_chosen)).astype(int).tolist()
    examples = np.stack([_chosen.run.window(place) for place in places])
    found = most_exciting(_chosen.network, examples, name, unit)
    return Excited(places[found.example], found.position, found.value, found.steps)
