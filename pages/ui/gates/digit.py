"""The Gates page on a run that learned digits: the test digit it reads, and what each pixel adds."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import ClassVar, Literal

import numpy as np
import streamlit as st

from lab.data.arrays import Array
from lab.data.sources import Digits, digits_of
from lab.explain.belief import Belief, Change, changed
from lab.network.trace import GateTrace
from lab.plots import belief_figure, class_figure, digit_figure, pixel_share_figure
from lab.runs.run import Run
from pages.ui.components.chart import live_chart
from pages.ui.gates.choice import Chosen, choose_network, network_columns
from pages.ui.shared import address, words
from pages.ui.shared.data import images_of

DIGIT = "digit-number"


@dataclass(frozen=True)
class ChosenDigit(Chosen):
    """A test digit."""

    verb: ClassVar[str] = "answers"

    @property
    def name(self) -> str:
        return f"{self.run.id}-digit-{self.start}"

    @property
    def feature_names(self) -> list[str]:
        return [f"pixel {k + 1}" for k in range(self.digits.features)]

    @property
    def last(self) -> int:
        return len(images_of(self.run).test_images) - 1

    @cached_property
    def digits(self) -> Digits:
        """How the run reads an image."""
        return digits_of(self.run.config.data)

    @cached_property
    def image(self) -> Array:
        image: Array = images_of(self.run).test_images[self.start]
        return image

    @cached_property
    def truth(self) -> int:
        return int(images_of(self.run).test_labels[self.start])

    def scaled(self, image: Array | None = None) -> Array:
        return self.digits.sequences((self.image if image is None else image)[None])[0]

    def prediction_text(self, trace: GateTrace) -> str:
        return f"{trace.prediction.argmax()} with {trace.prediction.max():.2%}"


def choose_digit(run: Run) -> ChosenDigit:
    """The test digit by its number, and, where there is a choice, the epoch and the layer."""
    images = images_of(run)
    columns = network_columns(run)
    with columns[0]:
        start = digit_number(len(images.test_images))
    chosen = ChosenDigit(run, *choose_network(run, columns, start))
    st.caption(
        f"Test digit {start}, a {chosen.truth}, read by {words.READ[chosen.digits.order]}s. {words.network(run.config.model)}; its "
        f"answer is **{chosen.prediction_text(chosen.trace)}**."
    )
    st.page_link("pages/belief.py", label="Choose a digit by sight", icon=":material/psychology:",
                 query_params={"run": run.id, "digit": str(start)})  # fmt: skip
    return chosen


def digit_number(count: int, width: int | Literal["stretch"] = "stretch") -> int:
    """Which test digit; the address says so, on every page."""
    st.session_state.setdefault(DIGIT, st.session_state.get("digit-chosen", 0))

    def put() -> None:
        choose(st.session_state[DIGIT])

    start = address.number("digit", 0, count - 1, 0, key=DIGIT)
    st.session_state["digit-chosen"] = start
    found: int = st.number_input("Test digit", 0, count - 1, start, key=DIGIT, on_change=put, width=width,
                                 help="Its place in the test part.")  # fmt: skip
    return found


def choose(place: int) -> None:
    """Look at this test digit from now on, on every page."""
    st.session_state["digit-chosen"] = st.session_state[DIGIT] = place


def digit_window(chosen: ChosenDigit, *, shares: bool = True, key: str = "gate-window") -> None:
    """The digit, what the network believes on the way, and what each value it reads adds."""
    predicted = int(chosen.trace.prediction.argmax())
    picture, *between, probabilities = st.columns([1, 1, 2] if shares else [1, 1.6])
    with picture:
        st.markdown("**The digit**")
        live_chart(digit_figure(chosen.digits.shuffled(chosen.image[None])[0]), key=key, height=220, file=chosen.file("input"),
                   alt=f"The digit as the network finds it; it is a {chosen.truth}.")  # fmt: skip
    for column in between:
        with column:
            st.markdown(f"**What adds to {predicted}**", help="How far each value read moves the probability of the class it predicts away "
                        "from that of a flat digit of the same greys: red raises it, blue lowers it (integrated gradients). "
                        "A line is a step.")  # fmt: skip
            if chosen.shares_take_long:
                st.caption(chosen.shares_take_long)
                continue
            live_chart(pixel_share_figure(chosen.network.contributions(chosen.scaled(), output=predicted)), key=f"{key}-shares", height=220,
                       file=chosen.file("shares"), alt=f"The share of each value read in the probability of {predicted}.")  # fmt: skip
    with probabilities:
        read = words.READ[chosen.digits.order]
        st.markdown(f"**Belief after each {read}**")
        belief = Belief(chosen.network.beliefs(chosen.scaled()))
        live_chart(belief_figure(belief.probabilities, None, belief.decided, read=read), key=f"{key}-belief", height=220,
                   file=chosen.file("belief"), alt=f"The probability of each class after each {read}.")  # fmt: skip


def changed_digit(chosen: ChosenDigit) -> Array:
    """What if a half of the digit were hidden, or its pixels shuffled: `(28, 28)`."""
    changes = ["none", *words.CHANGES]
    start = address.one_of("change", changes, "none", key="what-digit")
    change: Change | str = st.selectbox("Change the digit", changes, changes.index(start), format_func=lambda c: words.CHANGES.get(c, "None"),
                                        key="what-digit", help="Half of it made blank paper, or its pixels shuffled.")  # fmt: skip
    return chosen.image if change == "none" else changed(chosen.image, change)  # type: ignore[arg-type]


def changed_window(chosen: ChosenDigit, image: Array, after: GateTrace) -> None:
    """The changed digit beside the probabilities before and after."""
    left, right = st.columns([1, 2])
    with left:
        live_chart(digit_figure(chosen.digits.shuffled(image[None])[0]), key="what-window", height=240, file=chosen.file("what-if"),
                   alt="The digit as the network now finds it.")  # fmt: skip
    with right:
        before = chosen.trace.prediction
        live_chart(class_figure(after.prediction, chosen.truth, None if np.array_equal(before, after.prediction) else before),
                   key="what-classes", height=240, file=chosen.file("classes"),
                   alt="The probability of each class, before and after the change.")  # fmt: skip
