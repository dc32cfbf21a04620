"""Where the gradient goes, by distance back from the last step. Plain dicts with roles for colours (see `style`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lab.data.arrays import Array, FloatArray
from lab.explain.cures import Compared
from lab.explain.gradient_flow import NOTHING, Spectrum, Way, of_first_layer
from lab.explain.jacobians import ABOVE, DIRECT, Chain, Parts
from lab.explain.layer_flow import LayerFlow
from lab.network.activations import ACTIVATIONS
from lab.network.cells import SIGNALS
from lab.plots.base import axis, band, colour_bar, figure, layout, line, matrix, numbers, panels
from lab.plots.style import Figure, role
from lab.runs.gradients import EpochReach
from lab.tasks.gradient_course import distances

LEAST = 1e-12  # of the largest: what lies below it is drawn nowhere
LAYERS = ("model", "accent", "second_accent", "free_running")


def back_axis(title: str = "steps back from the last") -> dict[str, Any]:
    """The axis of distances."""
    return axis(title, rangemode="tozero", hoverformat="d")


def log_axis(title: str, highest: float, lowest: float) -> dict[str, Any]:
    """A logarithmic axis from the lowest to the highest value, over no more than twelve decades."""
    top = np.log10(highest) if highest > 0 else 0.0
    bottom = np.log10(max(lowest, highest * LEAST)) if lowest > 0 and highest > 0 else top - 2
    room = 0.06 * max(top - bottom, 1)
    ticks: str | int = "D2" if top - bottom < 1.5 else 1 if top - bottom < 7 else 2
    return axis(
        title,
        type="log",
        exponentformat="power",
        dtick=ticks,
        tickformat="~g" if ticks == "D2" else "",
        range=[bottom - room, top + room],
    )


def _ends(*curves: FloatArray) -> tuple[float, float]:
    """The highest and the lowest value above zero."""
    there = np.concatenate([np.zeros(0), *curves])
    there = there[(there > 0) & np.isfinite(there)]
    return (float(there.max()), float(there.min())) if there.size else (1.0, 0.1)


def through_time_figure(found: Sequence[Way], spectra: Mapping[int, Spectrum] | None = None) -> Figure:
    """The norm of each state's gradient at each step back: the median of the examples, with a band from the 10th to the 90th per cent
    of several; and the straight lines that the recurrent kernel of the first layer would draw alone."""
    traces: list[dict[str, Any]] = []
    medians: list[FloatArray] = []
    for way in found:
        norms = way.by_distance
        back = list(range(len(norms)))
        colour = LAYERS[way.layer % len(LAYERS)]
        median = np.median(norms, axis=1)
        medians.append(median)
        name = way.label
        if norms.shape[1] > 1 and way.state == "hidden":
            low, high = np.quantile(norms, [0.1, 0.9], axis=1)
            traces += [
                trace | {"showlegend": False, "hoverinfo": "skip"}
                for trace in band(back, positive(low), positive(high), f"{name}, 80 % of the examples", colour, 0.15)
            ]
        dash = "solid" if way.state == "hidden" else "dash"
        traces.append(line(back, positive(median), name, colour, dash=dash, width=2))
    highest, lowest = _ends(*medians)
    first = next(way for way in found if way.state == "hidden")
    norms = np.median(first.by_distance, axis=1)
    for layer, spectrum in (spectra or {}).items():
        if layer != first.layer or not norms[0] > 0:
            continue
        back_ = np.arange(len(norms))
        for value, name, dash in (
            (spectrum.radius, "spectral radius alone", "dot"),
            (spectrum.stretch * spectrum.slope, "largest singular value × slope, a bound", "dashdot"),
        ):
            with np.errstate(over="ignore", under="ignore"):
                straight = norms[0] * value ** back_.astype(float)
            inside = (straight < highest * 1e3) & (straight > max(lowest, highest * LEAST) / 1e3)
            traces.append(line(back_.tolist(), np.where(inside, straight, np.nan), name, "muted", dash=dash, width=1.4))
            highest = max(highest, float(np.nanmax(straight[inside][:3], initial=0.0)))
    level = NOTHING * float(of_first_layer(found).max())
    shapes = []
    if level > 0:
        words = {"text": "1 % of the largest", "textposition": "end", "font": {"color": role("muted"), "size": 11}}
        look = {"color": role("muted"), "width": 1, "dash": "dash"}
        shapes = [
            {"type": "line", "xref": "paper", "x0": 0, "x1": 1, "y0": level, "y1": level, "line": look, "label": words}
        ]
        lowest = min(lowest, level)
    return figure(traces, layout(back_axis(), log_axis("norm of the gradient", highest, lowest), shapes=shapes))


def chain_figure(found: Chain, state: str = "hidden") -> Figure:
    """The singular values of the last hidden state's derivative by `state` at each step back, largest below; powers of ten as colours."""
    values = found.values[state]
    first = 0 if state == "hidden" else 1  # the last cell state is not read by any later step
    shown = np.log10(np.maximum(values[first:], 1e-8))
    trace = {
        "type": "heatmap",
        "z": matrix(shown.T),
        "x": list(range(first, len(values))),
        "y": list(range(1, values.shape[1] + 1)),
        "zmin": -6,
        "zmid": 0,
        "zmax": max(1.0, float(shown.max())),
        "colorscale": [[0, role("negative")], [0.5, role("background")], [1, role("positive")]],
        "colorbar": colour_bar([-6, -4, -2, 0, 1], ticktext=["10⁻⁶", "10⁻⁴", "10⁻²", "1", "10"]),
        "hovertemplate": "%{x} steps back<br>singular value %{y}<br>10^%{z:.2f}<extra></extra>",
    }  # fmt: skip
    y = axis("singular value, by size", showgrid=False)
    return figure(
        [trace],
        layout(back_axis(), y, showlegend=False, hovermode="closest", margin={"l": 56, "r": 56, "t": 8, "b": 44}),
    )


