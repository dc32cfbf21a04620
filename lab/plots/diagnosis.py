"""A series before anything is fitted: dependence on the past, rolling mean and spread, trend and season. See `lab.explain.diagnosis`."""

from __future__ import annotations

from typing import Any

import numpy as np

from lab.data.arrays import Array
from lab.explain.diagnosis import Diagnosis
from lab.plots.base import axis, figure, layout, line, numbers, stamps, thin
from lab.plots.style import Figure, role

MOST_POINTS = 1500  # of a line


def correlation_figure(values: list[float], band: float, title: str, *, close: bool = False) -> Figure:
    """Bars at lags 1, 2, ...; of white noise 95 % lie within the band. `close`: no wider than small correlations need."""
    most = max(3 * band, 1.1 * max((abs(v) for v in values[1:]), default=0)) if close else 1.05
    lags = list(range(1, len(values)))
    bars = {"type": "bar", "x": lags, "y": numbers(np.array(values[1:])), "marker": {"color": role("model")}, "showlegend": False,
            "hovertemplate": "lag %{x}: %{y:.3f}<extra></extra>", "width": 0.5}  # fmt: skip
    within = {
        "type": "rect",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": -band,
        "y1": band,
        "fillcolor": role("muted", 0.18),
        "line": {"width": 0},
    }
    return figure([bars], layout(axis("lag", "steps"), axis(title, range=[-most, most]), shapes=[within], hovermode="closest",
                                 margin={"l": 56, "r": 8, "t": 8, "b": 44}))  # fmt: skip


def rolling_figure(index: Array, values: Array, found: Diagnosis, name: str, unit: str) -> Figure:
    """The values under their rolling mean, and one rolling standard deviation to either side of it."""
    mean, std = (
        np.array([np.nan if v is None else v for v in rolled]) for rolled in (found.rolling_mean, found.rolling_std)
    )
    kept = thin(values, MOST_POINTS)
    x = stamps(index)
    hidden: dict[str, Any] = {"width": 0, "showlegend": False, "hoverinfo": "skip"}
    area = {"fill": "tonexty", "fillcolor": role("model", 0.15), "showlegend": True}
    some = np.arange(0, len(mean), max(1, len(mean) // MOST_POINTS))
    at = [x[k] for k in some]
    traces = [
        line(at, (mean - std)[some], "low", "model", **hidden),
        line(at, (mean + std)[some], "rolling standard deviation", "model", **hidden | area),
        line([x[k] for k in kept], values[kept], "values", "truth", width=1),
        line(at, mean[some], "rolling mean", "model", width=2),
    ]
    return figure(traces, layout(axis(""), axis(name, unit)))


def decomposition_figure(index: Array, values: Array, found: Diagnosis) -> Figure:
    """Under one another: the values with those that are far off, trend, season (where there is one) and what is left."""
    x = stamps(index)
    parts = {
        "values": np.asarray(values),
        "trend": np.array(found.trend),
        "season": np.array(found.seasonal),
        "remainder": np.array(found.remainder),
    }
    if found.season == 1:
        del parts["season"]
    traces, axes, share = [], {}, 1 / len(parts)
    for k, (name, part) in enumerate(parts.items()):
        kept = thin(part, MOST_POINTS)
        place = "" if k == 0 else str(k + 1)
        trace = line([x[i] for i in kept], part[kept], name, "truth" if name == "values" else "model", width=1.2)
        traces.append(trace | {"yaxis": f"y{place}", "showlegend": False})
        axes[f"yaxis{place}"] = axis(name, nticks=3) | {"domain": [1 - (k + 0.86) * share, 1 - k * share]}
    if found.outliers:
        far = found.outliers[:MOST_POINTS]
        mark = {"symbol": "circle-open", "size": 9, "color": role("accent"), "line": {"width": 2}}
        dots = line(
            [x[i] for i in far],
            np.asarray(values)[far],
            "far from the values around",
            "accent",
            mode="markers",
            marker=mark,
        )
        traces.append(dots | {"yaxis": "y"})
    y = axes.pop("yaxis")
    last = "y" if len(parts) == 1 else f"y{len(parts)}"
    return figure(
        traces,
        layout(axis("", anchor=last), y, **axes, margin={"l": 64, "r": 16, "t": 28, "b": 28}) | {"hovermode": "x"},
    )
