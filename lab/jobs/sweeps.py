"""Sweeps: one config over a grid, at random, or by successive halving, as runs of a group."""

from __future__ import annotations

import contextlib
import math
import os
from collections.abc import Sequence
from dataclasses import replace

from lab.config.grid import Grid, Point, label_of, name_of
from lab.config.run import RunConfig
from lab.data.series import Series
from lab.jobs import pool
from lab.jobs.groups import Variant, grow, submit_group
from lab.runs.group import Group, group_of, status_of
from lab.runs.group_rows import Row, best_first, rows
from lab.runs.run import UNDER_WAY, Run
from lab.runs.store import RunStore

SHARED = ("data.name", "data.start", "data.end", "data.first", "data.stop", "data.train", "data.validation")


def submit_sweep(
    config: RunConfig,
    grid: Grid,
    *,
    draws: int | None = None,
    halving: int | None = None,
    series: Series | None = None,
    base: str = "",
    store: RunStore | None = None,
    limited: bool = True,
) -> Group:
    """Train the config with every combination of the grid, or with `draws` of them drawn at random.

    Args:
        halving: successive halving by this factor, 2 to 4: all train for a few epochs; the best of them, one in so many, begin anew with
            so many times the epochs, until the last ones get those of the config (Jamieson & Talwalkar 2016).
        series: what is learned, where the combinations leave that alone.

    Raises:
        ValueError: a combination breaks a rule or does not fit the data; runs that cannot be compared; a limit of this server.
    """
    if foreign := [key for key in grid.values if key in SHARED]:
        raise ValueError(f"A sweep may not change `{foreign[0]}`: runs on other data, or other parts, do not compare.")
    points = grid.points(config, draws, config.seed)
    if len(points) < 2:
        raise ValueError(f"A sweep needs at least 2 combinations; received {len(points)}.")
    budgets = _budgets(len(points), config.training.epochs, halving)
    variants = [_variant(config, point, budgets[0], 0, series) for point in points]
    how = f"successive halving by {halving}" if halving else "at random" if draws is not None else "all combinations"
    names = ", ".join(map(name_of, grid.values))
    return submit_group(
        "sweep", f"{names}: {len(points)} combinations, {how}", variants, config=config, base=base,
        options={"keys": list(grid.values), "budgets": budgets, "halving": halving},
        store=store, limited=limited,
    )  # fmt: skip


def _budgets(count: int, epochs: int, halving: int | None) -> list[int]:
    """The epochs of each round; the last one's are the config's. ValueError for another factor than 2 to 4."""
    if halving is None:
        return [epochs]
    if halving not in (2, 3, 4):
        raise ValueError(f"The factor of successive halving must be 2, 3 or 4; received {halving}.")
    rounds = 1 + math.floor(math.log(count, halving) + 1e-9)
    return [max(1, round(epochs / halving ** (rounds - 1 - k))) for k in range(rounds)]


def _variant(config: RunConfig, point: Point, epochs: int, rung: int, series: Series | None) -> Variant:
    chosen = config.with_settings(point)
    if "training.epochs" not in point:
        chosen = replace(chosen, training=replace(chosen.training, epochs=epochs))
    same = chosen.data == config.data
    return Variant(chosen, label_of(point), point, series if same else None, rung)


def advance(group: Group, store: RunStore | None = None) -> bool:
    """Begin the next round of successive halving once the last is over: whether one was begun now.

    Of several who find that out at once one begins it.
    """
    record = group.record
    budgets: Sequence[int] = record.options.get("budgets", ())
    now = max(member.rung for member in record.members)
    if record.kind != "sweep" or now + 1 >= len(budgets):
        return False
    at_it = [m for m in record.members if m.rung == now]
    runs = group.runs
    if any(status_of(runs[m.run]) in (*UNDER_WAY, "stopped", "interrupted") for m in at_it if m.run in runs):
        return False
    ranked = [row for row in best_first(rows(group)) if row.member.rung == now and row.value is not None]
    if not ranked:
        return False
    claim = group.path / f"round-{now + 1}"
    with contextlib.suppress(FileExistsError):
        os.close(os.open(claim, os.O_CREAT | os.O_EXCL))
        kept = ranked[: max(1, len(at_it) // int(record.options["halving"]))]
        config = RunConfig.from_json(record.config)
        grow(group, [_next(config, row, budgets[now + 1], now + 1) for row in kept], store or _store_of(group))
        return True
    return False


def _next(config: RunConfig, row: Row, epochs: int, rung: int) -> Variant:
    assert row.run is not None
    data = row.run.data if (row.run.path / "series.npz").exists() else None
    return replace(_variant(config, row.member.settings, epochs, rung, None), data=data)


def after(run: Run) -> None:
    """Somebody's run is over: what its group does next, if it belongs to one."""
    name = group_of(run)
    if name:
        group = Group(run.path.parent.parent / "groups" / name)
        if (group.path / "group.json").exists():
            advance(group)


def _store_of(group: Group) -> RunStore:
    return RunStore(group.path.parent.parent)


pool.POOL.when_over.append(after)
