"""Networks in a race: each has its colour and its dash in every chart."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from lab.data.arrays import FloatArray
from lab.plots.base import RUN_COLOURS, RUN_DASHES, figure, layout, line
from lab.plots.gradients import back_axis, log_axis, positive
from lab.plots.style import Figure
from lab.plots.training import Chance, chance_line, compare_figure
from lab.runs.history import History


def race_curves_figure(
    histories: Mapping[str, History],
    metric: str,
    title: str,
    *,
    log: bool = False,
    share: bool = False,
    chance: Chance | None = None,
) -> Figure:
    """A metric of each network by epoch, and what is reached without learning anything."""
    found = compare_figure(histories, metric, title=title)
    y: dict[str, Any] = {"rangemode": "tozero"}
    if log:
        y = {"type": "log", "tickformat": "~g"}
    if share:
        y = {"range": [0, 1.03], "tickformat": ".0%", "hoverformat": ".1%"}
    found["layout"]["yaxis"] |= y
    epochs = [history.started.epochs for history in histories.values() if history.started]
    if epochs:
        found["layout"]["xaxis"]["range"] = [0, max(epochs)]
    if chance:
        found["layout"]["shapes"] = [chance_line(chance)]
    return found


def race_gradients_figure(norms: Mapping[str, FloatArray]) -> Figure:
    """The gradient of each network's first state by steps back, each as a share of its largest."""
    shares = {name: values / max(float(values.max()), 1e-300) for name, values in norms.items()}
    traces = [
        line(list(range(len(values))), positive(values), name, RUN_COLOURS[k % len(RUN_COLOURS)],
             dash=RUN_DASHES[k % len(RUN_DASHES)], width=2)
        for k, (name, values) in enumerate(shares.items())
    ]  # fmt: skip
    there = np.concatenate([values[values > 0] for values in shares.values()]) if shares else np.ones(1)
    lowest = max(float(there.min()), 1e-8) if there.size else 1e-2
    return figure(traces, layout(back_axis(), log_axis("gradient, share of the largest", 1.0, lowest)))
