"""The views of the Gates page."""

from __future__ import annotations

import io

import numpy as np
import pandas as pd
import streamlit as st

from lab.arithmetic import explain
from lab.cells import Ablate, Clamp, Freeze, Intervention, Reset
from lab.plots.diagram import cell_diagram
from lab.plots.gates import GATES, SIGMOID, contribution_figure, gate_heatmap, unit_lines, window_figure
from lab.saturation import memory_length, saturation, unit_order
from lab.tracing import GateTrace
from pages.ui.diagram import diagram
from pages.ui.gate_choice import Chosen
from pages.ui.live import live_chart
from pages.ui.runs import run_label
from pages.ui.state import store

ORDERS = {"unit": "By number", "activity": "By activity", "similarity": "By similarity"}
MEANING = {
    "input": "How much of the candidate is written into the cell. Strong where something worth keeping comes in.",
    "forget": "How much of the cell state is kept. Strong means remember; a faint column is a moment of forgetting.",
    "candidate": "What could be written, from -1 to 1.",
    "output": "How much of the cell state is shown to the outside at this step.",
    "cell": "The memory itself. Long runs of one colour are things carried through time.",
    "hidden": "What the layer says to the next step and to the layer above.",
    "update": "How much of the old state is kept; the rest comes from the candidate.",
    "inner": "Jordan's hidden units; the next step hears only the output made of them.",
    "reset": "How much of the old state the candidate may look at.",
}


def heatmaps(chosen: Chosen) -> None:
    """Every gate and state over time, then a few units as lines, and what it adds up to."""
    layer = chosen.states()
    _window(chosen)
    order = st.segmented_control("Order of the units", list(ORDERS), format_func=ORDERS.get, default="similarity", required=True,
                                 key="gates-order", help="Similar units side by side make the structure visible.")  # fmt: skip
    rows = unit_order(layer["hidden"], order)
    for pair in _pairs(list(layer)):
        for gate, column in zip(pair, st.columns(2), strict=False):
            with column:
                st.markdown(f"**{GATES[gate][0].capitalize()}**")
                st.caption(MEANING[gate])
                live_chart(gate_heatmap(layer[gate], gate, order=rows), key=f"gate-{gate}", height=230,
                           alt=f"Heatmap of the {GATES[gate][0]}, time along, units up.")  # fmt: skip
    units = layer["hidden"].shape[1]
    shown = st.multiselect("Units as lines", range(1, units + 1), [], max_selections=3, key=f"gates-lines-{chosen.run.id}-{chosen.layer}",
                           help="Up to three units, every gate and state of each.")  # fmt: skip
    if shown:
        live_chart(unit_lines(layer, [u - 1 for u in shown]), key="gates-unit-lines", height=300,
                   alt=f"Gates and states of the units {', '.join(map(str, shown))} along the window.")  # fmt: skip
    _numbers(chosen)
    _downloads(chosen)


def one_step(chosen: Chosen) -> None:
    """The cell's diagram and equations with the numbers of one unit at one step."""
    layer, cell = chosen.states(), chosen.run.config.model.cell
    steps, units = layer["hidden"].shape
    key = "gates-step"
    st.session_state[key] = min(st.session_state.get(key, steps), steps)

    def move(by: int) -> None:
        now = st.session_state[key] + by
        st.session_state[key] = (
            (now - 1) % steps + 1 if st.session_state.get("gates-play") else int(np.clip(now, 1, steps))
        )

    left, right = st.columns([3, 2])
    with left:
        step = st.slider(
            "Time step", 1, max(2, steps), key=key, help="Or the arrow keys, once the diagram was clicked."
        )
    with right:
        most = int(np.abs(layer["hidden"]).mean(axis=0).argmax())
        unit = st.number_input("Unit", 1, units, most + 1, key=f"gates-unit-{chosen.run.id}-{chosen.layer}",
                               help="It begins with the most active one.") - 1  # fmt: skip
    with st.container(horizontal=True, vertical_alignment="center"):
        st.button("Step back", icon=":material/skip_previous:", on_click=move, args=(-1,), disabled=step == 1)
        st.button("Step forward", icon=":material/skip_next:", on_click=move, args=(1,), disabled=step == steps)
        playing = st.toggle("Play", key="gates-play", help="Step forward by itself, and begin again at the end.")
    t = min(step, steps) - 1
    reads, weights = chosen.reads, chosen.network.recurrent[chosen.layer].directions[chosen.way]
    if chosen.way == "backward/":  # it begins at the end
        reads, layer, t = reads[::-1], {name: values[::-1] for name, values in layer.items()}, steps - 1 - t
    picture, words = st.columns([1.15, 1], gap="medium")
    with picture:
        diagram(cell_diagram(cell, _on_the_wires(layer, reads, t, unit)), key="cell", on_move=move, playing=playing)
        st.caption("The fuller a box and the thicker a wire, the larger what it carries. Values are the scaled ones.")
    with words:
        st.caption(f"Unit {unit + 1} at step {step}, with its numbers:")
        for equation in explain(cell, weights, reads, layer, t, unit):
            st.latex(equation.latex)
    live_chart(unit_lines(chosen.states(), [unit], step), key="gate-lines", height=260,
               alt=f"Gates and states of unit {unit + 1} along the window.")  # fmt: skip


