"""Images of digits, and what a classifier makes of them. Plain dicts with roles for colours (see `style`)."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Any

import numpy as np

from lab.data.arrays import Array
from lab.plots.base import axis, colour_bar, figure, layout, matrix, numbers
from lab.plots.style import Figure, role

SIDE, GAP, LABEL = 28, 5, 11  # pixels: of an image, between two of a sheet, for the words under one
INK = [[0, role("background")], [1, role("text")]]
TIGHT = {"l": 4, "r": 4, "t": 4, "b": 4}
# A share of one in a hundred is to be seen beside one of nearly all.
SHARES = [[0, role("background")], [0.02, role("model", 0.22)], [1, role("model")]]


def sheet_figure(
    images: Array, labels: Sequence[str], *, columns: int = 8, rows: int = 0, lines: int = 1, chosen: int | None = None
) -> Figure:
    """A contact sheet: `images` `(n, height, width)` from 0 (paper) to 255 (ink), each with its words under it.

    Args:
        columns: images a row.
        rows: rows that are left room for, whether there are images or not; as many as there are images for, without it.
        lines: of words under each image.
        chosen: which image is framed.
    """
    height, width = images.shape[1:]
    rows = max(rows, -(-len(images) // columns), 1)
    tall, wide = height + lines * LABEL, width + GAP
    pixels = np.zeros((rows * tall, columns * wide), np.uint8)
    notes, frames = [], []
    for k, (image, label) in enumerate(zip(images, labels, strict=True)):
        top, left = k // columns * tall, k % columns * wide
        pixels[top : top + height, left : left + width] = image
        notes.append({
            "text": label, "x": left + width / 2 - 0.5, "y": top + height + lines * LABEL / 2 - 1, "showarrow": False,
            "font": {"size": 11, "color": role("muted")},
        })  # fmt: skip
        box = {"type": "rect", "x0": left - 0.5, "x1": left + width - 0.5, "y0": top - 0.5, "y1": top + height - 0.5}
        edge = {"color": role("accent"), "width": 3} if k == chosen else {"color": role("grid"), "width": 1}
        frames.append(box | {"line": edge})
    more = {"annotations": notes, "shapes": frames, "margin": TIGHT, "meta": {"aspect": rows * tall / (columns * wide)}}
    return figure([_image(pixels)], _bare(pixels.shape, **more))


def place_on_sheet(x: float, y: float, count: int, *, columns: int = 8) -> int | None:
    """Which of the `count` images of a `sheet_figure` lies at a place of its axes; None where there is none."""
    column, row = int((x + 0.5) // (SIDE + GAP)), int((y + 0.5) // (SIDE + LABEL))
    place = row * columns + column
    return place if 0 <= column < columns and row >= 0 and place < count else None


def digit_figure(image: Array, step: int | None = None, *, order: str = "rows") -> Figure:
    """One image `(28, 28)`, 0 to 255; what is read at `step` (from 1) framed, and what comes later dimmed.

    `order`: a step reads a row, a column, or both.
    """
    shapes: list[dict[str, Any]] = []
    last = SIDE - 0.5
    if step is not None:
        row = {"x0": -0.5, "x1": last, "y0": step - 1.5, "y1": step - 0.5}
        column = {"y0": -0.5, "y1": last, "x0": step - 1.5, "x1": step - 0.5}
        after = step - 0.5
        still = {
            "rows": {"x0": -0.5, "x1": last, "y0": after, "y1": last},
            "columns": {"y0": -0.5, "y1": last, "x0": after, "x1": last},
            "both": {"x0": after, "x1": last, "y0": after, "y1": last},
        }[order]
        veil = {"type": "rect", "line": {"width": 0}, "fillcolor": role("background", 0.7)}
        frame = {"type": "rect", "line": {"color": role("accent"), "width": 2}, "fillcolor": role("accent", 0.15)}
        shapes = [
            veil | still,
            *(frame | box for box in {"rows": [row], "columns": [column]}.get(order, [row, column])),
        ]
    shapes.append(
        {"type": "rect", "x0": -0.5, "x1": last, "y0": -0.5, "y1": last, "line": {"color": role("grid"), "width": 1}}
    )
    return figure([_image(image)], _bare(image.shape, shapes=shapes, margin=TIGHT, meta={"aspect": 1}))


def confusion_figure(counts: Sequence[Sequence[int]], names: Sequence[str] | None = None) -> Figure:
    """How many of each class (row) were taken for each class (column); a row's colours are its shares. `names`: of the classes, else 0, 1, ..."""
    table = np.asarray(counts, dtype=np.float64)
    shares = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    classes = list(names or map(str, range(len(table))))
    cells = {
        "type": "heatmap", "x": classes, "y": classes, "z": matrix(shares), "zmin": 0, "zmax": 1, "colorscale": SHARES,
        "showscale": False, "xgap": 1, "ygap": 1, "customdata": table.astype(int).tolist(), "name": "share",
        "hovertemplate": "%{y} taken for %{x}: %{customdata}, %{z:.1%} of its class<extra></extra>",
    }  # fmt: skip
    there = [(i, j) for i, j in np.ndindex(*table.shape) if table[i, j]]
    words = {
        "type": "scatter", "mode": "text", "x": [classes[j] for _, j in there], "y": [classes[i] for i, _ in there],
        "text": [f"{int(table[place]):,}" for place in there], "hoverinfo": "skip", "name": "count",
        "textfont": {"size": 11, "color": [role("background" if shares[p] > 0.4 else "text") for p in there]},
    }  # fmt: skip
    tight: dict[str, Any] = {"dtick": 1, "showgrid": False, "showline": False, "type": "category", "fixedrange": True}
    x, y = axis("predicted", **tight), axis("truth", autorange="reversed", **tight)
    return figure([cells, words], layout(x, y, showlegend=False, hovermode="closest",
                                         margin={"l": 48, "r": 8, "t": 8, "b": 44}))  # fmt: skip


