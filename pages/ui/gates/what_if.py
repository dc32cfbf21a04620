"""The Gates page's "What if": the same window with a gate held, units silenced or an input changed, beside what it was."""

from __future__ import annotations

import numpy as np
import streamlit as st

from lab.data.arrays import Array
from lab.explain.saturation import keeping_gate
from lab.network.cells import SIGNALS
from lab.network.interventions import Ablate, Clamp, Freeze, Intervention, Reset
from lab.network.trace import GateTrace
from lab.plots.gates import gate_heatmap, window_figure
from pages.ui.components.chart import live_chart
from pages.ui.gates.choice import Chosen
from pages.ui.gates.digit import ChosenDigit, changed_digit, changed_window
from pages.ui.gates.window import ChosenWindow
from pages.ui.gates.words import title
from pages.ui.shared import address

VIEW, GATE = "gates-view", "what-gate"


def what_if(chosen: Chosen) -> None:
    """Hold a gate, silence units, freeze or reset the state, change an input; before and after side by side."""
    has_gates = chosen.run.config.model.is_recurrent
    left, middle, right = st.columns(3, gap="medium") if has_gates else (None, None, st.container())
    interventions: list[Intervention] = []
    if left and middle:
        with left:
            interventions += _hold(chosen)
        with middle:
            interventions += _silence(chosen)
    with right:
        window = _changed_window(chosen)
    after = chosen.network.trace(chosen.scaled(window), interventions)
    changed = bool(interventions) or not np.array_equal(chosen.scaled(window), chosen.scaled())
    change = f"before {chosen.prediction_text(chosen.trace)}" if changed else "nothing is changed yet"
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown(f"**Prediction: {chosen.prediction_text(after)}**, {change}.")
        st.button("Put everything back", icon=":material/undo:", disabled=not changed, on_click=_put_back, args=(chosen,),
                  help="The input as it came, and a network that nobody interferes with.")  # fmt: skip
    if isinstance(chosen, ChosenDigit):
        changed_window(chosen, window, after)
    elif isinstance(chosen, ChosenWindow):
        _dragged_window(chosen, window, after)
    if not has_gates:
        return
    names = list(chosen.states())
    shown = st.segmented_control("Show", names, format_func=title, default=address.one_of("show", names, "hidden", key="what-show"),
                                 required=True, key="what-show")  # fmt: skip
    _side_by_side(chosen, after, shown)


def _changed_window(chosen: Chosen) -> Array | None:
    """What the network reads instead, in the data's units, or as an image."""
    if isinstance(chosen, ChosenDigit):
        return changed_digit(chosen)
    if not isinstance(chosen, ChosenWindow):
        return None
    inputs = _change_inputs(chosen)
    window = chosen.window.copy()
    window[[step - 1 for step in inputs]] = list(inputs.values())
    return window


def _dragged_window(chosen: ChosenWindow, window: Array, after: GateTrace) -> None:
    live_chart(
        window_figure(chosen.index, window, chosen.drawn(after), name=chosen.feature_name, unit=chosen.feature_unit,
                      target=chosen.drawn_truth, other=(chosen.window, chosen.drawn(chosen.trace)), draggable=chosen.limits),
        key="what-window", height=260, alt="The window and the prediction, before and after the change. Its points can be dragged.",
        file=chosen.file("what-if"), on_drag=lambda point, value: _set_input(chosen, point + 1, value),
    )  # fmt: skip
    st.caption("Drag a point of the window up or down: the network reads the other value, and the prediction answers.")


def _hold(chosen: Chosen) -> list[Intervention]:
    found: list[Intervention] = []
    gates = ["none", *chosen.states()]
    start = address.one_of("hold", gates, "none", key=GATE)
    gate = st.selectbox("Hold a gate or state", gates, gates.index(start), format_func=lambda g: title(g) if g in SIGNALS else "None",
                        key=GATE, help="At every step and in every unit of this layer.")  # fmt: skip
    if gate != "none":
        low, key = 0.0 if gate in SIGNALS and SIGNALS[gate].is_gate else -1.0, _level(gate)
        value = st.slider("At", low, 1.0, address.number("at", low, 1.0, 0.0, key=key), step=0.05, key=key,
                          help="0 shuts a gate, 1 opens it.")  # fmt: skip
        found.append(Clamp(chosen.layer, chosen.way + gate, value))
    freeze = _from_a_step("freeze", "Freeze the state", "From step", chosen.steps,
                          "From there on the layer keeps the state it had.")  # fmt: skip
    if freeze:
        found.append(Freeze(chosen.layer, start=freeze - 1))
    return found


