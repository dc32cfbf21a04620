"""The live chart in a real browser: it grows, it is never remounted, and it keeps the zoom."""

from __future__ import annotations

import re

import pytest
from conftest import Serve
from playwright.sync_api import Browser, Locator, Page, expect

CHART = "[data-testid='live-loss']"


@pytest.fixture(scope="module")
def url(serve: Serve) -> str:
    return serve("tests/e2e/apps/live_demo.py")


def chart(page: Page) -> Locator:
    return page.locator(CHART)


def wait_points(page: Page, n: int) -> None:
    page.wait_for_function(f'() => document.querySelector("{CHART}")?.data?.[0].x.length >= {n}')


def rerun(page: Page) -> None:
    seen = page.get_by_text("run at").inner_text()
    page.get_by_role("button", name="Rerun").click()
    expect(page.get_by_text("run at")).not_to_have_text(seen)
    expect(page.get_by_test_id("stApp")).to_have_attribute("data-test-script-state", "notRunning")


def test_it_grows_on_one_element_and_plotly_travels_once(page: Page, url: str, errors: list[str]) -> None:
    frames: list[int] = []
    page.on("websocket", lambda ws: ws.on("framereceived", lambda frame: frames.append(len(frame))))
    page.goto(url)
    wait_points(page, 2)
    chart(page).evaluate("el => { window.first = el; }")
    wait_points(page, 20)
    assert page.evaluate(f'document.querySelector("{CHART}") === window.first')
    assert int(chart(page).get_attribute("data-updates") or 0) >= 10  # a busy machine folds some
    assert page.evaluate("window.__labMounts") == {"loss": 1, "still": 1}
    # A full run that overtakes a fragment's own may make Streamlit mount what is in it anew (which is why a run's charts stand
    # outside the fragment that is run again and again): this one ends the clock, and the next has none beside it.
    rerun(page)
    chart(page).evaluate("el => { window.first = el; }")
    mounts = page.evaluate("({...window.__labMounts})")
    rerun(page)  # a full run, too, must not send the bundle again
    assert page.evaluate(f'document.querySelector("{CHART}") === window.first')
    assert page.evaluate("window.__labMounts") == mounts
    large = [size for size in frames if size > 100_000]
    assert len(large) == 1, f"Plotly.js must travel once: {large}"
    assert large[0] < 2_000_000
    assert sorted(frames)[-2] < 10_000, "an update must stay small"
    assert chart(page).evaluate("el => el.data[1].y[0]") is None
    expect(page.get_by_role("figure", name=re.compile("Loss after"))).to_be_visible()
    assert errors == []


def test_zoom_survives_updates_and_reruns(page: Page, url: str) -> None:
    page.goto(url)
    wait_points(page, 3)
    box = chart(page).locator(".nsewdrag").first.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] * 0.2, box["y"] + box["height"] * 0.3)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, box["y"] + box["height"] * 0.8, steps=8)
    page.wait_for_timeout(800)  # two updates come while the hand still drags
    page.mouse.up()
    zoomed = chart(page).evaluate("el => el.layout.xaxis.range")
    assert zoomed[0] > 2
    assert zoomed[1] < 20
    wait_points(page, 12)
    assert chart(page).evaluate("el => el.layout.xaxis.range") == zoomed
    page.get_by_role("button", name="Rerun").click()
    wait_points(page, 20)
    assert chart(page).evaluate("el => el.layout.xaxis.range") == zoomed


def test_hover_and_tool_bar(page: Page, url: str) -> None:
    page.goto(url)
    wait_points(page, 20)
    bar = chart(page).locator(".modebar-group").first
    assert bar.evaluate("el => getComputedStyle(el).opacity") == "0"
    chart(page).hover(position={"x": 300, "y": 150})
    page.wait_for_function(f'() => getComputedStyle(document.querySelector("{CHART} .modebar-group")).opacity > 0.5')
    expect(chart(page).locator(".hoverlayer .legend")).to_be_visible()
    assert chart(page).locator(".modebar-btn--logo").count() == 0


def test_colours_follow_the_theme_at_once(page: Page, url: str, errors: list[str]) -> None:
    page.goto(url)
    wait_points(page, 20)
    still = page.locator("[data-testid='live-still']")
    colour = "el => getComputedStyle(el.querySelector('.js-line')).stroke"
    expect(still).to_have_attribute("data-theme", "light")
    light = still.evaluate(colour)
    page.emulate_media(color_scheme="dark")
    expect(still).to_have_attribute("data-theme", "dark")
    assert still.evaluate(colour) != light
    assert page.evaluate("window.__labMounts.still") == 1
    assert errors == []


def test_a_phone_needs_no_sideways_scrolling(browser: Browser, url: str) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = context.new_page()
    page.goto(url)
    wait_points(page, 5)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    main = page.locator("[data-testid='stMain']")
    assert main.evaluate("el => el.scrollWidth - el.clientWidth") <= 0
    width = chart(page).evaluate("el => el.querySelector('.main-svg').clientWidth")
    assert 250 < width <= 390
    # A finger that starts on the chart scrolls the page.
    point = chart(page).bounding_box()
    assert point is not None
    cdp, y = context.new_cdp_session(page), point["y"] + 200
    cdp.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": 195, "y": y}]})
    for step in range(10, 160, 10):
        cdp.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [{"x": 195, "y": y - step}]})
        page.wait_for_timeout(16)
    cdp.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    page.wait_for_timeout(300)
    assert main.evaluate("el => el.scrollTop") > 50
    page.set_viewport_size({"width": 700, "height": 390})
    page.wait_for_function(f'() => document.querySelector("{CHART} .main-svg").clientWidth > 500')
    context.close()
