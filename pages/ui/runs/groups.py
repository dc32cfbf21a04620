"""Groups on the Runs page: one row for all runs of a backtest, of several seeds, of a sweep; ticked, it opens."""

from __future__ import annotations

import time

import streamlit as st

from lab.config.honesty import mark
from lab.runs.damage import DamagedRun
from lab.runs.group import Group
from pages.ui.evaluate import words as own
from pages.ui.runs.picker import run_row, runs_table
from pages.ui.shared import words


def group_row(group: Group) -> dict[str, str]:
    """A group as a row of the Runs page. DamagedRun where its first run cannot be read."""
    record, counts = group.record, group.counts()
    first = next(iter(group.runs.values()))
    config, total = first.config, sum(counts.values())
    status = f"{counts['finished']} of {total}" if counts["finished"] < total else words.STATUS["finished"][0]
    return {
        "run": f"{own.KINDS[record.kind]}: {record.title}",
        "status": status,
        "data": first.summary().title,
        "network": config.model.label,
        "made": time.strftime("%Y-%m-%d %H:%M", time.localtime(record.made)),
    }


def group_panel(group: Group) -> None:
    """What a ticked group opens to: where its result is, and its runs, a row each."""
    record = group.record
    st.markdown(f"**{own.KINDS[record.kind]}: {words.escaped(record.title)}**")
    st.page_link("pages/evaluate.py", label="Open on Evaluate", icon=":material/rule:",
                 query_params={"group": group.id})  # fmt: skip
    rows, runs = [], group.runs
    for member in record.members:
        if member.run in runs:
            try:
                row = run_row(runs[member.run])
            except DamagedRun:
                continue
            marked = mark(runs[member.run].config.data)
            label = f"{member.label} ({marked})" if marked else member.label
            rows.append(
                {"run": label, **{k: v for k, v in row.items() if k != "run"}, "open": f"train?run={member.run}"}
            )
    if rows:
        table = runs_table(rows)
        st.dataframe(table, hide_index=True, key=f"members-{group.id}", alt="The runs of the group, a row each.",
                     column_config={"open": st.column_config.LinkColumn("open", display_text="Open")})  # fmt: skip
