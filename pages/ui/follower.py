"""A run, followed live: its event file is read from where we left off, and the charts take in what is new."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

import pandas as pd
import streamlit as st

from lab import jobs
from lab.config import RunConfig
from lab.evaluation import Score, verdict
from lab.events import Failed, Finished
from lab.history import History
from lab.metrics import why_no_mape
from lab.plots import gradient_figure, loss_figure, metric_figure
from lab.plots.style import Figure
from lab.runs import Run
from lab.series import Split
from pages.ui import words
from pages.ui.forecast_charts import part_figure
from pages.ui.live import feed, live_chart, progress

POLL_SECONDS = 0.5
CALM_SECONDS = 1.0  # between two drawings, once the first few seconds are over: a browser draws on cores that train
LIVELY_SECONDS = 10.0
Shown = tuple[Figure, str]  # a chart and the words under it
OVER = ("finished", "stopped", "failed", "interrupted")


@dataclass
class Followed:
    """What a session knows of a run: its history so far and the offset to read on from."""

    run: Run
    history: History = field(default_factory=History)
    offset: int = 0
    told: tuple[dict[str, Shown], str, float] | None = None
    told_at: float = 0.0
    since: float = field(default_factory=time.monotonic)

    def is_time(self) -> bool:
        """Whether to draw again: twice a second at first, when every epoch changes the picture, then once."""
        now = time.monotonic()
        pause = POLL_SECONDS if now - self.since < LIVELY_SECONDS else CALM_SECONDS
        if now - self.told_at < 0.9 * pause:
            return False
        self.told_at = now
        return True

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
    return memory


def follow(run: Run) -> None:
    """Draw the run, and while it goes on, go on drawing.

    What stands on the page is drawn once for each state of the run. The news in between come through one small fragment
    (`feed`): were the charts themselves in it, each look at the run would cost ten times as much.
    """
    memory = followed(run)
    status = run.status(memory.history)
    _strip(run, memory.history, status)
    result = st.container()  # always there, so that the charts below keep their places, and so their elements
    if memory.history.final is not None:
        with result:
            _result(run)
    _charts(run, memory.history)
    if status in OVER:
        return
    shown = (status, _rate(run, memory.history))

    @st.fragment(run_every=POLL_SECONDS)
    def news() -> None:
        memory = followed(run)
        history, now = memory.history, run.status(memory.history)
        if (now, _rate(run, history)) != shown:
            st.rerun()
        if memory.is_time() or memory.told is None:
            memory.told = (_figures(run, history), _progress_words(run, history, now), _share(run, history))
        with st.container(key="news"):
            feed(*memory.told)

    news()


def _strip(run: Run, history: History, status: str) -> None:
    """State, progress, time left, and the buttons."""
    word, colour = words.STATUS[status]
    with st.container(horizontal=True, vertical_alignment="top", key="strip"):
        st.badge(word, color=colour)
        progress(_progress_words(run, history, status), _share(run, history))
    _buttons(run, history, status)


@st.fragment
def _buttons(run: Run, history: History, status: str) -> None:
    with st.container(horizontal=True, key="buttons"):
        if status in ("running", "paused"):
            # One button with one key and one width: were it two, the others would jump under the mouse when they change
            # places, and a click on One epoch would end on Stop.
            paused = status == "paused"
            st.button(
                "Resume" if paused else "Pause",
                icon=":material/play_arrow:" if paused else ":material/pause:",
                on_click=jobs.go_on if paused else jobs.pause,
                args=(run,),
                key="pause",
                width=120,
            )
            st.button("One epoch", icon=":material/skip_next:", on_click=jobs.step, args=(run,), key="step",
                      help="Train to the end of one epoch more, then pause.")  # fmt: skip
        if status in ("queued", "running", "paused"):
            st.button("Stop", icon=":material/stop:", on_click=jobs.stop, args=(run,), key="stop",
                      help="End the training. The weights of this moment are kept.")  # fmt: skip
        if status in ("running", "paused"):
            _rate_popover(run, history)
        resumable = status in ("interrupted", "stopped") and not run.is_sample
        if resumable and st.button("Resume from checkpoint", icon=":material/play_arrow:", key="resume-run",
                                   on_click=jobs.resume, args=(run,)):  # fmt: skip
            st.rerun()


def _rate(run: Run, history: History) -> float:
    return history.epochs[-1].learning_rate if history.epochs else run.config.training.learning_rate


def _rate_popover(run: Run, history: History) -> None:
    now = _rate(run, history)
    with st.popover(f"Learning rate {now:g}", icon=":material/speed:"):
        rate = st.number_input("New learning rate", 0.0, 10.0, now, step=now / 10, format="%g", key="new-rate")
        if st.button("Apply", key="apply-rate"):
            try:
                jobs.set_learning_rate(run, rate)
                st.caption("It holds from the next steps on.")
            except ValueError as error:
                st.error(str(error))


def _share(run: Run, history: History) -> float:
    return min(1.0, _epochs_done(history) / run.config.training.epochs)


def _epochs_done(history: History) -> float:
    done: float = history.epochs[-1].epoch if history.epochs else 0
    if history.progress is not None:
        done = history.progress.epoch - 1 + history.progress.step / history.progress.steps
    return done


def _progress_words(run: Run, history: History, status: str) -> str:
    if status == "queued":
        before = jobs.place_in_queue(run)
        return "Waiting for a worker." if before == 0 else f"Number {before + 1} in the queue."
    if isinstance(history.final, Failed):
        return history.final.message
    epochs, done = run.config.training.epochs, _epochs_done(history)
    said = f"Epoch {int(done)} of {epochs}"
    if isinstance(history.final, Finished):
        reason = f", {history.final.reason}" if history.final.reason else ""
        best = f", weights of epoch {history.final.best_epoch} kept" if history.final.best_epoch != int(done) else ""
        return f"{said}{reason}{best}, in {duration(history.final.elapsed)}"
    if status == "running" and done == 0:
        return f"{said}: compiling the network for this machine"
    recent = [e for e in history.epochs if e.epoch > 0][-10:]
    if status == "running" and len(recent) > 1:
        each = (recent[-1].elapsed - recent[0].elapsed) / (len(recent) - 1)
        return f"{said}, about {duration(each * (epochs - done))} left"
    return said


def duration(seconds: float) -> str:
    """A time as a person says it."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    if seconds < 5400:
        return f"{round(seconds / 60)} min"
    return f"{seconds / 3600:.1f} h"


