"""A run on a series, watched live: the forecast as the largest picture, then the curves; at the end its scores."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import pandas as pd
import streamlit as st

from lab.config.run import RunConfig
from lab.plots import by_step_figure, gradient_figure, loss_figure, metric_figure
from lab.plots.base import lower_edge
from lab.plots.forecast import FREE_RUNNING, ONE_STEP, OWN_INTERVAL
from lab.plots.style import Figure
from lab.runs import baseline_file
from lab.runs.history import History
from lab.runs.replay import LONGEST, EpochForecast, all_forecasts, forecasts, skill_in_words
from lab.runs.run import Run
from lab.runs.summary import Summary
from lab.scoring.forecast_scores import Score, lag_sentence, overtaking, verdict
from lab.scoring.metrics import why_no_mape
from lab.tasks.base import Metric
from pages.ui.components.chart import Frame, News, live_chart, values_after
from pages.ui.forecast.charts import part_figure
from pages.ui.shared import words
from pages.ui.shared.layout import small_table
from pages.ui.train.gradient_strip import gradient_strip, strip_news
from pages.ui.train.simpler_models import simpler_models

TARGET = "live-target"
HIGH, LOW = 0.34, 0.235  # of the screen's height: forecast, caption and loss fit on a projector's 720 pixels
LATEST = 8  # frames of a message: one that a busy browser misses is in the next


def charts(run: Run, history: History) -> None:
    """The forecast as the largest picture, then the curves."""
    shown = _curves(run, history)
    names = run.prepared.target_names
    if len(names) > 1:
        st.segmented_control("Target", names, default=names[0], required=True, key=TARGET, label_visibility="collapsed")
    live_chart(_forecast(run), caption="The validation range: the first forecasts appear in a moment.", key="forecast",
               height=400, share=HIGH, frames=_frames(run, _replayed(run, history)),
               alt="The validation part: the truth, the one-step forecast and the free-running forecast.")  # fmt: skip
    left, right = st.columns(2)
    with left:
        loss_title(words.HELP["loss-chart"])
        live_chart(shown["loss"], key="loss", height=280, share=LOW,
                   alt="Loss of the training and the validation part by epoch.")  # fmt: skip
    with right:
        metric = _metric(run)
        st.markdown(f"**{metric.label}**", help=f"{metric.meaning}.")
        live_chart(shown["metric"], key="metric", height=280, share=LOW,
                   alt=f"{metric.label} of the training and the validation part by epoch.")  # fmt: skip
    reason = why_no_mape(run.prepared.values)
    if reason and len(names) == 1:
        st.caption(reason)
    gradient_strip(run, history, shown["gradient"])


def loss_title(meaning: str) -> None:
    """The head of the loss, with the switch of its scale."""
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
        st.markdown("**Loss**", help=meaning)
        st.toggle("Logarithmic", key="log-loss", value=True)


def news(run: Run, history: History) -> dict[str, News]:
    """What the charts have to show that they may not have yet, by their keys."""
    latest = _frames(run, forecasts(history, shown_target(run))[-LATEST:])
    return (
        {"forecast": News(None, frames=latest)}
        | {key: News(f) for key, f in _curves(run, history).items()}
        | strip_news(run, history)
    )


def _curves(run: Run, history: History) -> dict[str, Figure]:
    return _drawn(history, _metric(run), clip_of(run.config), log=st.session_state.get("log-loss", True))


@lru_cache(maxsize=8)  # of one history the page, its news, and the pages of others are drawn
def _drawn(history: History, metric: Metric, clip: tuple[str, float] | None, *, log: bool) -> dict[str, Figure]:
    return {
        "loss": loss_figure(history, log=log),
        "metric": metric_figure(history, metric.key, metric.label, "%" if metric.unit == "%" else ""),
        "gradient": gradient_figure(history, clip),
    }


def _metric(run: Run) -> Metric:
    """The one beside the loss."""
    return next(metric for metric in run.config.task.metrics if metric.key == shown_metric(run))


def shown_metric(run: Run) -> str:
    """MAPE, or MASE where MAPE has no meaning, as it has none over several targets."""
    one = len(run.prepared.target_names) == 1
    return "mape" if one and why_no_mape(run.prepared.values) is None else "mase"


def shown_target(run: Run) -> int:
    """Which of the targets the forecast shows."""
    names = run.prepared.target_names
    chosen = st.session_state.get(TARGET)
    return names.index(chosen) if chosen in names else 0


def clip_of(config: RunConfig) -> tuple[str, float] | None:
    """Which clip is set, and where."""
    for kind in ("clip_value", "clip_norm", "global_clip_norm"):
        limit = getattr(config.training, kind)
        if limit is not None:
            return kind, limit
    return None


def _forecast(run: Run) -> Figure:
    """The truth; what the network makes of it are its frames."""
    prepared = run.prepared
    target = run.series.columns([prepared.target_names[shown_target(run)]])
    own = ([], []) if run.config.training.loss == "pinball" else None
    return part_figure(target, *prepared.split.bounds("validation"), [], [], own=own)


def _frames(run: Run, found: list[EpochForecast]) -> list[Frame]:
    start, stop = run.prepared.split.bounds("validation")
    how = "" if run.prepared.feeds_itself else " The other inputs are held at their last value."
    target = shown_target(run)
    return [_frame(f, min(stop - start, LONGEST), how + skill_in_words(run.prepared, f, target)) for f in found]


def _frame(at: EpochForecast, steps: int, more: str) -> Frame:
    caption = f"Validation range after epoch {at.epoch}.{more}"
    if len(at.free_running) < steps:
        caption += f" Of the free-running forecast there was time for {len(at.free_running)} of {steps} steps so far."
    traces = {
        ONE_STEP: at.one_step,
        lower_edge(OWN_INTERVAL): at.low,
        OWN_INTERVAL: at.high,
    }
    shown = {name: values_after(values) for name, values in traces.items() if values is not None}
    return Frame(at.epoch, caption, {**shown, FREE_RUNNING: values_after(at.free_running, joins=True)})


def _replayed(run: Run, history: History) -> list[EpochForecast]:
    """The forecasts to replay; networks of a run that is over are asked once."""
    target = shown_target(run)
    if history.final is None:
        return forecasts(history, target)
    known = st.session_state.setdefault("replayed", {})
    key = (run.id, history.final, target)
    if key not in known:
        known.clear()
        known[key] = all_forecasts(run, history, target=target)
    return known[key]


def _ahead(run: Run) -> str:
    horizon = run.config.window.horizon
    return "one step ahead" if horizon == 1 else f"{horizon} steps ahead"


def summary(run: Run) -> None:
    """The model against the baselines in one sentence."""
    if run.scores():
        scores = baseline_file.all_scores(run)
        lag = lag_sentence(scores[0]) if len(run.prepared.target_names) == 1 else ""
        st.markdown(f"**On the test range, {_ahead(run)}.** {words.escaped(verdict(scores))} {lag}")


def scores(run: Run) -> None:
    """The model beside the baselines on the test part."""
    if run.scores():
        st.markdown(f"**Test range, {_ahead(run)}**", help=words.meanings(run.config.task.metrics))
        small_table(scores_table(run), alt="Test metrics of the model and of the baselines.")
        found = [Score(**row) for row in run.scores()]
        if any(score.by_step for score in found):
            st.markdown("**Error by step of the horizon**", help=words.HELP["by-step"])
            target = run.prepared.target_names[shown_target(run)]
            ours = [s for s in found if s.target in ("", target)]
            unit = run.prepared.target_units[shown_target(run)]
            live_chart(by_step_figure({s.name: s.by_step for s in ours}, unit), key="by-step", height=240,
                       alt="Mean absolute error of the model and of the baselines at each step of the horizon.")  # fmt: skip
            naive = next(s for s in ours if s.name == "Previous value")
            st.caption(overtaking(ours[0], naive))
        simpler_models(run, run.prepared.target_names[shown_target(run)])


def score_cells(summary: Summary) -> Mapping[str, str]:
    """The error on the test range, and beside that of the previous value."""
    scores = {row["name"]: row for row in summary.scores}
    model, naive = next(iter(summary.scores), {}), scores.get("Previous value", {})
    return {
        "test MAE": f"{model['mae']:,.4g} {summary.unit}".strip() if model else "",
        "of previous value's": f"{model['mae'] / naive['mae']:.0%}" if model and naive.get("mae") else "",
    }


def scores_table(run: Run) -> pd.DataFrame:
    """The scores with sensible digits and units in their heads, of several targets behind the numbers."""
    units = dict(zip(run.prepared.target_names, run.prepared.target_units, strict=True))
    several = len(units) > 1
    unit = "" if several or not run.prepared.target_units[0] else f" ({run.prepared.target_units[0]})"
    reason = why_no_mape(run.prepared.values)
    heads = {"target": "target", "name": "forecast", "mae": f"MAE{unit}", "rmse": f"RMSE{unit}", "mape": "MAPE (%)", "smape": "sMAPE (%)",
             "mase": "MASE"}  # fmt: skip
    table = []
    for row in run.scores():
        own = f" {units[row['target']]}" if several else ""
        cells = {head: row.get(key) for key, head in heads.items() if row.get(key) not in (None, "")}
        table.append({
            head: (words.in_a_cell(v) if isinstance(v, str) else f"{v:,.4g}" + (own if head in ("MAE", "RMSE") else "").rstrip())
            for head, v in cells.items()
        })  # fmt: skip
    return pd.DataFrame(table).drop(columns=["MAPE (%)"] if reason and not several else [], errors="ignore").fillna("–")
