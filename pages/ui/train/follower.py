"""A run, followed live: the charts take in what is new of it."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from lab import jobs
from lab.config.honesty import honesty
from lab.runs.damage import lines_left_out
from lab.runs.events import Failed, Finished
from lab.runs.history import History
from lab.runs.run import Run
from pages.ui.components.chart import feed, message, progress, replay
from pages.ui.shared import queue, words
from pages.ui.shared.layout import refusal, sound_runs
from pages.ui.shared.visitor import is_mine
from pages.ui.train.followed import Followed, followed, look_again
from pages.ui.views import view_of

FIRST_SECONDS = (
    1.0  # the charts wait so long for a first trained epoch: with it they are drawn once, and a second sooner
)
PLAYED = 0.8  # of the time to the next message, in which the charts reach the last epoch of this one
OVER = ("finished", "stopped", "failed", "interrupted")


def follow(run: Run) -> None:
    """Draw the run, and while it goes on, go on drawing.

    What stands on the page is drawn once for each state of the run. The news in between come through one small fragment
    (`feed`): were the charts themselves in it, each look at the run would cost ten times as much.
    """
    memory = followed(run)
    status = memory.status  # as it is drawn, whatever it is by the end
    show = view_of(run.config).live
    with st.container(gap="xsmall"):
        _strip(memory)
        started = memory.history.started
        if notes := [n for n in (started and started.note, lines_left_out(memory.history.unreadable)) if n]:
            st.caption(" ".join(notes))
        for text in honesty(run.config.data):
            st.warning(text)
        summary = st.container(gap="xsmall")  # always there, so that the charts below keep their places
        if memory.history.final is not None:
            with summary:
                show.summary(run)
        _await_the_first(memory)
        history = memory.history
        replay(run.id, history.done, live=status not in OVER)
        show.charts(run, history)
    if status in OVER:
        show.scores(run)
        return
    pause = memory.pause
    shown, with_page = (status, memory.rate, pause), True

    @st.fragment(run_every=pause)
    @sound_runs()
    def news() -> None:
        nonlocal with_page
        look_again(memory)
        if not with_page and (memory.status, memory.rate, memory.pause) != shown:
            st.rerun()  # the page itself is not broken off for that: the rest of its script would not run
        with_page = False
        words = _progress_words(run, memory.history, memory.status)
        choices = (st.session_state.get("log-loss"), st.session_state.get("live-target"))
        with st.container(key="news"):
            feed(memory.message(choices, words, lambda: _message(memory, words)))

    news()


def _message(memory: Followed, words: str) -> bytes:
    run, history = memory.run, memory.history
    return message(
        view_of(run.config).live.news(run, history),
        words,
        _share(run, history),
        busy=_is_busy(history, memory.status),
        stamp=time.time(),
        epoch=history.done,
        within=PLAYED * memory.pause,
    )


def _await_the_first(memory: Followed) -> None:
    """Just after Train was pressed: give a worker that is ready the moment in which it trains the first steps."""
    end = time.monotonic() + FIRST_SECONDS
    begins = memory.status == "running" or (
        memory.status == "queued" and jobs.is_ready() and not queue.ahead_of(memory.run)
    )
    while begins and memory.history.done == 0 and memory.history.final is None and time.monotonic() < end:
        time.sleep(0.05)
        memory.look()


def _strip(memory: Followed) -> None:
    """State, progress, time left, and the buttons."""
    run, history, status = memory.run, memory.history, memory.status
    word, colour = words.STATUS[status]
    with st.container(horizontal=True, vertical_alignment="top", key="strip"):
        st.badge(word, color=colour)
        progress(_progress_words(run, history, status), _share(run, history), busy=_is_busy(history, status))
        if status in ("finished", "stopped"):
            for page in view_of(run.config).onward:
                label, icon = words.PAGES[page]
                st.page_link(f"pages/{page}.py", label=label, icon=f":material/{icon}:", query_params={"run": run.id})
    _buttons(memory, status)


@st.fragment
def _buttons(memory: Followed, status: str) -> None:
    run = memory.run
    if not is_mine(run):
        if not run.is_sample:
            st.caption("A run of another browser, by its link: to be looked at.")
        return
    if refused := st.session_state.pop(f"refused-{run.id}", None):
        refusal(refused)
    with st.container(horizontal=True, key="buttons"):
        if status in ("running", "paused"):
            # One button with one key and one width: were it two, the others would jump under the mouse when they change
            # places, and a click on One epoch would end on Stop.
            paused = status == "paused"
            st.button(
                "Resume" if paused else "Pause",
                icon=":material/play_arrow:" if paused else ":material/pause:",
                on_click=_ask,
                args=(jobs.go_on if paused else jobs.pause, run),
                key="pause",
                width=120,
            )
            st.button("One epoch", icon=":material/skip_next:", on_click=_ask, args=(jobs.step, run), key="step",
                                 help="Train to the end of one epoch more, then pause.")  # fmt: skip
        if status in ("queued", "running", "paused"):
            st.button("Stop", icon=":material/stop:", on_click=_ask, args=(jobs.stop, run), key="stop",
                                 help="End the training. The weights of this moment are kept.")  # fmt: skip
        if status in ("running", "paused"):
            _rate_popover(memory)
        resumable = status in ("interrupted", "stopped") and not run.is_sample
        pressed = resumable and st.button("Resume from checkpoint", icon=":material/play_arrow:", key="resume-run")
        if pressed and queue.resume(run):
            st.rerun()


def _ask(request: Callable[[Run], None], run: Run) -> None:
    """What a button asks of the run; where that can't be (the run was deleted, the disk is full), the reason is kept for the page."""
    try:
        request(run)
    except (ValueError, OSError) as error:
        st.session_state[f"refused-{run.id}"] = error


