"""Groups on real workers: all queued at once, stopped together, resumed, a sweep that halves by itself."""

from __future__ import annotations

import json
import os
import signal
import sys
import time

import numpy as np
import pytest
from test_jobs import LONG, SMALL, wait_for
from test_jobs import pool as pool

from lab import jobs
from lab.config.grid import Grid
from lab.jobs import groups, sweeps, worker
from lab.jobs import pool as pool_module
from lab.jobs.backtests import submit_backtest
from lab.runs.backtest_file import fold_scores
from lab.runs.group import status_of
from lab.runs.group_rows import best_first, rows
from lab.runs.run import Run
from lab.runs.store import RunStore
from lab.scoring.backtest import Plan, overall


def unanswered(monkeypatch: pytest.MonkeyPatch) -> list[Run]:
    """The runs that were handed to the pool, which does nothing with them; to be waited for, as a thread hands them over."""
    runs: list[Run] = []
    monkeypatch.setattr(pool_module.POOL, "submit", runs.append)
    return runs


@pytest.fixture
def over() -> Run:
    run = jobs.create(SMALL, name="over")
    worker.execute(run.path)
    return run


def test_a_backtest_trains_each_fold_on_its_past(pool: pool_module.Pool, over: Run) -> None:
    group = submit_backtest(over, Plan(3, 2, gap=2, retrain=True))
    assert fold_scores(group) == []
    wait_for(lambda: not group.is_under_way)
    assert dict(group.counts()) == {"finished": 3}
    found = fold_scores(group)
    assert [len(done.scores[0].by_step) for done in found] == [2, 2, 2]
    for run, done in zip(group.runs.values(), found, strict=True):
        assert len(run.series) == done.fold.end - done.fold.first
        assert run.prepared.split.validation_end + 2 == done.fold.start - done.fold.first
    assert overall(found)[0].mae > 0
    kept = (group.path / "folds.json").read_bytes()
    for run in group.runs.values():
        RunStore().delete(run)
    assert fold_scores(group) == found, "the scores stay when the runs go"
    assert (group.path / "folds.json").read_bytes() == kept


def test_a_stop_stops_all_of_them_within_a_second(pool: pool_module.Pool) -> None:
    group = groups.submit_seeds(LONG, 3)
    first = next(iter(group.runs.values()))
    wait_for(lambda: len(first.history().epochs) > 3)
    assert [status_of(run) for run in group.runs.values()] == ["running", "queued", "queued"]
    began = time.monotonic()
    groups.stop(group)
    wait_for(lambda: not group.is_under_way)
    assert time.monotonic() - began < 3, "a second, on a machine that others use"
    assert dict(group.counts()) == {"stopped": 3}
    assert groups.resume(group) == 3
    wait_for(lambda: first.status() == "running")
    groups.stop(group)
    wait_for(lambda: not group.is_under_way)


@pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX's")
def test_a_backtest_that_loses_its_worker_goes_on(pool: pool_module.Pool) -> None:
    long = jobs.create(SMALL.with_settings({"training.epochs": 400}), name="long")
    group = submit_backtest(long, Plan(2, 1, retrain=True))
    first = next(iter(group.runs.values()))
    wait_for(lambda: len(first.history().epochs) > 20)
    os.kill(json.loads((first.path / "worker.json").read_text())["pid"], signal.SIGKILL)
    wait_for(lambda: dict(group.counts()) == {"finished": 2}, 120)
    assert len(fold_scores(group)) == 2
    assert [e.epoch for e in first.history().epochs] == list(range(401))


def test_seeds_differ_in_nothing_but_the_seed(pool: pool_module.Pool) -> None:
    group = groups.submit_seeds(SMALL, 2)
    wait_for(lambda: not group.is_under_way)
    one, two = group.runs.values()
    assert (one.config.seed, two.config.seed) == (0, 1)
    assert groups.with_seed(two.config, 0) == one.config
    alone = jobs.create(SMALL)
    worker.execute(alone.path)
    losses = [[e.loss for e in run.history().epochs] for run in (alone, one, two)]
    assert np.allclose(losses[0], losses[1], rtol=1e-5)
    assert not np.allclose(losses[1], losses[2])


def test_successive_halving_goes_on_with_the_best(pool: pool_module.Pool) -> None:
    pool.when_over.append(sweeps.after)
    grid = Grid.of(["training.learning_rate=1e-6,1e-5,1e-4,1e-2"])
    group = sweeps.submit_sweep(SMALL.with_settings({"training.epochs": 4}), grid, halving=2)
    for run in group.runs.values():
        (run.path / "owner").write_text("a visitor")
    assert group.record.options["budgets"] == [1, 2, 4]
    wait_for(lambda: len(group.record.members) == 7 and not group.is_under_way)
    found = rows(group)
    assert [row.member.rung for row in found] == [0, 0, 0, 0, 1, 1, 2]
    assert [row.epochs for row in found] == [1, 1, 1, 1, 2, 2, 4]
    best = [row.member.settings for row in best_first(found[:4])[:2]]
    assert [row.member.settings for row in found[4:6]] == best
    assert all((run.path / "owner").read_text() == "a visitor" for run in group.runs.values())
    assert found[6].member.settings == best_first(found[4:6])[0].member.settings


def test_a_group_is_made_whole_or_not_at_all(over: Run) -> None:
    grid = Grid.of(["window.size=8,150"])
    with pytest.raises(ValueError, match=r"^window size 150: The series is too short"):
        sweeps.submit_sweep(SMALL, grid)
    assert [run.id for run in RunStore().list() if not run.is_sample] == ["over"]


@pytest.mark.parametrize("key", ["data.name=sine,bitcoin", "data.train=0.5,0.6"])
def test_runs_on_other_data_do_not_compare(key: str) -> None:
    with pytest.raises(ValueError, match="A sweep may not change `data"):
        sweeps.submit_sweep(SMALL, Grid.of([key]))


@pytest.mark.parametrize("count", [1, 101])
def test_how_many_seeds(count: int) -> None:
    with pytest.raises(ValueError, match=f"from 2 to 100; received {count}"):
        groups.submit_seeds(SMALL, count)


def test_in_the_queue_a_group_counts_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    handed = unanswered(monkeypatch)
    monkeypatch.setenv("LAB_MAX_WAITING", "2")
    groups.submit_seeds(SMALL, 4)
    jobs.submit(SMALL)
    wait_for(lambda: len(handed) == 5)
    with pytest.raises(ValueError, match="2 runs wait for a worker already"):
        groups.submit_seeds(SMALL, 2)
    monkeypatch.setenv("LAB_MAX_WAITING", "20")
    monkeypatch.setenv("LAB_MAX_RUNS", "7")
    with pytest.raises(ValueError, match=r"These are 8 runs, and 7 may be kept here"):
        groups.submit_seeds(SMALL, 8)