def _on_the_wires(layer: dict[str, np.ndarray], reads: np.ndarray, t: int, unit: int) -> dict[str, float]:
    values = {name: float(v[t, unit]) for name, v in layer.items()}
    values["before"] = float(layer["hidden"][t - 1, unit]) if t else 0.0
    if "cell" in layer:
        values["cell_before"] = float(layer["cell"][t - 1, unit]) if t else 0.0
    if reads.shape[1] == 1:
        values["x"] = float(reads[t, 0])
    return values


def what_if(chosen: Chosen) -> None:
    """Hold a gate, silence units, freeze or reset the state, change an input; before and after side by side."""
    layer = chosen.states()
    steps, units = layer["hidden"].shape
    interventions: list[Intervention] = []
    left, middle, right = st.columns(3, gap="medium")
    with left:
        names = ["none", *layer]
        gate = st.selectbox("Hold a gate or state", names, format_func=lambda g: GATES[g][0].capitalize() if g in GATES else "None",
                            key="what-gate", help="At every step and in every unit of this layer.")  # fmt: skip
        if gate != "none":
            low = 0.0 if gate in SIGMOID else -1.0
            value = st.slider(
                "At", low, 1.0, 0.0, step=0.05, key=f"what-value-{gate}", help="0 shuts a gate, 1 opens it."
            )
            interventions.append(Clamp(chosen.layer, chosen.way + gate, value))
    with middle:
        silent = st.multiselect("Silence units", range(1, units + 1), key=f"what-silent-{chosen.run.id}-{chosen.layer}",
                                help="Their hidden state is 0: the next step and the layer above hear nothing of them.")  # fmt: skip
        if silent:
            interventions.append(Ablate(chosen.layer, units=tuple(u - 1 for u in silent)))
    with left:
        freeze = st.number_input("Freeze from step (0: never)", 0, steps, key="what-freeze",
                                 help="From there on the layer keeps the state it had.")  # fmt: skip
        if freeze:
            interventions.append(Freeze(chosen.layer, start=freeze - 1))
    with middle:
        reset = st.number_input("Reset at step (0: never)", 0, steps, key="what-reset",
                                help="The layer begins anew there, as if nothing had been before.")  # fmt: skip
        if reset:
            interventions.append(Reset(chosen.layer, step=reset - 1))
    window = chosen.window.copy()
    with right:
        at = st.number_input("Change the input at step (0: none)", 0, steps, key="what-at",
                             help="Give the network another value there.")  # fmt: skip
        if at:
            low, high = float(chosen.series.values.min()), float(chosen.series.values.max())
            window[at - 1] = st.slider(
                "To", low, high, float(window[at - 1]), key=f"what-to-{chosen.run.id}-{chosen.start}-{at}"
            )
    after = chosen.network.trace(chosen.scaled(window), interventions)
    before, now = chosen.in_units(chosen.trace), chosen.in_units(after)
    unit = chosen.series.units[0]
    change = "nothing is changed yet" if not interventions and not at else f"before {before:,.4g} {unit}".strip()
    st.markdown(f"**Prediction: {f'{now:,.4g} {unit}'.strip()}**, {change}.")
    live_chart(
        window_figure(chosen.index, window, now, name=chosen.series.names[0], unit=unit, target=chosen.target,
                      other=(chosen.window, before)),
        key="what-window", height=260, alt="The window and the prediction, before and after the change.",
    )  # fmt: skip
    gates = list(layer)
    shown = st.segmented_control("Show", gates, format_func=lambda g: GATES[g][0].capitalize(), default="hidden", required=True,
                                 key="what-show")  # fmt: skip
    _side_by_side(chosen, after, shown)


