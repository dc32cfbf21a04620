"""Train: the experiment on the left in the order of thought, the live run on the right."""

import streamlit as st

from lab import jobs
from lab.datasets import prepare
from lab.estimate import seconds_an_epoch
from lab.presets import PRESETS
from pages.ui import controls, data_view
from pages.ui.bind import errors
from pages.ui.data import load_raw
from pages.ui.follower import duration, follow
from pages.ui.layout import page
from pages.ui.runs import machine_pace, pick_run
from pages.ui.state import arrive, draft, keep_draft, select_run, selected_run, set_draft, store

page("Train")
config = arrive()
if "link_error" in st.session_state:
    st.error(st.session_state.pop("link_error"))

with st.sidebar:
    st.markdown("**Presets**")
    with st.container(gap=None, key="presets"):
        for name, ready in PRESETS.items():
            if st.button(
                ready.title, key=f"preset-{name}", help=ready.blurb, type="tertiary", icon=":material/science:"
            ):
                set_draft(ready.config)
                select_run(None)
                st.session_state.view = "Data"
                st.rerun()
    run = pick_run(selected_run())

raw, series, problem = None, None, ""
waiting = config.data.name == "csv" and "path" not in dict(config.data.options)
try:
    raw = load_raw(config.data)
    series = prepare(raw, config.data)
    jobs.check(config, series)
except ValueError as error:
    problem = str(error)

left, right = st.columns([1, 2.6], gap="medium")
with left:
    if st.button("Train", type="primary", width="stretch", icon=":material/play_arrow:",
                 disabled=bool(problem or errors())):  # fmt: skip
        run = jobs.submit(config, series=series, store=store())
        select_run(run.id)
        st.session_state.view = "Training"
        st.rerun()
    if series is not None and not problem:
        seconds = seconds_an_epoch(config, len(series)) * machine_pace() * config.training.epochs
        st.caption(f"About {duration(seconds + 3)} for {config.training.epochs:,} epochs on this machine.")
    controls.data_group(config, raw, series.missing if series else 0, expanded=run is None)
    controls.window_group(config)
    controls.model_group(config)
    controls.training_group(config)

with right:
    views = ["Data", "Windows", "Model"] + (["Training"] if run else [])
    if st.session_state.get("view") not in views:
        st.session_state.view = "Training" if run else "Data"
    view = st.segmented_control("View", views, required=True, key="view", label_visibility="collapsed")
    if waiting and view != "Training":
        st.info("Upload a CSV file on the left. What was found in it appears here, to be corrected where it is wrong.")
    elif problem and view != "Training":
        st.error(problem)
        if config.data.name == "yahoo" and st.button("Use the bundled Bitcoin snapshot"):
            set_draft(config.with_settings({"data.name": "bitcoin"}))
            st.rerun()
    elif view == "Data":
        data_view.data_view(config, series, raw)
    elif view == "Windows":
        data_view.windows_view(config, series)
    elif view == "Model":
        data_view.model_view(config)
    elif run:
        follow(run)

keep_draft(draft())
