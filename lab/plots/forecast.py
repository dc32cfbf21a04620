"""Forecasts beside the truth. Plain dicts with roles for colours (see `style`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lab.data.arrays import Array, FloatArray
from lab.plots.base import Values, axis, band, figure, layout, line, stamps
from lab.plots.style import Figure, role

# In the legend, where a newcomer meets them first.
ONE_STEP, FREE_RUNNING = "one step ahead, from true values", "free-running, from its own forecasts"
STEPWISE = "recursive, step by step"
OWN_INTERVAL = "its own 90 % interval"


def forecast_figure(
    index: Array,
    truth: Values | None,
    one_step: Values | None,
    free_running: Values | None,
    *,
    unit: str,
    name: str,
    baseline: Values | None = None,
    baseline_name: str = "baseline",
    stepwise: Values | None = None,
    own: tuple[Values, Values] | None = None,
    interval: tuple[Values, Values] | None = None,
    inner: tuple[Values, Values] | None = None,
    levels: tuple[str, str] = ("interval", "inner interval"),
    cutoff: Any = None,
    title: str = "",
) -> Figure:
    """Truth, one-step (teacher-forced) and free-running (recursive) forecast; whatever is None is left out.

    Each of them lies on `index` from its start and may be shorter; pad with NaN what begins later. A future beyond the
    data is simply more index than truth.

    Args:
        index: dates or numbers.
        unit, name: of the series, for the axis.
        stepwise: the recursive forecast beside a direct one, which is then `free_running`.
        own: lower and upper bound that the network itself gives the one-step forecast.
        interval: lower and upper bound of the free-running forecast; `inner` those of a narrower one within. `levels`: what the
            legend calls the two.
        cutoff: a point of the index: what lies after it was not known to the forecast.
    """
    x = stamps(np.asarray(index))
    traces: list[dict[str, Any]] = []
    for bounds, label, colour, opacity in (
        (own, OWN_INTERVAL, "model", 0.22),
        (interval, levels[0], "free_running", 0.13),
        (inner, levels[1], "free_running", 0.22),
    ):
        if bounds is not None:
            traces += band(x, *bounds, label, colour, opacity)
    if truth is not None and free_running is not None:
        free_running = _from_the_last_truth(truth, free_running)
    if truth is not None and stepwise is not None:
        stepwise = _from_the_last_truth(truth, stepwise)
    # Where they run on one another all of them are seen: the one-step forecast is a broad line under the truth.
    for values, label, colour, dash, width, level in (
        (truth, "truth", "truth", "solid", 1.6, 0),
        (baseline, baseline_name, "baseline", "dash", 1.6, 0),
        (stepwise, STEPWISE, "free_running", "dot", 1.6, 0),
        (one_step, ONE_STEP, "model", "solid", 4.5, -1),
        (free_running, FREE_RUNNING, "free_running", "solid", 1.8, 0),
    ):
        if values is not None:
            traces.append(line(x[: len(values)], values, label, colour, dash=dash, width=width, zorder=level))
    more: dict[str, Any] = {}
    if cutoff is not None:
        at = stamps(np.asarray([cutoff]))[0]
        edge = {"color": role("muted"), "width": 1, "dash": "dot"}
        words = {"text": "forecast from here", "textposition": "end", "textangle": 0}
        # On the side of the line that has room for them, on a phone too.
        behind = np.mean(np.asarray(index) > cutoff)
        words |= {
            "xanchor": "left" if behind > 0.4 else "right",
            "yanchor": "top",
            "font": {"color": role("muted"), "size": 11},
        }
        more["shapes"] = [
            {"type": "line", "yref": "paper", "x0": at, "x1": at, "y0": 0, "y1": 1, "line": edge, "label": words}
        ]
    if title:
        more |= {"title": {"text": title, "font": {"size": 14}, "x": 0, "xref": "paper"}}
        more["margin"] = {"l": 64, "r": 16, "t": 60, "b": 44}
    dated = bool(np.issubdtype(np.asarray(index).dtype, np.datetime64))
    return figure(traces, layout(axis("date" if dated else "time"), axis(name, unit), **more))


def _from_the_last_truth(truth: Values, forecast: Values) -> FloatArray:
    """A forecast that begins later than the truth, begun at the true value before it: no gap is left between the two."""
    joined, known = np.array(forecast, dtype=np.float64), np.asarray(truth, dtype=np.float64)
    finite = np.flatnonzero(np.isfinite(joined))
    if finite.size and 0 < finite[0] <= len(known):
        joined[finite[0] - 1] = known[finite[0] - 1]
    return joined


def by_step_figure(errors: Mapping[str, Sequence[float]], unit: str) -> Figure:
    """The mean absolute error of each forecaster, the model first, at each step of the horizon."""
    looks = [("model", "solid"), ("baseline", "dash"), ("baseline", "dot")]
    traces = [
        line(list(range(1, len(values) + 1)), values, name, *looks[min(k, 2)][:1], dash=looks[min(k, 2)][1], width=1.8,
             mode="lines+markers", marker={"size": 5})
        for k, (name, values) in enumerate(errors.items())
    ]  # fmt: skip
    x = axis("steps ahead") | ({"dtick": 1} if max(map(len, errors.values())) <= 14 else {})
    return figure(traces, layout(x, axis("MAE", unit, rangemode="tozero")))


def growth_figure(errors: Mapping[str, Sequence[float]], feedback: Sequence[float], unit: str) -> Figure:
    """The mean absolute error at each step ahead of the `recursive`, the `direct` and the naive forecast; below it how much of an error in
    the first step is left."""
    looks = {
        "recursive": ("free_running", "solid"),
        "direct": ("free_running", "dash"),
        "previous value, held": ("baseline", "dash"),
    }
    steps = list(range(1, len(feedback) + 1))
    traces = [
        line(steps, values, name, looks[name][0], dash=looks[name][1], width=2) for name, values in errors.items()
    ]
    traces.append(
        line(steps, feedback, "left of an error in the first step", "muted", dash="dot", width=1.8, yaxis="y2")
    )
    lower = axis("left", tickformat=".0%", rangemode="tozero", anchor="x", domain=[0, 0.34], nticks=3)
    y = axis("MAE", unit, rangemode="tozero", domain=[0.46, 1])
    return figure(traces, layout(axis("steps ahead") | {"anchor": "y2"}, y, yaxis2=lower | {"gridcolor": role("grid")}))
