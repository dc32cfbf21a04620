"""Groups of runs for workers: all members are queued at once, stopped together, and resumed together."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from lab import jobs
from lab.config.home import write_text
from lab.config.run import RunConfig
from lab.jobs.limits import require_room
from lab.jobs.submit import enqueue, make
from lab.runs.damage import DamagedRun
from lab.runs.group import Group, GroupStore, Kind, Member, Record, join, status_of
from lab.runs.run import UNDER_WAY, Run
from lab.runs.store import RunStore

MOST_MEMBERS = 100


@dataclass(frozen=True)
class Variant:
    """A run to be made for a group.

    Args:
        settings: what of it differs from the others, as `RunConfig.with_settings` reads it.
        data: what it learns, where that is given and not loaded.
    """

    config: RunConfig
    label: str
    settings: Mapping[str, str] = field(default_factory=dict)
    data: Any = None
    rung: int = 0


def submit_group(
    kind: Kind,
    title: str,
    variants: Sequence[Variant],
    *,
    config: RunConfig,
    base: str = "",
    options: Mapping[str, Any] | None = None,
    store: RunStore | None = None,
    limited: bool = True,
) -> Group:
    """Make a run of each variant and queue them all. ValueError, before anything is made, where one does not fit its data or, if
    `limited`, a limit of this server is met.

    Args:
        config: what the variants are variations of.
        base: id of the run that it comes from, if of any.
        options: what the group's kind needs to know later.
    """
    store = store or RunStore()
    _require_members(len(variants))
    if limited:
        require_room(variants[0].config, store, [variant.config for variant in variants[1:]])
    runs = _made(variants, store, limited)
    members = [Member(run.id, v.label, v.settings, v.rung) for run, v in zip(runs, variants, strict=True)]
    record = Record(kind, title, config.to_json(), tuple(members), base, options or {}, time.time())
    group = GroupStore(store).create(record)
    _queue(group, runs)
    return group


def grow(group: Group, variants: Sequence[Variant], store: RunStore) -> None:
    """Make and queue more runs of a group, for the next round of a sweep. ValueError as `submit_group`."""
    runs = _made(variants, store, limited=False)
    with contextlib.suppress(StopIteration, OSError):  # whoever owns the first ones owns these
        owner = next(iter(group.runs.values())).path / "owner"
        text = owner.read_text(encoding="utf-8")
        for run in runs:
            write_text(run.path / "owner", text)
    group.add([Member(run.id, v.label, v.settings, v.rung) for run, v in zip(runs, variants, strict=True)])
    _queue(group, runs)


def _made(variants: Sequence[Variant], store: RunStore, limited: bool) -> list[Run]:
    """A run of each; where one of them cannot be made, none is."""
    runs: list[Run] = []
    try:
        for variant in variants:
            try:
                runs.append(make(variant.config, variant.data, None, store, limited=limited))
            except ValueError as error:
                raise ValueError(f"{variant.label}: {error}") from None
    except (ValueError, OSError):
        for run in runs:
            store.delete(run)
        raise
    return runs


def _queue(group: Group, runs: Sequence[Run]) -> None:
    for run in runs:
        join(run, group)
    enqueue(*runs)


def stop(group: Group) -> None:
    """Stop every member; those that wait are taken out of the queue first, so that none of them begins meanwhile."""
    waits = {run.id: status_of(run) == "queued" for run in group.runs.values()}
    for run in sorted(group.runs.values(), key=lambda run: not waits[run.id]):
        if status_of(run) in UNDER_WAY:
            with contextlib.suppress(DamagedRun):
                jobs.stop(run)


def resume(group: Group) -> int:
    """Queue every member again that was stopped or interrupted: how many."""
    found = [run for run in group.runs.values() if status_of(run) in ("stopped", "interrupted")]
    for run in found:
        jobs.resume(run)
    return len(found)


def with_seed(config: RunConfig, seed: int) -> RunConfig:
    """The same experiment with other random numbers."""
    return replace(config, seed=seed)


def submit_seeds(
    config: RunConfig,
    count: int,
    *,
    data: Any = None,
    base: str = "",
    store: RunStore | None = None,
    limited: bool = True,
) -> Group:
    """Train one config with `count` seeds, its own and those that follow it. ValueError unless that is 2 to 100."""
    if not 2 <= count <= MOST_MEMBERS:
        raise ValueError(f"The number of seeds must be a whole number from 2 to {MOST_MEMBERS}; received {count}.")
    variants = [
        Variant(with_seed(config, seed), f"seed {seed}", {"seed": str(seed)}, data)
        for seed in range(config.seed, config.seed + count)
    ]
    return submit_group(
        "seeds", f"{count} seeds", variants, config=config, base=base, store=store, limited=limited
    )  # fmt: skip


def _require_members(count: int) -> None:
    if not 1 <= count <= MOST_MEMBERS:
        raise ValueError(f"A group must have from 1 to {MOST_MEMBERS} runs; this would be {count:,}.")
