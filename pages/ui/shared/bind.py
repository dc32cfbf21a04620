"""Widgets tied to the draft.

The draft in the session is the one truth. A widget shows a part of it; its callback puts the new value back, before the
page is drawn, and where the value breaks a rule the sentence that says so stands under the widget.

A widget is given the draft's value as its own default at every run. Were it put into `st.session_state` instead, Streamlit
would tell the browser of it once only, and where that message is overtaken by the next run, as on a busy machine, the
browser would show the smallest value and send that back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import streamlit as st

from lab.config.run import RunConfig
from lab.data.sources import check_options
from pages.ui.shared.layout import refusal
from pages.ui.shared.state import draft, widget_key


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


def bound(setting: str, value: object, read: Callable[[Any], object] = lambda v: v, about: str = "") -> dict[str, Any]:
    """Arguments that tie a widget to a setting of the draft. `read` turns what the widget holds into the setting.

    Of something else, by `about`, it is another widget.
    """
    return {"value": value, **tied(setting, read, about)}


def bound_choice(
    setting: str, options: Iterable[object], value: object, read: Callable[[Any], object] = lambda v: v
) -> dict[str, Any]:
    """Arguments that tie a picker to a setting of the draft; none is chosen where `value` is no option."""
    return {**choices(options, value), **tied(setting, read)}


def choices(options: Iterable[object], value: object) -> dict[str, Any]:
    """The options of a picker and which of them is `value`."""
    listed = list(options)
    return {"options": listed, "index": listed.index(value) if value in listed else None}


def tied(setting: str, read: Callable[[Any], object], about: str = "") -> dict[str, Any]:
    """The key and the callback that tie a widget of any kind to a setting; see `bound`."""
    key = widget_key(setting) + about

    def changed() -> None:
        if key in st.session_state:  # not so where another callback of the same press has begun the draft anew
            take(setting, read(st.session_state[key]))

    return {"key": key, "on_change": changed}


def show_error(*settings: str) -> None:
    """The sentence under a widget, if its value breaks a rule."""
    for setting in settings:
        if setting in errors():
            refusal(errors()[setting])
