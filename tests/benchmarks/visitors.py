"""Visitors without a browser: sessions that speak Streamlit's own protocol, as the browser's page does.

A visitor keeps the values of all widgets it was sent and sends them back with every change, knows the fragment that a
widget stands in, follows what a fragment does every so many seconds, and reports which messages it has kept.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

ANSWERED = (ForwardMsg.FINISHED_SUCCESSFULLY, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)
PATIENCE = 120.0  # seconds for one answer


@dataclass(frozen=True)
class Widget:
    """A widget on the page: what it is, and the fragment that it stands in (`""`: the page's script itself)."""

    kind: str
    element: Any  # its protobuf message
    fragment: str


@dataclass
class Visitor:
    """One session: `connect`, `visit` a page, then `act`; every call gives the seconds until the answer was complete."""

    url: str  # ws://127.0.0.1:8501/_stcore/stream
    chance: random.Random
    socket: ClientConnection | None = None
    widgets: dict[str, Widget] = field(default_factory=dict)
    values: dict[str, WidgetState] = field(default_factory=dict)
    kept: dict[str, ForwardMsg] = field(default_factory=dict)  # messages that need not be sent again, by hash
    pages: dict[str, str] = field(default_factory=dict)
    page: str = ""
    query: str = ""
    errors: list[str] = field(default_factory=list)
    received: int = 0  # bytes
    looks: int = 0  # of fragments that run every so many seconds
    ticking: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _answered: asyncio.Event = field(default_factory=asyncio.Event)
    _reader: asyncio.Task[None] | None = None

    async def connect(self) -> float:
        """Open the app's first page."""
        self.socket = await connect(self.url, max_size=None, subprotocols=["streamlit"])  # type: ignore[list-item]
        self._reader = asyncio.create_task(self._read())
        return await self._ask()

    async def close(self) -> None:
        for task in self.ticking.values():
            task.cancel()
        if self.socket is not None:
            await self.socket.close()

    async def visit(self, title: str, query: str = "") -> float:
        """Another page, by the navigation (or by a link, with its query)."""
        self.page, self.query = self.pages[title], query
        self._forget_ticking()
        return await self._ask()

    async def act(self, like: Callable[[Widget], bool]) -> float:
        """Change one widget, of those that are liked, to another value."""
        choices = [w for w in self.widgets.values() if w.kind in CHANGES and like(w) and not w.element.disabled]
        if not choices:
            raise LookupError(
                f"There is none of the wanted widgets: {[w.element.label for w in self.widgets.values()]}"
            )
        widget = self.chance.choice(choices)
        CHANGES[widget.kind](self.values[widget.element.id], widget.element, self.chance)
        return await self._ask(widget.fragment)

    async def press(self, label: str) -> float:
        """Press a button."""
        widget = next(w for w in self.widgets.values() if w.kind == "button" and w.element.label == label)
        return await self._ask(widget.fragment, WidgetState(id=widget.element.id, trigger_value=True))

    async def _ask(self, fragment: str = "", pressed: WidgetState | None = None, *, tick: bool = False) -> float:
        message = BackMsg()
        state = message.rerun_script
        state.page_script_hash, state.query_string, state.fragment_id = self.page, self.query, fragment
        state.is_auto_rerun = tick
        state.widget_states.widgets.extend([*self.values.values(), *([pressed] if pressed else [])])
        state.cached_message_hashes.extend(self.kept)
        state.context_info.timezone, state.context_info.locale = "UTC", "en"
        began = time.perf_counter()
        if tick:
            await self._send(message)
            return 0.0
        self._answered.clear()
        await self._send(message)
        await asyncio.wait_for(self._answered.wait(), PATIENCE)
        return time.perf_counter() - began

    async def _send(self, message: BackMsg) -> None:
        assert self.socket is not None
        await self.socket.send(message.SerializeToString())

    async def _read(self) -> None:
        assert self.socket is not None
        seen: dict[str, Widget] = {}
        whole = True
        async for data in self.socket:
            assert isinstance(data, bytes)
            self.received += len(data)
            message = ForwardMsg()
            message.ParseFromString(data)
            run = message.metadata.run
            if message.WhichOneof("type") == "ref_hash":
                message = self.kept[message.ref_hash]
            elif message.metadata.cacheable:
                self.kept[message.hash] = message
            kind = message.WhichOneof("type")
            if kind == "new_session":
                seen, whole = {}, not run.fragment_ids
                self.page = message.new_session.page_script_hash
                if whole:
                    self._forget_ticking()
            elif kind == "navigation":
                self.pages = {page.page_name: page.page_script_hash for page in message.navigation.app_pages}
            elif kind == "page_info_changed":
                self.query = message.page_info_changed.query_string
            elif kind == "delta":
                self._take(message.delta, seen)
            elif kind == "auto_rerun":
                self._tick(message.auto_rerun.fragment_id, message.auto_rerun.interval)
            elif kind == "session_event" and message.session_event.WhichOneof("type") == "script_compilation_exception":
                self.errors.append(message.session_event.script_compilation_exception.message)
            elif kind == "script_finished" and message.script_finished in ANSWERED:
                self.widgets = seen if whole else self.widgets | seen
                if whole:
                    self.values = {key: value for key, value in self.values.items() if key in self.widgets}
                self._answered.set()

    def _take(self, delta: Delta, seen: dict[str, Widget]) -> None:
        if delta.WhichOneof("type") != "new_element":
            return
        element: Element = delta.new_element
        kind = str(element.WhichOneof("type"))
        if kind == "exception":
            self.errors.append(element.exception.message)
        if kind in CHANGES or kind == "button":
            proto = getattr(element, kind)
            seen[proto.id] = Widget(kind, proto, delta.fragment_id)
            if kind in FIRST and (proto.id not in self.values or proto.set_value):
                self.values[proto.id] = WidgetState(id=proto.id)
                FIRST[kind](self.values[proto.id], proto)

    def _tick(self, fragment: str, seconds: float) -> None:
        async def go_on() -> None:
            while True:
                await asyncio.sleep(seconds)
                await self._ask(fragment, tick=True)
                self.looks += 1

        if fragment in self.ticking:
            self.ticking[fragment].cancel()
        self.ticking[fragment] = asyncio.create_task(go_on())

    def _forget_ticking(self) -> None:
        for task in self.ticking.values():
            task.cancel()
        self.ticking = {}


def _first_slider(state: WidgetState, slider: Any) -> None:
    if slider.options:
        state.string_array_value.data[:] = (
            slider.raw_value if slider.set_value else [slider.options[int(k)] for k in slider.default]
        )
    else:
        state.double_array_value.data[:] = slider.value if slider.set_value else slider.default


def _first_choice(state: WidgetState, group: Any) -> None:
    chosen = group.raw_values if group.set_value else [group.options[k].content for k in group.default]
    state.string_array_value.data[:] = chosen


def _first_option(state: WidgetState, box: Any) -> None:
    if box.set_value or box.HasField("default"):
        state.string_value = box.raw_value if box.set_value else box.options[box.default]


def _first_switch(state: WidgetState, box: Any) -> None:
    state.bool_value = box.value if box.set_value else box.default


def _other_place(state: WidgetState, slider: Any, chance: random.Random) -> None:
    if slider.options:
        state.string_array_value.data[:] = [chance.choice(list(slider.options))]
        return
    steps = max(1, round((slider.max - slider.min) / (slider.step or 1)))
    state.double_array_value.data[0] = min(slider.max, slider.min + chance.randint(0, steps) * (slider.step or 1))


def _other_choice(state: WidgetState, group: Any, chance: random.Random) -> None:
    state.string_array_value.data[:] = [chance.choice([option.content for option in group.options])]


def _other_option(state: WidgetState, box: Any, chance: random.Random) -> None:
    state.string_value = chance.choice(list(box.options))


def _switched(state: WidgetState, box: Any, chance: random.Random) -> None:
    state.bool_value = not state.bool_value


FIRST: dict[str, Callable[[WidgetState, Any], None]] = {
    "slider": _first_slider, "button_group": _first_choice, "selectbox": _first_option, "checkbox": _first_switch,
}  # fmt: skip
CHANGES: dict[str, Callable[[WidgetState, Any, random.Random], None]] = {
    "slider": _other_place, "button_group": _other_choice, "selectbox": _other_option, "checkbox": _switched,
}  # fmt: skip
