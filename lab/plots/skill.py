"""A network and simpler models in one glance: each one's error as a multiple of the previous value's."""

from __future__ import annotations

from collections.abc import Sequence
from math import log10
from typing import Any

from lab.plots.base import axis, figure, layout, literal
from lab.plots.style import Figure, role
from lab.scoring.forecast_scores import Score

LEAST, MOST = 0.01, 30.0  # times the previous value's error; what lies beyond is drawn at the edge


def skill_figure(scores: Sequence[Score], naive: str = "Previous value") -> Figure:
    """A dot each, the best at the top: left of the line is better than repeating the previous value, right of it worse.

    Args:
        scores: of one target, the network first.
        naive: the name of the one that all are compared with.
    """
    model = scores[0]
    reference = next(score.mae for score in scores if score.name == naive)
    ranked = sorted(scores, key=lambda score: score.mae, reverse=True)
    ratios = [score.mae / reference if reference > 0 else MOST for score in ranked]
    ours = [score is model for score in ranked]
    dots: dict[str, Any] = {
        "type": "scatter",
        "mode": "markers",
        "x": [min(max(ratio, LEAST), MOST) for ratio in ratios],
        "y": [literal(score.name) for score in ranked],
        "marker": {
            "color": [role("model") if own else role("baseline") for own in ours],
            "symbol": ["diamond" if own else "circle" for own in ours],
            "size": [13 if own else 9 for own in ours],
        },
        "customdata": [[f"{ratio:.3g}", f"{score.mae:.4g}"] for ratio, score in zip(ratios, ranked, strict=True)],
        "hovertemplate": "%{y}: MAE %{customdata[1]}, %{customdata[0]} times the previous value's<extra></extra>",
        "showlegend": False,
    }
    low, high = max(LEAST, min(0.5, *ratios)) / 1.3, min(MOST, max(2.0, *ratios)) * 1.3
    ticks = [tick for tick in (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0) if low <= tick <= high]
    x = axis(
        "times the previous value's error", type="log", range=[log10(low), log10(high)], tickvals=ticks,
        ticktext=[f"{tick:g}" for tick in ticks], showgrid=True,
    )  # fmt: skip
    y = axis("", type="category", dtick=1, showgrid=True)
    line = {
        "type": "line",
        "x0": 1,
        "x1": 1,
        "yref": "paper",
        "y0": 0,
        "y1": 1,
        "line": {"color": role("muted"), "width": 1.5, "dash": "dash"},
    }
    return figure([dots], layout(x, y, shapes=[line], hovermode="closest", margin={"l": 8, "r": 16, "t": 8, "b": 44}))
