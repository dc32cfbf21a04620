"""Races: several recurrent networks on one task, with the same data, sizes and seed, as runs of a group."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Sequence

from lab import jobs
from lab.config.candidates import CANDIDATES, entry, require_candidates
from lab.config.run import RunConfig
from lab.data.series import Series
from lab.jobs.groups import Variant, submit_group
from lab.runs.damage import DamagedRun
from lab.runs.group import Group, status_of
from lab.runs.run import UNDER_WAY, Run
from lab.runs.store import RunStore


def submit_race(
    config: RunConfig,
    names: Sequence[str],
    *,
    series: Series | None = None,
    base: str = "",
    store: RunStore | None = None,
    limited: bool = True,
) -> Group:
    """Train the config with each of the candidates. ValueError for another number of them, or other ones, or a network without recurrence."""
    require_candidates(tuple(names))
    variants = [
        Variant(
            entry(config, name),
            CANDIDATES[name].label,
            {k: str(v) for k, v in CANDIDATES[name].settings.items()},
            series,
        )
        for name in names
    ]
    title = " against ".join(CANDIDATES[name].label for name in names)
    return submit_group(
        "race", title, variants, config=config, base=base, options={"names": list(names)}, store=store, limited=limited
    )


def pause(group: Group) -> None:
    """Hold all that train; those that wait hold before their first step."""
    _each(group, jobs.pause)


def go_on(group: Group) -> None:
    """Let all that are held go on."""
    _each(group, jobs.go_on)


def step(group: Group) -> None:
    """One more epoch for each: as one is held it makes room for the next, so that they advance side by side, however few workers there are."""
    _each(group, jobs.step)


def _each(group: Group, ask: Callable[[Run], None]) -> None:
    for run in group.runs.values():
        if status_of(run) in UNDER_WAY:
            with contextlib.suppress(DamagedRun):
                ask(run)
