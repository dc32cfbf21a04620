"""A run, followed live: its event file is read from where we left off, and the charts take in what is new."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st

from lab import jobs
from lab.events import Failed, Finished
from lab.history import History
from lab.runs import Run
from pages.ui import live_digits, live_series, words
from pages.ui.live import feed, progress
from pages.ui.queue import waiting_words

# Seconds between two drawings: at first, when every epoch changes the picture, and then. A browser of this machine draws
# on the cores that train; where there are but two, each drawing takes a tenth of a second from a small network.
LIVELY_PAUSE, CALM_PAUSE = (0.5, 1.0) if (os.cpu_count() or 1) > 2 else (1.0, 2.5)
LIVELY_SECONDS = 5.0  # from the first epoch on, or from when the page was opened
OVER = ("finished", "stopped", "failed", "interrupted")


@dataclass
class Followed:
    """What a session knows of a run: its history so far and the offset to read on from."""

    run: Run
    history: History = field(default_factory=History)
    offset: int = 0
    since: float = field(default_factory=time.monotonic)

    @property
    def pause(self) -> float:
        """Seconds until the next look at the run."""
        return LIVELY_PAUSE if time.monotonic() - self.since < LIVELY_SECONDS else CALM_PAUSE

    def catch_up(self) -> None:
        """Fold in the events that were written since."""
        events, self.offset = self.run.read_events(self.offset)
        for event in events:
            self.history.fold(event)
        if len(self.history.epochs) < 2:  # epoch 0 alone: the network is being compiled
            self.since = time.monotonic()


def followed(run: Run) -> Followed:
    """The session's memory of this run."""
    memory = st.session_state.get("followed")
    if memory is None or memory.run.path != run.path:
        memory = st.session_state.followed = Followed(run)
    memory.catch_up()
    return memory


def follow(run: Run) -> None:
    """Draw the run, and while it goes on, go on drawing.

    What stands on the page is drawn once for each state of the run. The news in between come through one small fragment
    (`feed`): were the charts themselves in it, each look at the run would cost ten times as much.
    """
    memory = followed(run)
    status = run.status(memory.history)
    show = live_digits if run.config.is_classifier else live_series
    _strip(run, memory.history, status)
    result = st.container()  # always there, so that the charts below keep their places, and so their elements
    if memory.history.final is not None:
        with result:
            show.result(run)
    show.charts(run, memory.history)
    if status in OVER:
        return
    pause = memory.pause
    shown, with_page = (status, _rate(run), pause), True

    @st.fragment(run_every=pause)
    def news() -> None:
        nonlocal with_page
        memory = followed(run)
        history, now = memory.history, run.status(memory.history)
        if not with_page and (now, _rate(run), memory.pause) != shown:
            st.rerun()  # the page itself is not broken off for that: the rest of its script would not run
        with_page = False
        with st.container(key="news"):
            feed(show.figures(run, history), _progress_words(run, history, now), _share(run, history))

    news()


def _strip(run: Run, history: History, status: str) -> None:
    """State, progress, time left, and the buttons."""
    word, colour = words.STATUS[status]
    with st.container(horizontal=True, vertical_alignment="top", key="strip"):
        st.badge(word, color=colour)
        progress(_progress_words(run, history, status), _share(run, history))
    _buttons(run, status)


@st.fragment
def _buttons(run: Run, status: str) -> None:
    pressed = False
    with st.container(horizontal=True, key="buttons"):
        if status in ("running", "paused"):
            # One button with one key and one width: were it two, the others would jump under the mouse when they change
            # places, and a click on One epoch would end on Stop.
            paused = status == "paused"
            pressed |= st.button(
                "Resume" if paused else "Pause",
                icon=":material/play_arrow:" if paused else ":material/pause:",
                on_click=_do,
                args=(jobs.go_on if paused else jobs.pause, run),
                key="pause",
                width=120,
            )
            pressed |= st.button("One epoch", icon=":material/skip_next:", on_click=_do, args=(jobs.step, run), key="step",
                                 help="Train to the end of one epoch more, then pause.")  # fmt: skip
        if status in ("queued", "running", "paused"):
            pressed |= st.button("Stop", icon=":material/stop:", on_click=_do, args=(jobs.stop, run), key="stop",
                                 help="End the training. The weights of this moment are kept.")  # fmt: skip
        if status in ("running", "paused"):
            _rate_popover(run)
        resumable = status in ("interrupted", "stopped") and not run.is_sample
        if resumable and st.button("Resume from checkpoint", icon=":material/play_arrow:", key="resume-run",
                                   on_click=jobs.resume, args=(run,)):  # fmt: skip
            st.rerun()
    if pressed:
        st.rerun()  # the page looks at the run more often again


def _do(deed: Callable[[Run], None], run: Run) -> None:
    """What a button is for. Who pressed it waits for an answer, so the pace is that of the beginning again."""
    deed(run)
    followed(run).since = time.monotonic()


def _rate(run: Run) -> float:
    return run.control().learning_rate or run.config.training.learning_rate


def _rate_popover(run: Run) -> None:
    now = _rate(run)
    with st.popover(f"Learning rate {now:g}", icon=":material/speed:"):
        rate = st.number_input("New learning rate", 0.0, 10.0, now, step=now / 10, format="%g", key="new-rate")
        if st.button("Apply", key="apply-rate"):
            try:
                jobs.set_learning_rate(run, rate)
                st.caption("It holds from the next steps on.")
            except ValueError as error:
                st.error(str(error))


def _share(run: Run, history: History) -> float:
    return min(1.0, history.done / run.config.training.epochs)


def _progress_words(run: Run, history: History, status: str) -> str:
    if status == "queued":
        return waiting_words(run)
    if isinstance(history.final, Failed):
        return history.final.message
    epochs, done = run.config.training.epochs, int(history.done)
    said = f"Epoch {done} of {epochs}"
    if isinstance(history.final, Finished):
        reason = f", {history.final.reason}" if history.final.reason else ""
        best = f", weights of epoch {history.final.best_epoch} kept" if history.final.best_epoch != done else ""
        return f"{said}{reason}{best}, in {duration(history.final.elapsed)}"
    if status == "stopping":
        return f"{said}: keeping and scoring the weights"
    if status == "running" and history.done >= epochs:
        return f"{said}: scoring the weights"
    if status == "running" and history.done == 0:
        return f"{said}: compiling the network for this machine"
    if history.progress is not None:
        now = history.progress
        said = f"Epoch {now.epoch} of {epochs}, step {now.step:,} of {now.steps:,}"
    left = history.seconds_left()
    return said if left is None or status != "running" else f"{said}, about {duration(left)} left"


def duration(seconds: float) -> str:
    """A time as a person says it."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"
