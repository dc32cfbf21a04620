"""A long run under way: its buttons, a refresh, a second tab, other widgets, the queue behind it.

How soon a button acts is read from the run's own file, in epochs that go by meanwhile: that is what the training did,
whatever the page shows, and a slow machine trains more slowly, too.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator

import pytest
from lab_app import (
    App,
    Tabs,
    assert_never_remounted,
    epochs,
    expect_status,
    hold_charts,
    points,
    press,
    run_of,
    train,
    train_button,
    wait_for,
    wait_points,
)
from playwright.sync_api import Browser, Page, expect

from lab.runs.events import Continued, EpochEnded, Event, Paused, Progressed, RateChanged, Stopped
from lab.runs.run import Control, Run

OWN_APP = True  # its runs are counted and queued

LONG = "/train?preset=sine&training.epochs=5000"
AT_ONCE = 400  # epochs of the 5,000; on an idle machine those of ten seconds, of which a press takes about one


@pytest.fixture(scope="module")
def watching(app: App, browser: Browser) -> Iterator[Page]:
    """The tab in which a long run was started, with its charts up. To open one costs seconds, so the tests share it."""
    with Tabs(browser) as tabs:
        page = tabs.open(app.url(LONG))
        train(app, page)
        hold_charts(page)
        wait_points(page, 5)
        yield page


@pytest.fixture
def page(app: App, watching: Page) -> Page:
    run = run_of(app, watching)
    if run.status() == "paused":  # a test before this one broke off
        run.send(Control())
    expect_status(watching, "Training")
    return watching


@pytest.fixture
def run(app: App, page: Page) -> Run:
    return run_of(app, page)


def heard(run: Run, kind: type[Event], act: Callable[[], None]) -> list[Event]:
    """Do something; the events up to the first of a kind, which comes at once."""
    _, offset = run.read_events()
    act()
    wait_for(lambda: any(isinstance(event, kind) for event in run.read_events(offset)[0]))
    events = run.read_events(offset)[0]
    first = next(k for k, event in enumerate(events) if isinstance(event, kind))
    assert sum(isinstance(event, EpochEnded) for event in events[:first]) < AT_ONCE
    return events[: first + 1]


def test_pause_step_and_resume_act_at_once(page: Page, run: Run) -> None:
    events = heard(run, Paused, lambda: press(page, "Pause"))
    expect_status(page, "Paused")
    paused_at = events[-1].epoch  # type: ignore[union-attr]
    events = heard(run, Paused, lambda: press(page, "One epoch"))
    assert [e.epoch for e in events if isinstance(e, EpochEnded)] == [paused_at + 1]
    expect(page.locator(".st-key-strip")).to_contain_text(f"Epoch {paused_at + 1} of 5000")
    events = heard(run, EpochEnded, lambda: press(page, "Resume"))
    assert any(isinstance(event, Continued) for event in events)
    expect_status(page, "Training")
    wait_points(page, paused_at + 4)
    assert_never_remounted(page)


def test_one_epoch_pressed_while_training_ends_in_a_pause(page: Page, run: Run) -> None:
    heard(run, Paused, lambda: press(page, "One epoch"))
    expect_status(page, "Paused")
    heard(run, Continued, lambda: press(page, "Resume"))


def test_a_new_learning_rate_holds_at_once(page: Page, run: Run) -> None:
    page.get_by_role("button", name="Learning rate 0.002").click()
    field = page.get_by_label("New learning rate")
    field.fill("0.0005")
    field.press("Enter")
    events = heard(run, RateChanged, page.get_by_role("button", name="Apply", exact=True).click)
    assert events[-1].learning_rate == pytest.approx(0.0005)  # type: ignore[union-attr]
    wait_for(lambda: run.history().epochs[-1].learning_rate == pytest.approx(0.0005))
    expect(page.get_by_role("button", name="Learning rate 0.0005")).to_be_visible()
    page.keyboard.press("Escape")
    assert_never_remounted(page)


def test_other_widgets_leave_the_run_alone(app: App, page: Page, run: Run) -> None:
    worker = json.loads((run.path / "worker.json").read_text())["pid"]
    _, offset = run.read_events()
    page.locator(".st-key-group-model summary").click()
    units = page.get_by_label("Units 1").first
    units.fill("64")
    units.press("Enter")
    page.wait_for_function("() => location.search.includes('model.units=64')")
    page.get_by_text("Logarithmic").click()
    page.wait_for_function("() => document.querySelector('[data-testid=live-loss]').layout.yaxis.type === 'linear'")
    wait_points(page, points(page) + 5)
    assert run_of(app, page).id == run.id
    assert {type(event) for event in run.read_events(offset)[0]} <= {EpochEnded, Progressed}
    assert json.loads((run.path / "worker.json").read_text())["pid"] == worker
    assert run.config.model.units == (50,)
    assert_never_remounted(page)


def test_a_second_tab_and_a_refreshed_one_show_the_run_live(app: App, tabs: Tabs, page: Page, run: Run) -> None:
    second = tabs.open(page.url)
    hold_charts(second)
    wait_points(second, epochs(run))
    press(second, "Pause")
    expect_status(page, "Paused")
    press(page, "Resume")
    expect_status(second, "Training")
    assert_never_remounted(second)
    url, seen = second.url, points(second)
    second.reload()
    hold_charts(second)
    wait_points(second, seen)
    assert second.url == url
    expect_status(second, "Training")
    wait_points(second, points(second) + 5)
    assert_never_remounted(second)
    assert_never_remounted(page)


def test_a_second_run_waits_in_the_queue_and_can_be_stopped_there(app: App, tabs: Tabs, page: Page, run: Run) -> None:
    other = tabs.open(app.url("/train?preset=sine&window.size=20"))
    waiting = train(app, other)
    assert waiting.id != run.id
    expect_status(other, "Queued")
    expect(other.locator(".st-key-strip")).to_contain_text("1 run is ahead of yours.")
    heard(waiting, Stopped, lambda: press(other, "Stop"))
    expect_status(other, "Stopped")
    assert epochs(waiting) == 0
    seen = epochs(run)
    wait_for(lambda: epochs(run) > seen + 5)


def test_stop_ends_the_run_at_once_and_keeps_its_weights(page: Page, run: Run) -> None:
    """The last test of this module: it ends the run that the others watch."""
    heard(run, Stopped, lambda: press(page, "Stop"))
    expect_status(page, "Stopped")
    expect(page.get_by_text("On the test range")).to_be_visible()
    expect(page.locator(".st-key-resume-run button")).to_be_visible()
    assert (run.path / "weights.npz").exists()
    expect(train_button(page)).to_be_enabled()
    assert_never_remounted(page)


def test_a_run_goes_on_when_its_page_is_closed(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url("/train?preset=sine&training.epochs=80"))
    run = train(app, page)
    wait_for(lambda: epochs(run) > 2)
    url = page.url
    page.context.close()
    wait_for(lambda: run.status() == "finished")
    back = tabs.open(url)
    wait_points(back, 81)
    expect_status(back, "Finished")
