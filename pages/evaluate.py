"""Evaluate: how far the score of a run can be trusted. Backtests, seeds, sweeps, races, and what a cheat is worth."""

import streamlit as st

from lab.data.sequences import Sequences
from lab.data.series import Series
from pages.ui.evaluate.backtest import backtests
from pages.ui.evaluate.cheat import cheats
from pages.ui.evaluate.group_view import complete_link
from pages.ui.evaluate.race import races
from pages.ui.evaluate.seeds import seed_fans
from pages.ui.evaluate.sweep import sweeps
from pages.ui.forecast.retrained import nobody_knows
from pages.ui.runs.picker import no_run, run_of_the_page
from pages.ui.shared import address, words
from pages.ui.shared.layout import page

VIEWS = {"Backtest": backtests, "Seeds": seed_fans, "Sweep": sweeps, "Cheat": cheats, "Race": races}
OF_ANY_TASK = {name: VIEWS[name] for name in ("Seeds", "Sweep", "Race")}
OF_MEMORY = {
    name: VIEWS[name] for name in ("Race", "Seeds", "Sweep")
}  # what one would want first of those stands first


def views_of(data: type) -> dict:
    """Those that mean something to runs on such data."""
    if data is Series:
        return VIEWS
    return OF_MEMORY if issubclass(data, Sequences) else OF_ANY_TASK


page(
    "Evaluate",
    "One score on one test range is one draw. Repeat it over time, over seeds and over settings, and see how far it can be trusted.",
)
complete_link()
run = run_of_the_page(None, "it can be evaluated here", "sample-sunspots")
if run is None:
    no_run("There is no trained run yet. Train one first; it can be evaluated here.")
address.begin("evaluate", run.id)
st.caption(
    f"Run **{run.id}**: {words.escaped(run.summary().title)}, {words.network(run.config.model)}, seed {run.config.seed}."
)
if run.config.data.everything:
    nobody_knows(run)
    st.stop()
views = views_of(run.config.task.accepts)
first = next(iter(views))
start = address.one_of("view", list(views), first, key="evaluate-view", write=str.lower)
view = st.segmented_control(
    "View", list(views), default=start, required=True, key="evaluate-view", label_visibility="collapsed"
)
views[view](run)
address.end()
