"""What every page begins with, and what several of them show in one way: plain tables and downloads."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st

from lab import jobs
from lab.config.home import lab_home, sentence_of, unwritable
from lab.network.interrupt import interruptible
from lab.runs.damage import DamagedRun
from pages.ui.shared.visitor import apart, meet
from pages.ui.shared.words import by_label, escaped

if TYPE_CHECKING:
    import pandas as pd  # which takes a third of a second, and the first page has no table

# Of our own, because the icon of a page in the navigation would be fetched from the network for the browser's tab.
ICON = Path(__file__).parents[3] / "assets" / "images" / "icon.png"

LOOK_SECONDS = 0.1  # between two looks whether a visitor still waits for what is computed
_CSS = Path(__file__).with_name("layout.css")
_drawer = st.components.v2.component("lab_drawer", js=Path(__file__).with_name("drawer.js").read_text("utf-8"))


def _leave_the_pages_folder_to_app() -> None:
    """On a server's very first visit, a deep link makes Streamlit run a file of `pages/` by itself, without app.py.

    It does so because the folder exists; once `st.navigation` has run it no longer does. (A page whose address is not
    its file's name would fare worse: "Page not found" over the whole screen.) So begin again, through app.py.
    """
    from streamlit.runtime.pages_manager import PagesManager

    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()


@cache
def _spare_the_garbage_collector(title: str) -> None:  # noqa: ARG001  (once a page: each brings modules of its own)
    """Nearly all that a collection looks through are modules, 170,000 objects in a tenth of a second: set aside, for they stay."""
    gc.freeze()


@st.cache_data(ttl=3, show_spinner=False)
def _unwritable(home: str) -> str:  # noqa: ARG001  (of another home it is another answer)
    return unwritable()


def page(title: str, lead: str = "", *, charts: bool = True) -> None:
    """Begin a page: the wide layout, the heading, one sentence saying what it is for; Plotly, where it has charts."""
    _leave_the_pages_folder_to_app()
    jobs.warm_up()  # first of all: a worker needs ten seconds
    _spare_the_garbage_collector(title)
    st.set_page_config(
        page_title=f"{title} · RNN Lab" if title != "RNN Lab" else title, page_icon=str(ICON), layout="wide"
    )
    st.html(_CSS)
    st.title(title, anchor=False)
    try:
        apart()
    except ValueError as error:
        refusal(error)
        st.stop()
    if problem := _unwritable(str(lab_home())):
        refusal(problem)
    if lead:
        st.markdown(lead)
    with st.container(key="head"):  # nothing in it is seen, nor takes a place
        _drawer(key="lab_drawer")
        meet()
        if charts:
            from pages.ui.components.chart import mount_plotly

            mount_plotly()  # here, and not where the first chart stands: a fragment's messages are sent anew too often


def run_page(run: Callable[[], None]) -> None:
    """Run the page that was navigated to; a run on it that cannot be read is a sentence, and no traceback."""
    with sound_runs():
        run()


class _Visitor:
    """Lets Streamlit end the script, where it has a reason to: at each look at the session's state it does."""

    def __init__(self) -> None:
        self._looked = time.monotonic()

    def __call__(self) -> None:
        if time.monotonic() - self._looked > LOOK_SECONDS:
            self._looked = time.monotonic()
            _ = "visitor" in st.session_state


@contextmanager
def sound_runs() -> Iterator[None]:
    """What is drawn within is of runs; one that is damaged, or gone meanwhile, is a sentence in its place.

    What is computed for it ends as soon as the visitor has gone, or wants something else.
    """
    try:
        with interruptible(_Visitor()):
            yield
    except DamagedRun as error:
        refusal(error)
        st.page_link("pages/runs.py", label="All runs", icon=":material/list:")


def plotly_ahead() -> None:
    """At the end of a page without charts: Plotly comes while one reads it, and the next page has it at once."""
    from pages.ui.components.chart import mount_plotly

    with st.container(key="ahead"):
        mount_plotly()


def refusal(error: object) -> None:
    """The sentence that says why something was refused; it may quote what came from anywhere."""
    sentence = sentence_of(error, whole_path=False) if isinstance(error, Exception) else str(error)
    st.error(by_label(escaped(sentence)))


def small_table(table: pd.DataFrame, alt: str) -> None:
    """A table to be read, not to be worked with: on a phone, `st.dataframe` lays its buttons over what is above it.

    Heads and cells are shown as they stand: `st.table` would take them for Markdown.
    """
    table = table.rename(columns=lambda name: escaped(str(name))).map(lambda v: escaped(v) if isinstance(v, str) else v)
    st.table(table, border="horizontal", hide_index=True, alt=alt)


def download(label: str, content: Callable[[], str | bytes], file_name: str, mime: str | None = None) -> None:
    """A button that saves what `content` makes on the click.

    The click starts no script: that would take away what it asks for, which is kept by the run that drew the button.
    """
    st.download_button(label, content, file_name, mime, icon=":material/download:", on_click="ignore")
