"""Controls of a series: its columns, its span, its parts, and how it becomes windows."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any

import streamlit as st

from lab.config.run import RunConfig
from lab.config.sections import CALENDAR, MAX_HORIZON
from lab.data.series import Series
from lab.data.sources import target_of
from pages.ui.shared import words
from pages.ui.shared.bind import bound, bound_choice, show_error, take, tied
from pages.ui.shared.state import widget_key
from pages.ui.train import csv_upload
from pages.ui.train.options import source_options


def series_options(config: RunConfig, raw: Series | None, missing: int) -> None:
    """Which part of which column, how it is cut and scaled. `missing`: steps that the source lacks."""
    data, columns = config.data, raw.names if raw else ()
    if data.name == "csv":
        csv_upload.draw(config)
    elif data.name == "yahoo":
        _yahoo_options(data.options)
    else:
        source_options(config)
    if raw is not None and len(columns) > 1:
        _columns(config, raw)
    if raw is not None and raw.is_dated:
        _date_range(config, raw)
        st.multiselect("Known ahead", CALENDAR, list(data.calendar), format_func=words.CALENDAR.get, placeholder="Nothing of the date",
                       help=words.HELP["data.calendar"], **tied("data.calendar", tuple))  # fmt: skip
    if missing:
        st.selectbox(
            f"Gaps: {missing:,} steps are missing",
            format_func=words.GAPS.get,
            help=words.HELP["data.gaps"],
            **bound_choice("data.gaps", ("leave", "ffill", "interpolate"), data.gaps),
        )
    st.slider("Training share", 10, 95, step=1, format="%d%%", help=words.HELP["data.train"],
              **bound("data.train", round(100 * data.train), lambda v: v / 100))  # fmt: skip
    st.slider("Validation share", 2, 50, step=1, format="%d%%", help=words.HELP["data.validation"],
              **bound("data.validation", round(100 * data.validation), lambda v: v / 100))  # fmt: skip
    show_error("data.train", "data.validation")
    st.selectbox("Transform", format_func=words.TRANSFORMS.get, help=words.HELP["data.transform"],
                 **bound_choice("data.transform", words.TRANSFORMS, data.transform))  # fmt: skip
    st.selectbox("Outliers", format_func=words.OUTLIERS.get, help=words.HELP["data.outliers"],
                 **bound_choice("data.outliers", words.OUTLIERS, data.outliers))  # fmt: skip
    st.selectbox("Scaling", format_func=words.SCALERS.get, help=words.HELP["data.scaler"],
                 **bound_choice("data.scaler", ("standard", "minmax"), data.scaler))  # fmt: skip


def _columns(config: RunConfig, raw: Series) -> None:
    """One column to learn; or several to read, to forecast or both."""
    data, first = config.data, target_of(raw, config.data)
    several, key = bool(data.targets or data.inputs), widget_key("several")

    def switch() -> None:
        if key in st.session_state:
            on = st.session_state[key]
            take("data.targets" if on else "data.column", (first,) if on else first)

    st.toggle("Several columns", several, key=key, on_change=switch, help=words.HELP["several"])
    if not several:
        st.selectbox("Column to learn", **bound_choice("data.column", raw.names, first))
        show_error("data.column")
        return
    targets = list(data.targets or (first,))
    st.multiselect("Forecast", raw.names, targets, help=words.HELP["data.targets"], **tied("data.targets", tuple))
    st.multiselect(
        "Read", raw.names, list(data.inputs or targets), help=words.HELP["data.inputs"], **tied("data.inputs", tuple)
    )
    show_error("data.targets", "data.inputs", "data.column")


def window_group(config: RunConfig) -> None:
    """How the series becomes examples."""
    window, batch = config.window, config.training.batch_size
    with st.expander(f"**Windows** · {window.size} steps in, {window.horizon} out", key="group-window"):
        st.number_input("Window (steps)", 1, 1000, help=words.HELP["window.size"], **bound("window.size", window.size))
        st.number_input("Horizon (steps)", 1, MAX_HORIZON, help=words.HELP["window.horizon"],
                        **bound("window.horizon", window.horizon))  # fmt: skip
        st.number_input("Stride", 1, 1000, help=words.HELP["window.stride"], **bound("window.stride", window.stride))
        st.number_input("Batch size", 1, 4096, help=words.HELP["training.batch_size"],
                        **bound("training.batch_size", batch))  # fmt: skip
        show_error("window.size", "window.horizon", "window.stride", "training.batch_size")


def _yahoo_options(options: tuple[tuple[str, Any], ...]) -> None:
    from lab.data.sources.yahoo import INTERVALS, PERIODS, Yahoo

    given = {f.name: f.default for f in fields(Yahoo)} | dict(options)
    st.text_input("Ticker", help=words.HELP["data.ticker"], **bound("data.ticker", given["ticker"], str.strip))
    left, right = st.columns(2)
    with left:
        st.selectbox("Period", help=words.HELP["data.period"], **bound_choice("data.period", PERIODS, given["period"]))
    with right:
        st.selectbox(
            "Interval", help=words.HELP["data.interval"], **bound_choice("data.interval", INTERVALS, given["interval"])
        )
    show_error("data.ticker", "data.period", "data.interval")


def _date_range(config: RunConfig, raw: Series) -> None:
    first, last = (date.fromisoformat(str(raw.index[i].astype("M8[D]"))) for i in (0, -1))
    data, span = config.data, f"@{first}-{last}"  # of another span of time, other widgets, that begin at its ends
    start = max(first, date.fromisoformat(data.start)) if data.start else first
    end = min(last, date.fromisoformat(data.end)) if data.end else last
    st.date_input(
        "From", min_value=first, max_value=last, help=words.HELP["data.start"],
        **bound("data.start", min(start, last), lambda d: None if d == first else d.isoformat(), span),
    )  # fmt: skip
    st.date_input(
        "To", min_value=first, max_value=last, help=words.HELP["data.end"],
        **bound("data.end", max(end, first), lambda d: None if d == last else d.isoformat(), span),
    )  # fmt: skip
    show_error("data.start", "data.end")
