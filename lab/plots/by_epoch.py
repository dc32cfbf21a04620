"""Skill and intervals over the epochs of a run."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lab.plots.base import axis, figure, layout, line
from lab.plots.style import Figure, role
from lab.runs.by_epoch import EpochSkill

_MARKED: dict[str, Any] = {"mode": "lines+markers", "marker": {"size": 5}}


def skill_epochs_figure(rows: Sequence[EpochSkill]) -> Figure:
    """The MASE of the network over the validation part by epoch, and that of the previous value as a line that it has to get under."""
    epochs = [row.epoch for row in rows]
    traces = [
        line(epochs, [row.mase for row in rows], "the network", "model", width=2, **_MARKED),
        line(epochs, [row.naive for row in rows], "previous value", "baseline", dash="dash", width=1.6),
    ]
    y = axis("validation MASE", type="log", tickformat="~g")
    return figure(traces, layout(_epochs(epochs), y))


def interval_epochs_figure(rows: Sequence[EpochSkill], level: float, unit: str) -> Figure:
    """The share of the test part that intervals held by epoch, beside the nominal level, and under it their width."""
    epochs = [row.epoch for row in rows]
    held = line(epochs, [row.coverage for row in rows], "held on the test range", "free_running", width=2, **_MARKED)
    width = line(
        epochs, [row.width for row in rows], "mean width", "muted", dash="dot", width=1.8, yaxis="y2", **_MARKED
    )
    asked = line(epochs, [level] * len(epochs), "nominal", "muted", dash="dash", width=1.4)
    more = {
        "yaxis2": axis("mean width", unit, anchor="x", domain=[0, 0.42], type="log", tickformat="~g", nticks=4),
        "margin": {"l": 64, "r": 16, "t": 32, "b": 44},
    }  # fmt: skip
    y = axis("coverage", tickformat=".0%", range=[0, 1.04], domain=[0.56, 1])
    shown = figure([held, asked, width], layout(_epochs(epochs) | {"anchor": "y2"}, y, **more))
    shown["layout"]["yaxis2"]["gridcolor"] = role("grid")
    return shown


def _epochs(epochs: Sequence[int]) -> dict[str, Any]:
    """Epochs on a scale on which 0, 1, 2, 5, 10 are apart: the kept ones lie evenly on it."""
    last = max(epochs)
    ticks = [0, *(m * 10**k for k in range(5) for m in (1, 2, 5) if m * 10**k <= last)]
    return axis("epoch", hoverformat="d") | ({"tickvals": ticks} if last <= 20 else {"rangemode": "tozero"})
