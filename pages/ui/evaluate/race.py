"""A race: networks that differ in one thing on the same data and seed, live in one chart each for loss, right answers and gradient."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import streamlit as st

from lab.config.candidates import CANDIDATES, FIRST, MOST, entry
from lab.data.arrays import FloatArray
from lab.data.series import Series
from lab.explain.gradient_flow import of_first_layer
from lab.jobs.race import go_on, pause, step, submit_race
from lab.plots.races import race_curves_figure, race_gradients_figure
from lab.plots.training import Chance
from lab.runs.gradients import batch, gradient_ways, spread
from lab.runs.group import Group
from lab.runs.history import History
from lab.runs.race_report import places, sentence
from lab.runs.run import Run
from pages.ui.components.chart import live_chart
from pages.ui.evaluate import words as own
from pages.ui.evaluate.group_view import choose_group, histories_of, how_long, member_links, submitted, watch
from pages.ui.shared import words
from pages.ui.shared.layout import refusal, small_table
from pages.ui.shared.state import store

KEY = "race-candidates"


def races(run: Run) -> None:
    """Which candidates, and what becomes of them."""
    st.markdown(own.HELP["race"])
    if not run.config.model.is_recurrent:
        st.info("A race is of recurrent networks; choose a run of one.")
        return
    names = st.multiselect("Candidates", list(CANDIDATES), list(FIRST), max_selections=MOST, key=KEY, help=own.HELP["race-candidates"],
                           format_func=lambda name: CANDIDATES[name].label)  # fmt: skip
    st.caption("; ".join(f"**{CANDIDATES[name].label}**: {CANDIDATES[name].about}" for name in names))
    length = run.config.task.length(run.config, run.data)
    long = how_long([entry(run.config, name) for name in names], length)
    if st.button("Start the race", type="primary", icon=":material/play_arrow:", key="race-go", disabled=len(names) < 2,
                 help=f"Each is a run of its own, {long} altogether."):  # fmt: skip
        series = run.series if run.config.task.accepts is Series else None
        submitted(lambda: submit_race(run.config, names, series=series, base=run.id, store=store()))
    group = choose_group(run, "race")
    if group is not None:
        watch(group, lambda group: _draw(run, group), more=_buttons)
        member_links(group)


def _buttons(group: Group) -> None:
    """What acts on all of them."""
    for label, icon, act, text in (
        ("Pause all", "pause", pause, None),
        ("Go on", "play_arrow", go_on, None),
        ("One epoch each", "skip_next", step, own.HELP["race-step"]),
    ):
        if st.button(label, icon=f":material/{icon}:", key=f"race-{icon}-{group.id}", help=text):
            try:
                act(group)
            except (ValueError, OSError) as error:
                refusal(error)


def _draw(run: Run, group: Group) -> None:
    histories = histories_of(group)
    if not histories:
        st.caption("The curves appear as soon as the first network has begun.")
        return
    found = places(group, histories)
    if text := sentence(found):
        st.markdown(f"**{words.escaped(text)}**")
    data = run.data
    classes = len(getattr(data, "classes", ()))
    chance = Chance(data.chance, "without memory") if hasattr(data, "chance") else None
    metric = run.config.task.metrics[0]
    left, right = st.columns(2)
    with left:
        st.markdown("**Validation loss**")
        live_chart(race_curves_figure(histories, "val_loss", "loss", log=True, chance=chance), key="race-loss", height=320,
                   alt="Validation loss of each network by epoch.")  # fmt: skip
    with right:
        st.markdown(f"**{metric.label}**", help=f"{metric.meaning}.")
        share = metric.unit == "share"
        at_random = Chance(1 / classes, "at random") if classes else None
        live_chart(race_curves_figure(histories, f"val_{metric.key}", metric.label.lower(), share=share, chance=at_random), key="race-metric",
                   height=320, alt=f"{metric.label} of each network by epoch.")  # fmt: skip
    st.markdown("**How far back the gradient reaches**", help=own.HELP["race-gradient"])
    live_chart(race_gradients_figure(_gradients(group, histories)), key="race-gradients", height=320,
               alt="Norm of the gradient of each network by steps back from the last.")  # fmt: skip
    rows = [
        {"network": p.label, "solved after epoch": "–" if p.epoch is None else str(p.epoch), "training": f"{p.seconds:.1f} s",
         "epochs": f"{p.epochs}", "best validation loss": f"{p.best:.4g}"}
        for p in found
    ]  # fmt: skip
    small_table(
        pd.DataFrame(rows), alt="Which network solved the task, after which epoch and how many seconds of training."
    )


def _gradients(group: Group, histories: Mapping[str, History]) -> dict[str, FloatArray]:
    """By label the gradient by distance, of the newest weights that were kept."""
    runs, found = group.runs, {}
    for member in group.record.members:
        if member.label in histories and member.run in runs:
            kept = runs[member.run].snapshots()
            if kept:
                found[member.label] = _norms(str(runs[member.run].path), kept[-1], runs[member.run].written(kept[-1]))
    return found


@st.cache_data(max_entries=64, show_spinner=False)
def _norms(path: str, epoch: int, written: float) -> FloatArray:  # noqa: ARG001  (other weights, another result)
    run = Run(path)
    return np.asarray(of_first_layer(gradient_ways(run, run.network(epoch), batch(run, spread(run)))))
