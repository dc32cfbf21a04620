"""Many runs in one picture: seeds as a band, a sweep as a map."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lab.data.arrays import Array, FloatArray
from lab.plots.base import axis, band, figure, layout, line, literal, matrix, numbers, stamps
from lab.plots.style import Figure, role
from lab.runs.history import History

FAINT = 0.35


def seed_curves_figure(
    histories: Mapping[str, History], metric: str, title: str, unit: str = "", *, log: bool
) -> Figure:
    """A metric of each seed by epoch as a thin line, and their median as a broad one."""
    traces = [
        _thin(history.values("epoch"), history.values(metric), name, "model")
        for name, history in histories.items()
    ]  # fmt: skip
    by_epoch: dict[float, list[float]] = {}
    for history in histories.values():
        for epoch, value in zip(history.values("epoch"), history.values(metric), strict=True):
            if epoch is not None and value is not None:
                by_epoch.setdefault(epoch, []).append(value)
    whole = sorted(epoch for epoch, values in by_epoch.items() if len(values) == len(histories))
    if len(histories) > 1 and whole:
        median = [float(np.median(by_epoch[epoch])) for epoch in whole]
        traces.append(line(whole, median, "median", "model", width=2.6))
    y = axis(title, unit, rangemode="tozero")
    if log:
        y |= {"type": "log", "rangemode": "normal", "tickformat": "~g"}
    x = axis("epoch", rangemode="tozero", hoverformat="d")
    epochs = [history.started.epochs for history in histories.values() if history.started]
    if epochs:
        x["range"] = [0, max(epochs)]
    return figure(traces, layout(x, y, showlegend=False))


def seed_paths_figure(
    index: Array, truth: FloatArray, past: int, paths: Mapping[str, Sequence[float] | Array], *, name: str, unit: str
) -> Figure:
    """The free-running forecast of each seed as a thin line, their band and their median, beside the truth.

    Args:
        index, truth: `(time,)`; the forecasts begin `past` steps later, and may be shorter.
    """
    x = stamps(index)
    traces: list[dict[str, Any]] = []
    length = min(map(len, paths.values())) if paths else 0
    if len(paths) > 1 and length:
        rows = np.array([np.asarray(path, np.float64)[:length] for path in paths.values()])
        ahead = x[past : past + length]
        traces += band(ahead, rows.min(axis=0), rows.max(axis=0), "lowest to highest seed", "free_running", 0.15)
    traces.append(line(x, truth, "truth", "truth", width=1.6))
    for called, path in paths.items():
        traces.append(_thin(x[past : past + len(path)], path, called, "free_running"))
    if len(paths) > 1 and length:
        traces.append(line(ahead, np.median(rows, axis=0), "median of the seeds", "free_running", width=2.2))
    dated = bool(np.issubdtype(index.dtype, np.datetime64))
    return figure(traces, layout(axis("date" if dated else "time"), axis(name, unit)))


def _thin(x: Sequence[Any], y: Sequence[Any] | Array, name: str, colour: str) -> dict[str, Any]:
    trace = line(x, y, name, colour, width=1.0)
    trace["line"]["color"] = role(colour, FAINT)
    return trace | {"showlegend": False, "hovertemplate": f"{literal(name)}: %{{y:.4~g}}<extra></extra>"}


def sweep_map_figure(
    values: Array, columns: Sequence[str], rows: Sequence[str], *, x: str, y: str, title: str, higher: bool
) -> Figure:
    """A cell for each pair of values, `(rows, columns)`, the darker the better, the best one framed; nan where there is no run yet."""
    shown = np.where(np.isfinite(values), values, np.nan)
    known = shown[np.isfinite(shown)]
    scale: list[tuple[float, str]] = [(0, role("model", 0.9)), (1, role("model", 0.08))]
    trace: dict[str, Any] = {
        "type": "heatmap", "z": matrix(shown), "x": list(range(len(columns))), "y": list(range(len(rows))),
        "colorscale": [[1 - at, colour] for at, colour in reversed(scale)] if higher else scale,
        "colorbar": {"thickness": 10, "outlinewidth": 0, "title": {"text": literal(title), "side": "right"}},
        "xgap": 2, "ygap": 2,
        "customdata": [[[columns[i], rows[j]] for i in range(len(columns))] for j in range(len(rows))],
        "hovertemplate": f"{literal(x)} %{{customdata[0]}}, {literal(y)} %{{customdata[1]}}: %{{z:.4~g}}<extra></extra>",
        "texttemplate": "%{z:.3~g}" if values.size <= 48 else "",
    }  # fmt: skip
    more: dict[str, Any] = {"showlegend": False, "hovermode": "closest", "margin": {"l": 64, "r": 16, "t": 8, "b": 52}}
    if known.size:
        flat = np.where(np.isfinite(shown), -shown if higher else shown, np.inf)
        j, i = np.unravel_index(int(np.argmin(flat)), shown.shape)
        more["shapes"] = [{
            "type": "rect", "x0": float(i) - 0.47, "x1": float(i) + 0.47, "y0": float(j) - 0.47, "y1": float(j) + 0.47,
            "line": {"color": role("text"), "width": 2},
        }]  # fmt: skip
    ticks: dict[str, Any] = {"tickmode": "array", "showgrid": False, "nticks": None}
    return figure([trace], layout(
        axis(x, **ticks, tickvals=list(range(len(columns))), ticktext=list(columns)),
        axis(y, **ticks, tickvals=list(range(len(rows))), ticktext=list(rows)), **more,
    ))  # fmt: skip


def sweep_dots_figure(values: Sequence[float | None], labels: Sequence[str], *, x: str, title: str) -> Figure:
    """A dot for each value of the one setting that was swept, in the order in which they were given."""
    dots = {
        "type": "scatter", "mode": "lines+markers", "x": list(range(len(labels))), "y": numbers([np.nan if v is None else v for v in values]),
        "marker": {"size": 10, "color": role("model")}, "line": {"color": role("model", FAINT), "width": 1.5},
        "hovertemplate": "%{text}: %{y:.4~g}<extra></extra>", "text": list(labels),
    }  # fmt: skip
    ticks = axis(x, tickmode="array", tickvals=list(range(len(labels))), ticktext=list(labels), nticks=None)
    return figure([dots], layout(ticks, axis(title), showlegend=False, hovermode="closest"))


def sweep_parallel_figure(
    points: Sequence[Mapping[str, str]],
    values: Sequence[float | None],
    names: Mapping[str, str],
    *,
    title: str,
    higher: bool,
) -> Figure:
    """Parallel coordinates: an axis for each setting, and one for what came of it; a line for each run, the darker the better."""
    known = [k for k, value in enumerate(values) if value is not None]
    dimensions: list[dict[str, Any]] = []
    for key, name in names.items():
        texts = [points[k][key] for k in known]
        dimensions.append({"label": literal(name), **_ticks(texts)})
    found = [float(values[k] or 0.0) for k in known]
    dimensions.append({"label": literal(title), "values": numbers(found)})
    scale: list[tuple[float, str]] = [(0, role("model")), (1, role("grid"))]
    trace = {
        "type": "parcoords", "dimensions": dimensions,
        "line": {"color": numbers(found), "colorscale": [[1 - at, colour] for at, colour in reversed(scale)] if higher else scale},
        "labelfont": {"color": role("muted")}, "tickfont": {"color": role("muted")}, "rangefont": {"color": role("muted")},
    }  # fmt: skip
    return figure([trace], {"margin": {"l": 72, "r": 56, "t": 48, "b": 24}, "showlegend": False})


def _ticks(texts: Sequence[str]) -> dict[str, Any]:
    """Numbers where all are, by size; else each text a tick, in their order."""
    try:
        return {"values": [float(text) for text in texts]}
    except ValueError:
        different = list(dict.fromkeys(texts))
        return {
            "values": [different.index(text) for text in texts],
            "tickvals": list(range(len(different))),
            "ticktext": different,
        }


def cheat_figure(errors: Mapping[str, tuple[float, float]], naive: float, unit: str) -> Figure:
    """Two bars for each run, the honest one first: the MAE that it reports and that on an untouched part; a line for the previous value's
    there."""
    names = list(errors)
    looks = (("as reported", "model", 0.35), ("on the untouched part", "model", 1.0))
    bars = [
        {
            "type": "bar", "name": name, "x": [literal(n) for n in names], "y": numbers([errors[n][k] for n in names]),
            "marker": {"color": role(colour, opacity)}, "hovertemplate": f"%{{x}}, {name}: %{{y:.4~g}}<extra></extra>",
            "texttemplate": "%{y:.3~g}", "textposition": "outside", "cliponaxis": False,
        }
        for k, (name, colour, opacity) in enumerate(looks)
    ]  # fmt: skip
    edge = {"color": role("baseline"), "width": 1.6, "dash": "dash"}
    label = {
        "text": "previous value, untouched part",
        "textposition": "end",
        "yanchor": "bottom",
        "font": {"color": role("baseline"), "size": 11},
    }
    line = {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": naive, "y1": naive, "line": edge, "label": label}
    y = axis("MAE", unit, rangemode="tozero")
    x = axis("", type="category")
    return figure(bars, layout(x, y, shapes=[line], hovermode="closest", barmode="group", bargap=0.4))
