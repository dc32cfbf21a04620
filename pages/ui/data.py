"""Data for pages: loaded once, failures remembered for a moment so that a rerun does not ask the network again."""

from __future__ import annotations

import time

import streamlit as st

from lab.config import DataConfig
from lab.datasets import load_all
from lab.series import Series

FORGET_SECONDS = 30.0


def load_raw(config: DataConfig) -> Series:
    """Every column of the data set, as `lab.datasets.load_all`; ValueError where it can't be had."""
    key = (config.name, config.options)
    failed = st.session_state.setdefault("load_failures", {})
    if key in failed and time.time() - failed[key][0] < FORGET_SECONDS:
        raise ValueError(failed[key][1])
    try:
        return _load_raw(*key)
    except ValueError as error:
        failed[key] = (time.time(), str(error))
        raise


@st.cache_data(ttl=3600, max_entries=16, show_spinner="Loading the data")
def _load_raw(name: str, options: tuple[tuple[str, object], ...]) -> Series:
    return load_all(DataConfig(name=name, options=options))  # type: ignore[arg-type]
