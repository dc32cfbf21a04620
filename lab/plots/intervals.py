"""What intervals did on the test part: by step of the path, and one step ahead as time went on."""

from __future__ import annotations

from typing import Any

import numpy as np

from lab.data.arrays import Array, FloatArray
from lab.plots.base import axis, figure, layout, line, panels, stamps
from lab.plots.style import Figure


def by_step_coverage_figure(held: FloatArray, width: FloatArray, level: float, unit: str) -> Figure:
    """The share of the truth that intervals held at each step of the path beside the nominal level, and under it their mean width.

    Args:
        held, width: `(steps,)`; nan where nothing can be compared.
    """
    steps = list(range(1, len(held) + 1))
    marked: dict[str, Any] = {"mode": "lines+markers", "marker": {"size": 5}}
    traces = [
        line(steps, held, "held on the test range", "free_running", width=2, **marked),
        line(steps, [level] * len(steps), "nominal", "muted", dash="dash", width=1.4),
        line(steps, width, "mean width", "muted", dash="dot", width=1.8, yaxis="y2", **marked),
    ]
    upper = axis("coverage", tickformat=".0%", range=shares(held))
    return panels(traces, axis("steps ahead"), upper, axis("width", unit, rangemode="tozero", nticks=4))


def shares(held: FloatArray) -> list[float]:
    """The range of an axis of coverages: from 50 % on, or from 0 where one of them is less."""
    return [0 if (held < 0.55).any() else 0.5, 1.04]


def adaptive_figure(index: Array, fixed: float, adaptive: FloatArray, unit: str) -> Figure:
    """The width of adaptive one-step intervals along the test part, beside that of the fixed ones.

    Args:
        index: `(n,)` dates or numbers.
        fixed: half width; `adaptive`: `(n,)` half widths, nan where there is none.
    """
    x = stamps(index)
    traces = [
        line(x, np.full(len(x), 2 * fixed), "split conformal", "muted", dash="dash", width=1.6),
        line(x, 2 * adaptive, "adaptive", "model", width=1.8),
    ]
    dated = bool(np.issubdtype(index.dtype, np.datetime64))
    return figure(traces, layout(axis("date" if dated else "time"), axis("width", unit, rangemode="tozero")))
