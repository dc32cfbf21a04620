"""The Gates page's "What if": the same window with a gate held, units silenced or an input changed, beside what it was."""

from __future__ import annotations

import numpy as np
import streamlit as st

from lab.cells import Ablate, Clamp, Freeze, Intervention, Reset
from lab.plots.gates import GATES, SIGMOID, gate_heatmap, window_figure
from lab.series import Array
from lab.tracing import GateTrace
from pages.ui.gate_choice import Chosen, ChosenWindow
from pages.ui.gate_digit import ChosenDigit, changed_digit, changed_window
from pages.ui.live import live_chart


def what_if(chosen: Chosen) -> None:
    """Hold a gate, silence units, freeze or reset the state, change an input; before and after side by side."""
    left, middle, right = st.columns(3, gap="medium")
    with left:
        interventions = _hold(chosen)
    with middle:
        interventions += _silence(chosen)
    with right:
        window = _changed_window(chosen)
    after = chosen.network.trace(chosen.scaled(window), interventions)
    changed = bool(interventions) or not np.array_equal(chosen.scaled(window), chosen.scaled())
    change = f"before {chosen.says(chosen.trace)}" if changed else "nothing is changed yet"
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**Prediction: {chosen.says(after)}**, {change}.")
        st.button("Put everything back", icon=":material/undo:", disabled=not changed, on_click=_put_back, args=(chosen,),
                  help="The input as it came, and a network that nobody interferes with.")  # fmt: skip
    if isinstance(chosen, ChosenDigit):
        changed_window(chosen, window, after)
    else:
        _dragged_window(chosen, window, after)
    shown = st.segmented_control("Show", list(chosen.states()), format_func=lambda g: GATES[g][0].capitalize(), default="hidden",
                                 required=True, key="what-show")  # fmt: skip
    _side_by_side(chosen, after, shown)


def _changed_window(chosen: Chosen) -> Array:
    """What the network reads instead, in the data's units, or as an image."""
    if isinstance(chosen, ChosenDigit):
        return changed_digit(chosen)
    inputs = _change_inputs(chosen)
    window = chosen.window.copy()
    window[[step - 1 for step in inputs]] = list(inputs.values())
    return window


def _dragged_window(chosen: ChosenWindow, window: Array, after: GateTrace) -> None:
    live_chart(
        window_figure(chosen.index, window, chosen.in_units(after), name=chosen.series.names[0], unit=chosen.series.units[0],
                      target=chosen.target, other=(chosen.window, chosen.in_units(chosen.trace)), draggable=chosen.limits),
        key="what-window", height=260, alt="The window and the prediction, before and after the change. Its points can be dragged.",
        file=chosen.file("what-if"), on_drag=lambda point, value: _set_input(chosen, point + 1, value),
    )  # fmt: skip
    st.caption("Drag a point of the window up or down: the network reads the other value, and the prediction answers.")


def _hold(chosen: Chosen) -> list[Intervention]:
    found: list[Intervention] = []
    steps = chosen.size
    gate = st.selectbox("Hold a gate or state", ["none", *chosen.states()],
                        format_func=lambda g: GATES[g][0].capitalize() if g in GATES else "None",
                        key="what-gate", help="At every step and in every unit of this layer.")  # fmt: skip
    if gate != "none":
        low = 0.0 if gate in SIGMOID else -1.0
        value = st.slider("At", low, 1.0, 0.0, step=0.05, key=f"what-value-{gate}", help="0 shuts a gate, 1 opens it.")
        found.append(Clamp(chosen.layer, chosen.way + gate, value))
    freeze = st.number_input("Freeze from step (0: never)", 0, steps, key="what-freeze",
                             help="From there on the layer keeps the state it had.")  # fmt: skip
    if freeze:
        found.append(Freeze(chosen.layer, start=freeze - 1))
    return found


def _silence(chosen: Chosen) -> list[Intervention]:
    found: list[Intervention] = []
    units = chosen.states()["hidden"].shape[1]
    silent = st.multiselect("Silence units", range(1, units + 1), key=_silent(chosen), placeholder="None",
                            help="Their hidden state is 0: the next step and the layer above hear nothing of them.")  # fmt: skip
    if silent:
        found.append(Ablate(chosen.layer, units=tuple(u - 1 for u in silent)))
    reset = st.number_input("Reset at step (0: never)", 0, chosen.size, key="what-reset",
                            help="The layer begins anew there, as if nothing had been before.")  # fmt: skip
    if reset:
        found.append(Reset(chosen.layer, step=reset - 1))
    return found


def _change_inputs(chosen: ChosenWindow) -> dict[int, float]:
    """The changed inputs by their step, from 1; a point dragged on the chart and the slider here are one and the same."""
    inputs = _inputs(chosen)
    at = st.number_input("Change the input at step (0: none)", 0, chosen.size, key="what-at",
                         help="Give the network another value there; or drag a point of the chart below.")  # fmt: skip
    if at:
        key = f"what-to-{chosen.run.id}-{chosen.start}-{at}"
        low, high = chosen.limits
        st.session_state[key] = float(min(max(inputs.get(at, chosen.window[at - 1]), low), high))
        st.slider("To", low, high, st.session_state[key], key=key, step=(high - low) / 400, format="%.4g",
                  on_change=lambda: inputs.update({at: st.session_state[key]}),
                  help="In the data's units, up to half the series' range beyond its ends.")  # fmt: skip
    if inputs:
        steps = sorted(inputs)
        st.caption(f"Changed: step{'s' if len(steps) > 1 else ''} {', '.join(map(str, steps))}.")
    return inputs


def _inputs(chosen: ChosenWindow) -> dict[int, float]:
    changed: dict[int, float] = st.session_state.setdefault(f"what-inputs-{chosen.run.id}-{chosen.start}", {})
    return changed


def _set_input(chosen: ChosenWindow, step: int, value: float) -> None:
    _inputs(chosen)[step] = value
    st.session_state["what-at"] = step


def _silent(chosen: Chosen) -> str:
    return f"what-silent-{chosen.run.id}-{chosen.layer}"


def _put_back(chosen: Chosen) -> None:
    _inputs(chosen).clear()
    untouched = {
        "what-digit": "none",
        "what-gate": "none",
        _silent(chosen): [],
        "what-freeze": 0,
        "what-reset": 0,
        "what-at": 0,
    }
    for key, value in untouched.items():
        st.session_state[key] = value


def _side_by_side(chosen: Chosen, after: GateTrace, gate: str) -> None:
    both: dict[str, dict[str, Array]] = {"Before": chosen.states(), "After": chosen.states(after)}
    order = chosen.unit_order("similarity")
    limit = max(float(np.abs(states[gate]).max()) for states in both.values())
    for (name, states), column in zip(both.items(), st.columns(2), strict=True):
        with column:
            st.markdown(f"**{name}**")
            live_chart(gate_heatmap(states[gate], gate, order=order, limit=limit), key=f"side-{name}", height=260,
                       alt=f"Heatmap of the {GATES[gate][0]}, {name.lower()} the change.",
                       file=chosen.file(f"{gate}-{name.lower()}"))  # fmt: skip
