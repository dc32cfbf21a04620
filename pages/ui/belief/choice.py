"""Which digit the Belief page looks at: one of the test part, one drawn in the browser, or one of a file."""

from __future__ import annotations

import hashlib
import io
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import streamlit as st

from lab.data.arrays import Array
from lab.data.ink import MOST_BYTES, Digit, as_mnist, read_digit
from lab.data.sources import Digits, digits_of
from lab.explain.belief import LOOKED_AT, Belief
from lab.explain.belief import choose as choose_places
from lab.network.network import Network
from lab.network.trace import GateTrace
from lab.plots import place_on_sheet, sheet_figure
from lab.runs.run import Run
from pages.ui.components.chart import live_chart
from pages.ui.components.sketch import sketch
from pages.ui.gates.digit import choose, digit_number
from pages.ui.shared import address, words
from pages.ui.shared.data import images_of, network_of
from pages.ui.shared.layout import refusal

COLUMNS, ROWS = 8, 3


@dataclass(frozen=True, eq=False)
class Seen:
    """A digit before the eyes of a run's network. `place` is its number in the test part, `truth` its class, if known."""

    run: Run
    epoch: int | None
    image: Array
    place: int | None = None
    truth: int | None = None

    @property
    def network(self) -> Network:
        return network_of(self.run, self.epoch)

    @cached_property
    def digits(self) -> Digits:
        """How the run reads an image."""
        return digits_of(self.run.config.data)

    @property
    def read(self) -> str:
        """What it reads at a step: a row, a column, or a step of both."""
        return words.READ[self.digits.order]

    @property
    def found(self) -> Array:
        """`(28, 28)` the pixels where the network finds them."""
        found: Array = self.digits.shuffled(self.image[None])[0]
        return found

    @cached_property
    def trace(self) -> GateTrace:
        return self.network.trace(self.digits.sequences(self.image[None])[0])

    @cached_property
    def belief(self) -> Belief:
        assert self.trace.beliefs is not None  # a classifier's
        return Belief(self.trace.beliefs)

    def file(self, what: str) -> str:
        """The name of a file that holds a picture of it."""
        return f"{self.run.id}-digit-{'own' if self.place is None else self.place}-{what}"


def choose_digit(run: Run) -> Seen | None:
    """The ways to a digit; None while there is none yet."""
    left, right = st.columns([3, 2])
    with left:
        start = address.one_of("source", list(words.SOURCES), "test", key="belief-source")
        source = st.segmented_control("Digit", list(words.SOURCES), format_func=words.SOURCES.get, default=start, required=True,
                                      key="belief-source", help="One the network has never been trained on, or one of yours.")  # fmt: skip
    epoch, epochs = None, run.snapshots()
    with right:
        if len(epochs) > 1:
            key = f"belief-epoch-{run.id}"
            epoch = st.select_slider("Weights after epoch", epochs, value=address.one_of("epoch", epochs, epochs[-1], key=key),
                                     key=key, help="Snapshots from the untrained network (0) to the last epoch.")  # fmt: skip
    epoch = epoch if epoch != (epochs or [None])[-1] else None
    if source == "test":
        return _of_the_test_part(run, epoch)
    image = _drawn() if source == "draw" else _uploaded()
    return None if image is None else Seen(run, epoch, image)


def _of_the_test_part(run: Run, epoch: int | None) -> Seen:
    images = images_of(run)
    truth, probabilities = images.test_labels[:LOOKED_AT], _said(str(run.path), run.written())
    with st.container(horizontal=True):  # it breaks into lines where a row of columns would cut its widgets off
        start = address.one_of("which", list(words.WHICH), "all", key="belief-which")
        shown = st.segmented_control("Show", list(words.WHICH), format_func=words.WHICH.get, default=start, required=True,
                                     key="belief-which", help="Wrong: the surest mistake first. Unsure: the smallest lead of the "
                                     "first choice over the second first.")  # fmt: skip
        only = st.multiselect("Classes", range(10), address.several("classes", range(10), key="belief-classes"),
                              key="belief-classes", placeholder="All", width=140,
                              help="Only digits that are truly one of these.")  # fmt: skip
        place = digit_number(len(images.test_images), width=115)
        places = choose_places(truth, probabilities, shown, only)
        pages = max(1, -(-len(places) // (COLUMNS * ROWS)))
        key = f"belief-page-{run.id}-{shown}-{only}"
        turned = st.number_input("Page", 1, pages, address.number("page", 1, pages, 1, key=key), key=key, disabled=pages == 1,
                                 width=105, help=f"There are {pages:,}.")  # fmt: skip
    places = places[(turned - 1) * COLUMNS * ROWS : turned * COLUMNS * ROWS]
    if not len(places):
        st.caption("The network is wrong on none of these.")
    else:
        _sheet(images.test_images[places], truth[places], probabilities[places].argmax(axis=1), places, place)
    if len(images.test_labels) > LOOKED_AT:
        st.caption(f"Shown are those among the first {LOOKED_AT:,} of {len(images.test_labels):,} test digits.")
    return Seen(run, epoch, images.test_images[place], place, int(images.test_labels[place]))


def _sheet(images: Array, truth: Array, predicted: Array, places: Array, place: int) -> None:
    """A page of test digits to choose from by a click."""
    labels = [str(t) if t == s else f"{t} → {s}" for t, s in zip(truth, predicted, strict=True)]
    chosen = np.flatnonzero(places == place)

    def take(x: float, y: float) -> None:
        found = place_on_sheet(x, y, len(places), columns=COLUMNS)
        if found is not None:
            choose(int(places[found]))

    live_chart(
        sheet_figure(images, labels, columns=COLUMNS, rows=ROWS, chosen=int(chosen[0]) if chosen.size else None),
        key="belief-sheet", height=310, on_spot=take, caption="Click on a digit. Under each stands its class, and → what it is taken for, where that is wrong.",
        alt="Digits of the test part; a click chooses one.",
    )  # fmt: skip


@st.cache_resource(max_entries=4, show_spinner="Asking the network about the test part")
def _said(path: str, written: float) -> Array:  # noqa: ARG001  (other weights, other answers)
    """What the trained network predicts of the first test digits, `(n, 10)`."""
    run = Run(path)
    images = images_of(run).test_images[:LOOKED_AT]
    return network_of(run).predict(digits_of(run.config.data).sequences(images))


def _drawn() -> Array | None:
    ink = sketch(key="belief-sketch")
    if ink is None:
        st.caption("Draw one digit, large, with a finger or the mouse. It is centred and scaled as MNIST's digits are.")
        return None
    try:
        return as_mnist(ink)
    except ValueError as error:
        refusal(error)
        return None


@st.cache_resource(max_entries=64, show_spinner=False)
def _read(digest: str, _data: bytes) -> Digit | ValueError:  # noqa: ARG001  (another file, another digit)
    """The digit of a file, or why there is none: looked at once, and not at every rerun of the page."""
    try:
        return read_digit(io.BytesIO(_data))
    except ValueError as error:
        return error.with_traceback(None)


def _uploaded() -> Array | None:
    file = st.file_uploader("Image of one digit", type=["png", "jpg", "jpeg"], max_upload_size=MOST_BYTES // 2**20, key="belief-file",
                            help="PNG or JPEG, one digit on plain paper. It is centred and scaled as MNIST's digits are, and not kept.")  # fmt: skip
    if file is None:
        return None
    data = file.getvalue()
    digit = _read(hashlib.sha256(data).hexdigest(), data)
    if isinstance(digit, ValueError):
        refusal(digit)
        return None
    for note in digit.notes:
        st.caption(note)
    return digit.pixels
