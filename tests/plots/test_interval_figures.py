"""Charts of what intervals did: valid Plotly, the unit on the axis, gaps where there is no interval."""

from __future__ import annotations

import numpy as np
import plotly.graph_objects as go

from lab.plots.intervals import adaptive_figure, by_step_coverage_figure
from lab.plots.style import resolve


def test_coverage_by_step_stands_over_the_width() -> None:
    figure = by_step_coverage_figure(np.array([0.9, np.nan]), np.array([2.0, np.nan]), 0.9, "kW")
    go.Figure(resolve(figure, "light"))
    held, nominal, width = figure["data"]
    assert nominal["y"] == [0.9, 0.9]
    assert "yaxis" not in held
    assert width["yaxis"] == "y2"
    assert "kW" in figure["layout"]["yaxis2"]["title"]["text"]


def test_adaptive_widths_stand_beside_the_fixed_one() -> None:
    days = np.array(["2020-01-01", "2020-01-02"], "datetime64[D]")
    figure = adaptive_figure(days, 1.5, np.array([1.0, np.nan]), "kW")
    go.Figure(resolve(figure, "dark"))
    fixed, adaptive = figure["data"]
    assert list(np.asarray(fixed["y"], float)) == [3.0, 3.0]
    assert next(iter(adaptive["y"])) == 2.0
    assert figure["layout"]["yaxis"]["title"]["text"] == "width [kW]"
    assert "date" in figure["layout"]["xaxis"]["title"]["text"]
