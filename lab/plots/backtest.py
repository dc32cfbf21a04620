"""A backtest in pictures: which part of the series each fold sees, and how its errors compare."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from lab.data.arrays import Array
from lab.plots.base import axis, figure, layout, line, stamps
from lab.plots.style import Figure, role
from lab.scoring.backtest import Fold

_PARTS = (
    ("training", "train", 1.0),
    ("validation", "validation", 1.0),
    ("left out", "muted", 0.35),
    ("forecast and scored", "free_running", 1.0),
)


def folds_figure(index: Array, folds: Sequence[Fold]) -> Figure:
    """A bar for each fold, the first at the top: what is trained on, what chooses the epoch, what is left out, what is scored.

    Args:
        index: `(time,)` dates or numbers of the series.
    """
    at = stamps(index)
    traces: list[dict[str, Any]] = []
    for name, colour, opacity in _PARTS:
        x: list[Any] = []
        y: list[int | None] = []
        for k, fold in enumerate(folds, 1):
            begin, end = {
                "training": (fold.first, fold.train_end),
                "validation": (fold.train_end, fold.validation_end),
                "left out": (fold.validation_end, fold.start),
                "forecast and scored": (fold.start, fold.end),
            }[name]
            if end > begin:
                x += [at[begin], at[min(end, len(at) - 1)], None]
                y += [k, k, None]
        if x:
            traces.append({
                "type": "scatter", "mode": "lines", "x": x, "y": y, "name": name, "hoverinfo": "skip",
                "line": {"color": role(colour, opacity), "width": max(3, min(12, 160 // len(folds)))},
            })  # fmt: skip
    y_axis = axis("fold", autorange="reversed", dtick=1 if len(folds) <= 12 else 5, range=[len(folds) + 0.6, 0.4])
    dated = isinstance(at[0], str)
    return figure(traces, layout(axis("date" if dated else "time"), y_axis, hovermode=False))


def fold_errors_figure(errors: Mapping[str, Sequence[float | None]], labels: Sequence[str], unit: str) -> Figure:
    """The mean absolute error of each forecaster, the model first, in each fold.

    Args:
        labels: of the folds, for example the date of the first origin.
    """
    looks = (("model", "solid"), ("baseline", "dash"), ("baseline", "dot"), ("muted", "dashdot"))
    traces = [
        line(list(range(1, len(values) + 1)), values, name, looks[min(k, 3)][0], dash=looks[min(k, 3)][1], width=1.8,
             mode="lines+markers", marker={"size": 6}, text=list(labels))
        for k, (name, values) in enumerate(errors.items())
    ]  # fmt: skip
    count = len(labels)
    x = axis("fold") | ({"dtick": 1} if count <= 14 else {})
    return figure(traces, layout(x, axis("MAE", unit, rangemode="tozero")))
