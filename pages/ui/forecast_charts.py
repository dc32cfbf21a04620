"""Which stretch of a series a forecast chart shows, and the numbers beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st

from lab.evaluation import evaluate_free_running, verdict
from lab.forecasting import Forecast
from lab.plots import forecast_figure
from lab.runs import Run
from lab.series import Array, Series
from pages.ui.data_view import stamps
from pages.ui.layout import small_table


def part_figure(
    series: Series,
    start: int,
    stop: int,
    one_step: Sequence[float] | Array | None,
    free: Sequence[float] | Array | None,
) -> dict[str, Any]:
    """The steps `start` to `stop` with their forecasts, and as much of the past before them."""
    first = max(0, start - (stop - start))
    past = start - first
    return forecast_figure(
        series.index[first:stop],
        series.values[first:stop, 0],
        _after(past, one_step),
        _after(past, free),
        unit=series.units[0],
        name=series.names[0],
        cutoff=series.index[start],
    )


def future_figure(series: Series, past: int, forecast: Forecast) -> dict[str, Any]:
    """The last `past` steps of a series and the forecast beyond it."""
    index = np.concatenate([series.index[-past:], forecast.index.astype(series.index.dtype)])
    return forecast_figure(
        index,
        series.values[-past:, 0],
        None,
        _after(past, forecast.mean),
        unit=series.units[0],
        name=series.names[0],
        cutoff=forecast.index[0],
    )


def forecast_table(series: Series, forecast: Forecast) -> pd.DataFrame:
    """The forecast as numbers, a row a step."""
    unit = series.units[0]
    name = f"{series.names[0]} {f'({unit})' if unit else ''}".strip()
    return pd.DataFrame({"time": stamps(series, forecast.index), name: forecast.mean})


def free_running_error(run: Run, steps: int, beyond: int | None = None) -> None:
    """How far the free-running forecast was off over the first `steps` of the test part, beside the baselines.

    `beyond`: how many steps beyond the data it is to stand for, where nobody knows the truth.
    """
    scores = evaluate_free_running(run.config, run.series, run.network(), steps)
    over = f"the first {steps} steps of the test range"
    if beyond is None:
        st.markdown(f"**Free-running over the {steps} steps of the test range.** {verdict(scores)}")
    else:
        short = (
            f" The test range is no longer, so the last {beyond - steps} steps have no figure."
            if beyond > steps
            else ""
        )
        st.markdown(
            f"**How far off?** Nobody knows beyond the data, and errors add up with every step. Over {over}, forecast the same "
            f"way: {_lower(verdict(scores))}{short}"
        )
    unit = f" ({run.series.units[0]})" if run.series.units[0] else ""
    rows = [{"forecast": s.name, f"MAE{unit}": f"{s.mae:,.4g}", "MASE": f"{s.mase:,.4g}"} for s in scores]
    small_table(pd.DataFrame(rows), alt=f"The error of the free-running forecast and of the baselines over {over}.")


def _lower(sentence: str) -> str:
    return sentence[0].lower() + sentence[1:]


def _after(steps: int, values: Sequence[float] | Array | None) -> Array | None:
    return None if values is None else np.concatenate([np.full(steps, np.nan), values])
