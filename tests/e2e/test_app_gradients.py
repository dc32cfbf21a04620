"""Gradients in a browser: the toy answers at once, epochs are scrubbed, a race of three comes to its end."""

from __future__ import annotations

import math

import pytest
from lab_app import App, Tabs, expect_status, train, wait_drawn
from playwright.sync_api import Page, expect


def last(page: Page, chart: str, trace: int = 0) -> float:
    found: float = page.evaluate(f"document.querySelector('[data-testid=live-{chart}]').data[{trace}].y.at(-1)")
    return found


def slide(page: Page, name: str, value: str) -> None:
    page.get_by_role("slider", name=name).evaluate(
        "(el, value) => { el.value = value; el.dispatchEvent(new Event('input', { bubbles: true })); }", value
    )


@pytest.mark.parametrize("width", [1280, 390])
def test_one_weight_answers_in_the_browser_alone(app: App, tabs: Tabs, width: int) -> None:
    page = tabs.open(app.url("/gradients?run=sample-sunspots"), viewport={"width": width, "height": 900})
    wait_drawn(page, "through-time")
    page.get_by_text("One weight: why it vanishes or explodes").click()
    wait_drawn(page, "weight")
    assert last(page, "weight") == pytest.approx(0.9**50)
    expect(page.get_by_text("0.90 to the power of 50 is 0.00515: below 1 it vanishes.")).to_be_visible()
    asked: list[str] = []
    page.on("websocket", lambda socket: asked.append(socket.url))
    slide(page, "Weight w", "1.2")
    slide(page, "Steps T", "30")
    page.wait_for_function("document.querySelector('[data-testid=live-weight]').data[0].y.length === 31")
    assert last(page, "weight") == pytest.approx(1.2**30)
    assert last(page, "weight", 1) < 1, "the tanh saturates"
    expect(page.get_by_text("above 1 it explodes, unless the tanh saturates and shuts it off.")).to_be_visible()
    slide(page, "Weight w", "1")
    expect(page.get_by_text("at the edge. The first step counts as much as the last.")).to_be_visible()
    assert asked == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_epochs_are_scrubbed_and_the_views_follow(app: App, tabs: Tabs) -> None:
    page = tabs.open(app.url("/gradients?run=sample-sunspots&of=batch&epoch=0"))
    wait_drawn(page, "through-time")
    expect(page.get_by_text("after 18 steps back less than 1% is left")).to_be_visible()
    page.get_by_role("slider", name="Weights after epoch").press("End")
    expect(page.get_by_text("after 18 steps back less than 1% is left")).to_be_hidden()
    for name, chart in (
        ("Jacobians", "jacobians"),
        ("By path", "by-path"),
        ("Over epochs", "reach"),
        ("What if", "cures"),
    ):
        page.get_by_role("radio", name=name).click()
        wait_drawn(page, chart)
    page.get_by_role("radio", name="held at 0").click()
    expect(page.get_by_text("its direction has a cosine of")).to_be_visible()


def test_a_race_of_three_comes_to_its_end(app: App, tabs: Tabs) -> None:
    settings = "data.name=first_symbol&data.length=8&data.examples=600&model.units=8&training.epochs=5&training.learning_rate=0.02"
    page = tabs.open(app.url(f"/train?{settings}"))
    wait_drawn(page, "sequence-0")
    run = train(app, page)
    expect_status(page, "Finished")
    expect(page.get_by_text("On the test part.")).to_be_visible()
    shown = page.evaluate("document.querySelector('[data-testid=live-answers]').data[0].x")
    assert shown == ["A", "B", "C", "D"]
    page.goto(app.url(f"/evaluate?run={run.id}&view=race"))
    page.get_by_role("button", name="Start the race").click()
    expect(page.get_by_role("button", name="Delete")).to_be_visible()
    for chart in ("race-loss", "race-metric", "race-gradients"):
        wait_drawn(page, chart)
    names = page.evaluate("document.querySelector('[data-testid=live-race-loss]').data.map((trace) => trace.name)")
    assert names == ["RNN", "LSTM", "GRU"]
    assert len(page.evaluate("document.querySelector('[data-testid=live-race-loss]').data[2].y")) == 6
    assert page.get_by_test_id("stTable").get_by_role("row").count() == 4
    assert math.isfinite(last(page, "race-loss"))