def _charts(run: Run, history: History) -> None:
    """The forecast as the largest picture, then the curves."""
    figures = _figures(run, history)
    figure, caption = figures["forecast"]
    live_chart(figure, caption=caption, key="forecast", height=400,
               alt="The validation part: the truth, the one-step forecast and the free-running forecast.")  # fmt: skip
    left, right = st.columns(2)
    with left:
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown("**Loss**", help=words.HELP["loss-chart"])
            st.toggle("Logarithmic", key="log-loss", value=True)
        live_chart(figures["loss"][0], key="loss", height=280,
                   alt="Loss of the training and the validation part by epoch.")  # fmt: skip
    with right:
        name, _, meaning = words.METRICS[shown_metric(run)]
        st.markdown(f"**{name}**", help=f"{meaning}.")
        live_chart(figures["metric"][0], key="metric", height=280,
                   alt=f"{name} of the training and the validation part by epoch.")  # fmt: skip
    reason = why_no_mape(run.series.values[:, 0])
    if reason:
        st.caption(reason)
    st.markdown("**Gradient norm**", help=words.HELP["gradient-chart"])
    live_chart(figures["gradient"][0], key="gradient", height=220,
               alt="Norm of the gradient before clipping by epoch.")  # fmt: skip


def _figures(run: Run, history: History) -> dict[str, Shown]:
    """What the charts show now, by their keys."""
    metric, log = shown_metric(run), st.session_state.get("log-loss", True)
    name, unit, _ = words.METRICS[metric]
    curves = {
        "loss": loss_figure(history, log=log),
        "metric": metric_figure(history, metric, name, unit),
        "gradient": gradient_figure(history, clip_of(run.config)),
    }
    return {"forecast": _forecast(run, history)} | {key: (figure, "") for key, figure in curves.items()}


def shown_metric(run: Run) -> str:
    """MAPE, or MASE where MAPE has no meaning."""
    return "mape" if why_no_mape(run.series.values[:, 0]) is None else "mase"


def clip_of(config: RunConfig) -> tuple[str, float] | None:
    """Which clip is set, and where."""
    for kind in ("clip_value", "clip_norm", "global_clip_norm"):
        limit = getattr(config.training, kind)
        if limit is not None:
            return kind, limit
    return None


def _forecast(run: Run, history: History) -> Shown:
    series, config = run.series, run.config
    split = Split.of(len(series), config.data.train, config.data.validation)
    start, stop = split.bounds("validation")
    one_step, free = history.last("one_step"), history.last("free_running")
    words = "The validation range: the first forecasts appear in a moment."
    if one_step and free:
        words = (
            f"The validation range. One step ahead (epoch {one_step[0]}): told the truth before each step. "
            f"Free-running (epoch {free[0]}): told nothing after the dashed line."
        )
    return part_figure(series, start, stop, one_step and one_step[1], free and free[1]), words


def _result(run: Run) -> None:
    """The model beside the baselines on the test part."""
    rows = run.scores()
    if not rows:
        return
    st.markdown(f"**On the test range, one step ahead.** {verdict([Score(**row) for row in rows])}")
    st.dataframe(scores_table(run), hide_index=True, alt="Test metrics of the model and of the baselines.")


def scores_table(run: Run) -> pd.DataFrame:
    """The scores with sensible digits and units in their heads."""
    unit = f" ({run.series.units[0]})" if run.series.units[0] else ""
    reason = why_no_mape(run.series.values[:, 0])
    heads = {"name": "forecast", "mae": f"MAE{unit}", "rmse": f"RMSE{unit}", "mape": "MAPE (%)", "smape": "sMAPE (%)",
             "mase": "MASE"}  # fmt: skip
    table = [
        {heads[k]: v if k == "name" else f"{v:,.4g}" for k, v in row.items() if v is not None} for row in run.scores()
    ]
    return pd.DataFrame(table).drop(columns=["MAPE (%)"] if reason else [], errors="ignore")
