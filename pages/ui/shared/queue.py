"""Runs handed to the queue: what it refuses is a sentence on the page; and how one that waits says so."""

from __future__ import annotations

import time

import streamlit as st

from lab import jobs
from lab.config.run import RunConfig
from lab.data.series import Series
from lab.jobs.limits import first_to_go
from lab.runs.run import Run
from pages.ui.shared.layout import refusal
from pages.ui.shared.state import store
from pages.ui.shared.visitor import apart


def submit(config: RunConfig, series: Series | None = None) -> Run | None:
    """Queue a training; where it can't be (memory, `LAB_WORKERS`, the disk), the sentence that says why, and None."""
    try:
        return jobs.submit(config, series=series, store=store())
    except (ValueError, OSError) as error:
        refusal(error)
        return None


def submit_and_watch(config: RunConfig) -> None:
    """As `submit`; then the page where the run is watched."""
    run = submit(config)
    if run is not None:
        st.switch_page("pages/train.py", query_params={"run": run.id})


def resume(run: Run) -> bool:
    """Queue an interrupted or stopped run again; where it can't be, the sentence that says why, and False."""
    try:
        jobs.resume(run)
    except (ValueError, OSError) as error:
        refusal(error)
        return False
    return True


def say_what_goes() -> None:
    """Before it happens: as many runs are kept as may be, so that one goes for the next."""
    try:
        run = first_to_go(store())
    except ValueError as error:
        refusal(error)
        return
    if run is not None:
        st.caption(
            f"As many runs are kept as may be: {run.id}, the oldest that is not pinned, is deleted when the next is trained."
        )


def waiting_words(run: Run) -> str:
    """What a queued run waits for."""
    ahead = jobs.ahead_of(run)
    if not ahead:
        return (
            "Waiting for a worker." if jobs.is_ready() else "A worker is being started, which takes some ten seconds."
        )
    paused = [jobs.paused_at(r) for r in ahead if r.status() == "paused"]
    since = (
        f" (paused since {time.strftime('%H:%M', time.localtime(max(paused)))})" if len(paused) == len(ahead) else ""
    )
    holders = [] if apart() else [r.id for r in ahead if r.status() in ("running", "paused", "stopping")]
    whose = f" The worker has {holders[0]}." if len(holders) == 1 else ""
    many = "1 run is" if len(ahead) == 1 else f"{len(ahead)} runs are"
    return f"{many} ahead of yours{since}.{whose}"
