"""How sure is a forecast? Intervals about it, and how often such intervals held the truth where it is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd
import streamlit as st

from lab.data.arrays import FloatArray
from lab.data.prepared import Prepared
from lab.network.network import Network
from lab.plots.by_epoch import interval_epochs_figure, skill_epochs_figure
from lab.runs.by_epoch import EpochSkill, copying, skill_by_epoch
from lab.runs.run import Run
from lab.scoring.forecaster import Others, path_from, path_operations
from lab.scoring.intervals import MOST_ORIGINS, Coverage, coverage, half_widths
from lab.scoring.sampling import DRAWS, Method, interval_of, methods_for, sampled_coverage, sampled_paths
from pages.ui.components.chart import live_chart
from pages.ui.forecast.charts import Bands
from pages.ui.forecast.panels import MOST_OPERATIONS
from pages.ui.shared import address, words
from pages.ui.shared.data import network_of
from pages.ui.shared.layout import small_table

INNER = 0.5  # the narrower of the two bands that are drawn
LEVELS = {"None": None, "80 %": 0.8, "90 %": 0.9, "95 %": 0.95}
NAMES: dict[str, str] = {"conformal": "Conformal", "bootstrap": "Bootstrap", "dropout": "MC dropout"}


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
                                      help=words.HELP["interval"])  # fmt: skip
        level = LEVELS[chosen]
        if level is None:
            return None
        methods = list(methods_for(network))
        first = address.one_of("method", methods, methods[0], key="interval-method")
        method = st.segmented_control("Method", methods, default=first, required=True, key="interval-method",
                                      format_func=NAMES.get, help=words.HELP["interval-method"])  # fmt: skip
    return Interval(level, method)


def bands(
    run: Run, interval: Interval, start: int, steps: int, k: int, *, direct: bool, others: Others
) -> Bands | None:
    """About the forecast of so many steps from step `start`, of target `k`; None, with a sentence, where it would take minutes."""
    outer, inner = (
        _ends(run, interval.method, level, start, steps, direct=direct, others=others)
        for level in (interval.level, INNER)
    )
    if outer is None or inner is None:
        st.caption(
            "This network is so large that intervals take minutes; `python -m lab forecast --interval` has them."
        )
        return None
    ends = tuple((low[:, k], high[:, k]) for low, high in (outer, inner))
    return Bands((ends[0], ends[1]), (f"{interval.level:.0%} interval", f"{INNER:.0%} interval"))


def ends(
    run: Run, interval: Interval, start: int, steps: int, *, direct: bool, others: Others
) -> tuple[FloatArray, FloatArray] | None:
    """The lower and the upper end, `(steps, targets)` each; None where they would take minutes."""
    return _ends(run, interval.method, interval.level, start, steps, direct=direct, others=others)


def _ends(
    run: Run, method: Method, level: float, start: int, steps: int, *, direct: bool, others: Others
) -> tuple[FloatArray, FloatArray] | None:
    if method == "conformal":
        most = _affordable(network_of(run), run.prepared, steps, direct)
        if most < 20:
            return None
        half = _half_widths(str(run.path), run.written(), steps, level, direct, others, most)
        mean = path_from(run.prepared, network_of(run), start, steps, direct=direct, others=others)
        return mean - half, mean + half
    if _affordable(network_of(run), run.prepared, steps, direct) < DRAWS // 2:
        return None
    paths = _paths(str(run.path), run.written(), start, steps, method, direct, others)
    return interval_of(paths, level)


def _affordable(network: Network, prepared: Prepared, steps: int, direct: bool) -> int:
    """How many paths of so many steps this network makes while somebody waits."""
    block = prepared.window.horizon if direct else 1
    a_path = path_operations(network, prepared.window.size, 1) * -(-steps // block)
    return int(min(MOST_ORIGINS, MOST_OPERATIONS / 3 / max(a_path, 1)))


@st.cache_data(max_entries=64, show_spinner="Looking at the errors on the validation part")
def _half_widths(
    path: str,
    written: float,  # noqa: ARG001  (other weights, another result)
    steps: int,
    level: float,
    direct: bool,
    others: Others,
    most: int,
) -> FloatArray:
    run = Run(path)
    known = others if isinstance(others, str) else "known"  # who brings what is to come knew it before as well
    return half_widths(run.prepared, network_of(run), steps, level, direct=direct, others=known, most=most)


@st.cache_data(max_entries=16, show_spinner="Drawing paths")
def _paths(
    path: str,
    written: float,  # noqa: ARG001  (other weights, another result)
    start: int,
    steps: int,
    method: Method,
    direct: bool,
    others: Others,
) -> FloatArray:
    run = Run(path)
    return sampled_paths(run.prepared, network_of(run), np.array([start]), steps, method, direct=direct, others=others)[
        0
    ]


@st.cache_data(max_entries=64, show_spinner="Looking at the test part")
def _covered(
    path: str,
    written: float,  # noqa: ARG001  (other weights, another result)
    steps: int,
    level: float,
    method: Method,
    direct: bool,
    others: Others,
    most: int,
) -> list[Coverage | None]:
    run = Run(path)
    prepared, network = run.prepared, network_of(run)
    if method == "conformal":
        half = half_widths(prepared, network, steps, level, direct=direct, others=others, most=most)
        return coverage(prepared, network, half, level, direct=direct, others=others, most=most)
    return sampled_coverage(
        prepared, network, steps, level, method, operations=MOST_OPERATIONS / 3, direct=direct, others=others
    )


def how_often_they_held(run: Run, interval: Interval, steps: int, k: int, *, direct: bool, others: Others) -> None:
    """Nominal and empirical coverage over the test part, width and Winkler score, in words and a table."""
    most = _affordable(network_of(run), run.prepared, steps, direct)
    if most < 20:
        return
    found = _covered(str(run.path), run.written(), steps, interval.level, interval.method, direct, others, most)[k]
    over = f"the first {steps} steps" if steps > 1 else "one step"
    if found is None:
        st.caption("The parts are too short to say how often such intervals hold the truth.")
        return
    st.markdown(
        f"**How often do they hold?** {words.escaped(_verdict(interval, found, steps))}", help=words.HELP["coverage"]
    )
    unit = run.prepared.target_units[k]
    head = f" ({unit})" if unit else ""
    small_table(pd.DataFrame([{
        "nominal": f"{interval.level:.0%}", "held on the test range": f"{found.share:.1%}", f"mean width{head}": f"{found.width:,.4g}",
        f"Winkler score{head}": f"{found.winkler:,.4g}", "forecasts": f"{found.origins:,}",
    }]), alt=f"Coverage, width and Winkler score of the intervals over {over} from origins of the test part.")  # fmt: skip


def _verdict(interval: Interval, found: Coverage, steps: int) -> str:
    ahead = f"{steps} steps ahead" if steps > 1 else "one step ahead"
    text = f"Forecasts of the test range, {ahead} from each of {found.origins:,} origins: {found.share:.0%} of the true values lay within intervals that were to hold {interval.level:.0%}."
    gap = found.share - interval.level
    if abs(gap) <= 0.05:
        return f"{text} They are about as sure as they claim."
    if interval.method == "dropout" and gap < 0:
        return f"{text} MC dropout knows how unsure the network is of itself, and nothing of the noise in the data."
    if gap < 0:
        return f"{text} They are too sure: the test range differs from the validation range whose errors made them."
    return f"{text} They are wider than need be: the validation range was harder than the test range."


def over_the_epochs(run: Run, interval: Interval | None, k: int) -> None:
    """Did it ever do more than copy, and did its intervals get narrower as it learned? From the weights that were kept."""
    if not run.snapshots():
        return
    level = interval.level if interval else 0.9
    rows = _by_epoch(str(run.path), run.written(), level, k)
    if len(rows) < 2:
        return
    st.markdown("**As it learned**", help=words.HELP["by-epoch"])
    if sentence := copying(rows):
        st.markdown(sentence)
    left, right = st.columns(2)
    with left:
        live_chart(skill_epochs_figure(rows), key="skill-epochs", height=300,
                   alt="MASE of the one-step forecast over the validation part by epoch, beside that of the previous value.")  # fmt: skip
    with right:
        live_chart(interval_epochs_figure(rows, level, run.prepared.target_units[k]), key="interval-epochs", height=300,
                   alt="Coverage over the test part and mean width of one-step conformal intervals by epoch.")  # fmt: skip


@st.cache_data(max_entries=32, show_spinner="Looking at the weights that were kept")
def _by_epoch(
    path: str,
    written: float,  # noqa: ARG001  (other weights, another result)
    level: float,
    k: int,
) -> list[EpochSkill]:
    return skill_by_epoch(Run(path), level, target=k)
