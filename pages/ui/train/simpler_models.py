"""Simpler models beside the network of a run that is over: fitted by a worker as somebody looks, shown as they come."""

from __future__ import annotations

import time

import pandas as pd
import streamlit as st

from lab.jobs import baselines as jobs
from lab.plots.skill import skill_figure
from lab.runs import baseline_file
from lab.runs.run import Run
from lab.scoring.baseline_scores import Baseline
from lab.scoring.forecast_scores import Score
from pages.ui.components.chart import live_chart
from pages.ui.shared import words
from pages.ui.shared.layout import small_table, sound_runs

LOOK_SECONDS = 1.0
ASK_SECONDS, MOST_TIMES = 10.0, 5  # between two requests of a session: a worker may have had to give way


def simpler_models(run: Run, target: str) -> None:
    """How they did on the test range, one step ahead, of the target of this name; while some are being fitted, it looks again."""
    if not run.task.baselines():
        return
    st.markdown("**Simpler models on the same test range**", help=words.HELP["baselines"])
    if not baseline_file.missing(run):
        _draw(run, target)
        return

    @st.fragment(run_every=LOOK_SECONDS)
    @sound_runs()
    def coming() -> None:
        missing = baseline_file.missing(run)
        if not missing:
            st.rerun()  # and nobody looks any more; what the page says of the best of them is said anew
        _ask_for_them(run)
        _draw(run, target)
        st.caption(f"A worker fits them, behind runs that wait. To come: {', '.join(missing)}.")

    coming()


def _ask_for_them(run: Run) -> None:
    asked, times = st.session_state.get(f"baselines-{run.id}", (0.0, 0))
    if times < MOST_TIMES and time.monotonic() - asked > ASK_SECONDS:
        st.session_state[f"baselines-{run.id}"] = time.monotonic(), times + 1
        jobs.request(run)


def _draw(run: Run, target: str) -> None:
    rows = [row for row in baseline_file.kept(run) if row.target in ("", target)]
    scores = [score for score in baseline_file.all_scores(run) if score.target in ("", target)]
    if not rows or not scores:
        return
    live_chart(skill_figure(scores), key="skill", height=90 + 24 * len(scores),
               alt="The error of the network and of simpler models, as a multiple of that of the previous value.")  # fmt: skip
    unit = run.prepared.target_units[run.prepared.target_names.index(target)]
    if any(row.score for row in rows):
        small_table(
            _table(rows, unit), alt="Error of each simpler model, the time that it took, and how it was fitted."
        )
    for row in rows:
        if row.refused:
            st.caption(words.escaped(f"{row.name}: {row.refused}"))


def _table(rows: list[Baseline], unit: str) -> pd.DataFrame:
    ranked = sorted((row for row in rows if row.score), key=lambda row: row.score.mae if row.score else 0.0)
    head = f"MAE ({unit})" if unit else "MAE"
    return pd.DataFrame({
        "forecast": row.name,
        head: f"{row.score.mae:,.4g}" if row.score else "",
        "direction": _percent(row.score),
        "fitted in": f"{row.seconds:.2f} s",
        "how": row.note,
    } for row in ranked)  # fmt: skip


def _percent(score: Score | None) -> str:
    return "–" if score is None or score.direction is None else f"{score.direction:.0%}"
