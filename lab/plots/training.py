"""How a training run goes, epoch by epoch. Plain dicts with roles for colours (see `style`), made in under 1 ms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from lab.plots.base import RUN_COLOURS, RUN_DASHES, axis, figure, layout, line, thin
from lab.plots.style import Figure, role
from lab.runs.events import Finished
from lab.runs.history import History

MOST_POINTS = 800  # of a curve: the lowest and the highest value in each of as many places as a chart is wide


class Chance(NamedTuple):
    """What is reached without learning anything: a line in a curve's chart."""

    value: float
    words: str


def chance_line(chance: Chance) -> dict[str, Any]:
    """That line, a shape over the whole width."""
    text = {
        "text": chance.words,
        "textposition": "end",
        "yanchor": "top",
        "font": {"color": role("baseline"), "size": 11},
    }
    look = {"color": role("baseline"), "width": 1.4, "dash": "dash"}
    return {
        "type": "line",
        "xref": "paper",
        "x0": 0,
        "x1": 1,
        "y0": chance.value,
        "y1": chance.value,
        "line": look,
        "label": text,
    }


def loss_figure(history: History, *, log: bool = False, classes: bool = False, chance: Chance | None = None) -> Figure:
    """The loss of both parts; epoch 0 is the untrained network, and long epochs have points within.

    Of a series it is on the scaled values; of `classes` the cross-entropy, held against the test part; with a `chance` as it is.
    """
    y = (
        axis("cross-entropy", rangemode="tozero")
        if classes
        else axis("loss", "" if chance else "scaled", rangemode="tozero")
    )
    if log:
        y |= {"type": "log", "rangemode": "normal", "tickformat": "~g", "dtick": _decades(history, "loss", "val_loss")}
    return _curves(history, "loss", y, "test" if classes else "validation", chance)


def accuracy_figure(history: History) -> Figure:
    """The share of digits recognised, of the training and of the test part."""
    y = axis("accuracy", rangemode="normal", tickformat=".0%", hoverformat=".1%")
    return _curves(history, "accuracy", y, "test")


def metric_figure(history: History, metric: str, title: str, unit: str, *, chance: Chance | None = None) -> Figure:
    """One metric (`mape`, `mase`, ...) of both parts, in the data's own units; a unit of `share` is shown as per cent."""
    y = axis(title, unit, rangemode="tozero")
    if unit == "share":
        y = axis(title.lower(), range=[0, 1.03], tickformat=".0%", hoverformat=".1%")
    return _curves(history, metric, y, "validation", chance)


def _curves(history: History, name: str, y: dict[str, Any], held_out: str, chance: Chance | None = None) -> Figure:
    epochs, validation = history.values("epoch"), history.values(f"val_{name}")
    traces = [
        line(*_thinned(*history.curve(name)), "train", "train", dash="dot", width=2),
        line(*_thinned(epochs, validation), held_out, "validation", width=2),
    ]
    if len(epochs) > 1 and not any(v is not None for v in traces[0]["y"]):
        traces.pop(0)  # a metric of the held-out part alone
    best = best_epoch(history)
    if best is not None and validation[best] is not None:
        ring = {"symbol": "circle-open", "size": 11, "color": role("validation"), "line": {"width": 2}}
        words = "weights kept" if isinstance(history.final, Finished) else "best so far"
        mark = line([epochs[best]], [validation[best]], words, "validation", mode="markers", marker=ring)
        mark["cliponaxis"] = False
        traces.append(mark | {"showlegend": False})  # two entries fit one line above a narrow chart; three do not
    more: dict[str, Any] = {}
    if chance:
        more["shapes"] = [chance_line(chance)]
    return figure(traces, layout(_epoch_axis(history), y, meta=_meta(history), **more))


def _meta(history: History) -> dict[str, Any]:
    """A chart over epochs shows them up to one that the browser chooses (`pages/ui/components/clock.js`)."""
    return {"epochs": True, "grows": history.final is None}


