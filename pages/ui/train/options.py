"""Options that a data set has of its own."""

from __future__ import annotations

from dataclasses import fields

import streamlit as st

from lab.config.run import RunConfig
from lab.data.sources import DATASETS
from pages.ui.shared import words
from pages.ui.shared.bind import bound, show_error


def source_options(config: RunConfig) -> None:
    """A widget for each option that the data set has of its own, by its type."""
    options = fields(DATASETS[config.data.name])
    if not options:
        return
    given = dict(config.data.options)
    with st.popover("Shape of the data", width="stretch"):
        for option in options:
            setting, value = f"data.{option.name}", given.get(option.name, option.default)
            label, text = words.OPTIONS.get(option.name, (option.name.replace("_", " ").capitalize(), None))
            if isinstance(option.default, float):
                st.number_input(label, format="%g", help=text, **bound(setting, float(value)))
            elif isinstance(value, int):
                st.number_input(label, step=1, help=text, **bound(setting, value))
            else:
                st.text_input(label, help=text, **bound(setting, value))
            show_error(setting)
