"""A run, followed live: its event file is read from where we left off, and the charts take in what is new."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import streamlit as st

from lab import jobs
from lab.runs.damage import lines_left_out
from lab.runs.events import Failed, Finished
from lab.runs.history import History
from lab.runs.run import Run
from pages.ui.components.chart import News, feed, progress, replay
from pages.ui.shared import queue, words
from pages.ui.shared.layout import refusal, sound_runs
from pages.ui.shared.visitor import is_mine
from pages.ui.views import view_of

# Seconds between two messages. In between the charts move through the epochs of a message, so a message is drawn within
# about as long again; while epochs are short the picture is to be less than a second behind the training.
SHORT_PAUSE, LONG_PAUSE = 0.4, 0.8
SHORT_EPOCH = 2.0  # seconds
FIRST_SECONDS = (
    1.0  # the charts wait so long for a first trained epoch: with it they are drawn once, and a second sooner
)
PLAYED = 0.8  # of the time to the next message, in which the charts reach the last epoch of this one
OVER = ("finished", "stopped", "failed", "interrupted")


@dataclass
class Followed:
    """What a session knows of a run: its history so far and the offset to read on from."""

    run: Run
    history: History = field(default_factory=History)
    offset: int = 0
    news: dict[str, News] = field(default_factory=dict)  # of the last message,
    news_of: tuple[object, ...] = ()  # what it was made from,
    stamp: float = 0.0  # and when

    @property
    def pause(self) -> float:
        """Seconds until the next look at the run."""
        recent = [e.seconds for e in self.history.epochs[-5:] if e.epoch > 0]
        return LONG_PAUSE if recent and min(recent) > SHORT_EPOCH else SHORT_PAUSE

    def catch_up(self) -> None:
        """Fold in the events that were written since."""
        events, self.offset = self.run.read_events(self.offset)
        for event in events:
            self.history.fold(event)


def followed(run: Run) -> Followed:
    """The session's memory of this run."""
    memory = st.session_state.get("followed")
    if memory is None or memory.run.path != run.path:
        memory = st.session_state.followed = Followed(run)
    memory.catch_up()
    if memory.history.final is None and not run.is_sample:
        run.watch()  # the worker makes pictures for who looks at them
    return memory


def follow(run: Run) -> None:
    """Draw the run, and while it goes on, go on drawing.

    What stands on the page is drawn once for each state of the run. The news in between come through one small fragment
    (`feed`): were the charts themselves in it, each look at the run would cost ten times as much.
    """
    memory = followed(run)
    status = run.status(memory.history)
    show = view_of(run.config).live
    with st.container(gap="xsmall"):
        _strip(run, memory.history, status)
        started = memory.history.started
        if notes := [n for n in (started and started.note, lines_left_out(memory.history.unreadable)) if n]:
            st.caption(" ".join(notes))
        summary = st.container(gap="xsmall")  # always there, so that the charts below keep their places
        if memory.history.final is not None:
            with summary:
                show.summary(run)
        _await_the_first(memory, status)
        replay(run.id, memory.history.done, live=status not in OVER)
        show.charts(run, memory.history)
    if status in OVER:
        show.scores(run)
        return
    pause = memory.pause
    shown, with_page = (status, _rate(run), pause), True

    @st.fragment(run_every=pause)
    @sound_runs()
    def news() -> None:
        nonlocal with_page
        memory = followed(run)
        history, now = memory.history, run.status(memory.history)
        if not with_page and (now, _rate(run), memory.pause) != shown:
            st.rerun()  # the page itself is not broken off for that: the rest of its script would not run
        with_page = False
        text = _progress_words(run, history, now)
        source = (memory.offset, text, st.session_state.get("log-loss"), st.session_state.get("live-target"))
        if source != memory.news_of:
            memory.news, memory.news_of, memory.stamp = show.news(run, history), source, time.time()
        with st.container(key="news"):
            feed(
                memory.news,
                text,
                _share(run, history),
                busy=_is_busy(history, now),
                stamp=memory.stamp,
                epoch=history.done,
                within=PLAYED * memory.pause,
            )

    news()


def _await_the_first(memory: Followed, status: str) -> None:
    """Just after Train was pressed: give a worker that is ready the moment in which it trains the first steps."""
    end = time.monotonic() + FIRST_SECONDS
    begins = status == "running" or (status == "queued" and jobs.is_ready() and not queue.ahead_of(memory.run))
    while begins and memory.history.done == 0 and memory.history.final is None and time.monotonic() < end:
        time.sleep(0.05)
        memory.catch_up()


def _strip(run: Run, history: History, status: str) -> None:
    """State, progress, time left, and the buttons."""
    word, colour = words.STATUS[status]
    with st.container(horizontal=True, vertical_alignment="top", key="strip"):
        st.badge(word, color=colour)
        progress(_progress_words(run, history, status), _share(run, history), busy=_is_busy(history, status))
        if status in ("finished", "stopped"):
            for page in view_of(run.config).onward:
                label, icon = words.PAGES[page]
                st.page_link(f"pages/{page}.py", label=label, icon=f":material/{icon}:", query_params={"run": run.id})
    _buttons(run, status)


@st.fragment
def _buttons(run: Run, status: str) -> None:
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
            _rate_popover(run)
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
