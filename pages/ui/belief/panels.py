"""What the Belief page shows of a digit: the rows and the belief after each, the states inside, and experiments."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from lab.explain.belief import Belief, changed, percent
from lab.explain.saturation import unit_order
from lab.network.cells import SIGNALS
from lab.plots import belief_figure, class_figure, digit_figure
from lab.plots.gates import gate_heatmap
from pages.ui.belief.choice import Seen
from pages.ui.components.chart import live_chart
from pages.ui.components.ticker import ticker
from pages.ui.shared import address, words

ROW = "belief-row"


def row_by_row(seen: Seen) -> None:
    """The slider over the rows; the digit, the belief after every row, and the classes at this one."""
    belief, steps = seen.belief, len(seen.belief.probabilities)
    address.number("row", 1, steps, belief.decided, key=ROW)

    def go(step: float | str) -> None:
        st.session_state[ROW] = min(max(round(float(step)), 1), steps)

    def tick() -> None:
        if st.session_state[ROW] >= steps:
            st.session_state["belief-play"] = False
        else:
            go(st.session_state[ROW] + 1)

    def begin_anew() -> None:
        if st.session_state["belief-play"] and st.session_state[ROW] >= steps:
            go(1)

    left, right = st.columns([4, 1.2], vertical_alignment="bottom")
    with left:
        row = st.slider(f"{seen.read.capitalize()}s read", 1, steps, st.session_state[ROW], key=ROW,
                        help="What the network has seen of the digit so far; the arrow keys work too.")  # fmt: skip
    with right:
        playing = st.toggle("Play", key="belief-play", on_change=begin_anew, help="Read on by itself, to the end.")
    ticker(key="belief-ticker", playing=playing, milliseconds=350, on_tick=tick)
    st.markdown(_in_words(seen, belief, row))
    picture, heat, bars = st.columns([1, 1.7, 1.3])
    with picture:
        live_chart(digit_figure(seen.found, row, order=seen.digits.order), key="belief-digit", height=280, file=seen.file("image"),
                   alt=f"The digit; {seen.read} {row} is being read, what comes later is dimmed.")  # fmt: skip
    with heat:
        live_chart(belief_figure(belief.probabilities, row, belief.decided, read=seen.read), key="belief-heat", height=280, on_pick=go,
                   file=seen.file("belief"), alt=f"The probability of each class after each {seen.read}. A click goes to one.")  # fmt: skip
    with bars:
        live_chart(class_figure(belief.probabilities[row - 1], seen.truth), key="belief-classes", height=280, file=seen.file(f"{seen.read}-{row}"),
                   alt=f"The probability of each class after {seen.read} {row}.")  # fmt: skip
    framed = "" if seen.truth is None else " The bar of the true class is framed."
    st.caption(f"Blue: how probable each class is after each {seen.read}; the dots are the first choices.{framed}")


def inside(seen: Seen) -> None:
    """A gate or state of a layer along the rows, and the way to all of them."""
    layers = seen.trace.layers
    if not layers:
        st.caption(f"This network reads the whole digit at once; {seen.read}s that are not read yet are blank to it.")
        return
    with st.container(horizontal=True, vertical_alignment="bottom"):
        layer = len(layers) - 1
        if layer:
            key = f"belief-layer-{seen.run.id}"
            start = address.one_of("layer", range(len(layers)), layer, key=key, write=lambda k: str(k + 1))
            layer = st.selectbox("Layer", range(len(layers)), index=start, format_func=lambda k: f"{k + 1} of {len(layers)}",
                                 key=key, width=140,
                                 help="The first layer reads the pixels, each further one the hidden states below it.")  # fmt: skip
        names = list(layers[layer])
        key = f"belief-gate-{'-'.join(names)}"
        start = address.one_of("gate", names, names[-1], key=key)
        gate = st.selectbox("Inside the network", names, index=names.index(start), format_func=_title, key=key,
                            width=280, help="What the units of this layer do along the digit; the mark is the step above.")  # fmt: skip
        if seen.place is not None:
            st.page_link("pages/gates.py", label="Every gate of this digit", icon=":material/memory:",
                         query_params={"run": seen.run.id, "digit": str(seen.place)})  # fmt: skip
    values = layers[layer][gate]
    live_chart(gate_heatmap(values, gate.rpartition("/")[2], order=unit_order(values, "similarity"), step=st.session_state[ROW]),
               key="belief-gate", height=240, file=seen.file(gate.replace("/", "-")),
               alt=f"Heatmap of the {_title(gate)}, {seen.read}s along, units up.")  # fmt: skip


def experiments(seen: Seen) -> None:
    """The same digit with a half hidden or its pixels shuffled, and the belief beside the untouched one."""
    st.subheader("What if it saw something else?", anchor=False)
    start = address.one_of("experiment", list(words.CHANGES), "bottom", key="belief-change")
    change = st.segmented_control("Experiment", list(words.CHANGES), format_func=words.CHANGES.get, default=start, required=True,
                                  key="belief-change", help="The network stays as it is; only what it reads changes.")  # fmt: skip
    seed = 1
    if change == "shuffled":
        seed = st.number_input("Shuffle", 1, 9999, address.number("shuffle", 1, 9999, 1, key="belief-seed"), key="belief-seed",
                               width=140, help="Another number is another order of the pixels.")  # fmt: skip
    other = replace(seen, image=changed(seen.image, change, seed))
    before, after = seen.belief.after(28), other.belief.after(28)
    st.markdown(
        f"Untouched it ends at **{before[0]}** with {percent(before[1])}, settled at {seen.read} {seen.belief.decided}. "
        f"{words.CHANGES[change]}, it ends at **{after[0]}** with {percent(after[1])}, settled at {seen.read} {other.belief.decided}."
    )
    for side, name, column in zip((seen, other), ("Untouched", words.CHANGES[change]), st.columns(2), strict=True):
        with column:
            st.markdown(f"**{name}**")
            picture, heat = st.columns([1, 2.4])
            key = "before" if side is seen else "after"
            with picture:
                live_chart(digit_figure(side.found), key=f"belief-digit-{key}", height=150, file=side.file(f"image-{key}"),
                           alt=f"The digit, {name.lower()}.")  # fmt: skip
            with heat:
                live_chart(belief_figure(side.belief.probabilities, st.session_state[ROW], side.belief.decided, read=side.read),
                           key=f"belief-heat-{key}", height=230, file=side.file(f"belief-{key}"),
                           alt=f"The probability of each class after each {side.read}, {name.lower()}.")  # fmt: skip


def _in_words(seen: Seen, belief: Belief, row: int) -> str:
    choice, probability = belief.after(row)
    end, _ = belief.after(len(belief.probabilities))
    answer = f"After {seen.read} {row} its first choice is **{choice}** with {percent(probability)}. Looking back, "
    if belief.decided == 1:
        answer += f"its first choice was **{end}** from the first {seen.read} on."
    else:
        answer += f"its first choice no longer changed after {seen.read} **{belief.decided}**: it stayed {end}."
    return answer if seen.truth is None else f"{answer} It is a **{seen.truth}**."


def _title(name: str) -> str:
    way, _, gate = name.rpartition("/")
    return f"{SIGNALS[gate].label.capitalize()}{f', {way}' if way else ''}"