def _silence(chosen: Chosen) -> list[Intervention]:
    found: list[Intervention] = []
    units, key = range(1, chosen.states()["hidden"].shape[1] + 1), _silent(chosen)
    silent = st.multiselect("Silence units", units, address.several("silence", units, key=key), key=key, placeholder="None",
                            help="Their hidden state is 0: the next step and the layer above receive nothing from them.")  # fmt: skip
    if silent:
        found.append(Ablate(chosen.layer, units=tuple(u - 1 for u in silent)))
    reset = _from_a_step("reset", "Reset the state", "At step", chosen.steps,
                         "The layer begins anew there, as if nothing had been before.")  # fmt: skip
    if reset:
        found.append(Reset(chosen.layer, step=reset - 1))
    return found


def _change_inputs(chosen: ChosenWindow) -> dict[int, float]:
    """The changed inputs by their step, from 1; a point dragged on the chart and the slider here are one and the same."""
    inputs = _inputs(chosen)
    _take_inputs(chosen, inputs)
    meaning = "Give the network another value there; or drag a point of the chart below."
    if _is_on("input", "Change an input", chosen.size, meaning):
        left, right = st.columns(
            2
        )  # side by side: the chart below would move away from under the hand that drags there
        with left:
            at = _step("input", "At step", chosen.size, chosen.size, meaning)
        key = f"what-to-{chosen.run.id}-{chosen.start}{_input(chosen)}-{at}"
        low, high = chosen.limits
        st.session_state[key] = float(min(max(inputs.get(at, chosen.window[at - 1]), low), high))
        with right:
            st.slider("To", low, high, st.session_state[key], key=key, step=(high - low) / 400, format="%.4g",
                      on_change=lambda: inputs.update({at: st.session_state[key]}),
                      help="In the data's units, up to half the series' range beyond its ends.")  # fmt: skip
    if inputs:
        steps = sorted(inputs)
        st.caption(f"Changed: step{'s' if len(steps) > 1 else ''} {', '.join(map(str, steps))}.")
        address.show("inputs", ",".join(f"{step}:{inputs[step]:.6g}" for step in steps))
    return inputs


def _take_inputs(chosen: ChosenWindow, inputs: dict[int, float]) -> None:
    """The changed inputs of the address, `step:value` and commas."""
    asked = address.asked_for("inputs")
    if asked is None:
        return
    low, high = chosen.limits
    inputs.clear()
    try:
        for pair in asked.split(","):
            step, value = pair.split(":")
            if not (1 <= int(step) <= chosen.size and low <= float(value) <= high):
                raise ValueError
            inputs[int(step)] = float(value)
    except ValueError:
        inputs.clear()
        rule = f"it may be step:value and commas, steps from 1 to {chosen.size}, values from {low:.4g} to {high:.4g}"
        address.refuse("inputs", asked, rule, "the input as it came")


