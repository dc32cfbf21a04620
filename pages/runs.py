"""Runs: what was trained here, to open, compare, rename, download and delete."""

import time

import pandas as pd
import streamlit as st

from lab import jobs
from lab.plots import compare_figure
from lab.runs import Run
from pages.ui import words
from pages.ui.layout import page
from pages.ui.live import live_chart
from pages.ui.runs import run_label
from pages.ui.state import store

page("Runs", "Everything that was trained here. Choose one to open it, several to compare their curves.")


@st.dialog("Delete this run?")
def ask_to_delete(run: Run) -> None:
    st.markdown(f"**{run.id}** with its weights and curves will be gone for good.")
    with st.container(horizontal=True):
        if st.button("Delete", type="primary", key="delete-confirmed"):
            try:
                store().delete(run)
            except ValueError as error:
                st.error(str(error))
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
        except ValueError as error:
            st.error(str(error))
        else:
            st.rerun()


runs = store().list()
histories = {run.id: run.history() for run in runs}
rows = []
for run in runs:
    history, config = histories[run.id], run.config
    model = next(iter(run.scores()), {})
    naive = next((s for s in run.scores() if s["name"] == "Previous value"), {})
    rows.append({
        "run": run_label(run),
        "status": words.STATUS[run.status(history)][0],
        "data": run.series.title,
        "network": config.model.label,
        "epochs": f"{history.epochs[-1].epoch if history.epochs else 0} of {config.training.epochs}",
        "validation loss": f"{history.epochs[-1].val_loss:.3g}" if history.epochs else "",
        "test MAE": f"{model['mae']:,.4g} {run.series.units[0]}".strip() if model else "",
        "of previous value's": f"{model['mae'] / naive['mae']:.0%}" if model and naive.get("mae") else "",
        "made": time.strftime("%Y-%m-%d %H:%M", time.localtime(run.created)),
    })  # fmt: skip
table = st.dataframe(pd.DataFrame(rows), hide_index=True, on_select="rerun", selection_mode="multi-row", key="runs-table",
                     alt="All runs, a row each.")  # fmt: skip
chosen = [runs[i] for i in table.selection.rows if i < len(runs)]

if not chosen:
    st.caption("Tick a row to open, rename, download or delete a run; tick several to compare them.")
elif len(chosen) == 1:
    run = chosen[0]
    with st.container(horizontal=True, vertical_alignment="center"):
        st.page_link("pages/train.py", label="Open", icon=":material/show_chart:", query_params={"run": run.id})
        if (run.path / "weights.npz").exists():
            st.page_link(
                "pages/forecast.py", label="Forecast", icon=":material/timeline:", query_params={"run": run.id}
            )
        if not run.is_sample and st.button("Rename", icon=":material/edit:"):
            ask_for_name(run)
        resumable = run.status() in ("interrupted", "stopped") and not run.is_sample
        if resumable and st.button("Resume", icon=":material/play_arrow:"):
            jobs.resume(run)
            st.rerun()
        st.download_button(
            "Download as ZIP", run.to_zip, f"{run.id}.zip", "application/zip", icon=":material/download:"
        )
        if not run.is_sample and st.button("Delete", icon=":material/delete:"):
            ask_to_delete(run)
if chosen:
    options = {"val_loss": "Validation loss", "loss": "Training loss", "val_mape": "Validation MAPE (%)",
               "val_mase": "Validation MASE", "val_mae": "Validation MAE", "gradient_norm": "Gradient norm"}  # fmt: skip
    metric = st.selectbox("Curve", list(options), format_func=options.get, key="compare-metric")
    if (
        metric in ("val_loss", "loss")
        and len({(r.config.training.loss, r.config.data.scaler, r.config.data) for r in chosen}) > 1
    ):
        st.caption("Losses are on scaled values; between runs on different data they do not compare. MASE does.")
    live_chart(compare_figure({run.id: histories[run.id] for run in chosen}, metric, title=options[metric]), key="compare", height=380,
               alt=f"{options[metric]} of the chosen runs by epoch.")  # fmt: skip
