"""What the Gates page shows of a window as it is; `gate_what_if` changes it."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import streamlit as st

from lab.explain.equations import explain
from lab.explain.saturation import keeping_gate, memory_length, saturation
from lab.network.cells import SIGNALS
from lab.plots.diagram import cell_diagram, diagram_file
from lab.plots.gates import contribution_figure, contribution_map, gate_heatmap, unit_lines, window_figure
from lab.runs.run import Run
from pages.ui.components.chart import live_chart
from pages.ui.components.diagram import diagram
from pages.ui.gates.choice import Chosen
from pages.ui.gates.digit import ChosenDigit, digit_window
from pages.ui.gates.feature_maps import layer_maps, looks_for
from pages.ui.gates.what_if import experiment_offered
from pages.ui.gates.window import ChosenWindow
from pages.ui.gates.words import describe, title
from pages.ui.runs.picker import run_label
from pages.ui.shared import address
from pages.ui.shared.layout import download, small_table
from pages.ui.shared.state import store

ORDERS = {"unit": "By number", "activity": "By activity", "similarity": "By similarity"}


def heatmaps(chosen: Chosen) -> None:
    """Every gate and state over time with what it does here, then a few units as lines, the input, and what it adds up to."""
    layer = chosen.states()
    experiment_offered(chosen)
    key = "gates-order"
    order = address.one_of("order", list(ORDERS), "similarity", key=key)
    rows = chosen.unit_order(st.session_state[key])
    if note := chosen.units_note():
        st.caption(note)
    with st.container(key="gates-pairs"):  # a grid by CSS: six columns would be redrawn with them
        for gate in sorted(layer, key=lambda name: SIGNALS[name].place):
            live_chart(gate_heatmap(layer[gate], gate, order=rows, titled=True), key=f"gate-{gate}", height=230,
                       caption=describe(gate, layer[gate]), file=chosen.file(gate),
                       alt=f"Heatmap of the {SIGNALS[gate].label}, time along, units up.")  # fmt: skip
    st.segmented_control("Order of the units", list(ORDERS), format_func=ORDERS.get, default=order, required=True,
                         key=key, help="Similar units side by side make the structure visible. Judged by what the trained network does all over the "
                         "data, so that a unit keeps its row while you move through windows and epochs.")  # fmt: skip
    units = layer["hidden"].shape[1]
    key = f"gates-lines-{chosen.run.id}-{chosen.layer}"
    drawn = address.several("units", range(1, units + 1), key=key, most=3)
    shown = st.multiselect("Units as lines", range(1, units + 1), drawn, max_selections=3, key=key,
                           help="Up to three units, every gate and state of each.")  # fmt: skip
    if shown:
        live_chart(unit_lines(layer, [u - 1 for u in shown]), key="gates-unit-lines", height=300, file=chosen.file("units"),
                   alt=f"Gates and states of the units {', '.join(map(str, shown))} along the window.")  # fmt: skip
    st.subheader("What it reads", anchor=False)
    _window(chosen)
    if chosen.run.config.model.filters:
        st.subheader("In front of the recurrent layers", anchor=False)
        layer_maps(chosen)
        looks_for(chosen)
    _numbers(chosen)
    _downloads(chosen)


def feature_maps(chosen: Chosen) -> None:
    """A network without gates: what each layer makes of the window, what its filters look for, the input, what it adds up to."""
    layer_maps(chosen)
    looks_for(chosen)
    st.subheader("What it reads", anchor=False)
    _window(chosen)
    _downloads(chosen)


def one_step(chosen: Chosen) -> None:
    """The cell's diagram and equations with the numbers of one unit at one step."""
    layer, model = chosen.states(), chosen.run.config.model
    steps, units = layer["hidden"].shape
    key = "gates-step"
    address.number("step", 1, steps, steps, key=key)

    def move(by: int) -> None:
        now = st.session_state[key] + by
        st.session_state[key] = (
            (now - 1) % steps + 1 if st.session_state.get("gates-play") else int(np.clip(now, 1, steps))
        )

    left, right = st.columns([3, 2])
    with left:
        step = st.slider("Time step", 1, max(2, steps), st.session_state[key], key=key,
                         help="Or the arrow keys, once the diagram was clicked.")  # fmt: skip
    with right:
        most = int(np.abs(layer["hidden"]).mean(axis=0).argmax())
        unit_key = f"gates-unit-{chosen.run.id}-{chosen.layer}"
        unit = st.number_input("Unit", 1, units, address.number("unit", 1, units, most + 1, key=unit_key), key=unit_key,
                               help="It begins with the most active one.") - 1  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Step back", icon=":material/skip_previous:", on_click=move, args=(-1,), disabled=step == 1)
        st.button("Step forward", icon=":material/skip_next:", on_click=move, args=(1,), disabled=step == steps)
        playing = st.toggle("Play", key="gates-play", help="Step forward by itself, and begin again at the end.")
    t = min(step, steps) - 1
    reads, weights = chosen.reads, chosen.weights
    if chosen.way == "backward/":  # it begins at the end
        reads, layer, t = reads[::-1], {name: values[::-1] for name, values in layer.items()}, steps - 1 - t
    picture, words = st.columns([1.15, 1], gap="medium")
    with picture:
        svg = cell_diagram(model.cell, _on_the_wires(layer, reads, t, unit), model.activation)
        diagram(svg, key="cell", on_move=move, playing=playing)
        st.caption("The fuller a box and the thicker a wire, the larger what it carries. Values are the scaled ones.")
        theme = "dark" if st.context.theme.type == "dark" else "light"
        name = f"{chosen.file(f'unit-{unit + 1}-step-{step}')}.svg"
        download("Save the diagram as SVG", lambda: diagram_file(svg, theme), name, "image/svg+xml")
    with words:
        st.caption(f"Unit {unit + 1} at step {step}, with its numbers:")
        for equation in explain(model.cell, weights, reads, layer, t, unit, model.activation, model.gate_activation):
            st.latex(equation.latex)
    live_chart(unit_lines(chosen.states(), [unit], step), key="gate-lines", height=260, file=chosen.file(f"unit-{unit + 1}"),
               alt=f"Gates and states of unit {unit + 1} along the window.")  # fmt: skip


