"""Runs handed to the queue: what it refuses is a sentence on the page; and how one that waits says so."""

from __future__ import annotations

import time

import streamlit as st

from lab import jobs
from lab.config.run import RunConfig
from lab.data.series import Series
from lab.jobs.limits import first_to_go
from lab.runs.run import Run
from lab.runs.store import RunStore
from pages.ui.shared.layout import refusal
from pages.ui.shared.state import store
from pages.ui.shared.visitor import apart

LOOK_SECONDS = 0.5  # between two looks at the queue


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


@st.cache_data(ttl=LOOK_SECONDS, show_spinner=False)
def _line(home: str) -> list[jobs.InLine]:
    """Looked up once for everybody: a class that waits would else read one another's runs again and again."""
    return jobs.line(RunStore(home))


def ahead_of(run: Run) -> list[jobs.InLine]:
    """The unfinished runs that were queued before this one, as they were a moment ago."""
    return jobs.ahead_of(run, _line(str(run.path.parent.parent)))


def waiting_words(run: Run) -> str:
    """What a queued run waits for."""
    ahead = ahead_of(run)
    if not ahead:
        return (
            "Waiting for a worker." if jobs.is_ready() else "A worker is being started, which takes some ten seconds."
        )
    paused = [place.paused for place in ahead if place.paused is not None]
    since = (
        f" (paused since {time.strftime('%H:%M', time.localtime(max(paused)))})" if len(paused) == len(ahead) else ""
    )
    holders = [] if apart() else [p.run.id for p in ahead if p.status in ("running", "paused", "stopping")]
    whose = f" The worker has {holders[0]}." if len(holders) == 1 else ""
    many = "1 run is" if len(ahead) == 1 else f"{len(ahead)} runs are"
    return f"{many} ahead of yours{since}.{whose}"
