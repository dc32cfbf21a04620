"""Seeds: one config, several random numbers. How much of a score is luck?"""

from __future__ import annotations

import numpy as np
import pandas as pd
import streamlit as st

from lab.jobs.groups import submit_seeds
from lab.plots.groups import seed_curves_figure, seed_paths_figure
from lab.runs.group import Group
from lab.runs.group_report import METRICS, seeds_report
from lab.runs.history import History
from lab.runs.run import Run
from pages.ui.components.chart import live_chart
from pages.ui.evaluate import words as own
from pages.ui.evaluate.group_view import choose_group, histories_of, how_long, member_links, submitted, watch
from pages.ui.shared import address, words
from pages.ui.shared.layout import small_table
from pages.ui.shared.state import store


def seed_fans(run: Run) -> None:
    """How many, and what became of them, as they learn."""
    st.markdown(own.HELP["seeds"])
    with st.container(horizontal=True, vertical_alignment="bottom"):
        count = int(st.number_input("Seeds", 2, 100, address.number("count", 2, 100, 8, key="seeds-count"), key="seeds-count",
                                    help=own.HELP["seeds-count"], width=130))  # fmt: skip
        length = run.config.task.length(run.config, run.data)
        if st.button(f"Train {count} seeds", type="primary", icon=":material/play_arrow:", key="seeds-go",
                     help=f"Each is a run of its own, {how_long([run.config] * count, length)} altogether."):  # fmt: skip
            submitted(lambda: submit_seeds(run.config, count, data=run.data, base=run.id, store=store()))
    group = choose_group(run, "seeds")
    if group is not None:
        watch(group, lambda group: _draw(run, group))
        member_links(group)


def _draw(run: Run, group: Group) -> None:
    histories = histories_of(group)
    if not histories:
        return
    report = seeds_report(group)
    if report is None:
        st.caption("As soon as two seeds are over, the spread of their scores stands here.")
    else:
        for target, text in report.sentences.items():
            st.markdown(f"**{words.escaped(f'{target}: {text}' if target else text)}**")
    if run.config.task.name == "forecast":
        _paths(run, histories)
    metrics = ["val_loss", *(f"val_{metric.key}" for metric in run.config.task.metrics[-1:])]
    for column, metric in zip(st.columns(2), metrics, strict=True):
        with column:
            label = words.curves([run.config.task])[metric]
            st.markdown(f"**{label}**", help=own.HELP["seed-curves"])
            log = metric == "val_loss"
            live_chart(seed_curves_figure(histories, metric, label[0].lower() + label[1:], log=log), key=f"seeds-{metric}", height=260,
                       alt=f"{label} of each seed by epoch, and the median.")  # fmt: skip
    if report is not None:
        several = any(target for target, _ in report.spreads)
        small_table(pd.DataFrame(
            ({"target": target} if several else {}) | {
                "test range": METRICS[key], "mean": f"{s.mean:,.4g}", "standard deviation": f"{s.deviation:,.2g}", "lowest": f"{s.low:,.4g}",
                "highest": f"{s.high:,.4g}",
            } for (target, key), s in report.spreads.items()
        ), alt="Mean and spread of each metric over the seeds.")  # fmt: skip


def _paths(run: Run, histories: dict[str, History]) -> None:
    prepared = run.prepared
    start, stop = prepared.split.bounds("validation")
    first = max(0, start - (stop - start))
    paths = {label: shown[1] for label, history in histories.items() if (shown := history.last("free_running"))}
    epochs = [shown[0] for history in histories.values() if (shown := history.last("free_running"))]
    unit, name = prepared.target_units[0], prepared.target_names[0]
    figure = seed_paths_figure(prepared.series.index[first:stop], np.asarray(prepared.values[first:stop]), start - first, paths,
                               name=name, unit=unit)  # fmt: skip
    live_chart(figure, key="seed-paths", height=380, caption=_of_epochs(epochs),
               alt="The free-running forecast of each seed over the validation part, their band and the truth.")  # fmt: skip


def _of_epochs(epochs: list[int]) -> str:
    if not epochs:
        return "Free-running forecasts of the validation range: the first appear in a moment."
    which = f"epoch {epochs[0]}" if len(set(epochs)) == 1 else f"epochs {min(epochs)} to {max(epochs)}"
    return f"Free-running forecasts of the validation range after {which}; seeds that wait are not there yet."
