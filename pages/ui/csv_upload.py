"""Your own CSV: upload, see what was detected, correct it."""

from __future__ import annotations

from collections.abc import Collection

import pandas as pd
import streamlit as st

from lab.config import RunConfig
from lab.datasets import with_typed_options
from lab.datasets.csv_file import Csv, CsvFormat, parse, sniff
from lab.datasets.csv_format import DECIMALS, DELIMITERS, ENCODINGS, MAX_BYTES, THOUSANDS, first_lines
from lab.home import save_upload, upload_path
from pages.ui import words
from pages.ui.bind import bound, bound_choice, errors, say_error
from pages.ui.data import file_name
from pages.ui.state import draft, set_draft, widget_key

NO_DATES = "-"
SHOWN_LINES = 8


def draw(config: RunConfig) -> None:
    """The uploader, and the detected format for correction."""
    key = widget_key("csv")
    st.file_uploader(
        "CSV file",
        type=["csv", "txt", "tsv"],
        max_upload_size=MAX_BYTES // 2**20,
        key=key,
        on_change=_receive,
        args=(key,),
        help="Dates in one column, numbers in others. Up to 20 MB, 1,000,000 rows and 200 columns. "
        "It stays on the machine that runs this app.",
    )
    say_error("data.path")
    path = dict(config.data.options).get("path")
    if path:
        st.caption(f"File: {words.escaped(file_name(config.data))}")
        _format(config, str(path))


def as_far_as_read(config: RunConfig, named: Collection[int]) -> None:
    """The first lines of the file, and the lines `named` as wrong, as a table."""
    try:
        options = {k: v for k, v in with_typed_options(config.data).options if k in Csv.__dataclass_fields__}
        rows = Csv(**options).first_lines(SHOWN_LINES, named)  # type: ignore[arg-type]
    except ValueError:
        return
    width = max(map(len, rows.values()), default=0)
    names = [f"{k + 1}" for k in range(width)]
    table = pd.DataFrame([row + [""] * (width - len(row)) for row in rows.values()], columns=names)
    table.insert(0, "line", [f"{line:,}{' (!)' if line in named else ''}" for line in rows])
    st.caption(f"The first lines of {words.escaped(file_name(config.data))}, as far as they can be read"
               + ("; what is wrong is marked." if named else "."))  # fmt: skip
    st.dataframe(
        table,
        hide_index=True,
        height="content",
        alt="The first lines of the file, a cell each, and those that are wrong.",
    )


def _receive(key: str) -> None:
    """Keep a file that is text, so that what is wrong with it can be seen and the reading corrected; say why another is not."""
    uploaded = st.session_state.get(key)  # not there where another callback has begun the draft anew
    if uploaded is None:
        return
    data, column = uploaded.getvalue(), None
    try:
        column = Csv.target(parse(data))
    except ValueError as error:
        try:
            first_lines(data, {}, 1)
        except ValueError:
            errors()["data.path"] = str(error)
            return
    errors().pop("data.path", None)
    settings = {"data.path": save_upload(data, uploaded.name), "data.column": column}
    set_draft(
        draft().with_settings({"data.name": "sine"}).with_settings({"data.name": "csv", **settings}), "data.name", "csv"
    )


def _format(config: RunConfig, path: str) -> None:
    try:
        data = upload_path(path).read_bytes()
    except (ValueError, OSError):
        st.error("The uploaded file is no longer here; upload it again.")
        return
    given = {k: v for k, v in config.data.options if k != "path"}
    try:
        detected = sniff(data)
    except ValueError:
        detected = CsvFormat()  # the page says what is wrong
    with st.popover("How the file is read", width="stretch"):
        st.caption("Detected from the file; correct what is wrong.")
        _choice("delimiter", DELIMITERS, detected, given)
        _choice("decimal", DECIMALS, detected, given)
        _choice("thousands", THOUSANDS, detected, given)
        _choice("encoding", {e: e for e in ENCODINGS}, detected, given)
        st.text_input("Date column (- for none)", help="The rows of a file without dates are numbered from 0.",
                      **bound("data.date_column", given.get("date_column") or detected.date_column or NO_DATES))  # fmt: skip
        st.toggle("Day comes first in dates", help="Whether 03/04/2020 is the third of April.",
                  **bound("data.day_first", given.get("day_first", detected.day_first)))  # fmt: skip
        say_error(*(f"data.{name}" for name in CsvFormat.__dataclass_fields__))


def _choice(name: str, marks: dict[str, str], detected: CsvFormat, given: dict[str, object]) -> None:
    """A picker of a mark, by its name; the option holds the name, which an URL can carry, or the mark itself."""
    now = str(given.get(name) or getattr(detected, name))
    st.selectbox(name.capitalize(), **bound_choice(f"data.{name}", marks.values(), marks.get(now, now.lower())))
