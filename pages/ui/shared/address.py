"""What a page shows stands in its address, so that a reload or a shared link shows the same.

A page says at its head `begin`, gives each widget its place by `one_of`, `number` or `several`, and says `end`. The
address is read on arrival alone: with a new tab, from another page, or by the browser's Back. From then on the widgets
lead, and the browser writes the address by itself, in the place of the one before: `st.query_params` would send a
message and leave an entry in the browser's history for every step of a slider.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlencode

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

T = TypeVar("T")

_component = st.components.v2.component(
    "lab_address", js=Path(__file__).with_name("address.js").read_text("utf-8"), isolate_styles=False
)


@dataclass
class _Address:
    page: str
    asked: dict[str, str]  # what stood in the address on arrival, and no widget has taken yet
    shown: dict[str, str] = field(default_factory=dict)
    widgets: list[tuple[str, str, Any, Callable[[Any], str]]] = field(default_factory=list)
    problems: Any = None  # where the sentences on unusable values go


def begin(page: str, run_id: str) -> None:
    """At the head of a page, or of the fragment that is its body: read the address, where it is one that was followed."""
    context = get_script_run_ctx()
    back = context is not None and getattr(context, "is_history_navigation", False)
    arrived = f"address-{page}" not in st.session_state or back
    asked = st.query_params.to_dict() if arrived else _now().asked
    st.session_state["address"] = _Address(page, asked, {"run": run_id}, problems=st.container())


def end() -> None:
    """At the foot: the widgets that were placed, and differ from where they begin, go into the address."""
    now = _now()
    for name, key, default, write in now.widgets:
        value = st.session_state.get(key, default)
        if value != default:
            now.shown[name] = write(value)
    _component(key=f"address-{now.page}", data={"page": now.page, "query": urlencode(now.shown)})


def one_of(name: str, options: Sequence[T], default: T, *, key: str, write: Callable[[T], str] = str) -> T:
    """Which of the options the widget `key` stands on; `name` is the parameter of the address, `write` an option in it."""
    asked = _take(name)
    if asked is not None:
        written = {write(option): option for option in options}
        if asked in written:
            st.session_state[key] = written[asked]
        else:
            some = ", ".join(list(written)[:8]) + (", ..." if len(written) > 8 else "")
            _refuse(name, asked, f"it may be one of {some}", write(default))
    return _place(name, key, default, write, lambda value: value in options)


def number(name: str, low: T, high: T, default: T, *, key: str, write: Callable[[Any], str] | None = None) -> T:
    """Which number between `low` and `high` the widget `key` stands on; all three of one kind, whole or not."""
    asked, write = _take(name), write or _number
    if asked is not None:
        kind: Any = type(default)
        try:
            value = kind(asked)
            nearest = min(max(value, low), high)
            if not value == value:
                raise ValueError
        except ValueError:
            _refuse(name, asked, f"it may be a number from {write(low)} to {write(high)}", write(default))
        else:
            st.session_state[key] = nearest
            if nearest != value:
                _refuse(name, asked, f"it may go from {write(low)} to {write(high)}", write(nearest))
    return _place(name, key, default, write, lambda value: low <= value <= high)


def switch(name: str, default: bool, *, key: str) -> bool:
    """Whether the toggle `key` is on."""
    return one_of(name, (False, True), default, key=key, write=lambda on: "yes" if on else "no")


def several(name: str, options: Iterable[int], *, key: str, most: int = 1000) -> list[int]:
    """Which of the whole numbers the widget `key` holds; none, to begin with."""
    asked, allowed = _take(name), list(options)
    if asked is not None:
        wanted = [int(part) for part in asked.split(",") if part.strip().isdecimal()]
        st.session_state[key] = [k for k in dict.fromkeys(wanted) if k in allowed][:most]
        written = _listed(st.session_state[key])
        if written != asked:
            _refuse(
                name, asked, f"it may be whole numbers from {allowed[0]} to {allowed[-1]} and commas", written or "none"
            )
    return _place(name, key, [], _listed, lambda value: all(k in allowed for k in value))


def asked_for(name: str) -> str | None:
    """What stands in the address about something that no widget holds, on arrival alone."""
    return _take(name)


def show(name: str, text: str) -> None:
    """Put into the address what no widget holds."""
    _now().shown[name] = text


def refuse(name: str, asked: str, rule: str, instead: str) -> None:
    """The sentence over the page for a value of the address that cannot be used."""
    _refuse(name, asked, rule, instead)


def _now() -> _Address:
    return st.session_state["address"]


def _take(name: str) -> str | None:
    return _now().asked.pop(name, None)


def _refuse(name: str, asked: str, rule: str, instead: str) -> None:
    shown = asked if len(asked) <= 40 else f"{asked[:40]}..."
    _now().problems.warning(f"The address asks for {name} {shown!r}, but {rule}. Shown is {instead}.")


def _place(name: str, key: str, default: Any, write: Callable[[Any], str], fits: Callable[[Any], bool]) -> Any:
    value = st.session_state.get(key, default)
    if not fits(value):
        value = default
    if key not in st.session_state or st.session_state[key] != value:
        st.session_state[key] = value
    _now().widgets.append((name, key, default, write))
    return value


def _number(value: Any) -> str:
    return f"{value:.6g}" if isinstance(value, float) else str(value)


def _listed(values: Iterable[int]) -> str:
    return ",".join(map(str, values))
