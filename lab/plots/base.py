"""What every figure shares: the calm look, and numbers made ready for JSON."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from lab.data.arrays import Array
from lab.plots.style import Figure, role

Values = Sequence[float | None] | Array
# Of several runs or windows: none of the colours that mean a truth, a free-running forecast or a baseline.
RUN_COLOURS = ("model", "accent", "second_accent", "muted", "train")
RUN_DASHES = ("solid", "dash", "dot", "dashdot")


def numbers(values: Values) -> list[float | None]:
    """Six significant digits, None for what is not finite: a third of the bytes, and valid JSON."""
    floats = np.asarray(values, dtype=np.float64)
    finite = np.isfinite(floats)
    size = np.abs(np.where(finite & (floats != 0), floats, 1.0))
    decimals = 5 - np.floor(np.log10(size))
    # A quotient of two whole numbers is the float nearest to the decimal, and prints as short as it.
    power = 10.0 ** np.minimum(np.abs(decimals), 300)
    with np.errstate(over="ignore", invalid="ignore"):
        rounded = np.where(decimals >= 0, np.round(floats * power) / power, np.round(floats / power) * power)
    written = rounded.astype(object)
    written[~finite] = None
    found: list[float | None] = written.tolist()
    return found


def matrix(values: Array) -> dict[str, str]:
    """Rows and columns as Plotly's typed array, float32 in base64: a heatmap's numbers need no text, to write or to read."""
    floats = np.ascontiguousarray(values, dtype="<f4")
    return {"dtype": "f4", "bdata": b64encode(floats.tobytes()).decode(), "shape": ", ".join(map(str, floats.shape))}


def thin(values: Array, max_points: int) -> NDArray[np.intp]:
    """Positions that keep the lowest and the highest value of every bucket, in order: no peak is lost.

    A bucket that holds a gap (NaN) keeps one NaN too, so that the gap stays open.
    """
    n = len(values)
    if n <= max_points:
        return np.arange(n)
    edges = np.linspace(0, n, max(1, max_points // 2) + 1).astype(np.intp)
    bucket = np.repeat(np.arange(len(edges) - 1), np.diff(edges))
    missing = np.isnan(values)
    low = np.minimum.reduceat(np.where(missing, np.inf, values), edges[:-1])
    high = np.maximum.reduceat(np.where(missing, -np.inf, values), edges[:-1])
    marks = (missing, values == low[bucket], values == high[bucket])
    return np.unique(np.concatenate([[0, n - 1], *(_first_of_each(bucket, mark) for mark in marks)]))


def _first_of_each(bucket: NDArray[np.intp], mark: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The first marked position in each bucket that has one."""
    at = np.flatnonzero(mark)
    return at[np.flatnonzero(np.diff(bucket[at], prepend=-1))]


def stamps(index: Array) -> list[Any]:
    """Dates as ISO text as short as they allow, numbers as they are."""
    if not np.issubdtype(index.dtype, np.datetime64):
        return numbers(index)
    days = index.astype("datetime64[D]")
    shortest = days if np.array_equal(days, index) else index.astype("datetime64[s]")
    return [str(stamp) for stamp in shortest]


def literal(text: str) -> str:
    """Text as it stands: Plotly would make links of `<a href=...>` in a title or a legend."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def axis(title: str, unit: str = "", **more: Any) -> dict[str, Any]:
    """One axis, its unit in brackets after the title."""
    text = literal(f"{title} [{unit}]" if unit else title)
    return {
        "title": {"text": text, "standoff": 8, "font": {"color": role("muted")}},
        "tickfont": {"color": role("muted")},
        "gridcolor": role("grid"),
        "linecolor": role("grid"),
        "zeroline": False,
        "automargin": True,
        **more,
    }


def layout(x: dict[str, Any], y: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Few grid lines, one hover label for all curves, the legend in one line above the plot."""
    return {
        "xaxis": {"showgrid": False, "showline": True, **x},
        "yaxis": {"nticks": 6, "hoverformat": ".5~g", **y},
        "hovermode": "x unified",
        "showlegend": True,
        "legend": {
            "orientation": "h",
            "x": 0,
            "xanchor": "left",
            "y": 1.0,
            "yanchor": "bottom",
            "traceorder": "normal",
        },
        "margin": {"l": 64, "r": 16, "t": 32, "b": 44},
        **more,
    }


def line(x: Sequence[Any], y: Values, name: str, colour: str, **more: Any) -> dict[str, Any]:
    """One curve in a role's colour; `dash` and `width` go to the line, the rest to the trace."""
    look: dict[str, Any] = {"color": role(colour)} | {k: more.pop(k) for k in ("dash", "width") if k in more}
    return {
        "type": "scatter",
        "mode": "lines",
        "x": list(x),
        "y": numbers(y),
        "name": literal(name),
        "line": look,
        **more,
    }


def colour_bar(at: Sequence[float], **more: Any) -> dict[str, Any]:
    """A narrow one beside a heatmap with ticks at these values; `ticktext` or `tickformat` says how they read."""
    return {
        "thickness": 8,
        "x": 1.01,
        "xpad": 4,
        "outlinewidth": 0,
        "tickfont": {"color": role("muted"), "size": 10},
        "tickvals": list(at),
        **more,
    }


def lower_edge(name: str) -> str:
    """What the trace of the lower end of the band `name` is called."""
    return f"{name}, from"


def band(x: Sequence[Any], low: Values, high: Values, name: str, colour: str, opacity: float) -> list[dict[str, Any]]:
    """An area between two curves, in a role's colour."""
    edge = {"width": 0, "showlegend": False}
    area = {"fill": "tonexty", "fillcolor": role(colour, opacity), "showlegend": True, "legendrank": 1001}
    return [
        line(x[: len(low)], low, lower_edge(name), colour, **edge),
        line(x[: len(high)], high, name, colour, **edge | area),
    ]


def figure(data: list[dict[str, Any]], layout: dict[str, Any]) -> Figure:
    """Put together; Plotly's own JSON."""
    return {"data": data, "layout": layout}


def panels(data: list[dict[str, Any]], x: dict[str, Any], upper: dict[str, Any], lower: dict[str, Any]) -> Figure:
    """One panel over another, on one horizontal axis; the traces of the lower one have `yaxis="y2"`."""
    lower = lower | {"anchor": "x", "domain": [0, 0.42], "gridcolor": role("grid")}
    margin = {"l": 64, "r": 16, "t": 32, "b": 44}
    return figure(data, layout(x | {"anchor": "y2"}, upper | {"domain": [0.54, 1]}, yaxis2=lower, margin=margin))
