"""A long run under way: its buttons, a refresh, a second tab, other widgets, the queue behind it.

How soon a button acts is measured on the run's own file: that is what the training did, whatever the page shows.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable

import pytest
from lab_app import (
    App,
    Tabs,
    assert_never_remounted,
    epochs,
    expect_status,
    hold_charts,
    points,
    run_id,
    train,
    train_button,
    wait_drawn,
    wait_for,
    wait_points,
)
from playwright.sync_api import Page, expect

from lab.events import Continued, EpochEnded, Event, Paused, RateChanged, Stopped
from lab.runs import Run

LONG = "/train?preset=sine&training.epochs=5000"
PROMPT = 3.0  # seconds; about one on a machine that has nothing else to do


@pytest.fixture
def long_run(app: App, tabs: Tabs) -> Run:
    """A run that goes on: the last test's, or a new one where that one ended it."""
    going = [r for r in app.store.list() if not r.is_sample and r.status() == "running"]
    run = going[0] if going else train(app, tabs.open(app.url(LONG)))
    wait_for(lambda: epochs(run) > 5)
    return run


def watch(app: App, tabs: Tabs, run: Run) -> Page:
    """A new tab on the run."""
    page = tabs.open(app.url(f"/train?run={run.id}"))
    hold_charts(page)
    return page


def heard(run: Run, kind: type[Event], act: Callable[[], None]) -> tuple[list[Event], float]:
    """Do something; the events up to the first of a kind, and how long that took."""
    _, offset = run.read_events()
    began = time.monotonic()
    act()
    wait_for(lambda: any(isinstance(event, kind) for event in run.read_events(offset)[0]), seconds=20)
    return run.read_events(offset)[0], time.monotonic() - began


def press(page: Page, key: str) -> None:
    page.locator(f".st-key-{key} button").first.click()


def test_pause_step_and_resume_act_at_once(app: App, tabs: Tabs, long_run: Run) -> None:
    page = watch(app, tabs, long_run)
    events, took = heard(long_run, Paused, lambda: press(page, "pause"))
    assert took < PROMPT
    expect_status(page, "Paused")
    paused_at = events[-1].epoch  # type: ignore[union-attr]
    events, took = heard(long_run, Paused, lambda: press(page, "step"))
    assert took < PROMPT
    assert [e.epoch for e in events if isinstance(e, EpochEnded)] == [paused_at + 1]
    expect(page.locator(".st-key-strip")).to_contain_text(f"Epoch {paused_at + 1} of 5000")
    events, took = heard(long_run, EpochEnded, lambda: press(page, "resume"))
    assert took < PROMPT
    assert any(isinstance(event, Continued) for event in events)
    expect_status(page, "Training")
    wait_points(page, paused_at + 4)
    assert_never_remounted(page)


def test_one_epoch_pressed_while_training_ends_in_a_pause(app: App, tabs: Tabs, long_run: Run) -> None:
    page = watch(app, tabs, long_run)
    _, took = heard(long_run, Paused, lambda: press(page, "step"))
    assert took < PROMPT
    expect_status(page, "Paused")
    press(page, "resume")
    expect_status(page, "Training")


def test_a_new_learning_rate_holds_at_once(app: App, tabs: Tabs, long_run: Run) -> None:
    page = watch(app, tabs, long_run)
    page.get_by_role("button", name="Learning rate 0.002").click()
    field = page.get_by_label("New learning rate")
    field.fill("0.0005")
    field.press("Enter")
    apply = page.locator(".st-key-apply-rate button")
    events, took = heard(long_run, RateChanged, apply.click)
    assert took < PROMPT
    assert events[-1].learning_rate == pytest.approx(0.0005)  # type: ignore[union-attr]
    wait_for(lambda: long_run.history().epochs[-1].learning_rate == pytest.approx(0.0005))
    expect(page.get_by_role("button", name="Learning rate 0.0005")).to_be_visible()
    assert_never_remounted(page)


