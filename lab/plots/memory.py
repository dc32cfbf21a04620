"""Tasks that ask for memory: a sequence as the network reads it, and its answers beside the right ones."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from lab.data.arrays import Array
from lab.plots.base import Values, axis, figure, layout, line, matrix, numbers
from lab.plots.style import Figure, role


def sequence_figure(sequence: Array, names: Sequence[str], answer: str) -> Figure:
    """One sequence `(time, features)`, time along, and what is to be answered at its end."""
    low = min(float(sequence.min()), 0.0)
    trace = {
        "type": "heatmap", "z": matrix(sequence.T), "x": list(range(1, len(sequence) + 1)), "y": list(names), "zmin": low, "zmax": 1,
        "colorscale": [[0, role("background")], [1, role("model")]], "showscale": False, "ygap": 2,
        "hovertemplate": "step %{x}<br>%{y}: %{z:.2f}<extra></extra>",
    }  # fmt: skip
    words = {
        "text": f"answer: {answer}", "x": 1, "xref": "paper", "xanchor": "right", "y": 1, "yref": "paper", "yanchor": "bottom",
        "showarrow": False, "font": {"size": 13},
    }  # fmt: skip
    y = axis("", type="category", showgrid=False, autorange="reversed")
    return figure([trace], layout(axis("step", rangemode="normal"), y, showlegend=False, hovermode="closest", annotations=[words],
                                  margin={"l": 56, "r": 16, "t": 32, "b": 44}))  # fmt: skip


def answers_figure(truth: Values, answers: Values | None, guess: float) -> Figure:
    """Numbers that were answered against those that are right: on the diagonal all are. `guess`: what needs no memory."""
    known = np.asarray(truth, np.float64)
    ends = [float(known.min()), float(known.max())]
    said = [None] * len(known) if answers is None else numbers(answers)
    dots = {"size": 6, "color": role("model", 0.55)}
    traces = [
        line(ends, ends, "right", "truth", width=1.6),
        line(ends, [guess, guess], "without memory", "baseline", dash="dash", width=1.6),
        line(numbers(known), said, "answers", "model", mode="markers", marker=dots),
    ]
    room = 0.1 * (ends[1] - ends[0])
    y = axis("answer", range=[ends[0] - room, ends[1] + room])
    return figure(traces, layout(axis("right answer", rangemode="normal"), y, hovermode="closest"))
