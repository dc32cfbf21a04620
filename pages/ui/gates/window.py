"""Which window of a series the Gates page looks at, and which of the network's inputs and forecasts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from lab.data.arrays import Array
from lab.data.prepared import Prepared
from lab.data.series import Series
from lab.data.windows import window_about
from lab.network.trace import GateTrace
from lab.plots import overview_figure
from lab.runs.run import Run
from pages.ui.components.chart import live_chart
from pages.ui.gates.choice import Chosen, choose_network, network_columns
from pages.ui.shared import address, words
from pages.ui.train.stamps import stamps


@dataclass(frozen=True)
class ChosenWindow(Chosen):
    """A window of a series, and which of the network's inputs and forecasts are looked at.

    Args:
        feature: of the columns that the network reads, the one that is shown, and may be changed.
        target: of the columns that it forecasts.
        ahead: how many steps after the window, from 1.
    """

    feature: int = 0
    target: int = 0
    ahead: int = 1

    @property
    def name(self) -> str:
        return f"{self.run.id}-window-{self.start}"

    @property
    def last(self) -> int:
        return len(self.series) - self.size

    @property
    def prepared(self) -> Prepared:
        return self.run.prepared

    @property
    def feature_names(self) -> list[str]:
        return list(self.prepared.names)

    @property
    def series(self) -> Series:
        return self.run.series

    @property
    def feature_name(self) -> str:
        """The input that is shown, and that a hand may change."""
        return self.prepared.read_names[self.feature]

    @property
    def feature_unit(self) -> str:
        if self.is_transformed:
            return words.TRANSFORMS[self.prepared.data.transform].lower()
        return self.series.units[self.series.names.index(self.feature_name)]

    @property
    def is_transformed(self) -> bool:
        """Whether the input shown is a target, and read as what a transform makes of it."""
        return self.prepared.data.transform != "none" and self.feature_name in self.prepared.target_names

    @property
    def shows_target(self) -> bool:
        """Whether the input shown is the target, so that its prediction belongs beside it."""
        return self.feature_name == self.prepared.target_names[self.target]

    @property
    def output(self) -> int:
        """Which of the network's outputs that is."""
        return (self.ahead - 1) * len(self.prepared.target_names) + self.target

    @property
    def index(self) -> Array:
        """`(window + 1,)` the time stamps of the window and of the step that is forecast."""
        stamps = self.prepared.stamps(self.start, self.size + self.ahead)
        return np.concatenate([stamps[: self.size], stamps[-1:]])

    @property
    def window(self) -> Array:
        """`(window,)` of the input shown, in its own units, or transformed where the network reads it so."""
        return self.prepared.raw[self.start : self.start + self.size, self.feature]

    @property
    def limits(self) -> tuple[float, float]:
        """Between which values an input may be changed, in its units: half its range beyond its ends."""
        values = self.prepared.raw[:, self.feature]
        low, high = float(np.nanmin(values)), float(np.nanmax(values))
        return low - (high - low) / 2, high + (high - low) / 2

    @property
    def truth(self) -> float | None:
        """What came of the target then; None beyond the end of the data."""
        at = self.start + self.size + self.ahead - 1
        return float(self.prepared.targets[at, self.target]) if at < len(self.series) else None

    @property
    def drawn_truth(self) -> float | None:
        """The same where it belongs into a picture of the input shown, as that is read."""
        if self.truth is None or not self.shows_target:
            return None
        at = self.start + self.size + self.ahead - 1
        return float(self.prepared.transformed[at, self.target]) if self.is_transformed else self.truth

    def scaled(self, window: Array | None = None) -> Array:
        found = self.prepared.example(self.start).copy()
        if window is not None:
            scaler = self.prepared.read_scaler
            shift, scale = np.atleast_1d(scaler.shift)[self.feature], np.atleast_1d(scaler.scale)[self.feature]
            found[:, self.feature] = (window - shift) / scale
        return found

    def in_units(self, trace: GateTrace) -> float:
        """A trace's prediction of the target, in its units."""
        return float(
            self.prepared.in_units(trace.prediction[None], np.array([self.start + self.size]))[
                0, self.ahead - 1, self.target
            ]
        )

    def drawn(self, trace: GateTrace) -> float | None:
        """The same where it belongs into a picture of the input shown, as that is read."""
        if not self.shows_target:
            return None
        if self.is_transformed:
            steps = trace.prediction.reshape(1, -1, len(self.prepared.target_names))
            return float(self.prepared.scaler.inverse(steps)[0, self.ahead - 1, self.target])
        return self.in_units(trace)

    def prediction_text(self, trace: GateTrace) -> str:
        return f"{self.in_units(trace):,.4g} {words.escaped(self.prepared.target_units[self.target])}".strip()