def along_cell_figure(found: Chain) -> Figure:
    """How the last hidden state answers to a cell state before it: along the cell alone, and along all ways."""
    assert found.along_cell is not None
    whole, alone = found.values["cell"][:, 0], found.along_cell
    back = list(range(1, len(whole)))
    traces = [
        line(back, positive(whole[1:]), "along all ways", "model", width=2.4),
        line(
            back,
            positive(alone[1:]),
            "along the cell alone: the product of forget gates",
            "cell_state",
            dash="dash",
            width=2,
        ),
        line(
            back,
            positive(found.values["hidden"][1:, 0]),
            "of the hidden state, for comparison",
            "muted",
            dash="dot",
            width=1.6,
        ),
    ]
    return figure(traces, layout(back_axis(), log_axis("largest singular value", *_ends(whole[1:], alone[1:]))))


def parts_figure(found: Parts, *, backwards: bool = False) -> Figure:
    """Norms of what the gradient of a state is the sum of, the median of the examples, and of the sum."""
    names = {ABOVE: "from above", DIRECT: "along the state itself"}
    colours = {ABOVE: "truth", DIRECT: "cell_state"}
    traces, seen = [], []

    def norm(values: Array) -> FloatArray:
        norms = np.median(np.linalg.norm(values.astype(np.float64), axis=-1), axis=1)
        seen.append(norms)
        return positive(norms if backwards else norms[::-1])

    back = list(range(len(found.whole)))
    traces.append(line(back, norm(found.whole), "the whole", "model", width=3.5, zorder=-1))
    for way, values in found.by_way.items():
        if np.any(values):
            label = names.get(way) or f"through the {SIGNALS[way].label}"
            mode = "markers" if way == ABOVE else "lines"
            colour = colours.get(way) or SIGNALS[way].colour
            traces.append(line(back, norm(values), label, colour, width=1.6, mode=mode))
    return figure(traces, layout(back_axis(), log_axis("norm of the gradient", *_ends(*seen))))


def compared_figure(found: Compared) -> Figure:
    """The norm of the gradient of the first layer's state at each step back, before and after."""
    back = list(range(len(found.before)))
    traces = [
        line(back, positive(found.before), "as it is", "muted", dash="dash", width=2),
        line(back, positive(found.after), "with what is changed", "model", width=2.4),
    ]
    return figure(traces, layout(back_axis(), log_axis("norm of the gradient", *_ends(found.before, found.after))))


def reach_figure(rows: Sequence[EpochReach], loss: str) -> Figure:
    """How far back a hundredth of the gradient is left after each epoch, and under it the loss."""
    epochs = [row.epoch for row in rows]
    marked: dict[str, Any] = {"mode": "lines+markers", "marker": {"size": 5}}
    traces = [
        line(epochs, [row.reach for row in rows], "steps back with 1 % left", "model", width=2, **marked),
        line(epochs, [row.val_loss for row in rows], loss, "validation", width=2, yaxis="y2", **marked),
    ]
    y = axis("reach", "steps", range=[0, len(rows[0].norms) * 1.05])
    return panels(
        traces,
        axis("epoch", rangemode="tozero", hoverformat="d"),
        y,
        axis("loss", type="log", tickformat="~g", nticks=4),
    )


MAP_MARGIN = {"l": 56, "r": 56, "t": 8, "b": 44}


def epochs_figure(rows: Sequence[EpochReach]) -> Figure:
    """The norm at each step back after each epoch, as a share of that epoch's largest; powers of ten as colours."""
    norms = np.stack([row.norms / max(row.norms.max(), 1e-300) for row in rows])
    x, y = axis("epoch", type="category", nticks=12), axis("steps back", showgrid=False)
    trace = _shares(norms, [str(row.epoch) for row in rows], np.arange(norms.shape[1]))
    return figure([trace], layout(x, y, showlegend=False, hovermode="closest", margin=MAP_MARGIN))