def belief_figure(probabilities: Array, step: int | None, decided: int, *, read: str = "row") -> Figure:
    """The probability of each class after each step, `(steps, classes)`; the step looked at, if any, and from where on its first choice stays.

    `read`: what is read at a step, for the axis.
    """
    steps, classes = probabilities.shape
    trace = {
        "type": "heatmap", "z": matrix(probabilities.T), "x": list(range(1, steps + 1)), "y": [str(k) for k in range(classes)],
        "zmin": 0, "zmax": 1, "colorscale": [[0, role("background")], [1, role("model")]], "name": "probability",
        "colorbar": colour_bar([0, 0.5, 1], tickformat=".0%"),
        "hovertemplate": f"after {read} %{{x}}<br>%{{y}}: %{{z:.1%}}<extra></extra>",
    }  # fmt: skip
    choice = {
        "type": "scatter", "mode": "markers", "x": trace["x"], "y": [str(k) for k in probabilities.argmax(axis=1)],
        "marker": {"size": 4, "color": role("text")}, "hoverinfo": "skip", "name": "first choice",
    }  # fmt: skip
    line = {"type": "line", "yref": "paper", "x0": decided - 0.5, "x1": decided - 0.5, "y0": 0, "y1": 1}
    mark = line | {"line": {"color": role("muted"), "width": 1.5, "dash": "dash"}}
    note = {
        "text": "settled", "x": decided - 0.5, "y": 1, "yref": "paper", "yanchor": "bottom", "showarrow": False,
        "xanchor": "right" if decided > steps / 2 else "left", "font": {"size": 11, "color": role("muted")},
    }  # fmt: skip
    shapes: list[dict[str, Any]] = [mark]
    if step is not None:
        edge = {"color": role("accent"), "width": 2}
        shapes.append(
            {"type": "rect", "yref": "paper", "x0": step - 0.5, "x1": step + 0.5, "y0": 0, "y1": 1, "line": edge}
        )
    x = axis(f"{read}s read", range=[0.5, steps + 0.5], dtick=7, tick0=7, tickangle=0, automargin=False)
    y = axis("class", type="category", showgrid=False, dtick=1, automargin=False)
    return figure([trace, choice], layout(x, y, shapes=shapes, annotations=[note], showlegend=False, hovermode="closest",
                                          dragmode=False, margin={"l": 44, "r": 56, "t": 22, "b": 44}))  # fmt: skip


