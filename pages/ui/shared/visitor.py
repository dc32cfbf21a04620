"""Whose run is whose, where a server is open to strangers: `LAB_SHARING=own`.

With `all`, the default, everybody sees and may do everything. With `own` a visitor sees and touches the runs and uploads that came
from this browser, by a random token in a cookie of it; whoever has a link to a run can look at it. It keeps visitors out
of one another's way; it is no login.
"""

from __future__ import annotations

import hashlib
import os
import re
from pathlib import Path

import streamlit as st

from lab.config.home import write_text
from lab.config.run import RunConfig
from lab.data.images import Images
from lab.data.series import Series
from lab.runs.run import Run
from lab.runs.store import Runs, RunStore

_TOKEN = re.compile(r"[0-9a-f]{32}")
_component = st.components.v2.component("lab_visitor", js=Path(__file__).with_name("visitor.js").read_text("utf-8"))


def apart() -> bool:
    """Whether visitors are kept apart. ValueError for another value of `LAB_SHARING` than all or own."""
    sharing = os.environ.get("LAB_SHARING") or "all"
    if sharing not in ("all", "own"):
        raise ValueError(f"`LAB_SHARING` must be one of all, own; received {sharing!r}.")
    return sharing == "own"


def meet() -> None:
    """Ask the browser for its token, where it matters; nothing is seen of it."""
    if apart():
        received = _component(
            key="lab_visitor", data={"known": _token()}, default={"token": ""}, on_token_change=lambda: None
        )
        if _TOKEN.fullmatch(str(received.token or "")):
            st.session_state["visitor-token"] = received.token


def visitor() -> str:
    """This browser, in a form that gives away no token; `""` where visitors are not kept apart, or it is not known yet."""
    token = _token() if apart() else ""
    return hashlib.sha256(token.encode()).hexdigest()[:32] if token else ""


def _token() -> str:
    cookie = st.context.cookies.get("lab_visitor", "")
    return cookie if _TOKEN.fullmatch(cookie) else str(st.session_state.get("visitor-token", ""))


def is_mine(run: Run) -> bool:
    """Whether this visitor may stop, rename or delete a run, or go on with it."""
    return not apart() or (bool(visitor()) and owner_of(run) == visitor())


def owner_of(run: Run) -> str:
    """Who trained a run; `""` for one of the command line, of the time before, or of a server that does not keep visitors apart."""
    try:
        return (run.path / "owner").read_text(encoding="utf-8")
    except OSError:
        return ""


class OwnRuns(RunStore):
    """The runs of this visitor, and the samples; any run by its id, for who has a link to it."""

    def create(self, config: RunConfig, data: Series | Images | None, name: str | None = None) -> Run:
        """As `RunStore.create`; it is this visitor's. ValueError while the browser has not sent its token."""
        if not visitor():
            raise ValueError(
                "Your browser has not sent its token yet, which marks its runs as its own; try again in a moment."
            )
        run = super().create(config, data, name)
        write_text(run.path / "owner", visitor())
        return run

    def folders(self) -> Runs:
        """This visitor's runs, newest first, the samples last."""
        return [run for run in super().folders() if run.is_sample or is_mine(run)]
