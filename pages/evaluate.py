"""Evaluate: how far the score of a run can be trusted. Backtests, seeds and sweeps."""

import streamlit as st

from lab.data.series import Series
from lab.runs.group import GroupStore
from pages.ui.evaluate.backtest import backtests
from pages.ui.evaluate.seeds import seed_fans
from pages.ui.evaluate.sweep import sweeps
from pages.ui.runs.picker import no_run, run_of_the_page
from pages.ui.shared import address, words
from pages.ui.shared.layout import page
from pages.ui.shared.state import store

VIEWS = {"Backtest": backtests, "Seeds": seed_fans, "Sweep": sweeps}

page(
    "Evaluate",
    "One score on one test range is one draw. Repeat it over time, over seeds and over settings, and see how far it can be trusted.",
)
asked = st.query_params.get("group")
if asked and "run" not in st.query_params:
    try:
        record = GroupStore(store()).open(asked).record
    except ValueError as error:
        st.warning(words.escaped(str(error)))
    else:
        st.query_params["run"] = record.base or record.members[0].run
        st.query_params["view"] = record.kind
run = run_of_the_page(None, "it can be evaluated here", "sample-sunspots")
if run is None:
    no_run("There is no trained run yet. Train one first; it can be evaluated here.")
address.begin("evaluate", run.id)
st.caption(
    f"Run **{run.id}**: {words.escaped(run.summary().title)}, {words.network(run.config.model)}, seed {run.config.seed}."
)
views = (
    VIEWS if run.config.task.accepts is Series else {name: view for name, view in VIEWS.items() if name != "Backtest"}
)
first = next(iter(views))
start = address.one_of("view", list(views), first, key="evaluate-view", write=str.lower)
view = st.segmented_control(
    "View", list(views), default=start, required=True, key="evaluate-view", label_visibility="collapsed"
)
views[view](run)
address.end()