def class_figure(probabilities: Array, truth: int | None = None, before: Array | None = None) -> Figure:
    """The probability of each class, `(classes,)`, the true class framed; `before` some change, dashed frames beside."""
    classes = [str(k) for k in range(len(probabilities))]
    edges = [role("truth") if k == truth else role("model", 0.0) for k in range(len(classes))]
    bars = {
        "type": "bar", "x": classes, "y": numbers(probabilities), "name": "now" if before is not None else "probability",
        "marker": {"color": role("model"), "line": {"color": edges, "width": 2.5}},
        "hovertemplate": "%{x}: %{y:.1%}<extra></extra>",
    }  # fmt: skip
    traces = [bars]
    if before is not None:
        traces.append({
            "type": "bar", "x": classes, "y": numbers(before), "name": "untouched",
            "marker": {"color": role("muted", 0.45)}, "hovertemplate": "%{x}: %{y:.1%} untouched<extra></extra>",
        })  # fmt: skip
    x = axis("class", type="category", dtick=1, tickangle=0, automargin=False)
    x["tickfont"] = {**x["tickfont"], "size": 10}  # ten digits stand side by side where the column is narrow, too
    y = axis("", range=[0, 1.04], tickformat=".0%", hoverformat=".1%", nticks=4, automargin=False)
    return figure(traces, layout(x, y, showlegend=before is not None, hovermode="closest", bargap=0.25,
                                 margin={"l": 44, "r": 4, "t": 24, "b": 44}))  # fmt: skip


def pixel_share_figure(shares: Array) -> Figure:
    """What each value read adds to a probability, `(steps, features)` signed: steps downwards."""
    limit = max(float(np.abs(shares).max()), 1e-9)
    steps, features = shares.shape
    trace = _image(np.zeros((1, 1), np.uint8)) | {
        "z": matrix(shares), "x": list(range(1, features + 1)), "y": list(range(1, steps + 1)), "zmin": -limit, "zmax": limit,
        "colorscale": [[0, role("negative")], [0.5, role("background")], [1, role("positive")]], "hoverinfo": "all",
        "hovertemplate": "step %{y}, value %{x}: %{z:.3f}<extra></extra>",
    }  # fmt: skip
    frame = {"type": "rect", "x0": 0.5, "x1": features + 0.5, "y0": 0.5, "y1": steps + 0.5}
    edge = frame | {"line": {"color": role("grid"), "width": 1}}
    bare = _bare(shares.shape, margin=TIGHT, meta={"aspect": steps / features}, shapes=[edge])
    bare["xaxis"]["range"], bare["yaxis"]["range"] = [0.5, features + 0.5], [steps + 0.5, 0.5]
    return figure([trace], bare)


def _image(pixels: Array) -> dict[str, Any]:
    """Grey pixels, a byte each."""
    shape = ", ".join(map(str, pixels.shape))
    z = {"dtype": "u1", "bdata": b64encode(np.ascontiguousarray(pixels, np.uint8).tobytes()).decode(), "shape": shape}
    return {"type": "heatmap", "z": z, "zmin": 0, "zmax": 255, "colorscale": INK, "showscale": False,
            "hoverinfo": "skip", "name": "image"}  # fmt: skip


def _bare(shape: tuple[int, ...], **more: Any) -> dict[str, Any]:
    """No axes, square pixels, the first row on top."""
    x = {"visible": False, "range": [-0.5, shape[1] - 0.5], "fixedrange": True, "constrain": "domain"}
    y = {
        "visible": False,
        "range": [shape[0] - 0.5, -0.5],
        "fixedrange": True,
        "constrain": "domain",
        "scaleanchor": "x",
    }
    return {"xaxis": x, "yaxis": y, "showlegend": False, "dragmode": False, "hovermode": "closest", **more}
