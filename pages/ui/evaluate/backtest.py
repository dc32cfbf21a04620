"""Backtest: forecasts from a rolling origin, fold after fold, the model beside the baselines."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lab.data.calendars import time_stamps
from lab.jobs.backtests import submit_backtest
from lab.plots import by_step_figure
from lab.plots.backtest import fold_errors_figure, folds_figure
from lab.runs.backtest_file import fold_scores, plan_of
from lab.runs.group import Group
from lab.runs.run import Run
from lab.scoring.backtest import Fold, FoldScores, Plan, backtest, config_of, overall, plan_folds, sentence
from lab.scoring.forecast_scores import overtaking
from lab.scoring.forecaster import path_operations
from pages.ui.components.chart import live_chart
from pages.ui.evaluate import words as own
from pages.ui.evaluate.group_view import choose_group, how_long, member_links, submitted, watch
from pages.ui.forecast.panels import MOST_OPERATIONS
from pages.ui.shared import address, words
from pages.ui.shared.data import network_of
from pages.ui.shared.layout import refusal, small_table
from pages.ui.shared.state import store

KEEP, ANEW = "Keep the weights", "Train anew"
WAYS = {KEEP: "keep", ANEW: "anew"}
EXPANDING, SLIDING = "Expanding", "Sliding"


def backtests(run: Run) -> None:
    """The controls, the picture of the folds, and how they went."""
    st.markdown(own.HELP["backtest"])
    start = address.one_of("weights", list(WAYS), KEEP, key="backtest-way", write=WAYS.__getitem__)
    anew = st.segmented_control("The network", list(WAYS), default=start, required=True, key="backtest-way",
                                help=own.HELP["way"]) == ANEW  # fmt: skip
    plan = _choose_plan(run, anew)
    try:
        folds = plan_folds(plan, len(run.series), run.config)
    except ValueError as error:
        refusal(error)
        folds = []
    target = _choose_target(run)
    if folds:
        live_chart(folds_figure(run.series.index, folds), key="folds", height=100 + 16 * min(len(folds), 20), caption=own.HELP["folds"],
                   alt="Which part of the series each fold trains on, and which it forecasts.")  # fmt: skip
    if not anew:
        if folds:
            _kept_weights(run, plan, folds, target)
        return
    if folds:
        configs = [config_of(run.config, fold) for fold in folds]
        longest = max(fold.validation_end - fold.first for fold in folds)
        if st.button(f"Train {len(folds)} folds", type="primary", icon=":material/play_arrow:", key="backtest-go",
                     help=f"Each is a run of its own, {how_long(configs, longest)} altogether."):  # fmt: skip
            submitted(lambda: submit_backtest(run, plan, store=store()))
    group = choose_group(run, "backtest")
    if group is not None:
        watch(group, lambda group: _draw_group(run, group, target))
        member_links(group)


def _choose_plan(run: Run, anew: bool) -> Plan:
    length = len(run.series)
    with st.container(horizontal=True, key="backtest-controls"):
        folds = st.number_input("Folds", 1, 50, address.number("folds", 1, 50, 5, key="backtest-folds"),
                                key="backtest-folds", help=own.HELP["folds-count"], width=130)  # fmt: skip
        trained = run.config.window.horizon
        horizon = st.number_input("Steps ahead", 1, 365, address.number("horizon", 1, 365, trained, key="backtest-horizon"),
                                  key="backtest-horizon", help=own.HELP["horizon"], width=130)  # fmt: skip
        stride = st.number_input("Origins per fold", 0, 10_000, address.number("stride", 0, 10_000, 0, key="backtest-stride"),
                                 key="backtest-stride", help=own.HELP["stride"], width=150)  # fmt: skip
        gap, sliding = 0, False
        if anew:
            gap = st.number_input("Gap", 0, max(0, length // 2), address.number("gap", 0, max(0, length // 2), 0, key="backtest-gap"),
                                  key="backtest-gap", help=own.HELP["gap"], width=130)  # fmt: skip
            kinds = {EXPANDING: "expanding", SLIDING: "sliding"}
            start = address.one_of("trained", list(kinds), EXPANDING, key="backtest-sliding", write=kinds.__getitem__)
            sliding = st.segmented_control("Training window", list(kinds), default=start, required=True,
                                           key="backtest-sliding", help=own.HELP["sliding"]) == SLIDING  # fmt: skip
    return Plan(int(folds), int(horizon), int(stride), int(gap), sliding, anew)


def _choose_target(run: Run) -> str:
    names = run.prepared.target_names
    if len(names) == 1:
        return ""
    start = address.one_of("target", list(names), names[0], key="backtest-target")
    chosen: str = st.segmented_control("Target", names, default=start, required=True, key="backtest-target",
                                       help="Which of the columns that it forecasts the figures are of.")  # fmt: skip
    return chosen


def _kept_weights(run: Run, plan: Plan, folds: list[Fold], target: str) -> None:
    origins = sum(fold.stop - fold.start for fold in folds)
    window = run.config.window.size
    if origins * plan.horizon * path_operations(network_of(run), window, 1) > MOST_OPERATIONS:
        st.warning(
            f"This network is so large that {origins:,} origins, {plan.horizon} steps ahead each, take minutes: ask for fewer, or "
            "use `python -m lab backtest`."
        )
        return
    _draw(run, _scored(str(run.path), run.written(), plan), target, plan.horizon)


@st.cache_data(max_entries=32, show_spinner="Forecasting from every origin")
def _scored(path: str, written: float, plan: Plan) -> list[FoldScores]:  # noqa: ARG001  (other weights, other scores)
    run = Run(path)
    return backtest(run.prepared, network_of(run), plan, run.config)


def _draw_group(run: Run, group: Group, target: str) -> None:
    folds = fold_scores(group)
    if folds:
        _draw(run, folds, target, plan_of(group).horizon)
    elif not group.is_under_way:
        st.info("No fold came to an end, so there is nothing to score.")


def _draw(run: Run, folds: list[FoldScores], target: str, horizon: int) -> None:
    """What came of the folds so far."""
    scores = overall(folds, target)
    st.markdown(f"**{words.escaped(sentence(folds, target))}**")
    names = run.prepared.target_names
    unit = run.prepared.target_units[names.index(target) if target else 0]
    best = min(scores[1:], key=lambda score: score.mae).name
    shown = list(dict.fromkeys([scores[0].name, "Previous value", best]))
    labels = [str(time_stamps(run.series.index)[done.fold.start]) for done in folds]
    errors = {name: [done.mae(name, target) for done in folds] for name in shown}
    columns = st.columns(2) if horizon > 1 else [st.container()]
    with columns[0]:
        st.markdown("**Error by fold**", help=own.HELP["by-fold"])
        live_chart(fold_errors_figure(errors, labels, unit), key="fold-errors", height=260,
                   alt="Mean absolute error of the model and of the baselines in each fold.")  # fmt: skip
    if horizon > 1:
        with columns[1]:
            st.markdown("**Error by step ahead**", help=words.HELP["by-step"])
            by_step = {score.name: score.by_step for score in scores if score.name in shown}
            live_chart(by_step_figure({name: by_step[name] for name in shown}, unit), key="backtest-steps", height=260,
                       alt="Mean absolute error of the model and of the baselines at each step ahead.")  # fmt: skip
            naive = next(score for score in scores if score.name == "Previous value")
            st.caption(overtaking(scores[0], naive))
    head = f" ({unit})" if unit else ""
    small_table(pd.DataFrame({
        "over all folds": score.name, f"MAE{head}": f"{score.mae:,.4g}", f"RMSE{head}": f"{score.rmse:,.4g}",
        "MASE": f"{score.mase:,.4g}", "direction": "–" if score.direction is None else f"{score.direction:.0%}",
    } for score in scores), alt="Errors of the model and of the baselines over all folds.")  # fmt: skip
    with st.expander("Fold by fold"):
        small_table(pd.DataFrame({
            "fold": str(k), "first origin": label, "trained on": f"{done.fold.validation_end - done.fold.first:,} steps",
            **{f"MAE, {name}": "–" if errors[name][k - 1] is None else f"{errors[name][k - 1]:,.4g}" for name in shown},
        } for k, (done, label) in enumerate(zip(folds, labels, strict=True), 1)), alt="The error in each fold.")  # fmt: skip
