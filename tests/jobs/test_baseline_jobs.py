"""Baselines are fitted by a worker behind the queue, kept as they come, and give way to a run that waits."""

from __future__ import annotations

import time

import pytest
from test_jobs import SMALL, wait_for
from test_jobs import pool as pool

from lab import jobs
from lab.jobs import baselines, worker
from lab.jobs import pool as pool_module
from lab.runs import baseline_file
from lab.runs.alive import sign
from lab.runs.run import Run


@pytest.fixture
def over() -> Run:
    run = jobs.create(SMALL, name="over")
    worker.execute(run.path)
    return run


def test_the_pool_fits_them_once(pool: pool_module.Pool, over: Run) -> None:
    names = list(over.task.baselines())
    assert baseline_file.missing(over) == names
    for _ in range(3):
        baselines.request(over)
    wait_for(lambda: not baseline_file.missing(over))
    found = baseline_file.kept(over)
    assert [row.name for row in found] == names
    assert all(row.score or row.refused for row in found)


def test_they_give_way_to_a_run_that_waits_and_go_on_where_they_were(
    over: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(baselines, "LOOK_SECONDS", 0.0)
    kept = baseline_file.kept
    waiting = jobs.create(SMALL, name="waiting")

    def somebody_comes(name: str) -> None:
        if name == "AR(1)":
            sign(waiting.path / "submitted.json")
            time.sleep(0.05)

    fit = baseline_file.fit
    monkeypatch.setattr(baseline_file, "fit", lambda run: fit(run, somebody_comes))
    baselines.work(over.path)
    assert [row.name for row in kept(over)][-1] == "AR(1)", "what was begun is kept, and no more is begun"
    (waiting.path / "submitted.json").unlink()
    baselines.work(over.path)
    assert not baseline_file.missing(over)
    assert len({row.name for row in kept(over)}) == len(kept(over))


def test_of_a_run_that_is_gone_nothing_is_heard(over: Run) -> None:
    import shutil

    shutil.rmtree(over.path)
    baselines.work(over.path)
    assert not over.path.exists()
