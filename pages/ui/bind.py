"""Widgets tied to the draft.

The draft in the session is the one truth. A widget shows a part of it; its callback puts the new value back, before the
page is drawn, and where the value breaks a rule the sentence that says so stands under the widget.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import streamlit as st

from lab.config import RunConfig
from lab.datasets import check_options
from pages.ui.state import draft, widget_key


def errors() -> dict[str, str]:
    """The sentences that stand under widgets now, by setting."""
    found: dict[str, str] = st.session_state.setdefault("control_errors", {})
    return found


def take(setting: str, value: object) -> None:
    """Put one setting into the draft, or keep its error; what was refused before may do beside the new value."""
    refused: dict[str, object] = st.session_state.setdefault("refused", {})
    refused[setting] = value
    waiting = [setting, *(key for key in refused if key != setting)]
    for key in waiting:
        change_draft(key, lambda config, key=key: config.with_settings({key: refused[key]}))
        if key not in errors():
            del refused[key]
        elif key == setting:
            break


def change_draft(setting: str, change: Callable[[RunConfig], RunConfig]) -> None:
    """Apply a change to the draft; a ValueError becomes the sentence under the widget of `setting`."""
    try:
        config = change(draft())
        check_options(config.data)
    except ValueError as error:
        errors()[setting] = str(error)
        return
    errors().pop(setting, None)
    st.session_state.draft = config


def seeded(setting: str, value: object) -> str:
    """The key of a setting's widget, which begins at `value`."""
    key = widget_key(setting)
    st.session_state.setdefault(key, value)
    return key


def bound(setting: str, value: object, read: Callable[[Any], object] = lambda v: v) -> dict[str, Any]:
    """Arguments that tie a widget to a setting of the draft. `read` turns what the widget holds into the setting."""
    key = seeded(setting, value)

    def changed() -> None:
        if key in st.session_state:  # not so where another callback of the same press has begun the draft anew
            take(setting, read(st.session_state[key]))

    return {"key": key, "on_change": changed}


def say_error(*settings: str) -> None:
    """The sentence under a widget, if its value breaks a rule."""
    for setting in settings:
        if setting in errors():
            st.error(errors()[setting])