def _rate_popover(memory: Followed) -> None:
    run, now = memory.run, memory.rate
    with st.popover(f"Learning rate {now:g}", icon=":material/speed:"):
        rate = st.number_input("New learning rate", 0.0, 10.0, now, step=now / 10, format="%g", key="new-rate")
        if st.button("Apply", key="apply-rate"):
            try:
                jobs.set_learning_rate(run, rate)
                st.caption("It holds from the next steps on.")
            except (ValueError, OSError) as error:
                refusal(error)


def _share(run: Run, history: History) -> float:
    return min(1.0, history.done / run.config.training.epochs)


def _is_busy(history: History, status: str) -> bool:
    """Something is being done whose progress is not known."""
    return status in ("queued", "running", "stopping") and (history.done == 0 or status == "stopping")


def _progress_words(run: Run, history: History, status: str) -> str:
    if status == "queued":
        return queue.waiting_words(run)
    if isinstance(history.final, Failed):
        return history.final.message
    epochs, done = run.config.training.epochs, int(history.done)
    text = f"Epoch {done} of {epochs}"
    if isinstance(history.final, Finished):
        reason = f", {history.final.reason}" if history.final.reason else ""
        best = f", weights of epoch {history.final.best_epoch} kept" if history.final.best_epoch != done else ""
        return f"{text}{reason}{best}, in {duration(history.final.elapsed)}"
    if status == "stopping":
        return f"{text}: keeping and scoring the weights"
    if status == "running" and history.done >= epochs:
        return f"{text}: scoring the weights"
    if status == "running" and history.started is None:
        return "A worker has taken the run and imports TensorFlow: some 5 s, once"
    if status == "running" and history.done == 0 and not history.compiled:
        return f"{text}: compiling the network for this machine, 1 to 10 s the first time"
    if history.progress is not None:
        now = history.progress
        text = f"Epoch {now.epoch} of {epochs}, step {now.step:,} of {now.steps:,}"
    left = history.seconds_left()
    return text if left is None or status != "running" else f"{text}, about {duration(left)} left"


def duration(seconds: float) -> str:
    """A duration for people."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"
