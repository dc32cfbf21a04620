"""Figures: data in, Plotly's own JSON out (a dict with roles for colours, see `style`). No Streamlit, no TensorFlow."""

from lab.plots.digits import (
    belief_figure,
    class_figure,
    confusion_figure,
    digit_figure,
    pixel_share_figure,
    place_on_sheet,
    sheet_figure,
)
from lab.plots.forecast import by_step_figure, forecast_figure
from lab.plots.series import fitted_figure, overview_figure, series_figure, windows_figure
from lab.plots.training import accuracy_figure, compare_figure, gradient_figure, loss_figure, metric_figure

__all__ = [
    "accuracy_figure",
    "belief_figure",
    "by_step_figure",
    "class_figure",
    "compare_figure",
    "confusion_figure",
    "digit_figure",
    "fitted_figure",
    "forecast_figure",
    "gradient_figure",
    "loss_figure",
    "metric_figure",
    "overview_figure",
    "pixel_share_figure",
    "place_on_sheet",
    "series_figure",
    "sheet_figure",
    "windows_figure",
]
