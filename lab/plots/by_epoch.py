"""Skill and intervals over the epochs of a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from lab.plots.base import axis, line, panels
from lab.plots.intervals import shares
from lab.plots.style import Figure
from lab.runs.by_epoch import EpochSkill

_MARKED: dict[str, Any] = {"mode": "lines+markers", "marker": {"size": 5}}


def skill_epochs_figure(rows: Sequence[EpochSkill]) -> Figure:
    """The MASE of the network over the validation part by epoch, and that of the previous value as a line that it has to get under;
    below, by how many steps its forecast is late."""
    epochs = [row.epoch for row in rows]
    lags = [row.lag for row in rows]
    traces = [
        line(epochs, [row.mase for row in rows], "the network", "model", width=2, **_MARKED),
        line(epochs, [row.naive for row in rows], "previous value", "baseline", dash="dash", width=1.6),
        line(epochs, lags, "best-fitting lag", "muted", dash="dot", width=1.8, yaxis="y2", **_MARKED),
    ]
    highest = max((lag for lag in lags if lag is not None), default=0)
    lag = axis("lag", "steps", range=[-0.5, max(2, highest) + 0.5], nticks=4, tickformat="d")
    return panels(traces, _epochs(epochs), axis("validation MASE", type="log", tickformat="~g", nticks=5), lag)


def interval_epochs_figure(rows: Sequence[EpochSkill], level: float, unit: str) -> Figure:
    """The share of the test part that intervals held by epoch, beside the nominal level, and under it their width."""
    epochs = [row.epoch for row in rows]
    held = line(epochs, [row.coverage for row in rows], "held on the test range", "free_running", width=2, **_MARKED)
    width = line(
        epochs, [row.width for row in rows], "mean width", "muted", dash="dot", width=1.8, yaxis="y2", **_MARKED
    )
    asked = line(epochs, [level] * len(epochs), "nominal", "muted", dash="dash", width=1.4)
    y = axis("coverage", tickformat=".0%", range=shares(np.array([row.coverage for row in rows], float)))
    below = axis("width", unit, type="log", tickformat="~g", nticks=4)
    return panels([held, asked, width], _epochs(epochs), y, below)


def _epochs(epochs: Sequence[int]) -> dict[str, Any]:
    """Epochs on a scale on which 0, 1, 2, 5, 10 are apart: the kept ones lie evenly on it."""
    last = max(epochs)
    ticks = [0, *(m * 10**k for k in range(5) for m in (1, 2, 5) if m * 10**k <= last)]
    return axis("epoch", hoverformat="d") | ({"tickvals": ticks} if last <= 20 else {"rangemode": "tozero"})