def test_a_refresh_shows_the_same_run_with_all_of_its_curve(app: App, tabs: Tabs, long_run: Run) -> None:
    page = watch(app, tabs, long_run)
    wait_points(page, 20)
    url, seen = page.url, points(page)
    page.reload()
    hold_charts(page)
    wait_points(page, seen)
    assert page.url == url
    assert run_id(page) == long_run.id
    expect_status(page, "Training")
    wait_points(page, points(page) + 5)
    assert_never_remounted(page)


def test_the_run_goes_on_with_nobody_watching(app: App, tabs: Tabs, long_run: Run) -> None:
    page = watch(app, tabs, long_run)
    url = page.url
    page.context.close()
    left_at = epochs(long_run)
    wait_for(lambda: epochs(long_run) > left_at + 20)
    back = tabs.open(url)
    wait_points(back, left_at + 20)
    expect_status(back, "Training")


def test_a_second_tab_shows_the_run_live_as_well(app: App, tabs: Tabs, long_run: Run) -> None:
    first = watch(app, tabs, long_run)
    second = tabs.open(first.url, context=first.context)
    hold_charts(second)
    for page in (first, second):
        page.bring_to_front()  # Chromium draws only the tab in front
        wait_points(page, points(page) + 5)
    press(second, "pause")
    for page in (first, second):
        expect_status(page, "Paused")
    press(first, "resume")
    for page in (first, second):
        expect_status(page, "Training")
        assert_never_remounted(page)


def test_other_widgets_leave_the_run_alone(app: App, tabs: Tabs, long_run: Run) -> None:
    page = watch(app, tabs, long_run)
    worker = json.loads((long_run.path / "worker.json").read_text())["pid"]
    _, offset = long_run.read_events()
    page.locator(".st-key-group-model summary").click()
    units = page.get_by_label("Units 1").first
    units.fill("64")
    units.press("Enter")
    page.wait_for_function("() => location.search.includes('model.units=64')")
    page.get_by_text("Logarithmic").click()
    page.wait_for_function("() => document.querySelector('[data-testid=live-loss]').layout.yaxis.type === 'linear'")
    wait_points(page, points(page) + 5)
    assert run_id(page) == long_run.id
    assert {type(event) for event in long_run.read_events(offset)[0]} == {EpochEnded}
    assert json.loads((long_run.path / "worker.json").read_text())["pid"] == worker
    assert long_run.config.model.units == (50,)
    assert_never_remounted(page)


def test_looking_at_the_data_and_back_shows_the_run_where_it_now_is(app: App, tabs: Tabs, long_run: Run) -> None:
    page = watch(app, tabs, long_run)
    seen = points(page)
    page.get_by_role("radio", name="Data").or_(page.get_by_role("button", name="Data", exact=True)).first.click()
    wait_drawn(page, "series")
    wait_for(lambda: epochs(long_run) > seen + 5)
    page.get_by_role("radio", name="Training").or_(
        page.get_by_role("button", name="Training", exact=True)
    ).first.click()
    wait_points(page, seen + 5)


def test_a_second_run_waits_in_the_queue_and_can_be_stopped_there(app: App, tabs: Tabs, long_run: Run) -> None:
    page = tabs.open(app.url("/train?preset=sine&window.size=20"))
    waiting = train(app, page)
    assert waiting.id != long_run.id
    expect_status(page, "Queued")
    expect(page.locator(".st-key-strip")).to_contain_text("Number 2 in the queue.")
    _, took = heard(waiting, Stopped, lambda: press(page, "stop"))
    assert took < PROMPT
    expect_status(page, "Stopped")
    assert epochs(waiting) == 0
    seen = epochs(long_run)
    wait_for(lambda: epochs(long_run) > seen + 5)


def test_stop_ends_the_run_at_once_and_keeps_its_weights(app: App, tabs: Tabs, long_run: Run) -> None:
    page = watch(app, tabs, long_run)
    _, took = heard(long_run, Stopped, lambda: press(page, "stop"))
    assert took < PROMPT
    expect_status(page, "Stopped")
    expect(page.get_by_text("On the test range")).to_be_visible()
    expect(page.locator(".st-key-resume-run button")).to_be_visible()
    assert (long_run.path / "weights.npz").exists()
    expect(train_button(page)).to_be_enabled()
    assert_never_remounted(page)
