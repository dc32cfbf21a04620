"""A run on a series, watched live: the forecast as the largest picture, then the curves; at the end its scores."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from lab.config.run import RunConfig
from lab.plots import gradient_figure, loss_figure, metric_figure
from lab.plots.forecast import FREE_RUNNING, ONE_STEP
from lab.plots.style import Figure
from lab.runs.history import History
from lab.runs.replay import LONGEST, EpochForecast, all_forecasts, forecasts
from lab.runs.run import Run
from lab.runs.summary import Summary
from lab.scoring.forecast_scores import Score, verdict
from lab.scoring.metrics import why_no_mape
from pages.ui.components.chart import Frame, News, live_chart, values_after
from pages.ui.forecast.charts import part_figure
from pages.ui.shared import words
from pages.ui.shared.layout import small_table

HIGH, LOW = 0.34, 0.235  # of the screen's height: forecast, caption and loss fit on a projector's 720 pixels
LATEST = 8  # frames of a message: one that a busy browser misses is in the next


def charts(run: Run, history: History) -> None:
    """The forecast as the largest picture, then the curves."""
    shown = _curves(run, history)
    live_chart(_forecast(run), caption="The validation range: the first forecasts appear in a moment.", key="forecast",
               height=400, share=HIGH, frames=_frames(run, _replayed(run, history)),
               alt="The validation part: the truth, the one-step forecast and the free-running forecast.")  # fmt: skip
    left, right = st.columns(2)
    with left:
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown("**Loss**", help=words.HELP["loss-chart"])
            st.toggle("Logarithmic", key="log-loss", value=True)
        live_chart(shown["loss"], key="loss", height=280, share=LOW,
                   alt="Loss of the training and the validation part by epoch.")  # fmt: skip
    with right:
        name, _, meaning = words.METRICS[shown_metric(run)]
        st.markdown(f"**{name}**", help=f"{meaning}.")
        live_chart(shown["metric"], key="metric", height=280, share=LOW,
                   alt=f"{name} of the training and the validation part by epoch.")  # fmt: skip
    reason = why_no_mape(run.series.values[:, 0])
    if reason:
        st.caption(reason)
    st.markdown("**Gradient norm**", help=words.HELP["gradient-chart"])
    live_chart(shown["gradient"], key="gradient", height=220,
               alt="Norm of the gradient before clipping by epoch.")  # fmt: skip


def news(run: Run, history: History) -> dict[str, News]:
    """What the charts have to show that they may not have yet, by their keys."""
    latest = _frames(run, forecasts(history)[-LATEST:])
    return {"forecast": News(None, frames=latest)} | {key: News(f) for key, f in _curves(run, history).items()}


def _curves(run: Run, history: History) -> dict[str, Figure]:
    metric, log = shown_metric(run), st.session_state.get("log-loss", True)
    name, unit, _ = words.METRICS[metric]
    return {
        "loss": loss_figure(history, log=log),
        "metric": metric_figure(history, metric, name, unit),
        "gradient": gradient_figure(history, clip_of(run.config)),
    }


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


def _forecast(run: Run) -> Figure:
    """The truth; what the network makes of it are its frames."""
    return part_figure(run.series, *run.prepared.split.bounds("validation"), [], [])


def _frames(run: Run, found: list[EpochForecast]) -> list[Frame]:
    start, stop = run.prepared.split.bounds("validation")
    return [_frame(f, min(stop - start, LONGEST)) for f in found]


def _frame(at: EpochForecast, steps: int) -> Frame:
    caption = f"Validation range after epoch {at.epoch}."
    if len(at.free_running) < steps:
        caption += f" Of the free-running forecast there was time for {len(at.free_running)} of {steps} steps so far."
    one_step = {} if at.one_step is None else {ONE_STEP: values_after(at.one_step)}
    return Frame(at.epoch, caption, {**one_step, FREE_RUNNING: values_after(at.free_running, joins=True)})


def _replayed(run: Run, history: History) -> list[EpochForecast]:
    """The forecasts to replay; networks of a run that is over are asked once."""
    if history.final is None:
        return forecasts(history)
    known = st.session_state.setdefault("replayed", {})
    key = (run.id, history.final)
    if key not in known:
        known.clear()
        known[key] = all_forecasts(run, history)
    return known[key]


def summary(run: Run) -> None:
    """The model against the baselines in one sentence."""
    if run.scores():
        st.markdown(f"**On the test range, one step ahead.** {verdict([Score(**row) for row in run.scores()])}")


def scores(run: Run) -> None:
    """The model beside the baselines on the test part."""
    if run.scores():
        st.markdown("**Test range, one step ahead**", help=words.SCORES_HELP)
        small_table(scores_table(run), alt="Test metrics of the model and of the baselines.")


def score_cells(summary: Summary) -> Mapping[str, str]:
    """The error on the test range, and beside that of the previous value."""
    scores = {row["name"]: row for row in summary.scores}
    model, naive = next(iter(summary.scores), {}), scores.get("Previous value", {})
    return {
        "test MAE": f"{model['mae']:,.4g} {summary.unit}".strip() if model else "",
        "of previous value's": f"{model['mae'] / naive['mae']:.0%}" if model and naive.get("mae") else "",
    }


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
