"""A worker killed and the whole app killed, as the system does when memory runs out: what the user then sees."""

from __future__ import annotations

import json
import os
import signal
import sys

import psutil
import pytest
from lab_app import App, Tabs, assert_never_remounted, epochs, expect_status, hold_charts, train, wait_for, wait_points
from playwright.sync_api import expect

from lab.runs.events import Started
from lab.runs.run import Run

OWN_APP = True  # it is killed

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL is POSIX's")


def worker_of(run: Run) -> int:
    pid: int = json.loads((run.path / "worker.json").read_text())["pid"]
    return pid


def test_a_run_whose_worker_is_killed_goes_on_and_finishes(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url("/train?preset=sine&training.epochs=80"))
    run = train(app, page)
    hold_charts(page)
    wait_for(lambda: epochs(run) >= 10)
    os.kill(worker_of(run), signal.SIGKILL)
    expect_status(page, "Finished")
    wait_points(page, 81)
    expect(page.get_by_text("On the test range")).to_be_visible()
    history = run.history()
    assert [e.epoch for e in history.epochs] == list(range(81))
    begun = [event.epoch for event in run.events() if isinstance(event, Started)]
    assert len(begun) == 2, "it must have died in the middle"
    assert_never_remounted(page)


def test_a_run_whose_app_is_killed_is_interrupted_and_resumes_to_the_end(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url("/train?preset=sine&training.epochs=400"))
    run = train(app, page)
    wait_for(lambda: epochs(run) >= 30)
    _, orphans = psutil.wait_procs(app.kill(), timeout=30)
    assert orphans == []
    assert run.status() == "interrupted"
    page.context.close()
    got_to = epochs(run)

    app.start()
    page = tabs.open(app.url(f"/train?run={run.id}"))
    expect_status(page, "Interrupted")
    wait_points(page, got_to + 1)
    page.get_by_role("button", name="Resume from checkpoint").click()
    expect(page.get_by_role("button", name="Pause", exact=True)).to_be_visible()
    expect_status(page, "Finished")
    wait_points(page, 401)
    resumed_at = [event.epoch for event in run.events() if isinstance(event, Started)][-1]
    assert resumed_at > 0, "it must go on from its checkpoint and not from the beginning"
    assert [e.epoch for e in run.history().epochs] == list(range(401))
    expect(page.get_by_text("On the test range")).to_be_visible()
