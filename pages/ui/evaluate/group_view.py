"""A group of runs on the page: which one, how far it is, what can be asked of it; it is drawn anew while it goes on."""

from __future__ import annotations

import time
from collections.abc import Callable

import streamlit as st

from lab.config.run import RunConfig
from lab.jobs import groups
from lab.jobs.estimate import seconds_an_epoch
from lab.jobs.sweeps import advance
from lab.runs.damage import DamagedRun
from lab.runs.group import Group, GroupStore, Kind, Look
from lab.runs.history import History
from lab.runs.run import Run
from lab.scoring.backtest import Plan
from pages.ui.evaluate import words as own
from pages.ui.runs.picker import machine_pace
from pages.ui.shared import address, words
from pages.ui.shared.layout import refusal, sound_runs
from pages.ui.shared.state import store
from pages.ui.shared.visitor import is_mine
from pages.ui.train.followed import Followed
from pages.ui.train.follower import duration

LOOK_SECONDS = 1.0


def groups_of(run: Run, kind: Kind) -> list[Group]:
    """Those that began with this run, or that it is in, newest first."""
    return [
        group
        for group in GroupStore(store()).list(kind)
        if group.record.base == run.id or any(member.run == run.id for member in group.record.members)
    ]


def complete_link() -> None:
    """Of a link that names a group alone: the run that it is of, its view, and what it was asked for."""
    asked = st.query_params.get("group")
    if not asked:
        return
    try:
        record = GroupStore(store()).open(asked).record
    except ValueError as error:
        st.warning(words.escaped(str(error)))
        return
    found = {"run": record.base or record.members[0].run, "view": record.kind}
    if record.kind == "backtest":
        plan = Plan(**record.options["plan"])
        found |= {"weights": "anew", "folds": str(plan.folds), "horizon": str(plan.horizon), "stride": str(plan.stride),
                  "gap": str(plan.gap), "trained": "sliding" if plan.sliding else "expanding"}  # fmt: skip
    for name, value in found.items():
        if name not in st.query_params:
            st.query_params[name] = value


def submitted(make: Callable[[], Group]) -> None:
    """Queue a group and show it; where that can't be, the sentence that says why."""
    try:
        group = make()
    except (ValueError, OSError) as error:
        refusal(error)
        return
    st.session_state[f"group-{group.record.kind}"] = group.id
    st.rerun()


def choose_group(run: Run, kind: Kind) -> Group | None:
    """Which of the run's groups of this kind is shown: the newest, unless another is chosen; None where there is none."""
    found = groups_of(run, kind)
    if not found:
        return None
    by_id = {group.id: group for group in found}
    key = f"group-{kind}"
    start = address.one_of("group", list(by_id), found[0].id, key=key)
    if len(found) > 1:
        st.selectbox(
            "Shown", list(by_id), index=list(by_id).index(start), key=key,
            format_func=lambda name: f"{by_id[name].record.title} ({_made(by_id[name])})", help=own.HELP["shown"],
        )  # fmt: skip
    else:
        st.markdown(f"**{words.escaped(found[0].record.title)}** ({_made(found[0])})")
    return by_id[st.session_state.get(key, start)]


def _made(group: Group) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(group.record.made))


def histories_of(group: Group) -> dict[str, History]:
    """What each member has learned so far, by its label, read on from where it was left off."""
    known: dict[str, Followed] = st.session_state.setdefault(f"followed-{group.id}", {})
    found, runs = {}, group.runs
    for member in group.record.members:
        if member.run in runs:
            memory = known.setdefault(member.run, Followed(runs[member.run]))
            try:
                if memory.history.final is None:
                    memory.look()
            except DamagedRun:
                continue
            if memory.history.epochs:
                found[member.label] = memory.history
    return found


def watch(group: Group, draw: Callable[[Group], None], more: Callable[[Group], None] | None = None) -> None:
    """How far it is, its buttons, and what `draw` draws of it; again and again while it goes on. `more`: further buttons while it does."""
    seen = group.look()
    if not (seen.is_under_way or advance(group)):
        _strip(group, seen, None)
        draw(group)
        return

    @st.fragment(run_every=LOOK_SECONDS)
    @sound_runs()
    def coming() -> None:
        seen = group.look()
        if not seen.is_under_way and not advance(group):
            st.rerun()
        _strip(group, seen, more or (lambda _: None))
        draw(group)

    coming()


def _strip(group: Group, seen: Look, more: Callable[[Group], None] | None) -> None:
    """`more`: its further buttons; None where it is over."""
    live = more is not None
    counts = seen.counts
    total, over = sum(counts.values()), counts["finished"]
    parts = [f"{over} of {total} finished"] + [
        f"{count} {own.GROUP_STATUS.get(status, status)}" for status, count in counts.items() if status != "finished"
    ]
    if live:
        st.progress(min(1.0, seen.done), ", ".join(parts))
    elif len(parts) > 1 or total != over:
        st.caption(", ".join(parts) + ".")
    if not all(is_mine(run) for run in group.runs.values()):
        return
    with st.container(horizontal=True):
        if live and st.button("Stop all", icon=":material/stop:", key=f"stop-{group.id}", help=own.HELP["stop"]):
            groups.stop(group)
            st.rerun()
        if more is not None:
            more(group)
        idle = counts["stopped"] + counts["interrupted"]
        if not live and idle and st.button(f"Resume {idle}", icon=":material/play_arrow:", key=f"resume-{group.id}",
                                           help=own.HELP["resume"]):  # fmt: skip
            try:
                groups.resume(group)
            except (ValueError, OSError) as error:
                refusal(error)
            else:
                st.rerun()
        if not live and st.button("Delete", icon=":material/delete:", key=f"delete-{group.id}"):
            _ask_to_delete(group)


@st.dialog("Delete these runs?")
def _ask_to_delete(group: Group) -> None:
    st.markdown(
        f"**{words.escaped(group.record.title)}**: all {len(group.runs)} runs with their weights will be gone for good."
    )
    with st.container(horizontal=True):
        if st.button("Delete", type="primary", key="delete-group-confirmed"):
            try:
                GroupStore(store()).delete(group)
            except ValueError as error:
                refusal(error)
            else:
                st.session_state.pop(f"group-{group.record.kind}", None)
                st.rerun()
        if st.button("Keep", key="delete-group-cancelled"):
            st.rerun()


def member_links(group: Group) -> None:
    """A link to each run of the group, by its label."""
    runs = group.runs
    with st.expander("Its runs"), st.container(horizontal=True):
        for member in group.record.members:
            if member.run in runs:
                st.page_link("pages/train.py", label=member.label, icon=":material/show_chart:",
                             query_params={"run": member.run})  # fmt: skip


def how_long(configs: list[RunConfig], length: int) -> str:
    """About how long these trainings take one after the other on this machine, in words."""
    try:
        seconds = sum(config.training.epochs * seconds_an_epoch(config, length) for config in configs) * machine_pace()
    except (ValueError, DamagedRun):
        return ""
    return (
        f"about {duration(seconds + 2 * len(configs))} of training"
        if seconds < 60
        else f"about {duration(seconds)} of training"
    )
