"""How often did intervals hold the truth of the test range: by step of the path, one step ahead as time went on, and by epoch."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lab.plots.by_epoch import interval_epochs_figure, skill_epochs_figure
from lab.plots.intervals import adaptive_figure, by_step_coverage_figure
from lab.runs.by_epoch import EpochSkill, copying, narrowing, skill_by_epoch
from lab.runs.run import Run
from lab.scoring.adaptive import OneStepIntervals, one_step_intervals
from lab.scoring.forecaster import Others
from lab.scoring.interval_methods import judge, within
from lab.scoring.intervals import Coverage
from lab.scoring.sampling import Method, path_operations
from pages.ui.components.chart import live_chart
from pages.ui.forecast import words as own
from pages.ui.forecast.intervals import MOST_OPERATIONS, Interval
from pages.ui.shared import words
from pages.ui.shared.data import network_of
from pages.ui.shared.layout import small_table

NEAR = 0.05  # off the nominal level, within which intervals are as sure as they claim
FEW = 30  # origins


def how_often_they_held(run: Run, interval: Interval, steps: int, k: int, *, direct: bool, others: Others) -> None:
    """Nominal and empirical coverage over the test part, width and Winkler score, in words, a table and a chart by step."""
    able, most = within(run.prepared, network_of(run), steps, interval.method, MOST_OPERATIONS, direct=direct)
    if able < steps:
        st.caption(own.LARGE_FOR_INTERVALS)
        return
    found = _judged(str(run.path), run.written(), steps, interval.level, interval.method, direct, others, most)[k]
    if found is None:
        st.caption("The parts are too short to say how often such intervals hold the truth.")
        return
    st.markdown(
        f"**How often do they hold?** {words.escaped(_verdict(interval, found, steps))}", help=own.HELP["coverage"]
    )
    unit = run.prepared.target_units[k]
    over = f"the first {steps} steps" if steps > 1 else "one step"
    small_table(
        pd.DataFrame([_row(interval.level, found, unit) | {"origins": f"{found.origins:,}"}]),
        alt=f"Coverage, width and Winkler score of the intervals over {over} from origins of the test part.",
    )
    if steps > 1:
        live_chart(by_step_coverage_figure(found.by_step, found.width_by_step, interval.level, unit), key="interval-steps", height=340,
                   alt="Coverage over the test part and mean width of the intervals by step ahead.")  # fmt: skip


def _row(level: float, found: Coverage, unit: str) -> dict[str, str]:
    head = f" ({unit})" if unit else ""
    return {
        "nominal": f"{level:.0%}", "held": f"{found.share:.1%}", f"mean width{head}": f"{found.width:,.4g}",
        f"Winkler score{head}": f"{found.winkler:,.4g}",
    }  # fmt: skip


def _verdict(interval: Interval, found: Coverage, steps: int) -> str:
    ahead = f"{steps} steps ahead" if steps > 1 else "one step ahead"
    text = f"Forecasts of the test range, {ahead} from each of {found.origins:,} origins: {found.share:.0%} of the true values lay within intervals that were to hold {interval.level:.0%}."
    if found.origins < FEW:
        text += " From so few origins that says little."
    gap = found.share - interval.level
    if abs(gap) <= NEAR:
        return f"{text} They are about as sure as they claim."
    if gap > 0:
        harder = "training" if interval.method == "quantiles" else "validation"
        return f"{text} They are wider than need be: the {harder} range was harder than the test range."
    return f"{text} They are too sure: {own.TOO_SURE[interval.method]}"


def as_time_went_on(run: Run, interval: Interval, k: int) -> None:
    """One step ahead: fixed conformal intervals beside adaptive ones, which answer to a series that drifts."""
    prepared, network = run.prepared, network_of(run)
    steps = len(prepared.series) - prepared.split.bounds("validation")[0]
    if steps * path_operations(prepared, network, 1, "conformal") > MOST_OPERATIONS:
        return
    found = _one_step(str(run.path), run.written(), interval.level, k)
    fixed, adaptive = found.held
    if fixed is None or adaptive is None:
        return
    st.markdown(
        f"**Does the series drift?** {words.escaped(_drift(interval.level, fixed, adaptive))}",
        help=own.HELP["adaptive"],
    )
    unit = prepared.target_units[k]
    rows = [
        {"intervals": name} | _row(interval.level, held, unit)
        for name, held in (("split conformal", fixed), ("adaptive", adaptive))
    ]
    small_table(pd.DataFrame(rows), alt="Coverage, width and Winkler score of one-step intervals, fixed and adaptive.")
    index = prepared.series.index[found.start : found.start + len(found.adaptive)]
    live_chart(adaptive_figure(index, found.fixed, found.adaptive, unit), key="adaptive", height=260,
               alt="The width of adaptive one-step intervals over the test range, beside that of the fixed ones.")  # fmt: skip


def _drift(level: float, fixed: Coverage, adaptive: Coverage) -> str:
    text = f"One step ahead, intervals as wide as the errors of the validation range held {fixed.share:.0%} of the truth ({level:.0%} were to be)"
    if abs(fixed.share - level) <= NEAR:
        return f"{text}: its errors are like those, and adaptive intervals ({adaptive.share:.0%}) have little to mend."
    nearer = abs(adaptive.share - level) < abs(fixed.share - level)
    how = "wider after each miss and narrower after each hit"
    return f"{text}; adaptive ones, {how}, {'came nearer' if nearer else 'did no better'} with {adaptive.share:.0%}."


def over_the_epochs(run: Run, interval: Interval | None, k: int) -> None:
    """Did it ever do more than copy, and did its intervals get narrower as it learned? From the weights that were kept."""
    if not run.snapshots():
        return
    level = interval.level if interval else 0.9
    rows = _by_epoch(str(run.path), run.written(), level, k)
    if len(rows) < 2:
        return
    sentences = f"{copying(rows)} {narrowing(rows)}".strip()
    st.markdown(f"**As it learned.** {words.escaped(sentences)}", help=own.HELP["by-epoch"])
    left, right = st.columns(2)
    with left:
        live_chart(skill_epochs_figure(rows), key="skill-epochs", height=340,
                   alt="MASE of the one-step forecast over the validation part by epoch beside that of the previous value, and its lag.")  # fmt: skip
    with right:
        if any(row.width is not None for row in rows):
            live_chart(interval_epochs_figure(rows, level, run.prepared.target_units[k]), key="interval-epochs", height=340,
                       alt="Coverage over the test part and mean width of one-step conformal intervals by epoch.")  # fmt: skip
        else:
            st.caption(f"The validation range is too short for intervals of {level:.0%}.")


@st.cache_data(max_entries=64, show_spinner="Looking at the test part")
def _judged(
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
    return judge(
        run.prepared,
        network_of(run),
        steps,
        level,
        method,
        direct=direct,
        others=others,
        most=most,
        most_operations=MOST_OPERATIONS,
    )


@st.cache_data(max_entries=32, show_spinner="Looking at the test part")
def _one_step(
    path: str,
    written: float,  # noqa: ARG001  (other weights, another result)
    level: float,
    k: int,
) -> OneStepIntervals:
    run = Run(path)
    return one_step_intervals(run.prepared, network_of(run), level, k)


@st.cache_data(max_entries=32, show_spinner="Looking at the weights that were kept")
def _by_epoch(
    path: str,
    written: float,  # noqa: ARG001  (other weights, another result)
    level: float,
    k: int,
) -> list[EpochSkill]:
    return skill_by_epoch(Run(path), level, target=k)