def _from_a_step(name: str, label: str, when: str, steps: int, meaning: str) -> int:
    """A switch and, where it is on, the step from 1 to `steps`, at first the one in the middle; 0 where it is off."""
    return _step(name, when, steps, (steps + 1) // 2, meaning) if _is_on(name, label, steps, meaning) else 0


def _is_on(name: str, label: str, steps: int, meaning: str) -> bool:
    """The switch of a change that begins at a step; the address names that step."""
    on, at = _switch(name)
    asked = address.asked_for(name)
    if asked is not None:
        if asked.isdecimal() and 1 <= int(asked) <= steps:
            st.session_state[on], st.session_state[at] = True, int(asked)
        else:
            address.refuse(name, asked, f"it may be a step from 1 to {steps}", "no such change")
    return st.toggle(label, st.session_state.setdefault(on, False), key=on, help=meaning)


def _step(name: str, when: str, steps: int, default: int, meaning: str) -> int:
    """The step beside such a switch."""
    _, at = _switch(name)
    st.session_state[at] = min(st.session_state.get(at, default), steps)
    step: int = st.number_input(when, 1, steps, st.session_state[at], key=at, help=meaning)
    address.show(name, str(step))
    return step


def _inputs(chosen: ChosenWindow) -> dict[int, float]:
    changed: dict[int, float] = st.session_state.setdefault(
        f"what-inputs-{chosen.run.id}-{chosen.start}{_input(chosen)}", {}
    )
    return changed


def _input(chosen: Chosen) -> str:
    """Which input is shown, for the keys of what is changed of it; empty for the first."""
    feature: int = getattr(chosen, "feature", 0)
    return f"-input-{feature}" if feature else ""


def _set_input(chosen: ChosenWindow, step: int, value: float) -> None:
    _inputs(chosen)[step] = value
    _turn_on("input", step)


def _switch(name: str) -> tuple[str, str]:
    """The keys of a switch and of the step beside it."""
    return f"what-{name}-on", f"what-{name}"


def _turn_on(name: str, step: int) -> None:
    on, at = _switch(name)
    st.session_state[on], st.session_state[at] = True, step


def _level(gate: str) -> str:
    return f"what-value-{gate}"


def _silent(chosen: Chosen) -> str:
    return f"what-silent-{chosen.run.id}-{chosen.layer}"


def _put_back(chosen: Chosen) -> None:
    _inputs(chosen).clear()
    untouched: dict[str, object] = {"what-digit": "none", GATE: "none", _silent(chosen): []}
    untouched |= {_switch(name)[0]: False for name in ("freeze", "reset", "input")}
    for key, value in untouched.items():
        st.session_state[key] = value


def experiment_offered(chosen: Chosen) -> None:
    """What becomes of the prediction without memory, and the button that leads to that experiment."""
    gate = keeping_gate(chosen.states())
    change: Intervention
    if gate:
        change, name = Clamp(chosen.layer, chosen.way + gate, 0.0), SIGNALS[gate].short
        label, words = f"Hold the {name} at 0", f"With the {name} at 0 nothing is kept from step to step"
    else:
        change = Reset(chosen.layer, step=chosen.steps - 1)
        label, words = (
            "Reset the state at the last step",
            "With the state reset at the last step nothing is left of those before",
        )

    def begin() -> None:
        _put_back(chosen)
        if gate:
            st.session_state[GATE], st.session_state[_level(gate)] = gate, 0.0
        else:
            _turn_on("reset", chosen.steps)
        st.session_state[VIEW] = "What if"

    before, after = (
        chosen.prediction_text(chosen.trace),
        chosen.prediction_text(chosen.network.trace(chosen.scaled(), [change])),
    )
    becomes = f"{before} stays **{after}**" if before == after else f"{before} becomes **{after}**"
    left, right = st.columns([1, 2.6], vertical_alignment="center")
    with left:
        st.button(label, icon=":material/experiment:", width="stretch", on_click=begin,
                  help="It opens What if, where everything can be changed.")  # fmt: skip
    with right:
        st.caption(f"{words}: the prediction of {becomes}.")


def _side_by_side(chosen: Chosen, after: GateTrace, gate: str) -> None:
    both: dict[str, dict[str, Array]] = {"Before": chosen.states(), "After": chosen.states(after)}
    order = chosen.unit_order("similarity")
    if note := chosen.units_note():
        st.caption(note)
    limit = max(float(np.abs(states[gate]).max()) for states in both.values())
    for (name, states), column in zip(both.items(), st.columns(2), strict=True):
        with column:
            st.markdown(f"**{name}**")
            live_chart(gate_heatmap(states[gate], gate, order=order, limit=limit), key=f"side-{name}", height=260,
                       alt=f"Heatmap of the {SIGNALS[gate].label}, {name.lower()} the change.",
                       file=chosen.file(f"{gate}-{name.lower()}"))  # fmt: skip