def _on_the_wires(layer: dict[str, np.ndarray], reads: np.ndarray, t: int, unit: int) -> dict[str, float]:
    values = {name: float(v[t, unit]) for name, v in layer.items()}
    values["before"] = float(layer["hidden"][t - 1, unit]) if t else 0.0
    if "cell" in layer:
        values["cell_before"] = float(layer["cell"][t - 1, unit]) if t else 0.0
    if reads.shape[1] == 1:
        values["x"] = float(reads[t, 0])
    return values


def compare(chosen: Chosen) -> None:
    """Another run, or the same at another epoch, on the same stretch of time."""
    runs = {
        r.id: r
        for r in store().list()
        if (r.path / "weights.npz").exists() and r.config.task is chosen.run.config.task and r.config.model.is_recurrent
    }
    left, right = st.columns(2)
    with left:
        start = address.one_of("other", list(runs), chosen.run.id, key="compare-run")
        other_id = st.selectbox("With the run", list(runs), index=list(runs).index(start), key="compare-run",
                                format_func=lambda k: run_label(runs[k]), help="The same data make the fairest comparison.")  # fmt: skip
    other = runs[other_id]
    epochs = other.snapshots()
    with right:
        epoch = None
        if epochs:
            key = f"compare-epoch-{other_id}"
            at = address.one_of("other-epoch", epochs, epochs[0], key=key)
            epoch = st.select_slider("After epoch", epochs, at, key=key, help="0 is the untrained network.")
    way = (chosen.way or "forward/") if other.config.model.bidirectional else ""
    layer = min(chosen.layer, len(other.config.model.stack["units"]) - 1)
    theirs = type(chosen)(other, epoch, _same_place(chosen, other), layer, way)
    names = [g for g in chosen.states() if g in theirs.states()]
    key = f"compare-show-{'-'.join(names)}"
    shown = st.segmented_control("Show", names, format_func=title, default=address.one_of("show", names, names[-1], key=key),
                                 required=True, key=key)  # fmt: skip
    st.caption(
        "Both on one scale of colour. "
        + ("A row is the same unit on both sides: see what training made of it." if other.id == chosen.run.id else
           "Rows do not correspond: a unit of one run has no fellow in another.")
    )  # fmt: skip
    for note in dict.fromkeys(side.units_note() for side in (chosen, theirs)):
        if note:
            st.caption(note)
    limit = max(float(np.abs(side.states()[shown]).max()) for side in (chosen, theirs))
    for side, column, which in zip((chosen, theirs), st.columns(2), ("first", "second"), strict=True):
        with column:
            when = "" if side.epoch is None else f", epoch {side.epoch}"
            st.markdown(f"**{side.run.id}{when}** {side.verb} {side.prediction_text(side.trace)}")
            _window(side, key=f"compare-window-{which}", shares=False)
            values = side.states()[shown]
            live_chart(gate_heatmap(values, shown, order=side.unit_order("similarity"), limit=limit), key=f"compare-{which}", height=260, file=side.file(shown),
                       alt=f"Heatmap of the {SIGNALS[shown].label}, {which} network.")  # fmt: skip


