"""Which window, or digit, of which network at which epoch the Gates page looks at."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, replace
from functools import cached_property
from typing import ClassVar

import numpy as np
import streamlit as st

from lab.data.arrays import Array
from lab.explain.saturation import UnitOrder, unit_order
from lab.network.network import Network
from lab.network.trace import GateTrace
from lab.network.types import Weights
from lab.runs.run import Run
from pages.ui.shared import address, words
from pages.ui.shared.data import network_of

MOST_CELLS = 100_000  # of one heatmap
MOST_WORK = 2e9  # weights times steps: a second or two for what each input adds
READ_FOR_ORDER = 400  # steps; enough to tell units apart, and read within a blink


@dataclass(frozen=True)
class Chosen(ABC):
    """A run at an epoch (None: its final weights), and what it reads: the window that begins at step `start` of its series,
    or the test digit `start`.

    `way` is the direction of a bidirectional layer, `forward/` or `backward/`, and empty for any other.
    """

    run: Run
    epoch: int | None
    start: int
    layer: int = 0
    way: str = ""
    verb: ClassVar[str] = "predicts"

    @cached_property
    def network(self) -> Network:
        return network_of(self.run, self.epoch)

    @property
    def size(self) -> int:
        """Steps that the network reads."""
        return self.run.config.window.size

    def file(self, what: str) -> str:
        """The name of a file that holds a picture or numbers of this window or digit."""
        way = self.way.rstrip("/") + "-" if self.way else ""
        return f"{self.name}-layer-{self.layer + 1}-{way}{what}"

    @property
    @abstractmethod
    def name(self) -> str:
        """The run and the window or digit, for file names."""

    @abstractmethod
    def scaled(self) -> Array:
        """`(steps, features)` as the network reads it."""

    @property
    @abstractmethod
    def last(self) -> int:
        """The last place there is."""

    def unit_order(self, how: UnitOrder) -> Array:
        """`(units,)` from what the trained network does all over the data, so that a unit keeps its row.

        Else the rows would jump at every step of the window and of the epoch, and nobody could follow one. Of very many units
        the most active, as many as a heatmap can have.
        """
        order = self._order(how)
        if len(order) <= self.most_units:
            return order
        active = set(self._order("activity")[-self.most_units :].tolist())
        return np.array([unit for unit in order.tolist() if unit in active])

    @property
    def most_units(self) -> int:
        """Rows of a heatmap: what a browser draws within a blink."""
        return max(16, MOST_CELLS // self.steps)

    def units_note(self) -> str:
        """The sentence that says so where not all units are drawn."""
        units = self.states()["hidden"].shape[1]
        return f"Drawn are the {self.most_units:,} most active of {units:,} units." if units > self.most_units else ""

    def _order(self, how: UnitOrder) -> Array:
        return _unit_order(str(self.run.path), self.run.written(None), self.layer, self.way, how, self)

    @property
    def shares_take_long(self) -> str:
        """Why what each input adds is not computed here; `""` where it is."""
        if self.network.parameters * self.size <= MOST_WORK:
            return ""
        return (
            "What each input adds is left out: it takes some 200 passes through the network, which is too large for that on a "
            "page. In Python, `run.network().contributions(run.window(index))` finds it."
        )

    @abstractmethod
    def prediction_text(self, trace: GateTrace) -> str:
        """A trace's prediction as text: `7,310 USD`, `3 with 98 %`."""

    @cached_property
    def trace(self) -> GateTrace:
        return self.network.trace(self.scaled())

    @property
    def steps(self) -> int:
        """Steps that the chosen layer reads: fewer than the window where convolutions in front shorten it."""
        return len(self.states()["hidden"])

    def states(self, trace: GateTrace | None = None) -> dict[str, Array]:
        """The gates and states of the chosen layer and direction, each `(time, units)`."""
        layer = (trace or self.trace).layers[self.layer]
        return {name.removeprefix(self.way): values for name, values in layer.items() if name.startswith(self.way)}

    @property
    def feature_names(self) -> list[str]:
        """Of the values that the network reads at each step."""
        return [f"value {k + 1}" for k in range(self.network.features)]

    @property
    def weights(self) -> Weights:
        """Those of the chosen layer and direction, by the cell's own names."""
        layer = self.network.recurrent[self.layer]
        return layer.way(self.network.weights[layer.name], self.way)

    @property
    def reads(self) -> Array:
        """`(time, features)` what the chosen layer reads: the window, or what the layers below make of it."""
        return self.network.inputs_of(self.scaled()[None], self.network.recurrent[self.layer].name)[:, 0]


