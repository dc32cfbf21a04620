"""Inside a trained network: what its gates and states do along one window."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lab.data.arrays import Array
from lab.network.cells import SIGNALS
from lab.plots.base import axis, colour_bar, figure, layout, line, matrix, numbers, stamps
from lab.plots.style import DASHES, Figure, role

UNIT_MARKERS = ("circle", "diamond-open", "x-thin-open")


def gate_heatmap(
    values: Array,
    gate: str,
    *,
    order: Array | None = None,
    limit: float | None = None,
    step: int | None = None,
    titled: bool = False,
) -> Figure:
    """One gate or state over time: `values` is `(time, units)`, drawn units up and time along.

    A sigmoid gate is drawn on 0 to 1 in its own colour, what has a sign on a diverging scale about 0.

    Args:
        order: `(units,)` the units from bottom to top; as they are, without it.
        limit: the end of a diverging scale; the largest value, without it.
        step: a time step, from 1, that is marked.
        titled: with the gate's name above it.
    """
    signal = SIGNALS[gate]
    rows = np.arange(values.shape[1]) if order is None else order
    largest = float(np.abs(values).max())
    if gate == "candidate" and largest <= 1:  # that of a tanh; ReLU's has no bound
        limit = 1.0
    limit = max(limit or largest, 1e-6)
    scale: list[Any] = [[0, role("background")], [1, role(signal.colour)]]
    if not signal.is_gate:
        scale = [[0, role("negative")], [0.5, role("background")], [1, role("positive")]]
    ends = [0, 0.5, 1] if signal.is_gate else [-limit, 0, limit]
    trace = {
        "type": "heatmap",
        "z": matrix(values.T[rows]),
        "x": list(range(1, len(values) + 1)),
        "y": [str(k + 1) for k in rows],
        "zmin": ends[0],
        "zmax": ends[-1],
        "colorscale": scale,
        "colorbar": colour_bar(ends, ticktext=[f"{v:.2g}" for v in ends]),
        "hovertemplate": "step %{x}<br>unit %{y}<br>" + signal.label + " %{z:.3f}<extra></extra>",
    }
    # Margins that fit are given: six heatmaps answer at once, and finding them is a third of a drawing's time.
    y = axis("unit", type="category", showgrid=False, nticks=6, automargin=False)
    shapes = [] if step is None else [_mark(step)]
    more: dict[str, Any] = {"margin": {"l": 52, "r": 56, "t": 8, "b": 40}}
    if titled:
        text = {"text": f"<b>{signal.label.capitalize()}</b>", "font": {"size": 15}}
        more["title"] = text | {"x": 0, "xanchor": "left", "y": 0.98, "yanchor": "top"}
        more["margin"]["t"] = 36
    return figure(
        [trace],
        layout(axis("time step", automargin=False), y, showlegend=False, hovermode="closest", shapes=shapes, **more),
    )


def unit_lines(states: Mapping[str, Array], units: Sequence[int], step: int | None = None) -> Figure:
    """Every gate and state of a few units along the window: colour and dash tell the gate, markers the unit."""
    traces = []
    for gate, values in states.items():
        signal = SIGNALS[gate]
        for k, unit in enumerate(units):
            steps = list(range(1, len(values) + 1))
            look: dict[str, Any] = {"dash": DASHES[signal.colour], "width": 1.8}
            if len(units) > 1:
                marker = {"symbol": UNIT_MARKERS[k % len(UNIT_MARKERS)], "size": 7, "maxdisplayed": 8}
                look |= {"mode": "lines+markers", "marker": marker}
            label = signal.label if len(units) == 1 else f"{signal.label}, unit {unit + 1}"
            traces.append(line(steps, values[:, unit], label, signal.colour, **look))
    shapes = [] if step is None else [_mark(step)]
    return figure(traces, layout(axis("time step"), axis("activation"), shapes=shapes))


def window_figure(
    index: Array,
    window: Array,
    prediction: float | None,
    *,
    name: str,
    unit: str,
    target: float | None = None,
    other: tuple[Array, float | None] | None = None,
    draggable: tuple[float, float] | None = None,
) -> Figure:
    """The input window, what the network predicts for the step after it, and what came.

    Args:
        prediction: None where the window shown is of an input that is not predicted.
        index: `(window + 1,)` the window's time stamps and the target's.
        window: `(window,)` in the data's units.
        other: another window and its prediction (before a change, or of another run), drawn dashed.
        draggable: between which values a hand may move the window's points; they are drawn the larger for it.
    """
    x = stamps(index)
    points = {"size": 4} if draggable is None else {"size": 8, "line": {"width": 1.5, "color": role("background")}}
    traces = [line(x[:-1], window, "input window", "truth", mode="lines+markers", marker=points, width=1.6)]
    if draggable is not None:
        traces[0]["meta"] = {"draggable": list(draggable)}
    if other is not None:
        traces.insert(0, line(x[:-1], other[0], "window before", "muted", dash="dot", width=1.2))
        if other[1] is not None:
            traces.append(_point(x[-1], other[1], "prediction before", "muted", "diamond-open"))
    if prediction is not None:
        traces.append(_point(x[-1], prediction, "prediction", "model", "diamond"))
    if target is not None:
        traces.append(_point(x[-1], target, "truth", "truth", "circle-open"))
    dated = bool(np.issubdtype(index.dtype, np.datetime64))
    hand: dict[str, Any] = {} if draggable is None else {"dragmode": False}
    return figure(traces, layout(axis("date" if dated else "time"), axis(name, unit), **hand))


def contribution_map(shares: Array, names: Sequence[str]) -> Figure:
    """What each input adds to the prediction at each step: `(window, features)` signed, a row a feature."""
    limit = max(float(np.abs(shares).max()), 1e-9)
    trace = {
        "type": "heatmap", "z": matrix(shares.T), "x": list(range(1, len(shares) + 1)), "y": list(names), "zmin": -limit, "zmax": limit,
        "colorscale": [[0, role("negative")], [0.5, role("background")], [1, role("positive")]],
        "colorbar": {"thickness": 10, "outlinewidth": 0}, "hovertemplate": "%{y}, step %{x}: %{z:.3g}<extra></extra>",
    }  # fmt: skip
    y = axis("") | {"type": "category", "autorange": "reversed", "automargin": True}
    return figure([trace], layout(axis("time step"), y, showlegend=False, margin={"l": 64, "r": 16, "t": 8, "b": 44}))


def contribution_figure(shares: Array, step: int | None = None) -> Figure:
    """What each input adds to the prediction: `(window,)` signed, bars above and below zero."""
    bars = {
        "type": "bar",
        "x": list(range(1, len(shares) + 1)),
        "y": numbers(shares),
        "marker": {"color": [role("positive" if v >= 0 else "negative") for v in shares]},
        "hovertemplate": "step %{x}: %{y:.3g}<extra></extra>",
    }
    shapes = [] if step is None else [_mark(step)]
    y = axis("share", zeroline=True, zerolinecolor=role("grid"))
    return figure([bars], layout(axis("time step"), y, shapes=shapes, showlegend=False, bargap=0.25,
                                 margin={"l": 64, "r": 16, "t": 8, "b": 44}))  # fmt: skip


def _mark(x: Any) -> dict[str, Any]:
    edge = {"color": role("accent"), "width": 1.5}
    return {"type": "line", "yref": "paper", "x0": x, "x1": x, "y0": 0, "y1": 1, "line": edge}


def _point(x: Any, y: float, name: str, colour: str, symbol: str) -> dict[str, Any]:
    marker = {"symbol": symbol, "size": 11, "color": role(colour), "line": {"width": 2, "color": role(colour)}}
    return line([x], [y], name, colour, mode="markers", marker=marker)
