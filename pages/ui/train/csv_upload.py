"""Your own CSV: upload, see what was detected, correct it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import pandas as pd
import streamlit as st

from lab.config.home import save_upload, upload_path
from lab.config.run import RunConfig
from lab.data.sources import csv_of, with_typed_options
from lab.data.sources.csv_file import Csv
from lab.data.sources.csv_format import DUPLICATES, ENCODINGS, MARKS, ORIENTS, CsvError, CsvFormat
from lab.data.sources.csv_table import MAX_BYTES, first_lines
from lab.jobs.limits import require_bytes
from pages.ui.shared import words
from pages.ui.shared.bind import bound, bound_choice, errors, show_error
from pages.ui.shared.data import file_name, is_foreign, load_raw
from pages.ui.shared.readings import reading_of
from pages.ui.shared.state import draft, set_draft, store, widget_key
from pages.ui.shared.visitor import visitor

SHOWN_LINES = 8
FOUND = "As found"  # what a picker shows for an option that is left to the file


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
    show_error("data.path")
    path = dict(config.data.options).get("path")
    if path:
        st.caption(f"File: {words.escaped(file_name(config.data))}")
        if is_foreign(config.data):
            st.caption("Not a file of yours: the run holds what it learned of it. Upload it to read it otherwise.")
        else:
            _format(config, str(path))


def as_far_as_read(config: RunConfig, named: Collection[int]) -> None:
    """The first lines of the file, and the lines `named` as wrong, as a table."""
    if is_foreign(config.data):
        return
    try:
        options = {k: v for k, v in with_typed_options(config.data).options if k in Csv.__dataclass_fields__}
        rows = Csv(**options).first_lines(SHOWN_LINES, named)  # type: ignore[arg-type]
    except ValueError:
        return
    width = max(map(len, rows.values()), default=0)
    names = [f"{k + 1}" for k in range(width)]
    table = pd.DataFrame(
        [[*map(words.in_a_cell, row), *[""] * (width - len(row))] for row in rows.values()], columns=names
    )
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
    data = uploaded.getvalue()
    try:
        first_lines(data, CsvFormat(), 1)
    except ValueError as error:
        errors()["data.path"] = str(error)
        return
    errors().pop("data.path", None)
    try:
        require_bytes(len(data), store())
        settings = {"data.path": save_upload(data, uploaded.name, visitor())}
    except (ValueError, OSError) as error:
        errors()["data.path"] = str(error)
        return
    set_draft(
        draft().with_settings({"data.name": "sine"}).with_settings({"data.name": "csv", **settings}), "data.name", "csv"
    )


def _format(config: RunConfig, path: str) -> None:
    """What the file leaves open, to be settled; and in a popover all of how it is read."""
    try:
        present = upload_path(path).is_file()
    except ValueError:
        present = False
    if not present:
        st.error("The uploaded file is no longer here; upload it again.")
        return
    detected = _detected(config)
    why, asked = _asked(config)
    if asked:
        st.markdown("**To be settled**")
        with st.container(key="asked-why"):  # on a phone, where it stands beside the data, it is far below
            st.caption(words.by_label(words.escaped(why)))
        for name, names in asked.items():
            _control(name, config, detected, names, asked=True)
    with st.popover("How the file is read", width="stretch"):
        st.caption("Found in the file; correct what is wrong.")
        for name in CsvFormat.__dataclass_fields__:
            if name not in asked:
                _control(name, config, detected)


def _asked(config: RunConfig) -> tuple[str, dict[str, tuple[str, ...]]]:
    """What keeps the file from being read, and the options that would settle it, each with its choices where they are names of
    the file."""
    found: dict[str, tuple[str, ...]] = {}
    why = ""
    try:
        load_raw(config.data)
    except CsvError as error:
        why = error.faults[0].sentence
        for fault in error.faults:
            for setting in fault.settings:
                choices = fault.choices if setting == fault.settings[-1] else ()
                found.setdefault(setting.removeprefix("data."), choices)
    except ValueError:
        pass
    return why, found


def _detected(config: RunConfig) -> CsvFormat:
    try:
        return reading_of(csv_of(config.data)).format
    except ValueError:
        return CsvFormat()


def _control(
    name: str, config: RunConfig, detected: CsvFormat, names_of: tuple[str, ...] = (), *, asked: bool = False
) -> None:
    """The widget of one option: what is given, else what was found; where it is `asked` for, nothing was."""
    given, found = dict(config.data.options).get(name), getattr(detected, name)
    setting, label, about = f"data.{name}", words.CSV[name], words.HELP.get(f"data.{name}")
    if name in MARKS:
        names = MARKS[name]
        now = str(given if given not in (None, "") else found)
        st.selectbox(label, help=about, **bound_choice(setting, names.values(), names.get(now, now.lower())))
    elif names_of:
        st.selectbox(label, help=about, placeholder="Choose one", **bound_choice(setting, names_of, given))
    elif name in ("skip_lines", "header_rows"):
        most = 5 if name == "header_rows" else 1000
        st.number_input(label, 0, most, help=about, **bound(setting, int(given if given is not None else found or 0)))
    elif name in CHOICES:
        nothing = None if asked else FOUND
        now = nothing if given is None else given if isinstance(given, str) else YES_NO[bool(given)]
        options = [*CHOICES[name]] if asked else [FOUND, *CHOICES[name]]
        st.selectbox(label, help=about, placeholder="Choose one", **_choice(setting, options, now))
    else:
        st.text_input(label, help=about, **bound(setting, str(given or found or ""), lambda text: text.strip() or None))
    show_error(setting)


YES_NO = {True: "yes", False: "no"}
CHOICES = {"encoding": ENCODINGS, "orient": ORIENTS, "duplicates": DUPLICATES, "day_first": tuple(YES_NO.values())}


def _choice(setting: str, options: list[str], now: str | None) -> dict[str, Any]:
    """A picker that can leave the option to the file."""
    values: dict[str, object] = {FOUND: None, "yes": True, "no": False}
    return bound_choice(setting, options, now, lambda chosen: values.get(chosen, chosen))