@st.cache_resource(max_entries=32, show_spinner=False)
def _unit_order(path: str, written: float, layer: int, way: str, how: UnitOrder, _chosen: Chosen) -> Array:  # noqa: ARG001
    count = int(np.clip(READ_FOR_ORDER // _chosen.size, 1, 8))
    places = np.linspace(0, _chosen.last, count).astype(int).tolist()
    hidden = [replace(_chosen, epoch=None, start=place).states()["hidden"] for place in places]
    return unit_order(np.concatenate(hidden), how)


@dataclass(frozen=True)
class ChosenExample(Chosen):
    """An example of a task that has no view of its own."""

    @property
    def name(self) -> str:
        return f"{self.run.id}-{self.run.task.one}-{self.start}"

    @property
    def size(self) -> int:
        return len(self.scaled())

    @property
    def last(self) -> int:
        last: int = self.run.task.examples - 1
        return last

    def scaled(self, window: Array | None = None) -> Array:  # noqa: ARG002  (nothing of it can be changed)
        return self.run.window(self.start)

    def prediction_text(self, trace: GateTrace) -> str:
        return str(self.run.task.in_words(trace.prediction))


def choose_example(run: Run) -> ChosenExample:
    """The example by its number, and, where there is a choice, the epoch and the layer."""
    key, last = f"gates-example-{run.id}", run.task.examples - 1
    address.number("window", 0, last, 0, key=key)
    columns = network_columns(run)
    with columns[0]:
        start = st.slider(run.task.one.capitalize(), 0, max(last, 1), st.session_state[key], key=key,
                          help="Which of the examples the network reads.")  # fmt: skip
    chosen = ChosenExample(run, *choose_network(run, columns, start))
    st.caption(
        f"{words.network(run.config.model)}: of {run.task.describe(start)} it gives **{chosen.prediction_text(chosen.trace)}**."
    )
    return chosen


def network_columns(run: Run) -> list:
    """Columns for what is read, the epoch, and the layer and the direction where there is a choice."""
    model = run.config.model
    return st.columns([3, 2] + [1.4] * ((_layers_of(run) > 1) + model.bidirectional))


def _layers_of(run: Run) -> int:
    return len(run.config.model.stack.get("units", ()))


def choose_network(run: Run, columns: list, start: int) -> tuple[int | None, int, int, str]:
    """The epoch, `start` again, the layer and the direction: what `Chosen` holds after its run."""
    epochs, layers = run.snapshots(), _layers_of(run)
    epoch = None
    with columns[1]:
        if len(epochs) > 1:
            key = f"gates-epoch-{run.id}"
            epoch = st.select_slider("Weights after epoch", epochs, value=address.one_of("epoch", epochs, epochs[-1], key=key),
                                     key=key, help="Snapshots from the untrained network (0) to the last epoch.")  # fmt: skip
    layer = 0
    if layers > 1:
        with columns[2]:
            key = f"gates-layer-{run.id}"
            start_layer = address.one_of("layer", range(layers), 0, key=key, write=lambda k: str(k + 1))
            layer = st.selectbox("Layer", range(layers), start_layer, format_func=lambda k: f"{k + 1} of {layers}", key=key,
                                 help="The first layer reads the data, each further one the hidden states below it.")  # fmt: skip
    way = ""
    if run.config.model.bidirectional:
        with columns[-1]:
            ways = ["forward/", "backward/"]
            start_way = address.one_of("direction", ways, ways[0], key="gates-way", write=lambda w: w[:-1])
            way = st.selectbox("Direction", ways, ways.index(start_way), format_func=lambda w: w[:-1].capitalize(), key="gates-way",
                               help="The backward half reads the window from its end.")  # fmt: skip
    return epoch if epoch != (epochs or [None])[-1] else None, start, layer, way
