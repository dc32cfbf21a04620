"""Charts that change while one looks at them: Plotly kept on one element, redrawn and never remounted.

`st.plotly_chart` throws its element away at every change of data, and the zoom with it. Here Plotly.js and the drawing
code (`drawing.js`) travel once a session in a loader whose data never change; a chart is a second component of a few lines
that hands its figure to that code. It serves every chart of the app, live or not, so that all look and behave alike.
"""

from __future__ import annotations

import gzip
import json
from base64 import b64encode
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any

import numpy as np
import streamlit as st
from plotly.io.json import to_json_plotly
from plotly.offline import get_plotlyjs

from lab.data.arrays import Array
from lab.plots import style
from lab.plots.style import Figure

Shown = tuple[Figure, str]  # a chart and the words under it


@dataclass(frozen=True)
class Frame:
    """A chart as it was at an epoch of a run: its caption, and what its traces held, by their names.

    Beside Plotly's own fields a trace may have `after`, a picture's values from `layout.meta.past` on: see `values_after`.
    """

    epoch: int
    caption: str
    traces: Mapping[str, Mapping[str, Any]]


def values_after(values: Array, *, joins: bool = False) -> dict[str, Any]:
    """`(steps,)` values from the cut-off on, float32 in base64; `joins`: the line begins at the last true value."""
    return {"after": b64encode(np.ascontiguousarray(values, "<f4").tobytes()).decode(), "joins": joins}


def _text(name: str) -> str:
    return Path(__file__).with_name(name).read_text("utf-8")


PARTS = ("drawing.js", "clock.js", "lines.js", "heatmap.js", "gestures.js", "access.js")
LIVE_JS = "\n".join(
    [
        f"const PALETTES = {json.dumps(style.palettes())};",
        *map(_text, PARTS),
    ]
)

_loader = st.components.v2.component("lab_plotly", js=LIVE_JS, isolate_styles=False)
_chart = st.components.v2.component("lab_chart", js=_text("chart.js"), isolate_styles=False)
_progress = st.components.v2.component("lab_progress", js=_text("progress.js"), isolate_styles=False)
_feed = st.components.v2.component("lab_feed", js=_text("feed.js"), isolate_styles=False)
_replay = st.components.v2.component(
    "lab_replay",
    js=_text("replay.js"),
    css=_text("replay.css"),
    isolate_styles=False,
)


@cache
def _bundle() -> bytes:
    """Plotly.js, 4.8 MB, as 1.5 MB; the same bytes every time (no time stamp), so Streamlit sends them once."""
    return gzip.compress(get_plotlyjs().encode(), mtime=0)


def mount_plotly() -> None:
    """Bring Plotly.js into the browser, once at the head of a page: no `live_chart` draws without it."""
    _loader(key="lab_plotly", data=_bundle(), height="content")


def live_chart(
    figure: Any,
    *,
    key: str,
    height: int,
    alt: str,
    caption: str = "",
    file: str = "",
    share: float | None = None,
    frames: Sequence[Frame] | None = None,
    on_pick: Callable[[float | str], None] | None = None,
    on_drag: Callable[[int, float], None] | None = None,
    on_spot: Callable[[float, float], None] | None = None,
) -> None:
    """Draw a figure, or bring the one with this key up to date; zoom, pan and hidden traces survive.

    Args:
        figure: a dict from `lab.plots`, with roles for colours, or any plotly Figure.
        key: unique on the page; the same key is the same element. Tests find it as `data-testid="live-<key>"`.
        height: pixels. The width is the column's. A figure whose layout has `"meta": {"aspect": height / width}` is at most
            so high.
        alt: what the chart shows, for those who do not see it.
        caption: words under the chart, which may change with it.
        share: of the screen's height that it takes at most, 0 to 1.
        frames: how it was at earlier epochs, in order, for the replay of a run; each has what the figure's own moment has.
        file: the name, without its ending, of the picture that it is saved as; the key, without it.
        on_pick: called with the x (a date as text) of a click or a tap, and again along a sliding finger or mouse.
        on_drag: called with the number and the new y of a point that a hand moves up or down, and at its release. Its
            trace says between which values: `"meta": {"draggable": [low, high]}`.
        on_spot: called with the x and the y of a click or a tap on a picture.
    """
    listeners = {
        "pick": on_pick,
        "drag": on_drag and (lambda sent: on_drag(sent["point"], sent["value"])),
        "spot": on_spot and (lambda sent: on_spot(sent["x"], sent["y"])),
    }
    handlers = {name: listener for name, listener in listeners.items() if listener}

    def hear(name: str) -> None:
        if (sent := st.session_state[f"live_{key}"][name]) is not None:
            handlers[name](sent)

    data = {
        "key": key,
        "height": height,
        "share": share,
        "alt": alt,
        "file": file or key,
        "gestures": list(handlers),
        "moves": frames is not None or _is_over_epochs(figure),
        **_as_text(figure, caption, frames or ()),
    }
    _chart(key=f"live_{key}", data=data, height="content",
           **{f"on_{name}_change": partial(hear, name) for name in handlers})  # fmt: skip


def progress(words: str, share: float, *, busy: bool = False) -> None:
    """A line of words over a bar that is full at a share of 1, or moves where one is `busy`; `feed` renews it. One a page."""
    _progress(key="lab_progress", data={"words": words, "share": share, "busy": busy}, height="content")


def replay(run: str, epoch: float, *, live: bool) -> None:
    """A play button and a slider over the epochs of a run so far, which move all its charts. One a page.

    Args:
        run: which run; with another one the charts begin at the newest epoch again.
        epoch: the newest.
        live: the run goes on, and there is a way back to what it does now.
    """
    _replay(key="lab_replay", data={"run": run, "epoch": epoch, "live": live}, height="content")


@dataclass(frozen=True)
class News:
    """What a chart has to show: its figure (None: the same as before), the words under it, and frames that may be new."""

    figure: Figure | None
    caption: str = ""
    frames: Sequence[Frame] = ()


def feed(message: bytes) -> None:
    """Hand a `message` to the charts and to the progress.

    A chart that reruns with its page costs the browser and the server a dozen messages; this costs one for them all,
    so that watching a run does not slow it down. Put it alone into a fragment that runs every so often.
    """
    _feed(key="lab_feed", data=message, height="content")


def message(
    charts: Mapping[str, News],
    words: str,
    share: float,
    *,
    epoch: float,
    within: float,
    stamp: float,
    busy: bool = False,
) -> bytes:
    """News for the charts with these keys and for the progress, for all who look at them: JSON, which Streamlit sends as it is.

    Args:
        epoch: what the news reach to.
        within: seconds over which the charts move on to it, about as long as until the next message.
        stamp: when this was news; what is no later than the last is not taken in again.
    """
    texts = {key: _as_text(news.figure, news.caption, news.frames) for key, news in charts.items()}
    progress = {"words": words, "share": share, "busy": busy}
    data = {"charts": texts, "progress": progress, "end": epoch, "within": round(1000 * within), "stamp": stamp}
    return json.dumps(data).encode()


def _as_text(figure: Any, caption: str, frames: Sequence[Frame]) -> dict[str, Any]:
    """The figure as text, because Streamlit would write a tree twice: to send it, and to compare it with others."""
    text = None if figure is None else to_json_plotly(figure)
    return {"figure": text, "caption": caption, "frames": [asdict(frame) for frame in frames]}


def _is_over_epochs(figure: Any) -> bool:
    return isinstance(figure, dict) and bool((figure["layout"].get("meta") or {}).get("epochs"))
