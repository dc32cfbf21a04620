"""The price of a cheat: what four common leaks make of a score, and what is left of it on data that nobody has touched."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from lab.config.honesty import LEAK_NAMES
from lab.jobs.cheats import submit_cheat, untouched
from lab.plots.groups import cheat_figure
from lab.runs.cheat_report import cheat_report, sentence
from lab.runs.group import Group
from lab.runs.run import Run
from pages.ui.components.chart import live_chart
from pages.ui.evaluate import words as own
from pages.ui.evaluate.group_view import choose_group, how_long, member_links, submitted, watch
from pages.ui.shared import words
from pages.ui.shared.layout import small_table
from pages.ui.shared.state import store


def cheats(run: Run) -> None:
    """The four switches, and what became of the twins."""
    st.markdown(own.HELP["cheat"])
    columns = [*st.columns(2), *st.columns(2)]
    leaks = [
        leak for leak, column in zip(LEAK_NAMES, columns, strict=True)
        if column.toggle(f"{LEAK_NAMES[leak][0].upper()}{LEAK_NAMES[leak][1:]}", value=leak == "shuffle", key=f"leak-{leak}", help=own.LEAKS[leak])
    ]  # fmt: skip
    rows = untouched(len(run.series), run.config)
    st.caption(
        f"The last {rows:,} of {len(run.series):,} steps are kept from both; what they are worth is measured there."
    )
    length = len(run.series) - rows
    if leaks and st.button("Train the cheat and its honest twin", type="primary", icon=":material/play_arrow:", key="cheat-go",
                           help=f"Two runs with one seed, {how_long([run.config] * 2, length)} altogether."):  # fmt: skip
        submitted(lambda: submit_cheat(run, leaks, store=store()))
    if not leaks:
        st.info("Switch on at least one leak.")
    group = choose_group(run, "cheat")
    if group is not None:
        watch(group, lambda group: _draw(run, group))
        member_links(group)


def _draw(run: Run, group: Group) -> None:
    twins = cheat_report(group, run.series)
    if not twins:
        return
    if text := sentence(twins):
        st.markdown(f"**{words.escaped(text)}**")
    unit = run.prepared.target_units[0]
    rows = {twin.label: (twin.reported.mae, twin.real.mae) for twin in twins}
    live_chart(cheat_figure(rows, twins[0].naive.mae, unit), key="cheat", height=280,
               alt="The error that each twin reports, and that on the part that neither has seen.")  # fmt: skip
    head = f" ({unit})" if unit else ""
    small_table(pd.DataFrame({
        "": twin.label, f"reported MAE{head}": f"{twin.reported.mae:,.4g}", "reported MASE": f"{twin.reported.mase:,.4g}",
        f"MAE on the untouched part{head}": f"{twin.real.mae:,.4g}", "MASE there": f"{twin.real.mase:,.4g}",
    } for twin in twins), alt="What each of the twins reports, and what is left of it.")  # fmt: skip