def choose_window(run: Run) -> ChosenWindow:
    """The series to click on, the slider along it, and, where there is a choice, the epoch and the layer."""
    series, size = run.series, run.config.window.size
    last = len(series) - size
    split = run.prepared.split
    key = f"gates-window-{run.id}"
    address.number("window", 0, last, min(last, max(0, split.validation_end - size)), key=key)

    def pick(stamp: float | str) -> None:
        st.session_state[key] = window_about(series.position(stamp), size, len(series))

    live_chart(overview_figure(series, split, st.session_state[key], size), key="gates-series", height=110, on_pick=pick,
               alt="The whole series; the chosen window is marked. A click chooses the window around it.",
               file=f"{run.id}-series")  # fmt: skip
    columns = network_columns(run)
    with columns[0]:
        start = st.slider("First step of the window", 0, last, st.session_state[key], key=key,
                          help="Which stretch of the series the network reads; a click on the series above, or sliding along it, "
                          "chooses it as well. Its validation and test parts are shaded.")  # fmt: skip
    epoch, start, layer, way = choose_network(run, columns, start)
    chosen = ChosenWindow(run, epoch, start, layer, way, *_choose_columns(run))
    begins, comes = stamps(series, chosen.index[[0, -1]])
    part = {"train": "training", "validation": "validation", "test": "test"}[split.part(start + size)]
    truth = "" if chosen.truth is None else f"; truth {chosen.truth:,.4g}"
    names = run.prepared.target_names
    of = f" of {words.escaped(names[chosen.target])}" if len(names) > 1 else ""
    st.caption(
        f"{words.escaped(run.prepared.label)}, {words.network(run.config.model)}: it reads {size} steps from {begins}, predicts "
        f"**{chosen.prediction_text(chosen.trace)}**{of} for {comes} ({part} part{truth})."
    )
    return chosen


def _choose_columns(run: Run) -> tuple[int, int, int]:
    """The input shown, the target and the step ahead, where there is a choice."""
    inputs, targets, horizon = run.prepared.read_names, run.prepared.target_names, run.config.window.horizon
    shown = [inputs, targets, range(horizon)]
    columns = iter(st.columns([max(1.2, len(c) > 1) for c in shown if len(c) > 1] or 1))
    feature = target = 0
    ahead = 1
    if len(inputs) > 1:
        first = next((name for name in targets if name in inputs), inputs[0])
        with next(columns):
            feature = inputs.index(_one_of("Input shown", "input-shown", inputs, first, f"gates-input-{run.id}",
                                           "Which of the inputs is drawn below, and changed by a hand in What if. The network reads all."))  # fmt: skip
    if len(targets) > 1:
        with next(columns):
            target = targets.index(_one_of("Target", "target", targets, targets[0], f"gates-target-{run.id}",
                                           "Which of the columns that the network forecasts: What each input adds, and the prediction in words."))  # fmt: skip
    if horizon > 1:
        key = f"gates-ahead-{run.id}"
        with next(columns):
            ahead = st.slider("Steps ahead", 1, horizon, address.number("ahead", 1, horizon, 1, key=key), key=key,
                              help="Which step of the horizon: the network forecasts them all at once, each by an output of its own.")  # fmt: skip
    return feature, target, ahead


def _one_of(label: str, name: str, options: Sequence[str], first: str, key: str, meaning: str) -> str:
    start = address.one_of(name, list(options), first, key=key)
    found: str = st.selectbox(label, options, options.index(start), key=key, help=meaning)
    return found
