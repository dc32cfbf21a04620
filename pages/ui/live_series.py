"""A run on a series, watched live: the forecast as the largest picture, then the curves; at the end its scores."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lab.config import RunConfig
from lab.evaluation import Score, verdict
from lab.history import History
from lab.metrics import why_no_mape
from lab.plots import gradient_figure, loss_figure, metric_figure
from lab.runs import Run
from lab.series import Split
from pages.ui import words
from pages.ui.forecast_charts import part_figure
from pages.ui.layout import small_table
from pages.ui.live import Shown, live_chart


def charts(run: Run, history: History) -> None:
    """The forecast as the largest picture, then the curves."""
    shown = figures(run, history)
    figure, caption = shown["forecast"]
    live_chart(figure, caption=caption, key="forecast", height=400,
               alt="The validation part: the truth, the one-step forecast and the free-running forecast.")  # fmt: skip
    left, right = st.columns(2)
    with left:
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown("**Loss**", help=words.HELP["loss-chart"])
            st.toggle("Logarithmic", key="log-loss", value=True)
        live_chart(shown["loss"][0], key="loss", height=280,
                   alt="Loss of the training and the validation part by epoch.")  # fmt: skip
    with right:
        name, _, meaning = words.METRICS[shown_metric(run)]
        st.markdown(f"**{name}**", help=f"{meaning}.")
        live_chart(shown["metric"][0], key="metric", height=280,
                   alt=f"{name} of the training and the validation part by epoch.")  # fmt: skip
    reason = why_no_mape(run.series.values[:, 0])
    if reason:
        st.caption(reason)
    st.markdown("**Gradient norm**", help=words.HELP["gradient-chart"])
    live_chart(shown["gradient"][0], key="gradient", height=220,
               alt="Norm of the gradient before clipping by epoch.")  # fmt: skip


def figures(run: Run, history: History) -> dict[str, Shown]:
    """What the charts show now, by their keys."""
    metric, log = shown_metric(run), st.session_state.get("log-loss", True)
    name, unit, _ = words.METRICS[metric]
    curves = {
        "loss": loss_figure(history, log=log),
        "metric": metric_figure(history, metric, name, unit),
        "gradient": gradient_figure(history, clip_of(run.config)),
    }
    return {"forecast": _forecast(run, history)} | {key: (figure, "") for key, figure in curves.items()}


def shown_metric(run: Run) -> str:
    """MAPE, or MASE where MAPE has no meaning."""
    return "mape" if why_no_mape(run.series.values[:, 0]) is None else "mase"


def clip_of(config: RunConfig) -> tuple[str, float] | None:
    """Which clip is set, and where."""
    for kind in ("clip_value", "clip_norm", "global_clip_norm"):
        limit = getattr(config.training, kind)
        if limit is not None:
            return kind, limit
    return None


def _forecast(run: Run, history: History) -> Shown:
    series, config = run.series, run.config
    split = Split.of(len(series), config.data.train, config.data.validation)
    start, stop = split.bounds("validation")
    one_step, free = history.last("one_step"), history.last("free_running")
    caption = "The validation range: the first forecasts appear in a moment."
    if one_step and free:
        caption = (
            f"The validation range. One step ahead (epoch {one_step[0]}): told the truth before each step. "
            f"Free-running (epoch {free[0]}): told nothing after the dashed line."
        )
    return part_figure(series, start, stop, one_step and one_step[1], free and free[1]), caption


def result(run: Run) -> None:
    """The model beside the baselines on the test part."""
    rows = run.scores()
    if not rows:
        return
    st.markdown(f"**On the test range, one step ahead.** {verdict([Score(**row) for row in rows])}")
    small_table(scores_table(run), alt="Test metrics of the model and of the baselines.")


def scores_table(run: Run) -> pd.DataFrame:
    """The scores with sensible digits and units in their heads."""
    unit = f" ({run.series.units[0]})" if run.series.units[0] else ""
    reason = why_no_mape(run.series.values[:, 0])
    heads = {"name": "forecast", "mae": f"MAE{unit}", "rmse": f"RMSE{unit}", "mape": "MAPE (%)", "smape": "sMAPE (%)",
             "mase": "MASE"}  # fmt: skip
    table = [
        {heads[k]: v if k == "name" else f"{v:,.4g}" for k, v in row.items() if v is not None} for row in run.scores()
    ]
    return pd.DataFrame(table).drop(columns=["MAPE (%)"] if reason else [], errors="ignore")
