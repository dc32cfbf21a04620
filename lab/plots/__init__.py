"""Figures: data in, Plotly's own JSON out (a dict with roles for colours, see `style`). No Streamlit, no TensorFlow."""

from lab.plots.forecast import forecast_figure
from lab.plots.series import overview_figure, series_figure, windows_figure
from lab.plots.training import compare_figure, gradient_figure, loss_figure, metric_figure

__all__ = [
    "compare_figure",
    "forecast_figure",
    "gradient_figure",
    "loss_figure",
    "metric_figure",
    "overview_figure",
    "series_figure",
    "windows_figure",
]