def compare(chosen: Chosen) -> None:
    """Another run, or the same at another epoch, on the same stretch of time."""
    runs = {r.id: r for r in store().list() if (r.path / "weights.npz").exists()}
    left, right = st.columns(2)
    with left:
        other_id = st.selectbox("With the run", list(runs), index=list(runs).index(chosen.run.id), key="compare-run",
                                format_func=lambda k: run_label(runs[k]), help="The same data make the fairest comparison.")  # fmt: skip
    other = runs[other_id]
    epochs = other.snapshots()
    with right:
        epoch = None
        if epochs:
            epoch = st.select_slider(
                "After epoch", epochs, key=f"compare-epoch-{other_id}", help="0 is the untrained network."
            )
    size = other.config.window.size
    start = int(np.clip(chosen.start + chosen.size - size, 0, len(other.series) - size))
    way = (chosen.way or "forward/") if other.config.model.bidirectional else ""
    theirs = Chosen(other, epoch, start, min(chosen.layer, len(other.config.model.units) - 1), way)
    names = [g for g in chosen.states() if g in theirs.states()]
    shown = st.segmented_control("Show", names, format_func=lambda g: GATES[g][0].capitalize(), default=names[-1], required=True,
                                 key=f"compare-show-{'-'.join(names)}")  # fmt: skip
    for side, column, which in zip((chosen, theirs), st.columns(2), ("first", "second"), strict=True):
        with column:
            when = "" if side.epoch is None else f", epoch {side.epoch}"
            st.markdown(
                f"**{side.run.id}{when}** predicts {side.in_units(side.trace):,.4g} {side.series.units[0]}".strip()
            )
            _window(side, key=f"compare-window-{which}", shares=False)
            values = side.states()[shown]
            live_chart(gate_heatmap(values, shown, order=unit_order(values, "similarity")), key=f"compare-{which}", height=260,
                       alt=f"Heatmap of the {GATES[shown][0]}, {which} network.")  # fmt: skip


def _window(chosen: Chosen, key: str = "gate-window", *, shares: bool = True) -> None:
    series = chosen.series
    live_chart(
        window_figure(chosen.index, chosen.window, chosen.in_units(chosen.trace), name=series.names[0], unit=series.units[0],
                      target=chosen.target),
        key=key, height=240, alt="The input window, the prediction and what came.",
    )  # fmt: skip
    if shares:
        st.markdown("**What each input adds**", help="How far each input moves the prediction away from the one for a flat "
                    "window at the same level (integrated gradients); the bars add up to that difference. Scaled values.")  # fmt: skip
        live_chart(contribution_figure(chosen.network.contributions(chosen.scaled())[:, 0]), key=f"{key}-shares", height=150,
                   alt="The share of the prediction that each past input carries.")  # fmt: skip


def _side_by_side(chosen: Chosen, after: GateTrace, gate: str) -> None:
    both = {"Before": chosen.states(), "After": chosen.states(after)}
    order = unit_order(both["Before"]["hidden"], "similarity")
    limit = max(float(np.abs(states[gate]).max()) for states in both.values())
    for (name, states), column in zip(both.items(), st.columns(2), strict=True):
        with column:
            st.markdown(f"**{name}**")
            live_chart(gate_heatmap(states[gate], gate, order=order, limit=limit), key=f"side-{name}", height=260,
                       alt=f"Heatmap of the {GATES[gate][0]}, {name.lower()} the change.")  # fmt: skip


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
            "gate": [GATES[str(r["gate"])][0] for r in rows],
            "shut (under 0.1)": [f"{r['shut']:.0%}" for r in rows],
            "open (over 0.9)": [f"{r['open']:.0%}" for r in rows],
            "mean": [f"{r['mean']:.2f}" for r in rows],
        }
    )
    st.dataframe(table, hide_index=True, alt="Share of saturated values of each gate.")
    if length is not None:
        gate = "forget" if "forget" in layer else "update"
        st.caption(
            f"The {gate} gate implies a memory of about {length:.1f} steps in the typical unit: 1 / (1 - its mean)."
        )


def _downloads(chosen: Chosen) -> None:
    def npz() -> bytes:
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **chosen.trace.arrays())
        return buffer.getvalue()

    with st.container(horizontal=True):
        name = f"{chosen.run.id}-window-{chosen.start}"
        st.download_button("Download as npz", npz, f"{name}.npz", icon=":material/download:")
        st.download_button("Download as CSV", lambda: chosen.trace.to_frame().to_csv(index=False), f"{name}.csv", "text/csv",
                           icon=":material/download:")  # fmt: skip
    st.caption("The bar over each chart saves it as a picture.")


def _pairs(names: list[str]) -> list[list[str]]:
    return [names[k : k + 2] for k in range(0, len(names), 2)]