def best_epoch(history: History) -> int | None:
    """The position of the epoch whose weights are (or would be) kept: the lowest validation loss, epoch 0 apart."""
    if isinstance(history.final, Finished):
        kept = [k for k, e in enumerate(history.epochs) if e.epoch == history.final.best_epoch]
        if kept:
            return kept[-1]
    trained = [k for k, e in enumerate(history.epochs) if e.epoch > 0 and e.val_loss == e.val_loss]
    return min(trained, key=lambda k: history.epochs[k].val_loss, default=None)


def _thinned(
    x: Sequence[float | None], y: Sequence[float | None]
) -> tuple[Sequence[float | None], Sequence[float | None]]:
    """A long curve by the ends of each stretch: ten thousand points would only take longer to send and to draw."""
    if len(x) <= MOST_POINTS:
        return x, y
    kept = thin(np.array([np.nan if v is None else v for v in y]), MOST_POINTS)
    return [x[k] for k in kept], [y[k] for k in kept]


def _epoch_axis(history: History) -> dict[str, Any]:
    # The whole way is shown from the start, so that the curves grow into it and the axis does not move under them.
    x = axis("epoch", rangemode="tozero", hoverformat=".4~g")
    if history.started:
        x["range"] = [0, history.started.epochs]
    return x


def gradient_figure(history: History, clip: tuple[str, float] | None) -> Figure:
    """The gradient's global norm before clipping: median and largest step of each epoch.

    `clip`: kind and limit. Only a limit on the global norm (`"global_clip_norm"`) is of the same kind as the curves and
    is drawn as a line; the other kinds limit entries or single weights, and are named in the axis title instead.
    """
    epochs = history.values("epoch")
    traces = [
        line(*_thinned(epochs, history.values("gradient_norm")), "median", "model", width=2),
        line(*_thinned(epochs, history.values("gradient_norm_max")), "largest", "model", dash="dot", width=1.2),
    ]
    more: dict[str, Any] = {}
    title = "gradient norm"
    if clip and clip[0] == "global_clip_norm":
        limit = {"color": role("muted"), "width": 1.2, "dash": "dash"}
        text = {
            "text": f"clipped above {clip[1]:g}",
            "textposition": "end",
            "font": {"color": role("muted"), "size": 11},
        }
        more["shapes"] = [
            {
                "type": "line",
                "xref": "paper",
                "x0": 0,
                "x1": 1,
                "y0": clip[1],
                "y1": clip[1],
                "line": limit,
                "label": text,
            }
        ]
    elif clip:
        title += f" ({clip[0].replace('_', ' ')} {clip[1]:g})"
    y = axis(title, type="log", tickformat="~g", dtick=_decades(history, "gradient_norm", "gradient_norm_max"))
    if not any(history.values("gradient_norm")):  # nothing was learned yet
        y |= {"range": [-1, 1]}
    return figure(traces, layout(_epoch_axis(history), y, meta=_meta(history), **more))


def _decades(history: History, *names: str) -> int | str:
    """Ticks of a logarithmic axis: at 1, 2 and 5 of each decade (`D2`); over many decades at 1 alone."""
    values = [v for name in names for v in history.values(name) if v]
    return "D2" if values and max(values) / min(values) <= 100 else 1


def compare_figure(histories: Mapping[str, History], metric: str, *, title: str = "", unit: str = "") -> Figure:
    """One metric (a field of `EpochEnded`, for example `val_mape`) of several runs, distinguished by colour and dash."""
    traces = [
        line(
            history.values("epoch"),
            history.values(metric),
            name,
            RUN_COLOURS[k % len(RUN_COLOURS)],
            dash=RUN_DASHES[k % len(RUN_DASHES)],
            width=2,
        )
        for k, (name, history) in enumerate(histories.items())
    ]
    x = axis("epoch", rangemode="tozero", hoverformat="d")
    return figure(traces, layout(x, axis(title or metric.replace("_", " "), unit)))
