"""Charts that change while one looks at them: Plotly kept on one element, redrawn and never remounted.

`st.plotly_chart` throws its element away at every change of data, and the zoom with it. Here Plotly.js and the drawing
code (`live.js`) travel once a session in a loader whose data never change; a chart is a second component of a few lines
that hands its figure to that code. It serves every chart of the app, live or not, so that all look and behave alike.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping
from functools import cache, partial
from pathlib import Path
from typing import Any

import streamlit as st
from plotly.io.json import to_json_plotly
from plotly.offline import get_plotlyjs

from lab.plots import style
from lab.plots.style import Figure

Shown = tuple[Figure, str]  # a chart and the words under it

# Charts may come up before Plotly is there: they queue, and the loader draws them when it is ready.
CHART_JS = """
export default (chart) => {
  chart.parentElement.style.minHeight = `${chart.data.height}px`;
  (window.labCharts ??= []).push(chart);
  return () => window.labCharts.drop?.(chart.parentElement);
};
"""
# A line of words over a bar. It stands outside the charts' loader, as it is wanted before Plotly is there.
PROGRESS_JS = """
export default ({ data, parentElement }) => {
  let line = parentElement.querySelector(".lab-progress");
  if (!line) {
    line = document.createElement("div");
    line.className = "lab-progress";
    line.innerHTML = '<p></p><div class="lab-bar" role="progressbar" aria-label="Training" aria-valuemin="0" ' +
      'aria-valuemax="100"><div></div></div>';
    line.labShow = ({ words, share }) => {
      line.firstChild.textContent = words;
      line.lastChild.setAttribute("aria-valuenow", Math.round(100 * share));
      line.lastChild.firstChild.style.width = `${100 * share}%`;
    };
    parentElement.append(line);
  }
  line.labShow(data);
};
"""
FEED_JS = """
export default ({ data }) => {
  document.querySelector(".lab-progress")?.labShow(data.progress);
  window.labCharts?.feed?.(data.charts);
};
"""
LIVE_JS = "\n".join(
    [
        f"const PALETTES = {json.dumps(style.palettes())};",
        *(
            Path(__file__).with_name(name).read_text("utf-8")
            for name in ("live.js", "heatmap.js", "gestures.js", "access.js")
        ),
    ]
)

_loader = st.components.v2.component("lab_plotly", js=LIVE_JS, isolate_styles=False)
_chart = st.components.v2.component("lab_chart", js=CHART_JS, isolate_styles=False)
_progress = st.components.v2.component("lab_progress", js=PROGRESS_JS, isolate_styles=False)
_feed = st.components.v2.component("lab_feed", js=FEED_JS, isolate_styles=False)


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
        file: the name, without its ending, of the picture that it is saved as; the key, without it.
        on_pick: called with the x (a date as text) of a click or a tap, and again along a sliding finger or mouse.
        on_drag: called with the number and the new y of a point that a hand moves up or down, and at its release. Its
            trace says between which values: `"meta": {"draggable": [low, high]}`.
        on_spot: called with the x and the y of a click or a tap on a picture.
    """
    listeners = {
        "pick": on_pick,
        "drag": on_drag and (lambda told: on_drag(told["point"], told["value"])),
        "spot": on_spot and (lambda told: on_spot(told["x"], told["y"])),
    }
    heard = {name: listener for name, listener in listeners.items() if listener}

    def hear(name: str) -> None:
        if (told := st.session_state[f"live_{key}"][name]) is not None:
            heard[name](told)

    data = {
        "key": key,
        "height": height,
        "alt": alt,
        "file": file or key,
        "gestures": list(heard),
        **_told(figure, caption),
    }
    _chart(key=f"live_{key}", data=data, height="content",
           **{f"on_{name}_change": partial(hear, name) for name in heard})  # fmt: skip


def progress(words: str, share: float) -> None:
    """A line of words over a bar that is full at a share of 1; `feed` renews it. One a page."""
    _progress(key="lab_progress", data={"words": words, "share": share}, height="content")


def feed(charts: Mapping[str, Shown], words: str, share: float) -> None:
    """News for the charts with these keys (figure and caption of each) and for the progress, in one message.

    A chart that reruns with its page costs the browser and the server a dozen messages; this costs one for them all,
    so that watching a run does not slow it down. Put it alone into a fragment that runs every so often.
    """
    told = {key: _told(figure, caption) for key, (figure, caption) in charts.items()}
    data = {"charts": told, "progress": {"words": words, "share": share}}
    _feed(key="lab_feed", data=data, height="content")


def _told(figure: Any, caption: str) -> dict[str, str]:
    """Text, because Streamlit would write a tree twice: to send it, and to tell it from others."""
    return {"figure": to_json_plotly(figure), "caption": caption}
