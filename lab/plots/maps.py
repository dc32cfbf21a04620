"""What a network without gates does while it reads: feature maps, units, and the weights on each input."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lab.data.arrays import Array
from lab.plots.base import axis, figure, layout, line, matrix, numbers
from lab.plots.style import Figure, role


def map_heatmap(values: Array, what: str = "filter") -> Figure:
    """The outputs of a layer, `(time, filters)`, filters up and time along, on a scale about 0."""
    limit = max(float(np.abs(values).max()), 1e-9)
    trace = _heatmap(values.T, limit) | {
        "x": list(range(1, len(values) + 1)),
        "y": list(range(1, values.shape[1] + 1)),
        "hovertemplate": f"{what} %{{y}}, step %{{x}}: %{{z:.3g}}<extra></extra>",
    }
    return figure([trace], layout(axis("time step"), axis(what), **_MARGIN))


def unit_bars(values: Array) -> Figure:
    """The outputs of a dense layer, `(units,)`, as bars."""
    bars = {
        "type": "bar", "x": list(range(1, len(values) + 1)), "y": numbers(values),
        "marker": {"color": [role("positive" if v >= 0 else "negative") for v in values]},
        "hovertemplate": "unit %{x}: %{y:.3g}<extra></extra>",
    }  # fmt: skip
    y = axis("output", zeroline=True, zerolinecolor=role("grid"))
    return figure([bars], layout(axis("unit"), y, bargap=0.25, **_MARGIN))


def weight_figure(weights: Array, names: Sequence[str], first: int = 1, what: str = "weight") -> Figure:
    """What is on each input, `(steps, features)`: a curve for few features, a map for many.

    Args:
        first: the number of the first step.
        what: the name of the values.
    """
    steps = [first + k for k in range(len(weights))]
    if len(names) <= 4:
        colours = ("model", "accent", "baseline", "muted")
        traces = [
            line(steps, weights[:, k], name, colours[k], mode="lines+markers", marker={"size": 5})
            for k, name in enumerate(names)
        ]
        y = axis(what, zeroline=True, zerolinecolor=role("grid"))
        return figure(traces, layout(axis("time step"), y, **_MARGIN | {"showlegend": len(names) > 1}))
    trace = _heatmap(weights.T, max(float(np.abs(weights).max()), 1e-9)) | {
        "x": steps, "y": list(names), "hovertemplate": "%{y}, step %{x}: %{z:.3g}<extra></extra>",
    }  # fmt: skip
    y = axis("") | {"type": "category", "autorange": "reversed", "automargin": True}
    return figure([trace], layout(axis("time step"), y, **_MARGIN))


_MARGIN = {"showlegend": False, "margin": {"l": 64, "r": 16, "t": 8, "b": 44}}


def _heatmap(z: Array, limit: float) -> dict[str, object]:
    return {
        "type": "heatmap", "z": matrix(z), "zmin": -limit, "zmax": limit,
        "colorscale": [[0, role("negative")], [0.5, role("background")], [1, role("positive")]],
        "colorbar": {"thickness": 10, "outlinewidth": 0},
    }  # fmt: skip
