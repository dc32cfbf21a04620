"""Choosing a run."""

from __future__ import annotations

import time
from typing import NoReturn

import pandas as pd
import streamlit as st

from lab.config.honesty import honesty, mark
from lab.jobs.estimate import pace
from lab.runs.damage import DamagedRun
from lab.runs.group import group_of
from lab.runs.run import UNDER_WAY, Run
from pages.ui.shared import words
from pages.ui.shared.state import select_run, set_draft, show_view, store
from pages.ui.views import view_of

LAST = ("data", "network", "epochs", "validation loss", "made")  # columns of the Runs page, behind the scores


@st.cache_data(ttl=60, show_spinner=False)
def machine_pace() -> float:
    """How fast this machine trains, by its own latest runs."""
    return pace(store().list())


def run_label(run: Run) -> str:
    """A run in a picker, marked where its scores are not what they seem."""
    marks = ["sample"] * run.is_sample + [word for word in [mark(run.config.data)] if word]
    return f"{run.id} ({', '.join(marks)})" if marks else run.id


def trained_runs(accepts: type | None = None, chosen: str | None = None) -> list[Run]:
    """The runs that have weights, of tasks that learn from such data (None: any), newest first, the samples last; of those in
    groups, which are opened there, the `chosen` one alone."""
    runs = [r for r in _alone(chosen) if (r.path / "weights.npz").exists()]
    return [r for r in runs if accepts in (None, r.config.task.accepts)]


def _alone(chosen: str | None) -> list[Run]:
    return [run for run in store().list() if run.id == chosen or not group_of(run)]


def pick_run(chosen: Run | None, runs: list[Run] | None = None) -> Run | None:
    """A picker over `runs` (all, without them), newest first; the choice goes into the URL."""
    runs = _alone(chosen.id if chosen else None) if runs is None else runs
    if not runs:
        return chosen
    by_id = {r.id: r for r in runs}
    key = f"run-picker-{chosen.id if chosen else ''}"

    def choose() -> None:
        run = by_id[st.session_state[key]]
        select_run(run.id)
        set_draft(run.config)  # its settings are on the table, to be changed and trained again
        show_view("Training")

    st.selectbox(
        "Run",
        list(by_id),
        index=list(by_id).index(chosen.id) if chosen and chosen.id in by_id else None,
        format_func=lambda run_id: run_label(by_id[run_id]),
        placeholder="Choose a run",
        key=key,
        on_change=choose,
    )
    return chosen


def run_of_the_page(accepts: type | None, promise: str, sample: str) -> Run | None:
    """The run that a page on trained networks is about: the one that its address names, and no other in its place.

    Where the address names none: the run looked at last, or else the newest that suits; None where there is none. A
    named run that cannot be shown ends the page with a sentence that says why and a link to where it can be seen.

    Args:
        accepts: the data that a run must have learned from for the page to show it; None for any.
        promise: what the page shows of a run, a whole phrase: `its gates appear here`.
        sample: which of the samples suits the page best, for when nothing else was trained.
    """
    named = st.query_params.get("run")
    runs = trained_runs(accepts, named or st.session_state.get("run"))
    run, sentence = _named_run(named or st.session_state.get("run"))
    suits = run is None or accepts in (None, run.config.task.accepts)
    if not suits and named is None:
        sentence, run, suits = (
            f"Run {run.id} {view_of(run.config).learned}, so this page shows another run.",
            None,
            True,
        )
    newest = run is None
    if newest:
        run = next((r for r in runs if not group_of(r)), None)
        if run is not None and run.is_sample:
            run = next((r for r in runs if r.id == sample), run)
    trained = run is not None and (run.path / "weights.npz").exists()
    with st.sidebar:
        pick_run(run if suits and trained else None, runs)
    if run is None:
        return None
    if sentence and named:
        st.warning(f"{words.escaped(sentence)} Shown is the newest run, {run.id}; the side bar lists the others.")
    elif sentence:
        st.caption(words.escaped(sentence))
    if not (newest and named is None):
        select_run(run.id)
    for text in honesty(run.config.data):
        st.warning(text)
    if not suits:
        _say_where_it_can_be_seen(run, accepts)
    if not trained:
        _wait_for_weights(run, promise)
    return run


def _named_run(run_id: str | None) -> tuple[Run | None, str]:
    """The run of this id; None and a sentence where there is none, None alone where no id is given."""
    if run_id is None:
        return None, ""
    try:
        return store().open(run_id), ""
    except DamagedRun as error:
        select_run(None)
        return None, str(error)
    except ValueError:
        select_run(None)
        return None, f"There is no run {run_id!r} here: it was renamed or deleted, or the address is mistyped."


def _say_where_it_can_be_seen(run: Run, accepts: type | None) -> NoReturn:
    """End the page: the run that was asked for learned from other data."""
    needs = words.NEEDS.get(accepts.__name__ if accepts else "", "This page needs another run")
    st.info(f"{needs}, and run {run.id} {view_of(run.config).learned}. Look at it on another page, or choose another run in the side bar.")  # fmt: skip
    _links(run, *view_of(run.config).onward)
    st.stop()


def _wait_for_weights(run: Run, promise: str) -> NoReturn:
    """End the page: the run that was asked for has no weights yet. Where it still trains, the page begins once it has."""
    status = run.status()
    if status in UNDER_WAY:
        word = words.STATUS[status][0].lower()
        st.info(f"Run {run.id} is not over yet ({word}); {promise} as soon as it is. Watch it on Train until then.")
    else:
        st.info(f"Run {run.id} ended before it had any weights ({words.STATUS[status][0].lower()}). Train says why, or resumes it.")  # fmt: skip
    _links(run, "train")

    @st.fragment(run_every=2)
    def wait() -> None:
        if (run.path / "weights.npz").exists() or not run.path.exists():
            st.rerun()

    if status in UNDER_WAY:
        wait()
    st.stop()


def _links(run: Run, *places: str) -> None:
    """Links to pages that show the run."""
    with st.container(horizontal=True):
        for place in places:
            label, icon = words.PAGES[place]
            st.page_link(f"pages/{place}.py", label=label, icon=f":material/{icon}:", query_params={"run": run.id})


def no_run(sentence: str) -> NoReturn:
    """End the page: nothing was trained yet that it could show."""
    st.info(sentence)
    st.page_link("pages/train.py", label="Train", icon=":material/show_chart:")
    st.stop()


def damaged_row(run: Run) -> dict[str, str]:
    """A run that cannot be read, as a row of the Runs page."""
    name = f"{run.id} (sample)" if run.is_sample else run.id
    return {"run": name, "status": words.STATUS["damaged"][0], "made": ""}


def run_row(run: Run) -> dict[str, str]:
    """A run as a row of the Runs page."""
    config, summary = run.config, run.summary()
    scored = bool(summary.scores)
    return {
        "run": run_label(run),
        "status": words.STATUS[run.status(summary)][0],
        **view_of(config).score_cells(summary),
        "data": summary.title,
        "network": config.model.label,
        "epochs": f"{summary.epoch} of {config.training.epochs}",
        "validation loss": f"{summary.metrics['val_loss']:.3g}" if summary.metrics and not scored else "",
        "made": time.strftime("%Y-%m-%d %H:%M", time.localtime(run.created)),
    }


def runs_table(rows: list[dict[str, str]]) -> pd.DataFrame:
    """The rows under one another, scores after the status, without the columns in which none of them has anything."""
    table = pd.DataFrame(rows).fillna("")
    last = [name for name in (*LAST, "open") if name in table]
    table = table[[*(name for name in table if name not in last), *last]]
    return table.loc[:, (table != "").any()]
