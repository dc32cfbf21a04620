"""A series on its time axis, and the windows cut from it. Plain dicts with roles for colours (see `style`)."""

from __future__ import annotations

from typing import Any

import numpy as np

from lab.data.arrays import Array
from lab.data.series import Part, Series, Split
from lab.plots.base import RUN_COLOURS, axis, figure, layout, line, numbers, stamps, thin
from lab.plots.style import Figure, role

PARTS: tuple[Part, ...] = ("train", "validation", "test")


def series_figure(series: Series, split: Split, *, max_points: int = 5000) -> Figure:
    """The first feature of a series: its parts shaded and labelled, filled-in points marked, a range slider."""
    values, x = series.values[:, 0], stamps(series.index)
    kept = thin(values, max_points)
    traces = [line([x[k] for k in kept], values[kept], series.names[0], "truth", width=1.2)]
    if series.filled.any():
        where = np.flatnonzero(series.filled)
        # Thinned by rank, not by value: markers are many only where the series is long, and then they overlap.
        where = where[:: max(1, len(where) // max_points)]
        traces.append(
            {
                "type": "scatter",
                "mode": "markers",
                "x": [x[k] for k in where],
                "y": numbers(values[where]),
                "name": "filled in",
                "marker": {"symbol": "circle-open", "size": 7, "color": role("accent"), "line": {"width": 1.5}},
            }
        )
    time = axis(
        "date" if series.is_dated else "time", rangeslider={"visible": True, "thickness": 0.1, "borderwidth": 0}
    )
    low, high = float(np.nanmin(values)), float(np.nanmax(values))
    air = {"include": high + 0.12 * (high - low)}  # for the names of the parts, which would stand on the curve
    y = axis(series.names[0], series.units[0], autorangeoptions=air)
    return figure(traces, layout(time, y, shapes=_bands(x, split)))


def overview_figure(series: Series, split: Split, start: int, size: int) -> Figure:
    """The whole series, small, and the window of `size` steps that begins at step `start` as a band over it."""
    values, x = series.values[:, 0], stamps(series.index)
    kept = thin(values, 1500)
    # Names would stand on the curve here, and on each other on a phone.
    parts = [{k: v for k, v in band.items() if k != "label"} for band in _bands(x, split)]
    window = {
        "type": "rect", "xref": "x", "yref": "paper", "x0": x[start], "x1": x[min(start + size, len(x)) - 1], "y0": 0, "y1": 1,
        "fillcolor": role("accent", 0.3), "line": {"color": role("accent"), "width": 1.5},
    }  # fmt: skip
    return figure(
        [line([x[k] for k in kept], values[kept], series.names[0], "truth", width=1)],
        layout(axis("", nticks=8), axis(series.units[0] or series.names[0], nticks=3), shapes=[*parts, window],
               showlegend=False, dragmode=False, margin={"l": 64, "r": 16, "t": 4, "b": 20}),
    )  # fmt: skip


def _bands(x: list[Any], split: Split) -> list[dict[str, Any]]:
    bands = []
    for part in PARTS:
        start, end = split.bounds(part)
        if end <= start:
            continue
        # At the right of a phone's narrow bands: the name may then reach over into the wide one, and into no other name.
        side = "left" if part == "train" else "right"
        colour = "rgba(0,0,0,0)" if part == "train" else role(f"{part}_band")
        bands.append(
            {
                "type": "rect",
                "xref": "x",
                "yref": "paper",
                "x0": x[start],
                "x1": x[min(end, len(x) - 1)],
                "y0": 0,
                "y1": 1,
                "layer": "below",
                "line": {"width": 0},
                "fillcolor": colour,
                "label": {"text": part, "textposition": f"top {side}", "font": {"color": role("muted"), "size": 11}},
            }
        )
    return bands


def fitted_figure(series: Series, split: Split, start: int, predicted: Array) -> Figure:
    """The first feature and what a network predicted of it, one step ahead, from step `start` on; the three parts shaded.

    Args:
        predicted: `(steps,)` in the units of the series.
    """
    values, x = series.values[:, 0], stamps(series.index)
    kept = thin(values, 3000)
    traces = [line([x[k] for k in kept], values[kept], "truth", "truth", width=1.2)]
    looks = {"train": ("train", "dot"), "validation": ("validation", "dash"), "test": ("model", "solid")}
    for part, (colour, dash) in looks.items():
        first, stop = split.bounds(part)  # type: ignore[arg-type]
        first = max(first, start)
        if stop > first:
            stretch = predicted[first - start : stop - start]
            some = thin(stretch, 1500)
            name = f"prediction, {part} part"
            traces.append(line([x[first + k] for k in some], stretch[some], name, colour, dash=dash, width=1.6))
    time = axis(
        "date" if series.is_dated else "time", rangeslider={"visible": True, "thickness": 0.08, "borderwidth": 0}
    )
    return figure(traces, layout(time, axis(series.names[0], series.units[0]), shapes=_bands(x, split)))


def windows_figure(inputs: Array, targets: Array, scaled: bool) -> Figure:
    """A few windows as the network sees them: inputs `(k, window)` as lines, targets `(k, horizon)` as rings after them."""
    steps = list(range(1 - inputs.shape[1], 1))
    traces: list[dict[str, Any]] = []
    for k, (window, target) in enumerate(zip(inputs, targets, strict=True)):
        colour, name = RUN_COLOURS[k % len(RUN_COLOURS)], f"window {k + 1}"
        traces.append(line(steps, window, name, colour, mode="lines+markers", width=1.2, marker={"size": 4}))
        ring = {"symbol": "circle-open", "size": 10, "color": role(colour), "line": {"width": 2}}
        ahead = np.atleast_1d(target)
        traces.append(
            line(
                list(range(1, len(ahead) + 1)),
                ahead,
                "its target",
                colour,
                mode="markers",
                marker=ring,
                showlegend=False,
            )
        )
    x = axis("steps from the forecast origin", dtick=max(1, round(len(steps) / 6)))
    return figure(traces, layout(x, axis("value", "scaled" if scaled else ""), hovermode="closest"))
