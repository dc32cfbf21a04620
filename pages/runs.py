"""Runs: what was trained here, to open, compare, rename, download and delete."""

import streamlit as st

from lab.plots import compare_figure
from lab.runs.damage import DamagedRun
from lab.runs.group import Group, GroupStore, group_of
from lab.runs.history import History
from lab.runs.run import Run
from pages.ui.components.chart import live_chart
from pages.ui.runs.groups import group_panel, group_row
from pages.ui.runs.picker import damaged_row, run_row, runs_table
from pages.ui.shared import queue, words
from pages.ui.shared.layout import download, page, refusal, sound_runs
from pages.ui.shared.queue import resume
from pages.ui.shared.state import store
from pages.ui.views import view_of

page("Runs", "Everything that was trained here. Choose one to open it, several to compare their curves.")


@st.dialog("Delete this run?")
def ask_to_delete(run: Run) -> None:
    st.markdown(f"**{run.id}** with its weights and curves will be gone for good.")
    with st.container(horizontal=True):
        if st.button("Delete", type="primary", key="delete-confirmed"):
            try:
                store().delete(run)
            except ValueError as error:
                refusal(error)
            else:
                st.rerun()
        if st.button("Keep", key="delete-cancelled"):
            st.rerun()


@st.dialog("Rename this run")
def ask_for_name(run: Run) -> None:
    name = st.text_input("New name", run.id, max_chars=80, help="Letters, digits, dots, dashes and underscores.")
    if st.button("Rename", type="primary", key="rename-confirmed"):
        try:
            store().rename(run, name)
        except (ValueError, OSError) as error:
            refusal(error)
        else:
            st.rerun()


sound, damaged, rows, reasons = [], [], [], dict[str, str]()
groups = {group.id: group for group in GroupStore(store()).list()}
shown = set[str]()
for run in store().folders():
    group = groups.get(group_of(run))
    if group is not None and group.id in shown:
        continue  # its runs are one row, where the newest of them would be
    try:
        if group is not None:
            rows.append(group_row(group))
            sound.append(group)
            shown.add(group.id)
            continue
        rows.append(run_row(run))
    except DamagedRun as error:
        damaged.append(run)
        reasons[run.id] = str(error)
    else:
        sound.append(run)
runs = [*sound, *damaged]


def ticked() -> None:
    rows = st.session_state["runs-table"]["selection"]["rows"]
    st.session_state["runs-named"] = [runs[i].id for i in rows if i < len(runs)]


def named() -> None:
    rows = [i for i, run in enumerate(runs) if run.id in st.session_state["runs-named"]]
    st.session_state["runs-table"] = {"selection": {"rows": rows, "columns": [], "cells": []}}


table = st.dataframe(
    runs_table([*rows, *map(damaged_row, damaged)]),
    hide_index=True, on_select=ticked, selection_mode="multi-row", key="runs-table", alt="All runs, a row each.",
    column_config={name: st.column_config.Column(width=words.RUN_WIDTHS.get(name), help=text)
                   for name, text in words.RUN_COLUMNS.items()},
)  # fmt: skip
st.html(words.SWIPE)
queue.say_what_goes()
ticks = [runs[i] for i in table.selection.rows if i < len(runs)]
opened = [group for group in ticks if isinstance(group, Group)]
chosen = [run for run in ticks if isinstance(run, Run)]
with st.popover("Choose by name", icon=":material/checklist:"):
    st.pills("Runs", [run.id for run in runs], selection_mode="multi", key="runs-named", on_change=named,
             help="As ticking rows, and for the keyboard too: Space chooses a run.")  # fmt: skip

for group in opened:
    group_panel(group)
    chosen += group.runs.values()
if not ticks:
    st.caption("Tick a row to open, rename, download or delete a run; tick several to compare them.")
for run in chosen:
    if run.id in reasons:
        refusal(reasons[run.id])
if opened:
    pass  # its runs are opened one by one, or on Evaluate
elif len(chosen) == 1 and chosen[0].id in reasons:
    if st.button("Delete", icon=":material/delete:"):
        ask_to_delete(chosen[0])
elif len(chosen) == 1:
    run = chosen[0]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link("pages/train.py", label="Open", icon=":material/show_chart:", query_params={"run": run.id})
        if (run.path / "weights.npz").exists():
            place = next(page for page in view_of(run.config).onward if page != "gates")
            label, icon = words.PAGES[place]
            st.page_link(f"pages/{place}.py", label=label, icon=f":material/{icon}:", query_params={"run": run.id})
        if not run.is_sample and st.button("Rename", icon=":material/edit:"):
            ask_for_name(run)
        resumable = run.status() in ("interrupted", "stopped") and not run.is_sample
        if resumable and st.button("Resume", icon=":material/play_arrow:") and resume(run):
            st.rerun()
        download("Download as ZIP", run.to_zip, f"{run.id}.zip", "application/zip")
        if not run.is_sample and st.button(
            "Unpin" if run.pinned else "Pin",
            icon=":material/keep:",
            help="A pinned run stays when room is needed for newer ones.",
        ):
            try:
                run.pin(not run.pinned)
            except (ValueError, OSError) as error:
                refusal(error)
            else:
                st.rerun()
        if not run.is_sample and st.button("Delete", icon=":material/delete:"):
            ask_to_delete(run)
histories = dict[str, History]()
for run in chosen:
    if run.id not in reasons:
        with sound_runs():
            histories[run.id] = run.history()
if histories:
    tasks = {run.config.task.name: run.config.task for run in chosen if run.id in histories}.values()
    curves = words.curves(tasks)
    options = [name for name in curves if any(v is not None for h in histories.values() for v in h.values(name))]
    meanings = words.CURVES_HELP + words.meanings(metric for task in tasks for metric in task.metrics)
    metric = st.selectbox("Curve", options or ["val_loss"], format_func=curves.get, key="compare-metric", help=meanings)
    if (
        metric in ("val_loss", "loss")
        and len({(r.config.training.loss, r.config.data.scaler, r.config.data) for r in chosen if r.id in histories})
        > 1
    ):
        st.caption("Losses of runs on different data, or on other scales, do not compare; MASE and accuracy do.")
    live_chart(compare_figure(histories, metric, title=curves[metric]), key="compare", height=380,
               alt=f"{curves[metric]} of the chosen runs by epoch.")  # fmt: skip
