"""How sure is a forecast? The controls of its intervals, and the fan about it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import streamlit as st

from lab.data.arrays import FloatArray
from lab.network.network import Network
from lab.runs.run import Run
from lab.scoring.forecaster import Others
from lab.scoring.interval_methods import intervals, within
from lab.scoring.sampling import Method, methods_for
from pages.ui.forecast import words as own
from pages.ui.forecast.charts import Bands
from pages.ui.shared import address
from pages.ui.shared.data import network_of

INNER = 0.5  # the narrower of the two bands that are drawn
LEVELS = {"None": None, "80 %": 0.8, "90 %": 0.9, "95 %": 0.95}
EVERY = (INNER, 0.8, 0.9, 0.95)  # made at once: another level is then no work
MOST_OPERATIONS = 6e10  # of a fan, and of judging it: two seconds or so on an idle core


@dataclass(frozen=True)
class Interval:
    """Which intervals are wanted: nominal coverage, and how they are made."""

    level: float
    method: Method


def choose_interval(network: Network) -> Interval | None:
    """The controls; None where no intervals are wanted."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        start = address.one_of(
            "interval", list(LEVELS), "90 %", key="interval", write=lambda name: name.removesuffix(" %").lower()
        )
        chosen = st.segmented_control("Interval", list(LEVELS), default=start, required=True, key="interval",
                                      help=own.HELP["interval"])  # fmt: skip
        level = LEVELS[chosen]
        if level is None:
            return None
        methods = list(methods_for(network))
        first = address.one_of("method", methods, methods[0], key="interval-method")
        method = st.segmented_control("Method", methods, default=first, required=True, key="interval-method",
                                      format_func=own.METHODS.get, help=own.HELP["interval-method"])  # fmt: skip
    return Interval(level, method)


@dataclass(frozen=True, eq=False)
class Fan:
    """What stands about a forecast.

    Args:
        ends: by level the lower and the upper ends, `(steps, targets)` each; nan at steps that have none. None where it would take minutes.
        note: what to know of it, sentences; may be empty.
    """

    level: float
    ends: dict[float, tuple[FloatArray, FloatArray]] | None
    note: str

    @property
    def outer(self) -> tuple[FloatArray, FloatArray] | None:
        """The ends of the level that was chosen."""
        return self.ends[self.level] if self.ends else None

    def bands(self, k: int) -> Bands | None:
        """The two that are drawn, of target `k`."""
        if self.ends is None:
            return None
        (low, high), (inner_low, inner_high) = self.ends[self.level], self.ends[INNER]
        names = f"{self.level:.0%} interval", f"{INNER:.0%} interval"
        return Bands(((low[:, k], high[:, k]), (inner_low[:, k], inner_high[:, k])), names)


def fan(run: Run, interval: Interval, start: int, steps: int, *, most: int, direct: bool, others: Others) -> Fan:
    """About the forecast of so many steps from step `start`, of which the first `most` are to have intervals, as far as they can be
    had while somebody waits."""
    prepared, network, method = run.prepared, network_of(run), interval.method
    able, origins = within(prepared, network, min(most, steps), method, MOST_OPERATIONS, direct=direct)
    if not able:
        return Fan(interval.level, None, own.LARGE_FOR_INTERVALS)
    if not isinstance(others, str):
        others = others[:able]
    found = _ends(str(run.path), run.written(), start, able, method, direct, others, origins)
    gap = np.full((steps - able, len(prepared.target_names)), np.nan)
    ends = {
        level: (np.concatenate([low, gap]), np.concatenate([high, gap]))
        for level, (low, high) in zip(EVERY, found, strict=True)
    }
    known = int(np.isfinite(ends[interval.level][0]).all(axis=1).sum())
    notes = []
    if method == "dropout":
        notes.append(own.DROPOUT_ALONE)
    if able < min(most, steps):
        notes.append(
            f"Only the first {able} steps have intervals: more take minutes with this network; on the command line, forecast --interval has them."
        )
    elif known < able:
        first, stop = prepared.split.bounds("validation")
        notes.append(
            own.TOO_SHORT.format(
                length=stop - first, level=f"{interval.level:.0%}", beyond=f" beyond step {known}" if known else ""
            )
        )
    elif known < steps:
        notes.append(f"The first {known} steps have intervals.")
    return Fan(interval.level, ends, " ".join(notes))


@st.cache_data(max_entries=64, show_spinner="Looking for how far off such a forecast may be")
def _ends(
    path: str,
    written: float,  # noqa: ARG001  (other weights, another result)
    start: int,
    steps: int,
    method: Method,
    direct: bool,
    others: Others,
    most: int,
) -> list[tuple[FloatArray, FloatArray]]:
    run = Run(path)
    return intervals(
        run.prepared, network_of(run), start, steps, EVERY, method, direct=direct, others=others, most=most
    )