def _window(chosen: Chosen, key: str = "gate-window", *, shares: bool = True) -> None:
    if isinstance(chosen, ChosenDigit):
        digit_window(chosen, shares=shares, key=key)
    elif isinstance(chosen, ChosenWindow):
        _series_window(chosen, shares=shares, key=key)


def _series_window(chosen: ChosenWindow, *, shares: bool, key: str) -> None:
    live_chart(
        window_figure(chosen.index, chosen.window, chosen.drawn(chosen.trace), name=chosen.feature_name, unit=chosen.feature_unit,
                      target=chosen.drawn_truth),
        key=key, height=240, file=chosen.file("input"), alt="The input window, the prediction and what came.",
    )  # fmt: skip
    if shares:
        st.markdown("**What each input adds**", help="How far each input moves the prediction away from the one for a flat "
                    "window at the same level (integrated gradients); the bars add up to that difference. Scaled values.")  # fmt: skip
        if chosen.shares_take_long:
            st.caption(chosen.shares_take_long)
            return
        found, names = chosen.network.contributions(chosen.scaled(), output=chosen.output), chosen.prepared.names
        several = len(names) > 1
        live_chart(contribution_map(found, names) if several else contribution_figure(found[:, 0]), key=f"{key}-shares", height=60 + 26 * len(names) if several else 150, file=chosen.file("shares"),
                   alt="The share of the prediction that each past input carries.")  # fmt: skip


def _same_place(chosen: Chosen, other: Run) -> int:
    """The window of another run that ends where ours does; the same test digit."""
    theirs = type(chosen)(other, None, 0)
    if isinstance(chosen, ChosenDigit):
        return min(chosen.start, theirs.last)
    return int(np.clip(chosen.start + chosen.size - theirs.size, 0, theirs.last))


def _numbers(chosen: Chosen) -> None:
    layer = chosen.states()
    rows = saturation(layer)
    if not rows:
        return
    length = memory_length(layer)
    st.markdown(
        "**Saturation**", help="A gate that is always shut or always open makes no decisions; one in between weighs."
    )
    table = pd.DataFrame(
        {
            "gate": [SIGNALS[str(r["gate"])].label for r in rows],
            "shut (under 0.1)": [f"{r['shut']:.0%}" for r in rows],
            "open (over 0.9)": [f"{r['open']:.0%}" for r in rows],
            "mean": [f"{r['mean']:.2f}" for r in rows],
        }
    )
    small_table(table, alt="Share of saturated values of each gate.")
    if length is not None:
        gate = SIGNALS[keeping_gate(layer) or ""].short
        st.caption(f"The {gate} implies a memory of about {length:.1f} steps in the typical unit: 1 / (1 - its mean).")


def _downloads(chosen: Chosen) -> None:
    def npz() -> bytes:
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **chosen.trace.arrays())
        return buffer.getvalue()

    def csv() -> str:
        return chosen.trace.to_frame().to_csv(index=False)

    with st.container(horizontal=True):
        download("Download as npz", npz, f"{chosen.name}.npz")
        download("Download as CSV", csv, f"{chosen.name}.csv", "text/csv")
    st.caption("With the mouse over a chart, or after a tap on it, the bar at its corner saves it as PNG or SVG.")