def _shares(shares: FloatArray, epochs: Sequence[str], back: Array) -> dict[str, Any]:
    """A heatmap of `(epochs, distances)` shares of the largest."""
    return {
        "type": "heatmap", "z": matrix(np.log10(np.maximum(shares, 1e-6)).T), "x": list(epochs), "y": back.tolist(), "zmin": -4, "zmax": 0,
        "colorscale": [[0, role("background")], [1, role("model")]],
        "colorbar": colour_bar([-4, -3, -2, -1, 0], ticktext=["10⁻⁴", "10⁻³", "1 %", "10 %", "1"]),
        "hovertemplate": "epoch %{x}<br>%{y} steps back<br>10^%{z:.2f} of the largest<extra></extra>",
    }  # fmt: skip


def course_figure(rows: Sequence[tuple[int, Array]], steps: int) -> Figure:
    """The same while it trains: `rows` are epochs with the norms at `distances(steps)`."""
    back = distances(steps)
    norms = np.stack([np.asarray(row, np.float64) for _, row in rows]) if rows else np.zeros((1, len(back)))
    shares = norms / np.maximum(norms.max(axis=1, keepdims=True), 1e-300)
    epochs = [str(epoch) for epoch, _ in rows] or ["0"]
    x, y = axis("epoch", type="category", nticks=12), axis("steps back", showgrid=False)
    return figure(
        [_shares(shares, epochs, back)], layout(x, y, showlegend=False, hovermode="closest", margin=MAP_MARGIN)
    )


def positive(values: FloatArray) -> FloatArray:
    """Nothing at zeros, which have no place on a logarithmic axis."""
    return np.where(values > 0, values, np.nan)


def one_weight_figure() -> Figure:
    """The frame of the toy with one weight, whose points the browser computes (`pages/ui/components/weight.js`)."""
    traces = [
        line([0], [1], "linear: w to the power of k", "model", width=2.4),
        line([0], [1], "with tanh, from a state of 0.5", "accent", dash="dash", width=2),
        line([0], [1], "w = 1", "muted", dash="dot", width=1.4),
    ]
    return figure(
        traces,
        layout(back_axis("k, steps back from the last"), axis("gradient", type="log", exponentformat="power", dtick=1)),
    )


SLOPES = ("sigmoid", "tanh", "relu", "leaky_relu", "elu")


def layers_figure(found: Sequence[LayerFlow]) -> Figure:
    """The norm of the gradient that reaches each layer, the top one above, and that of its weights."""
    names = [flow.label for flow in found]
    traces = [
        {"type": "scatter", "mode": "markers", "x": numbers([flow.norm or None for flow in found]), "y": names, "name": "of what it hands on",
         "marker": {"size": 11, "color": role("model")}, "hovertemplate": "%{y}: %{x:.3~g}<extra></extra>"},
        {"type": "scatter", "mode": "markers", "x": numbers([flow.weights or None for flow in found]), "y": names, "name": "of its weights",
         "marker": {"size": 11, "color": role("accent"), "symbol": "diamond"}, "hovertemplate": "%{y}: %{x:.3~g}<extra></extra>"},
    ]  # fmt: skip
    x = axis("norm of the gradient", type="log", exponentformat="power", showgrid=True, dtick=1)
    return figure(
        traces,
        layout(
            x,
            axis("", type="category", showgrid=True),
            hovermode="closest",
            margin={"l": 130, "r": 16, "t": 32, "b": 44},
        ),
    )


def inside_figure(flow: LayerFlow) -> Figure:
    """Where the values in front of a layer's activation lie, over the slopes of several activations; its own is drawn broad."""
    low, high = (float(v) for v in np.quantile(flow.inside, [0.005, 0.995]))
    low, high = min(low, -4.0), max(high, 4.0)
    z = np.linspace(low, high, 200)
    counts, edges = np.histogram(flow.inside, bins=60, range=(low, high))
    middle = (edges[1:] + edges[:-1]) / 2
    bars = {"type": "bar", "x": numbers(middle), "y": numbers(counts / max(len(flow.inside), 1)), "name": "values in front of the activation",
            "marker": {"color": role("muted", 0.45)}, "width": float(edges[1] - edges[0])}  # fmt: skip
    traces: list[dict[str, Any]] = [bars]
    colours = ("model", "accent", "free_running", "baseline", "second_accent")
    for name, colour in zip(SLOPES, colours, strict=True):
        activation = ACTIVATIONS[name]
        slope = np.asarray(activation.slope(activation(z), z), float)
        mine = name == flow.activation
        traces.append(line(z.tolist(), slope, f"slope of {activation.label}", colour, width=3.2 if mine else 1.3, yaxis="y2",
                           dash="solid" if mine else "dot"))  # fmt: skip
    y = axis("share", tickformat=".0%", domain=[0.56, 1])
    lower = axis("slope", range=[-0.05, 1.15], domain=[0, 0.46], anchor="x", gridcolor=role("grid"))
    return figure(
        traces, layout(axis("value in front of the activation") | {"anchor": "y2"}, y, yaxis2=lower, bargap=0)
    )
