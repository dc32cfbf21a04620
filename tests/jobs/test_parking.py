"""A paused run gives its worker to one that waits, and goes on later as if nothing had happened."""

from __future__ import annotations

import time

import pytest
from test_jobs import SMALL, losses, wait_for
from test_jobs import pool as pool

from lab import jobs
from lab.jobs import pool as pool_module
from lab.jobs import worker
from lab.runs import control
from lab.runs.alive import sign
from lab.runs.parking import is_parked, park, somebody_waits, unpark
from lab.runs.run import Control, Run

WHOLE = SMALL.with_settings({"training.epochs": 200, "model.dropout": 0.2, "training.optimizer": "rmsprop"})


def test_a_paused_run_gives_its_worker_to_one_that_waits(pool: pool_module.Pool) -> None:
    undisturbed = jobs.create(WHOLE, name="undisturbed")
    worker.execute(undisturbed.path)

    first = jobs.submit(WHOLE, name="first")
    wait_for(lambda: len(first.history().epochs) > 3)
    jobs.pause(first)
    wait_for(lambda: first.status() == "paused")
    second = jobs.submit(SMALL, name="second")
    wait_for(lambda: second.status() == "queued")
    assert [place.run.id for place in jobs.ahead_of(second)] == ["first"]
    wait_for(lambda: second.status() == "finished")
    assert (first.status(), is_parked(first)) == ("paused", True)
    assert first.scores(), "its weights of this moment can be looked at"

    done = first.history().epochs[-1].epoch
    jobs.step(first)
    wait_for(lambda: first.history().state == "paused" and first.history().epochs[-1].epoch == done + 1)
    assert not is_parked(first), "nobody waits now"
    jobs.go_on(first)
    wait_for(lambda: first.status() == "finished")
    assert losses(first) == losses(undisturbed)
    assert [e.epoch for e in first.events() if type(e).__name__ == "Started"] == [0, done]


def parked_here(monkeypatch: pytest.MonkeyPatch) -> Run:
    """A run, executed in this process, that is paused from its second epoch on while another waits."""
    monkeypatch.setattr(control, "WAIT_SECONDS", 0.2)
    monkeypatch.setattr(pool_module.POOL, "submit", lambda _: None)
    waiting = jobs.create(SMALL, name="waiting")
    sign(waiting.path / "submitted.json")
    run = jobs.create(SMALL, name="mine")
    sign(run.path / "submitted.json")
    run.send(Control(pause_after=2))
    worker.execute(run.path)
    return run


def test_a_parked_run_is_stopped_at_once_with_its_weights(monkeypatch: pytest.MonkeyPatch) -> None:
    run = parked_here(monkeypatch)
    assert (run.status(), is_parked(run)) == ("paused", True)
    jobs.stop(run)
    assert run.status() == "stopped"
    assert run.history().final.epoch == 2  # type: ignore[union-attr]
    assert run.network() is not None
    jobs.require_resumable(run)


def test_a_parked_run_is_queued_again_by_resume(monkeypatch: pytest.MonkeyPatch) -> None:
    run = parked_here(monkeypatch)
    jobs.go_on(run)
    assert (run.status(), is_parked(run)) == ("queued", False)
    worker.execute(run.path)
    assert run.status() == "finished"


def test_who_ends_the_pause_while_the_run_is_being_parked_is_not_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    def late(run: Run) -> None:
        jobs.go_on(run)  # finds a worker that still works on it, and leaves the rest to that
        park(run)

    monkeypatch.setattr(worker, "park", late)
    run = parked_here(monkeypatch)
    assert run.status() == "finished"
    assert not is_parked(run)


def test_of_two_who_take_a_parked_run_one_succeeds() -> None:
    run = jobs.create(SMALL, name="mine")
    park(run)
    assert [unpark(run), unpark(run)] == [True, False]


def test_a_run_that_was_not_queued_keeps_its_process() -> None:
    waiting, mine = (jobs.create(SMALL, name=name) for name in ("waiting", "mine"))
    sign(waiting.path / "submitted.json")
    time.sleep(0.05)
    assert not somebody_waits(mine, 0.01)
    sign(mine.path / "submitted.json")
    assert somebody_waits(mine, 0.01)
    assert not somebody_waits(mine, 60)
    sign(waiting.path / "worker.json")
    assert not somebody_waits(mine, 0.01)


def test_a_parked_run_can_be_resumed_after_the_app_has_gone() -> None:
    run = jobs.create(SMALL, name="mine")
    park(run)
    assert run.status() == "paused"
    jobs.require_resumable(run)
    worker.execute(run.path)
    assert (run.status(), is_parked(run)) == ("finished", False)
