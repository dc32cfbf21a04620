"""Train: the experiment on the left in the order of thought, the live run on the right."""

import streamlit as st

from lab import jobs
from lab.config.presets import PRESETS
from lab.data.sources import DATASETS
from lab.jobs.estimate import seconds_an_epoch
from pages.ui.runs.picker import machine_pace, pick_run
from pages.ui.shared import queue
from pages.ui.shared.bind import errors
from pages.ui.shared.data import look_at
from pages.ui.shared.layout import page, refusal
from pages.ui.shared.state import arrive, chosen_view, draft, keep_draft, select_run, selected_run, set_draft, show_view
from pages.ui.train import controls, data_view
from pages.ui.train.follower import duration, follow
from pages.ui.train.model_controls import model_group
from pages.ui.views import view_of

page("Train")
config = arrive()
if "link_error" in st.session_state:
    refusal(st.session_state.pop("link_error"))

chosen = selected_run()  # here, and not in the sidebar, which a phone hides: it may warn
with st.sidebar:
    st.markdown("**Presets**")
    with st.container(gap=None, key="presets"):
        for name, ready in PRESETS.items():
            if st.button(
                ready.title, key=f"preset-{name}", help=ready.blurb, type="tertiary", icon=":material/science:"
            ):
                set_draft(ready.config)
                select_run(None)
                show_view("Data")
                st.rerun()
    run = pick_run(chosen)

material = look_at(config, chosen)

left, right = st.columns([1, 2.6], gap="medium")
with left:
    if st.button("Train", type="primary", width="stretch", icon=":material/play_arrow:",
                 disabled=bool(material.problem or errors())):  # fmt: skip
        run = queue.submit(config, material.series)
        if run is not None:
            select_run(run.id)
            show_view("Training")
            st.rerun()
    if material.length is not None:
        seconds = seconds_an_epoch(config, material.length) * machine_pace() * config.training.epochs
        first = "" if jobs.is_ready() else " A worker is still being started, which takes some ten seconds."
        st.caption(f"About {duration(seconds + 1)} for {config.training.epochs:,} epochs on this machine.{first}")
    queue.say_what_goes()
    missing = material.series.missing if material.series else 0
    controls.data_group(config, material.raw, missing, expanded=run is None)
    view_of(config).window_group(config)
    model_group(config)
    controls.training_group(config)

with right:
    views = {"Data": "Data", "Windows": view_of(config).windows, "Model": "Model"}
    if run:
        views["Training"] = "Training"
    view = chosen_view(views)
    if material.waiting and view != "Training":
        st.info("Upload a CSV file on the left. What was found in it appears here, to be corrected where it is wrong.")
    elif material.problem and view != "Training":
        data_view.problem_view(config, material)
        if config.data.name == "yahoo" and st.button("Use the bundled Bitcoin snapshot"):
            set_draft(config.with_settings({"data.name": "bitcoin"}))
            st.rerun()
    elif material.must_come and view in ("Data", "Windows"):
        st.info(f"{DATASETS[config.data.name].title}: not on this machine yet. Train downloads it first, once.")
    elif view == "Model":
        data_view.model_view(config)
    elif view == "Training" and run:
        follow(run)
    elif view == "Data":
        view_of(config).data_view(config, material)
    elif view == "Windows":
        view_of(config).windows_view(config, material)

keep_draft(draft())
